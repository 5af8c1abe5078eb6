//! CPU seconds by process, from /proc.

use std::fmt;

use testkit::stack::Stack;

/// Clock ticks a second; Linux has reported 100 to user space for decades.
const TICKS: f64 = 100.0;
/// Less than this is not worth a word.
const WORTH_A_WORD: f64 = 0.05;

/// CPU seconds of each part, summed over its processes.
#[derive(Clone, Debug, Default)]
pub struct Cpu(Vec<(&'static str, f64)>);

impl Cpu {
    /// Reads the counters of the stack's processes, of every `PostgreSQL` of this machine, and of ours.
    #[must_use]
    pub fn read(stack: &Stack) -> Self {
        let of = |names: &[&str]| names.iter().filter_map(|name| stack.pid(name)).map(seconds).sum();
        Self(vec![
            ("api", of(&["api"])),
            ("workers", of(&["worker-1", "worker-2"])),
            ("redis", of(&["redis"])),
            ("postgres", named("postgres").into_iter().map(seconds).sum()),
            ("pgbench", ended_children()),
            ("load", own()),
        ])
    }

    /// What was used since an earlier reading.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let parts = self.0.iter().zip(&earlier.0);
        Self(parts.map(|((name, now), (_, then))| (*name, (now - then).max(0.0))).collect())
    }

    /// The same with another's added.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if self.0.is_empty() {
            return other.clone();
        }
        Self(self.0.iter().zip(&other.0).map(|((name, one), (_, other))| (*name, one + other)).collect())
    }

    /// The seconds of one part.
    #[must_use]
    pub fn of(&self, part: &str) -> f64 {
        self.0.iter().find(|(name, _)| *name == part).map_or(0.0, |(_, used)| *used)
    }

    /// The seconds of all parts.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.0.iter().map(|(_, used)| used).sum()
    }
}

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.iter().filter(|(_, used)| *used >= WORTH_A_WORD);
        f.write_str(&parts.map(|(name, used)| format!("{name} {used:.1}")).collect::<Vec<_>>().join(", "))
    }
}

/// CPU seconds of a server: its first process with its ended children, and the children that live.
pub fn server_seconds(first: u32) -> f64 {
    let living = all().filter(|pid| parent(*pid) == Some(first)).map(seconds).sum::<f64>();
    seconds(first) + living
}

/// The process that started this one.
pub fn parent(pid: u32) -> Option<u32> {
    stat(pid)?.get(1)?.parse().ok()
}

/// User and system time, with that of children that have ended.
pub fn seconds(pid: u32) -> f64 {
    stat(pid).map_or(0.0, |fields| ticks(&fields, 11, 4))
}

/// Resident memory of a process, in MB.
#[must_use]
pub fn resident_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|text| text.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

/// What follows a process's name in its `stat`.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold spaces.
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

fn ticks(fields: &[String], first: usize, count: usize) -> f64 {
    fields.iter().skip(first).take(count).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// Time of this process alone: the load generator.
fn own() -> f64 {
    stat(std::process::id()).map_or(0.0, |fields| ticks(&fields, 11, 2))
}

/// Time of this process's children that have ended: pgbench.
fn ended_children() -> f64 {
    stat(std::process::id()).map_or(0.0, |fields| ticks(&fields, 13, 2))
}

/// The processes of a name. A postmaster's time has that of its ended children in it.
fn named(name: &str) -> Vec<u32> {
    all()
        .filter(|pid| std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim() == name))
        .collect()
}

/// Every process of the machine.
fn all() -> impl Iterator<Item = u32> {
    std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}
