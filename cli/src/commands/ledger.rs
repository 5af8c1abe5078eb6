//! `skypanel ledger`.

use std::process::ExitCode;

use domain::ledger::verify::{self, AccountBalance, Check, JournalRow, Progress};
use domain::{Actor, Ctx, Currency, Money, OrgId, sums};
use runtime::settings::Source;
use serde_json::json;

use super::output::{self, dash, on_record, time};
use super::quote;
use crate::args::money::Ledger;
use crate::args::operator::Output;
use crate::wiring::{Purpose, ready_ctx};

/// Proves the ledger, shows balances and journals.
pub async fn run(source: &Source, output: Output, what: Ledger) -> anyhow::Result<ExitCode> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    match what {
        Ledger::Verify { head } => {
            let checks = verify::verify_telling(&ctx, &head, progress()).await?;
            let right = checks.iter().all(|check| check.wrong == 0);
            if output.json {
                output::json(&json!({ "right": right, "checks": checks }));
            } else {
                report(&checks);
            }
            return Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Ledger::Balance { org } => {
            let found = verify::balances(&ctx, org).await?;
            if output.json {
                output::json(&json!({ "items": found.iter().map(balance).collect::<Vec<_>>() }));
            } else {
                let row = |account: &AccountBalance| {
                    [account.kind.clone(), Money::usd(account.micros).exact(), account.postings.to_string()]
                };
                output::rows(["account", "balance", "postings"], found.iter().map(row));
            }
        }
        Ledger::WriteOff { org, amount, reason, dry_run } => {
            let (amount, reason) = (Money::parse(&amount, Currency::USD)?, on_record(&reason));
            if dry_run {
                let found = sums::quote_write_off(&ctx, &Actor::Operator, org, amount, &reason).await?;
                quote::print(output, found);
                return Ok(ExitCode::SUCCESS);
            }
            let done = sums::write_off(&ctx, &Actor::Operator, org, amount, &reason, None).await?;
            if output.json {
                output::json(&json!({ "owed": done.owed.exact() }));
            } else {
                say!("{amount} of the debt of {org} was written off; {} is still owed.", done.owed);
            }
        }
        Ledger::Journal { org, limit, before } => journal(&ctx, output, org, limit, before).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Says on standard error how far a verification is: each check, and the chains by tenths.
fn progress() -> impl FnMut(Progress) {
    let mut told = 0;
    move |now| match now {
        Progress::Sealing => say_aside!("Chaining what was written since the last seal"),
        Progress::Check { place, of, promise } => say_aside!("Check {place} of {of}: {promise}"),
        Progress::Chains { links: 0, of } => say_aside!("Computing {of} hashes again"),
        Progress::Chains { links, of } => {
            let tenths = if of > 0 { links * 10 / of } else { 10 };
            if tenths > told {
                told = tenths;
                say_aside!("{links} of {of} hashes");
            }
        }
    }
}

async fn journal(ctx: &Ctx, output: Output, org: Option<OrgId>, limit: i64, before: Option<i64>) -> anyhow::Result<()> {
    let found = verify::journals(ctx, org, before, limit).await?;
    if output.json {
        let item = |row: &JournalRow| {
            json!({
                "id": row.id, "cause": row.idem_key, "kind": row.kind, "org_id": row.org_id, "at": row.at,
                "entry": row.seq, "hash": row.hash, "postings": row.postings.lines().collect::<Vec<_>>(),
            })
        };
        output::json(&json!({ "items": found.iter().map(item).collect::<Vec<_>>() }));
        return Ok(());
    }
    let row = |row: &JournalRow| {
        [
            row.id.to_string(),
            time(row.at),
            row.kind.clone(),
            row.org_id.map_or_else(dash, |org| org.to_string()),
            row.postings.clone(),
            row.seq.map_or_else(dash, |seq| seq.to_string()),
        ]
    };
    output::rows(["journal", "at", "kind", "organisation", "postings", "entry"], found.iter().map(row));
    Ok(())
}

fn balance(account: &AccountBalance) -> serde_json::Value {
    json!({
        "account": account.kind, "currency": account.currency, "postings": account.postings,
        "balance": Money::usd(account.micros).amount(),
    })
}

fn report(checks: &[Check]) {
    let row = |check: &Check| {
        let verdict = if check.wrong == 0 { "yes".to_owned() } else { format!("NO: {}", check.wrong) };
        [check.promise.to_owned(), check.checked.to_string(), verdict]
    };
    output::rows(["promise", "checked", "kept"], checks.iter().map(row));
    for check in checks {
        for example in &check.examples {
            say!("{}: {example}", check.promise);
        }
    }
}
