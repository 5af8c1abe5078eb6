//! The life of a server: one match, tested for all pairs.

use entity::vps::{PowerAction, VpsStatus};

use crate::error::{Error, Result};

/// What can happen to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VpsEvent {
    /// A worker began to make it.
    Begun,
    /// The provider says that it is on.
    SeenRunning,
    /// The provider says that it is off.
    SeenStopped,
    /// The order came to nothing.
    OrderFailed,
    /// A failed order is taken up again.
    Reopened,
    /// The customer wants it gone.
    DeleteRequested,
    /// The provider no longer has it, as wanted.
    SeenGone,
    /// The provider no longer has it, and nobody wanted that.
    SeenMissing,
}

impl VpsEvent {
    /// Every event, for tests.
    pub const ALL: [Self; 8] = [
        Self::Begun,
        Self::SeenRunning,
        Self::SeenStopped,
        Self::OrderFailed,
        Self::Reopened,
        Self::DeleteRequested,
        Self::SeenGone,
        Self::SeenMissing,
    ];
}

/// The status after an event.
///
/// # Errors
/// `wrong_state` when the event makes no sense now.
pub fn apply(status: VpsStatus, event: VpsEvent) -> Result<VpsStatus> {
    use VpsEvent as E;
    use VpsStatus as S;
    match (status, event) {
        (S::Requested | S::Provisioning, E::Begun) => Ok(S::Provisioning),
        (S::Provisioning | S::Running | S::Stopped, E::SeenRunning) => Ok(S::Running),
        (S::Running | S::Stopped, E::SeenStopped) => Ok(S::Stopped),
        (S::Requested | S::Provisioning, E::OrderFailed) => Ok(S::Failed),
        (S::Failed, E::Reopened) => Ok(S::Requested),
        (S::Requested | S::Provisioning | S::Running | S::Stopped | S::Failed | S::Lost, E::DeleteRequested) => {
            Ok(S::Deleting)
        }
        (S::Deleting, E::SeenGone) => Ok(S::Deleted),
        (S::Running | S::Stopped, E::SeenMissing) => Ok(S::Lost),
        _ => Err(Error::conflict("wrong_state", format!("The server is {status}; this can't be done now."))),
    }
}

/// Whether a customer may switch a server of this status.
///
/// # Errors
/// `wrong_state` with words that say why not.
pub fn may_switch(status: VpsStatus, action: PowerAction) -> Result<()> {
    let why = match (status, action) {
        (VpsStatus::Running, PowerAction::Shutdown | PowerAction::Reboot) | (VpsStatus::Stopped, PowerAction::Boot) => {
            return Ok(());
        }
        (VpsStatus::Running, PowerAction::Boot) => "The server is running already.",
        (VpsStatus::Stopped, PowerAction::Shutdown) => "The server is stopped already.",
        (VpsStatus::Stopped, PowerAction::Reboot) => "The server is stopped. Boot it instead.",
        (VpsStatus::Requested | VpsStatus::Provisioning, _) => "The server is still being made. Wait until it runs.",
        (VpsStatus::Failed, _) => "The server was never made. Delete it, or order another.",
        (VpsStatus::Deleting | VpsStatus::Deleted, _) => "The server is being deleted.",
        (VpsStatus::Lost, _) => "We can't find the server any more. Contact support.",
    };
    Err(Error::conflict("wrong_state", why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    /// The whole machine as a table: a change of any pair shows here.
    #[test]
    fn all_pairs() {
        let mut table = String::new();
        for &status in VpsStatus::ALL {
            for event in VpsEvent::ALL {
                if let Ok(next) = apply(status, event) {
                    writeln!(table, "{status} + {event:?} = {next}").unwrap();
                }
            }
        }
        let expected = "\
requested + Begun = provisioning
requested + OrderFailed = failed
requested + DeleteRequested = deleting
provisioning + Begun = provisioning
provisioning + SeenRunning = running
provisioning + OrderFailed = failed
provisioning + DeleteRequested = deleting
running + SeenRunning = running
running + SeenStopped = stopped
running + DeleteRequested = deleting
running + SeenMissing = lost
stopped + SeenRunning = running
stopped + SeenStopped = stopped
stopped + DeleteRequested = deleting
stopped + SeenMissing = lost
failed + Reopened = requested
failed + DeleteRequested = deleting
deleting + SeenGone = deleted
lost + DeleteRequested = deleting
";
        assert_eq!(table, expected);
    }

    #[test]
    fn switching_all_pairs() {
        let allowed: Vec<_> = VpsStatus::ALL
            .iter()
            .flat_map(|&status| PowerAction::ALL.iter().map(move |&action| (status, action)))
            .filter(|&(status, action)| may_switch(status, action).is_ok())
            .collect();
        assert_eq!(
            allowed,
            [
                (VpsStatus::Running, PowerAction::Shutdown),
                (VpsStatus::Running, PowerAction::Reboot),
                (VpsStatus::Stopped, PowerAction::Boot)
            ]
        );
    }
}
