//! The parts of the map together: as a list of columns, and as a page for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::table::{Erased, Personal, Shown};
use super::{account, impersonal, payments, traces};

fn personal() -> impl Iterator<Item = &'static Personal> {
    account::LINES.iter().chain(traces::LINES).chain(payments::LINES)
}

/// What shows rows, table by table.
pub(crate) fn shown() -> Vec<Shown> {
    [account::shown(), traces::shown(), payments::shown()].concat()
}

/// What erases rows, in this order.
pub(super) fn erased() -> Vec<Erased> {
    [payments::erased(), traces::erased(), account::erased()].concat()
}

/// Every table with its columns, as the map knows them.
#[must_use]
pub fn columns() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut all: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for line in personal() {
        let mut columns = [line.shown, line.emptied, line.kept].concat();
        columns.sort_unstable();
        columns.dedup();
        all.insert(line.name, columns);
    }
    for line in impersonal::LINES {
        let mut columns: Vec<_> = line.columns.split_whitespace().collect();
        columns.sort_unstable();
        all.insert(line.name, columns);
    }
    all
}

/// The map as Markdown, for docs/privacy.md.
#[must_use]
pub fn page() -> String {
    let mut page = String::from("| table | what of a person it holds | a copy shows | an erasure | stays |\n");
    page.push_str("|---|---|---|---|---|\n");
    for line in personal() {
        let cells = (line.name, line.about, words(line.shown), fate(line), stays(line));
        let _ = writeln!(page, "| `{}` | {} | {} | {} | {} |", cells.0, cells.1, cells.2, cells.3, cells.4);
    }
    page.push_str("\nNothing about persons but ids:\n\n| table | what it holds |\n|---|---|\n");
    for line in impersonal::LINES {
        let _ = writeln!(page, "| `{}` | {} |", line.name, line.why);
    }
    page
}

fn words(columns: &[&str]) -> String {
    if columns.is_empty() { "-".to_owned() } else { format!("`{}`", columns.join("`, `")) }
}

fn fate(line: &Personal) -> String {
    let mut emptied: Vec<&str> = Vec::new();
    for column in line.emptied {
        if !emptied.contains(column) {
            emptied.push(column);
        }
    }
    match (emptied.is_empty(), line.deleted, line.name) {
        (_, _, "app_user") => "replaces the address and the name, empties the password".to_owned(),
        (_, _, "rate_minute") | (true, true, _) => "deletes the rows".to_owned(),
        (true, false, _) => "changes nothing".to_owned(),
        (false, true, _) => format!("empties {}; deletes the rows of an organisation that ended", words(&emptied)),
        (false, false, _) => format!("empties {}", words(&emptied)),
    }
}

fn stays(line: &Personal) -> &'static str {
    if line.why.is_empty() { "-" } else { line.why }
}
