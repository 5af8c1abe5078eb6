//! The life of a server: one table, tested for all pairs.

use chrono::{DateTime, Utc};
use entity::vps::{PowerAction, VpsStatus};

use crate::error::{Error, Result};

/// What can happen to a server, with what is stored about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VpsEvent<'a> {
    /// A worker began to create it.
    Begun,
    /// The provider says for the first time that it is on.
    Started {
        /// Its hours count from here, in business time.
        at: DateTime<Utc>,
    },
    /// The provider says that it is on.
    SeenRunning,
    /// The provider says that it is off.
    SeenStopped,
    /// The order failed, and nothing is left at the provider.
    OrderFailed {
        /// Why, for the customer.
        words: &'a str,
    },
    /// An administrator retries a failed order.
    Reopened,
    /// The customer deletes it, or an administrator retries its deletion.
    DeleteRequested,
    /// An administrator cancelled its deletion before a worker began it.
    DeletionCancelled,
    /// The provider no longer has it, as requested.
    SeenGone {
        /// When that was found, in business time.
        at: DateTime<Utc>,
    },
    /// The provider no longer has it, though its deletion was not requested.
    SeenMissing,
}

/// The status after an event. `before_delete` is the status that the row stores while it is being deleted.
///
/// # Errors
/// `wrong_state` when the event can't happen now; `not_cancellable` when there is no status that a cancelled deletion
/// could give back.
pub(super) fn next(status: VpsStatus, before_delete: Option<VpsStatus>, event: VpsEvent<'_>) -> Result<VpsStatus> {
    use VpsEvent as E;
    use VpsStatus as S;
    match (status, event) {
        (S::Requested | S::Provisioning, E::Begun) => Ok(S::Provisioning),
        (S::Provisioning, E::Started { .. }) | (S::Running | S::Stopped, E::SeenRunning) => Ok(S::Running),
        (S::Running | S::Stopped, E::SeenStopped) => Ok(S::Stopped),
        (S::Requested | S::Provisioning, E::OrderFailed { .. }) => Ok(S::Failed),
        (S::Failed, E::Reopened) => Ok(S::Requested),
        (S::Requested | S::Provisioning | S::Running | S::Stopped | S::Failed | S::Lost, E::DeleteRequested) => {
            Ok(S::Deleting)
        }
        (S::Deleting, E::DeletionCancelled) => {
            before_delete.filter(|before| matches!(before, S::Running | S::Stopped | S::Lost)).ok_or_else(|| {
                let words = "This server never ran, so there is nothing to keep. Let the deletion finish.";
                Error::conflict("not_cancellable", words)
            })
        }
        (S::Deleting, E::SeenGone { .. }) => Ok(S::Deleted),
        (S::Running | S::Stopped, E::SeenMissing) => Ok(S::Lost),
        _ => Err(Error::conflict("wrong_state", format!("The server is {status}; this can't be done now."))),
    }
}

/// Whether a customer may switch a server of this status.
///
/// # Errors
/// `wrong_state` with words that say why not.
pub(super) fn may_switch(status: VpsStatus, action: PowerAction) -> Result<()> {
    let why = match (status, action) {
        (VpsStatus::Running, PowerAction::Shutdown | PowerAction::Reboot) | (VpsStatus::Stopped, PowerAction::Boot) => {
            return Ok(());
        }
        (VpsStatus::Running, PowerAction::Boot) => "The server is running already.",
        (VpsStatus::Stopped, PowerAction::Shutdown) => "The server is stopped already.",
        (VpsStatus::Stopped, PowerAction::Reboot) => "The server is stopped. Boot it instead.",
        (VpsStatus::Requested | VpsStatus::Provisioning, _) => "The server is still being created. Wait until it runs.",
        (VpsStatus::Failed, _) => "The server could not be created. Delete it, or order another.",
        (VpsStatus::Deleting | VpsStatus::Deleted, _) => "The server is being deleted.",
        (VpsStatus::Lost, _) => "The server can't be found. Contact support.",
    };
    Err(Error::conflict("wrong_state", why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;
    const EVENTS: [(&str, VpsEvent<'_>); 10] = [
        ("Begun", VpsEvent::Begun),
        ("Started", VpsEvent::Started { at: AT }),
        ("SeenRunning", VpsEvent::SeenRunning),
        ("SeenStopped", VpsEvent::SeenStopped),
        ("OrderFailed", VpsEvent::OrderFailed { words: "" }),
        ("Reopened", VpsEvent::Reopened),
        ("DeleteRequested", VpsEvent::DeleteRequested),
        ("DeletionCancelled", VpsEvent::DeletionCancelled),
        ("SeenGone", VpsEvent::SeenGone { at: AT }),
        ("SeenMissing", VpsEvent::SeenMissing),
    ];

    /// Whatever a row may store as the status before its deletion.
    fn befores() -> impl Iterator<Item = Option<VpsStatus>> {
        [None].into_iter().chain(VpsStatus::ALL.iter().copied().map(Some))
    }

    /// The whole machine as a table: a change of any pair shows here.
    #[test]
    fn all_pairs() {
        let mut table = String::new();
        for &status in VpsStatus::ALL {
            for (name, event) in EVENTS {
                let after: Vec<_> = befores().map(|before| (before, next(status, before, event).ok())).collect();
                let distinct: BTreeSet<_> = after.iter().map(|(_, next)| *next).collect();
                match distinct.into_iter().collect::<Vec<_>>()[..] {
                    [None] => {}
                    [Some(next)] => writeln!(table, "{status} + {name} = {next}").unwrap(),
                    _ => {
                        for (before, next) in after.into_iter().filter_map(|(before, next)| before.zip(next)) {
                            writeln!(table, "{status} (was {before}) + {name} = {next}").unwrap();
                        }
                    }
                }
            }
        }
        let expected = "\
requested + Begun = provisioning
requested + OrderFailed = failed
requested + DeleteRequested = deleting
provisioning + Begun = provisioning
provisioning + Started = running
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
deleting (was running) + DeletionCancelled = running
deleting (was stopped) + DeletionCancelled = stopped
deleting (was lost) + DeletionCancelled = lost
deleting + SeenGone = deleted
lost + DeleteRequested = deleting
";
        assert_eq!(table, expected);
    }

    #[test]
    fn a_deletion_that_has_nothing_to_give_back_is_not_cancelled() {
        let refused = next(VpsStatus::Deleting, Some(VpsStatus::Provisioning), VpsEvent::DeletionCancelled);
        assert_eq!(refused.unwrap_err().code, "not_cancellable");
        let refused = next(VpsStatus::Running, None, VpsEvent::DeletionCancelled);
        assert_eq!(refused.unwrap_err().code, "wrong_state");
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
