//! Figures over an hour, a day or a week.

use api::routes::admin::statistics::Statistics;
use api::wire::json_of;
use domain::queue::{self, StatFigures};

use super::super::output::{self, span, span_or_dash};
use crate::args::operator::Output;

/// Shows figures in total, by kind and by cloud; as JSON also over time.
pub fn show(found: queue::Statistics, output: Output) {
    if output.json {
        output::json(&json_of(&Statistics::from(found)));
        return;
    }
    let seconds = found.stretch.seconds;
    let total = row("all", &found.total, seconds);
    let kinds = found.by_kind.iter().map(|(kind, figures)| row(kind, figures, seconds));
    let clouds = found.by_cloud.iter().map(|(_, name, figures)| row(&format!("cloud {name}"), figures, seconds));
    let columns = [
        "what",
        "done",
        "failed",
        "retried",
        "failure rate",
        "per s",
        "wait p50",
        "p95",
        "p99",
        "run p50",
        "p95",
        "p99",
    ];
    output::rows(columns, std::iter::once(total).chain(kinds).chain(clouds));
    say!("Over the last {}.", span(f64::from(seconds)));
}

#[expect(clippy::cast_precision_loss, reason = "counts of runs, far below 2^52")]
fn row(name: &str, figures: &StatFigures, seconds: i32) -> [String; 12] {
    let ended = (figures.done + figures.failed) as f64;
    let rate = if ended > 0.0 { figures.failed as f64 / ended * 100.0 } else { 0.0 };
    let [wait50, wait95, wait99] = figures.wait_s.map(span_or_dash);
    let [run50, run95, run99] = figures.run_s.map(span_or_dash);
    [
        name.to_owned(),
        figures.done.to_string(),
        figures.failed.to_string(),
        figures.retried.to_string(),
        format!("{rate:.1} %"),
        format!("{:.2}", ended / f64::from(seconds)),
        wait50,
        wait95,
        wait99,
        run50,
        run95,
        run99,
    ]
}
