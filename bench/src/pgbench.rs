//! The yardstick: `PostgreSQL`'s own load generator, running the same statements.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;
use url::Url;

/// What pgbench measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Transactions a second.
    pub rate: f64,
}

/// Runs a script at so many clients for so many seconds.
///
/// # Errors
/// When pgbench is missing or the script fails.
pub async fn pgbench(url: &Url, script: &str, clients: u32, seconds: u64) -> Result<Measured> {
    let file = std::env::temp_dir().join(format!("skypanel-{}-{}.pgbench", std::process::id(), clients));
    std::fs::write(&file, script)?;
    let program = std::env::var_os("SKYPANEL_PG_BIN")
        .map_or_else(|| PathBuf::from("pgbench"), |folder| PathBuf::from(folder).join("pgbench"));
    let output = Command::new(program)
        .args(["-n", "-M", "prepared", "-c", &clients.to_string(), "-j", "2", "-T", &seconds.to_string(), "-f"])
        .arg(&file)
        .arg(url.as_str())
        .output()
        .await
        .context("pgbench comes with PostgreSQL's server")?;
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success() && !text.contains("aborted"), "pgbench: {text}");
    let rate = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|figure| figure.parse().ok());
    Ok(Measured { rate: rate.with_context(|| text.clone())? })
}
