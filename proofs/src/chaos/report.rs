//! The table at the end of a run.

use std::time::Duration;

use comfy_table::{Table, presets};

use super::rules::Harm;
use super::tally::Tally;

/// Prints what a run came to. Of a single seed, the failpoints that it did not reach are left out.
pub fn print(tally: &Tally, failpoints: &[String], took: Duration, single: bool) {
    let mut kills = table();
    kills.set_header(["kills by failpoint", "times"]);
    for name in failpoints {
        let times = tally.kills.get(name).copied().unwrap_or(0);
        if times > 0 || !single {
            kills.add_row([name.clone(), times.to_string()]);
        }
    }
    let mut faults = table();
    faults.set_header(["other faults", "times"]);
    for (kind, times) in &tally.faults {
        faults.add_row([(*kind).to_owned(), times.to_string()]);
    }
    let found = |class: Harm| {
        let all = tally.failed.iter().flat_map(|(_, findings)| findings);
        all.filter(|finding| finding.starts_with(class.word())).count().to_string()
    };
    let mut sum = table();
    sum.set_header(["in all", ""]);
    for (what, figure) in [
        ("seeds", tally.seeds.to_string()),
        ("minutes", format!("{:.1}", took.as_secs_f64() / 60.0)),
        ("orders and actions accepted", tally.accepted.to_string()),
        ("jobs run", tally.jobs.to_string()),
        ("kills at failpoints", tally.kills.values().sum::<u64>().to_string()),
        ("failpoints that killed", format!("{} of {}", tally.kills.len(), failpoints.len())),
        ("other faults", tally.faults.values().sum::<u64>().to_string()),
        ("leases lost in crashes", tally.crashes.to_string()),
        ("jobs stuck after 3 crashes, as planned, and resumed", tally.stuck_as_planned.to_string()),
        ("slowest recovery", format!("{:.1} s (seed {})", tally.slowest.0.as_secs_f64(), tally.slowest.1)),
        ("machines that only the sweep removed", tally.swept.to_string()),
        ("machines that the brakes held back", tally.braked.to_string()),
        ("processes that ended by themselves", tally.ended_by_themselves.len().to_string()),
        ("lost", found(Harm::Lost)),
        ("double effects", found(Harm::Double)),
        ("orphans after one sweep", found(Harm::Orphan)),
        ("books, fences, ticks broken", found(Harm::Broken)),
        ("seeds that failed", tally.failed.len().to_string()),
    ] {
        sum.add_row([what.to_owned(), figure]);
    }
    if !failpoints.is_empty() {
        println!("\n{kills}");
    }
    println!("\n{faults}\n\n{sum}");
    for ended in &tally.ended_by_themselves {
        println!("ended by itself: {ended}");
    }
    for (again, findings) in &tally.failed {
        println!("\nfailed, again: {again}");
        for finding in findings {
            println!("  {finding}");
        }
    }
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table
}
