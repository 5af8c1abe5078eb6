//! What `./dev bench` measures: our own processes beside `PostgreSQL` alone, and `./dev bench jobs`: our jobs beside
//! other queues'.
//!
//! Invariant: a figure is a ratio to a yardstick that was measured on the same servers in the same run, so that it
//! means the same on any machine.

mod access;
mod cpu;
mod customers;
mod jobs;
mod latency;
mod list;
mod load;
mod money;
pub mod order;
mod path;
mod peers;
pub mod pgbench;
mod rounds;
mod scale;
mod start;
pub mod statements;
mod tick;

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets};
use testkit::stack::Stack;

pub use jobs::Part as JobsLine;
pub use scale::{JobsScale, Scale};

/// Connections of a load, ours and pgbench's.
const CONNECTIONS: u32 = 32;
/// The word that asks for the table of what telling people apart costs.
const ACCESS: &str = "access";
/// The word that asks for the table of jobs beside other queues, which takes some ten minutes.
const JOBS: &str = "jobs";
/// The word that asks for the table of money, which takes some twenty minutes.
const MONEY: &str = "money";
/// What the stack's processes are told: slots enough, and no customer that is refused for asking much.
const SETTINGS: [(&str, &str); 4] = [
    ("WORKER_QUEUES", "provision=8,power=8,billing=2,mail=16"),
    ("ORG_OPEN_JOBS", "100000"),
    ("OVERLOADED_AFTER_MS", "86400000"),
    ("RUST_LOG", "warn"),
];

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// Our figure beside its yardstick's, with their ratio.
    pub measured: String,
    /// What must be reached; empty where the figure is for information.
    pub bar: String,
    /// Whether it was.
    pub reached: bool,
    /// CPU seconds by process during the measurement.
    pub cpu: String,
}

/// Measures and prints; false when a bar was not reached. The word `access` alone asks for the table of
/// what telling people apart costs, `jobs` for that of jobs beside other queues (or one `line` of it), `money`
/// for that of money (`money/hour` for a part of it), any other for the rows whose name contains it.
///
/// # Errors
/// When something could not be measured.
pub async fn run(only: Option<&str>, line: Option<JobsLine>, scale: Scale) -> Result<bool> {
    if only == Some(JOBS) {
        return Box::pin(jobs::run(scale, line)).await;
    }
    if only == Some(ACCESS) {
        return Box::pin(access::run(scale)).await;
    }
    if let Some(part) = only.and_then(|only| only.strip_prefix(MONEY)) {
        return Box::pin(money::run(part.strip_prefix('/'), scale)).await;
    }
    let wanted = |name: &str| only.is_none_or(|only| name.contains(only));
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    let mut stack = Stack::start(&SETTINGS).await?;
    if wanted("start") {
        rows.extend(start::measure(&mut stack, scale).await?);
    }
    if wanted("latency") {
        rows.push(latency::measure(&stack, scale).await?);
    }
    if wanted("path") {
        rows.push(path::measure(&stack, scale).await?);
    }
    if wanted("tick") {
        rows.push(tick::measure(&stack, scale).await?);
    }
    if wanted("list") {
        rows.push(list::measure(&stack, scale).await?);
    }
    if wanted("order") {
        let (measured, note) = order::measure(&mut stack, scale).await?;
        rows.extend(measured);
        notes.push(note);
    }
    anyhow::ensure!(!rows.is_empty(), "no row has {:?} in its name", only.unwrap_or_default());
    println!("\n{}", table(&rows));
    for note in notes {
        println!("\n{note}");
    }
    Ok(rows.iter().all(|row| row.reached))
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(["what", "measured", "must reach", "", "CPU seconds"]);
    for row in rows {
        let mark = match row.bar.as_str() {
            "" => "",
            _ if row.reached => "✓",
            _ => "✗",
        };
        table.add_row([row.what.as_str(), &row.measured, &row.bar, mark, &row.cpu]);
    }
    table
}

/// Aligns figures, from this column on.
fn right_from(table: &mut Table, first: usize) {
    for column in table.column_iter_mut().skip(first) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
