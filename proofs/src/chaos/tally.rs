//! What a run counts: seeds, kills by failpoint, faults, jobs, findings.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

/// SIGKILL's number.
const KILLED: i32 = 9;

/// What was counted.
#[derive(Debug, Default)]
pub struct Tally {
    /// Seeds that were played to their end.
    pub seeds: u64,
    /// Kills by failpoint.
    pub kills: BTreeMap<String, u64>,
    /// Other faults by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Jobs that came to an end.
    pub jobs: i64,
    /// Claims that were lost to a crash.
    pub crashes: i64,
    /// Orders and actions that were accepted.
    pub accepted: u64,
    /// Jobs that took down three workers and were set going again by an admin, as planned.
    pub stuck_as_planned: u64,
    /// Machines that only the sweep removed.
    pub swept: u64,
    /// Machines that nobody owned and that the brakes held back until an administrator allowed their deletion.
    pub braked: u64,
    /// Processes that nobody killed.
    pub ended_by_themselves: Vec<String>,
    /// The longest time from the last fault to rest, and its seed.
    pub slowest: (Duration, u64),
    /// What plays the seeds again that failed, with what was found.
    pub failed: Vec<(String, Vec<String>)>,
}

impl Tally {
    /// Counts a process that ended without the harness having waited for it, by what it said in its life. True when a
    /// failpoint killed it.
    pub fn process_ended(&mut self, name: &str, status: ExitStatus, said: &str) -> bool {
        if status.signal() != Some(KILLED) {
            self.ended_by_themselves.push(format!("{name} ({status}): {}", said.lines().last().unwrap_or_default()));
            return false;
        }
        let Some(failpoint) = killed_at(said) else { return false };
        *self.kills.entry(failpoint.to_owned()).or_default() += 1;
        true
    }

    /// Adds another's counts to these.
    pub fn add(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.jobs += other.jobs;
        self.crashes += other.crashes;
        self.accepted += other.accepted;
        self.stuck_as_planned += other.stuck_as_planned;
        self.swept += other.swept;
        self.braked += other.braked;
        self.slowest = self.slowest.max(other.slowest);
        self.ended_by_themselves.extend(other.ended_by_themselves);
        self.failed.extend(other.failed);
        for (name, count) in other.kills {
            *self.kills.entry(name).or_default() += count;
        }
        for (kind, count) in other.faults {
            *self.faults.entry(kind).or_default() += count;
        }
    }
}

/// The failpoint at which a process killed itself: it says `failpoint <name> kills` before.
fn killed_at(said: &str) -> Option<&str> {
    said.lines().rev().find_map(|line| line.split_once("failpoint ")?.1.split_once(" kills").map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_is_counted_where_the_process_says_so() {
        let mut tally = Tally::default();
        let killed = ExitStatus::from_raw(KILLED);
        assert!(tally.process_ended(
            "worker-0",
            killed,
            "starts\nfailpoint vps.delete.delete.after_call kills\na straggler\n"
        ));
        assert!(!tally.process_ended("worker-0", killed, "starts\nruns a job\n"));
        assert_eq!(tally.kills.into_iter().collect::<Vec<_>>(), [("vps.delete.delete.after_call".to_owned(), 1)]);
        assert!(tally.ended_by_themselves.is_empty());
    }

    #[test]
    fn an_end_without_a_kill_is_told() {
        let mut tally = Tally::default();
        assert!(!tally.process_ended("api", ExitStatus::from_raw(256), "listens\nerror: no database\n"));
        assert_eq!(tally.ended_by_themselves.len(), 1);
        assert!(tally.ended_by_themselves[0].contains("no database"), "{tally:?}");
    }
}
