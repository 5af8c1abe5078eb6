//! The yardstick: `PostgreSQL`'s own load generator, running the same statements.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;
use url::Url;

use crate::load::percentile;

/// Threads of pgbench; a client does not need one of its own.
const THREADS: u32 = 2;

/// How long pgbench runs a script.
#[derive(Clone, Copy, Debug)]
pub enum Length {
    /// For so many seconds.
    Seconds(u64),
    /// So many times by each client.
    Times(u32),
}

/// A script and how it is run.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// In pgbench's own language.
    pub script: &'a str,
    /// Variables that it finds set.
    pub variables: &'a [(&'a str, String)],
    /// Connections.
    pub clients: u32,
    /// For how long.
    pub length: Length,
}

/// What pgbench measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Transactions a second.
    pub rate: f64,
    /// How long each took, from pgbench's log, in order.
    pub times: Vec<Duration>,
}

impl Measured {
    /// The time that a share of the transactions stayed under.
    #[must_use]
    pub fn percentile(&self, share: f64) -> Duration {
        percentile(&self.times, share)
    }
}

/// A folder that goes with the value.
struct Folder(PathBuf);

impl Folder {
    fn create() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("skypanel-pgbench-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a script with prepared statements.
///
/// # Errors
/// When pgbench is missing or the script fails.
pub async fn pgbench(url: &Url, run: &Run<'_>) -> Result<Measured> {
    let folder = Folder::create()?;
    let file = folder.0.join("script");
    std::fs::write(&file, run.script)?;
    let program = std::env::var_os("SKYPANEL_PG_BIN")
        .map_or_else(|| PathBuf::from("pgbench"), |folder| PathBuf::from(folder).join("pgbench"));
    let mut command = Command::new(program);
    command.args(["-n", "-l", "-M", "prepared", "-c", &run.clients.to_string()]);
    command.args(["-j", &THREADS.min(run.clients).to_string()]);
    match run.length {
        Length::Seconds(seconds) => command.args(["-T", &seconds.to_string()]),
        Length::Times(times) => command.args(["-t", &times.to_string()]),
    };
    for (name, value) in run.variables {
        command.arg("-D").arg(format!("{name}={value}"));
    }
    command.arg("-f").arg(&file).arg(url.as_str()).current_dir(&folder.0);
    let output = command.output().await.context("pgbench comes with PostgreSQL's server")?;
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success() && !text.contains("aborted"), "pgbench: {text}");
    let rate = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|figure| figure.parse().ok());
    Ok(Measured { rate: rate.with_context(|| text.clone())?, times: times(&folder.0)? })
}

/// The transactions' times, from the logs of pgbench's threads: the third word of each line, in microseconds.
fn times(folder: &Path) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("pgbench_log.")) {
            let text = std::fs::read_to_string(&path)?;
            times.extend(text.lines().filter_map(time));
        }
    }
    ensure!(!times.is_empty(), "pgbench logged no transaction");
    times.sort_unstable();
    Ok(times)
}

fn time(line: &str) -> Option<Duration> {
    line.split(' ').nth(2)?.parse().ok().map(Duration::from_micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_log_has_its_time_third() {
        assert_eq!(time("31 199 2241 0 1175850568 995598"), Some(Duration::from_micros(2241)));
        assert_eq!(time("31 199 skipped 0 1175850568 995598"), None);
    }
}
