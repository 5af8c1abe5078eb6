//! How operators' commands print: a table for people, or the API's JSON.

use chrono::{DateTime, Utc};
use comfy_table::{Row, Table, presets};
use serde_json::Value;

/// Writes a value as JSON.
pub fn json(value: &Value) {
    say!("{value:#}");
}

/// A table with these columns.
pub fn table<const N: usize>(columns: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(columns);
    table
}

/// Writes a table of rows, or "none" when it is empty.
pub fn rows<const N: usize, R: Into<Row>>(columns: [&str; N], rows: impl IntoIterator<Item = R>) {
    let mut table = table(columns);
    table.add_rows(rows);
    if table.is_empty() {
        say!("none");
    } else {
        say!("{table}");
    }
}

/// Prints to standard error how to see more of a list.
pub fn more(next: Option<&str>) {
    if let Some(next) = next {
        say_aside!("For the next page, add --cursor {next}");
    }
}

/// An instant to the second, in UTC.
pub fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// An instant, or a dash.
pub fn time_or_dash(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(dash, time)
}

/// A duration in the unit that suits its length.
pub fn span(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => format!("{:.0} ms", s * 1_000.0),
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3_600.0),
        s => format!("{:.1} d", s / 86_400.0),
    }
}

/// A duration, or a dash.
pub fn span_or_dash(seconds: Option<f64>) -> String {
    seconds.map_or_else(dash, span)
}

/// The sign for an empty value.
pub fn dash() -> String {
    "-".to_owned()
}

/// A reason for the record with where it was given, since the record names no user. An empty
/// one stays empty, so that `domain` can refuse it.
pub fn on_record(reason: &str) -> String {
    match reason.trim() {
        "" => String::new(),
        reason => format!("{reason} (command line)"),
    }
}

/// The same where a reason is optional.
pub fn on_record_or_not(reason: Option<&str>) -> String {
    reason.map(on_record).filter(|reason| !reason.is_empty()).unwrap_or_else(|| "command line".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_suit_their_length() {
        let said: Vec<_> = [0.012, 1.25, 300.0, 9_000.0, 400_000.0].into_iter().map(span).collect();
        assert_eq!(said, ["12 ms", "1.2 s", "5 min", "2.5 h", "4.6 d"]);
    }

    #[test]
    fn an_empty_reason_stays_empty() {
        assert_eq!(on_record("  "), "");
        assert_eq!(on_record(" repairs "), "repairs (command line)");
        assert_eq!(on_record_or_not(None), "command line");
    }
}
