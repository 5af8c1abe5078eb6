//! CPU seconds by process, from /proc.

use testkit::stack::Stack;

/// Clock ticks a second; Linux has reported 100 to user space for decades.
const TICKS: f64 = 100.0;

/// CPU seconds of each part, summed over its processes.
#[derive(Clone, Debug, Default)]
pub struct Cpu(Vec<(&'static str, f64)>);

impl Cpu {
    /// Reads the counters of the stack's processes and of the whole `PostgreSQL` cluster.
    #[must_use]
    pub fn read(stack: &Stack) -> Self {
        let of = |names: &[&str]| names.iter().filter_map(|name| stack.pid(name)).map(seconds).sum();
        Self(vec![
            ("api", of(&["api"])),
            ("workers", of(&["worker-1", "worker-2"])),
            ("redis", of(&["redis"])),
            ("postgres", processes("postgres").into_iter().map(seconds).sum()),
            ("pgbench", children()),
        ])
    }

    /// What was used since an earlier reading.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> String {
        let parts = self.0.iter().zip(&earlier.0).map(|((name, now), (_, then))| (name, (now - then).max(0.0)));
        parts
            .filter(|(_, used)| *used >= 0.05)
            .map(|(name, used)| format!("{name} {used:.1}"))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// CPU seconds of a server: its first process with its ended children, and the children that live.
pub(super) fn server_seconds(first: u32) -> f64 {
    let living = all().filter(|pid| parent(*pid) == Some(first)).map(seconds).sum::<f64>();
    seconds(first) + living
}

/// The process that started this one.
pub(super) fn parent(pid: u32) -> Option<u32> {
    stat(pid)?.get(1)?.parse().ok()
}

fn stat(pid: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold spaces.
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

/// User and system time, with that of children that have ended.
pub(super) fn seconds(pid: u32) -> f64 {
    let Some(fields) = stat(pid) else { return 0.0 };
    fields.iter().skip(11).take(4).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// Time of this process's children that have ended: pgbench.
fn children() -> f64 {
    let Some(fields) = stat(std::process::id()) else {
        return 0.0;
    };
    fields.iter().skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// The processes of a name: those of the cluster's postmaster, which sums its ended children.
fn processes(name: &str) -> Vec<u32> {
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
