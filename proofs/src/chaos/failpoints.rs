//! The failpoints that a run walks through, and what a plan must contain for each to be passed.

/// What must happen for a failpoint to be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing that does not happen under every seed.
    Nothing,
    /// A machine does not start by itself.
    BootFails,
    /// A server is switched.
    Power,
    /// A server is deleted.
    Delete,
    /// An order is taken back.
    TakeBack,
    /// An hour passes.
    Hours,
    /// A cloud's token is validated.
    Validate,
    /// A catalog is read.
    Sync,
    /// What is past its time is removed.
    Tidy,
    /// The provider's machines are compared with ours.
    Reconcile,
    /// A machine stands that belongs to nobody, and is found.
    Stray,
    /// Jobs are treated in bulk.
    Bulk,
    /// A job goes through the queue and does nothing.
    Probe,
}

/// What a failpoint needs, by its name `<kind>.<step>.<position>`.
#[must_use]
pub fn need(failpoint: &str) -> Need {
    let begins = |kind: &str| failpoint.starts_with(kind);
    match failpoint {
        _ if begins("vps.provision.take_back.") => Need::TakeBack,
        _ if begins("vps.provision.start_again.") => Need::BootFails,
        _ if begins("vps.power.") => Need::Power,
        _ if begins("vps.delete.") => Need::Delete,
        _ if begins("billing.charge") || begins("billing.watch.") || begins("platform.archive.") => Need::Hours,
        _ if begins("cloud.validate.") => Need::Validate,
        _ if begins("cloud.sync.") => Need::Sync,
        _ if begins("platform.tidy.") => Need::Tidy,
        _ if begins("cloud.reconcile.delete.") => Need::Stray,
        _ if begins("cloud.reconcile.") => Need::Reconcile,
        _ if begins("platform.bulk.") => Need::Bulk,
        _ if begins("platform.probe.") => Need::Probe,
        _ => Need::Nothing,
    }
}

/// Every failpoint of the jobs' handlers.
#[must_use]
pub fn all() -> Vec<String> {
    ::jobs::failpoints()
}

/// The failpoint of a seed: the seeds of a run walk through all of them in turn.
#[must_use]
pub fn of(seed: u64, all: &[String]) -> Option<String> {
    let turns = u64::try_from(all.len()).ok().filter(|turns| *turns > 0)?;
    all.get(usize::try_from(seed % turns).ok()?).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_walk_through_all() {
        let all = all();
        assert!(all.len() > 40, "development builds have failpoints: {all:?}");
        let met: std::collections::BTreeSet<_> = (1..=300).filter_map(|seed| of(seed, &all)).collect();
        assert_eq!(met.len(), all.len());
        assert_eq!(of(7, &[]), None);
    }
}
