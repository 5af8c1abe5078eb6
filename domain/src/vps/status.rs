//! The life of a server: one table, tested for all pairs.

use chrono::{DateTime, Utc};
use entity::vps::VpsStatus;

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
    /// A comparison finds it on or off, which no job of ours brought about; a lost one is found again.
    SeenOutside {
        /// Whether it is on.
        on: bool,
    },
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
        (S::Provisioning, E::Started { .. })
        | (S::Running | S::Stopped, E::SeenRunning)
        | (S::Running | S::Stopped | S::Lost, E::SeenOutside { on: true }) => Ok(S::Running),
        (S::Running | S::Stopped, E::SeenStopped)
        | (S::Running | S::Stopped | S::Lost, E::SeenOutside { on: false }) => Ok(S::Stopped),
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
        // Found while it is being deleted: it is charged until it no longer exists.
        (S::Deleting, E::SeenOutside { .. }) if before_delete == Some(S::Lost) => Ok(S::Deleting),
        _ => Err(Error::conflict("wrong_state", format!("The server is {status}; this can't be done now."))),
    }
}

/// Whether a customer may switch a server of this status. Whether it is on or off is not asked here: the row may be
/// behind what was done at the provider, and the job looks there.
///
/// # Errors
/// `wrong_state` with words that say why not.
pub(super) fn may_switch(status: VpsStatus) -> Result<()> {
    let why = match status {
        VpsStatus::Running | VpsStatus::Stopped => return Ok(()),
        VpsStatus::Requested | VpsStatus::Provisioning => "The server is still being created. Wait until it runs.",
        VpsStatus::Failed => "The server could not be created. Delete it, or order another.",
        VpsStatus::Deleting | VpsStatus::Deleted => "The server is being deleted.",
        VpsStatus::Lost => "The server can't be found. Contact support.",
    };
    Err(Error::conflict("wrong_state", why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;
    const EVENTS: [(&str, VpsEvent<'_>); 12] = [
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
        ("SeenOutside on", VpsEvent::SeenOutside { on: true }),
        ("SeenOutside off", VpsEvent::SeenOutside { on: false }),
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
running + SeenOutside on = running
running + SeenOutside off = stopped
stopped + SeenRunning = running
stopped + SeenStopped = stopped
stopped + DeleteRequested = deleting
stopped + SeenMissing = lost
stopped + SeenOutside on = running
stopped + SeenOutside off = stopped
failed + Reopened = requested
failed + DeleteRequested = deleting
deleting (was running) + DeletionCancelled = running
deleting (was stopped) + DeletionCancelled = stopped
deleting (was lost) + DeletionCancelled = lost
deleting + SeenGone = deleted
deleting (was lost) + SeenOutside on = deleting
deleting (was lost) + SeenOutside off = deleting
lost + DeleteRequested = deleting
lost + SeenOutside on = running
lost + SeenOutside off = stopped
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
    fn only_a_server_with_a_machine_is_switched() {
        let allowed: Vec<_> = VpsStatus::ALL.iter().copied().filter(|status| may_switch(*status).is_ok()).collect();
        assert_eq!(allowed, [VpsStatus::Running, VpsStatus::Stopped]);
    }
}
