//! What a change would write and mean, as commands with `--dry-run` print it.

use api::routes::quote::Quote;
use api::wire::json_of;
use domain::ledger;
use serde_json::Value as Json;

use super::output;
use crate::args::operator::Output;

/// Prints a quote of the rules.
pub fn print(output: Output, quote: ledger::Quote) {
    show(output.json, &json_of(&Quote::from(quote)));
}

/// Prints a quote as the API answers it.
pub fn show(as_json: bool, quote: &Json) {
    if as_json {
        output::json(quote);
        return;
    }
    let lines = quote["lines"].as_array().into_iter().flatten();
    let row = |line: &Json| [text(&line["kind"]), text(&line["account"]), money(&line["amount"])];
    output::rows(["movement", "account", "amount"], lines.map(row));
    for (name, member) in [("balance", "balance"), ("owed", "owed"), ("an hour costs", "hourly_with_tax")] {
        say!("{:15}{} (now {})", name, money(&quote[member]), money(&quote["before"][member]));
    }
    say!("{:15}{} (now {})", "lasts for", span(&quote["runway_s"]), span(&quote["before"]["runway_s"]));
    say!("Nothing was done.");
}

fn span(seconds: &Json) -> String {
    output::span_or_dash(seconds.as_f64())
}

fn money(value: &Json) -> String {
    format!("{} {}", text(&value["amount"]), text(&value["currency"]))
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
