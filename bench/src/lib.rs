//! What `./dev bench` measures: our own processes beside `PostgreSQL` alone, and `./dev bench jobs`: our jobs beside
//! other queues'.
//!
//! Invariant: a figure is a ratio to a yardstick that was measured on the same servers in the same run, so that it
//! means the same on any machine.

mod cpu;
mod jobs;
mod load;
mod peers;
mod pgbench;
mod queue;
mod requests;
mod start;
mod tick;

use anyhow::Result;
use comfy_table::{Table, presets};

use testkit::stack::Stack;

pub use jobs::Part as JobsLine;

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// What came of it.
    pub measured: String,
    /// What must be reached.
    pub bar: String,
    /// Whether it was.
    pub reached: bool,
    /// CPU seconds by process during the measurement.
    pub cpu: String,
}

/// The word that asks for the table of jobs beside other queues, which takes some ten minutes.
const JOBS: &str = "jobs";

/// Measures and prints; false when a bar was not reached. The word `jobs` alone asks for the table
/// of jobs beside other queues (or one `line` of it), any other for the rows whose name contains it.
///
/// # Errors
/// When something could not be measured.
pub async fn run(only: Option<&str>, line: Option<JobsLine>, seconds: u64) -> Result<bool> {
    if only == Some(JOBS) {
        return Box::pin(jobs::run(seconds, line)).await;
    }
    let wanted = |name: &str| only.is_none_or(|only| name.contains(only));
    let mut rows = Vec::new();
    let mut stack =
        Stack::start(&[("WORKER_QUEUES", "provision=8,power=8,billing=2,mail=16"), ("RUST_LOG", "warn")]).await?;
    if wanted("start") {
        rows.extend(start::measure(&mut stack).await?);
    }
    if wanted("latency") {
        rows.push(queue::latency(&stack).await?);
    }
    if wanted("path") {
        rows.push(queue::throughput(&stack, seconds).await?);
    }
    if wanted("tick") {
        rows.push(tick::measure(&stack).await?);
    }
    if wanted("list") {
        rows.push(requests::list(&stack, seconds).await?);
    }
    if wanted("order") {
        rows.extend(requests::order(&mut stack, seconds).await?);
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(["what", "measured", "must reach", "", "CPU seconds"]);
    for row in &rows {
        let mark = if row.reached { "✓" } else { "✗" };
        table.add_row([row.what.as_str(), &row.measured, &row.bar, mark, &row.cpu]);
    }
    println!("\n{table}");
    Ok(rows.iter().all(|row| row.reached))
}
