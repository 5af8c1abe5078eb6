//! `skypanel cloud`.

use anyhow::Context as _;
use api::routes::admin::clouds::Cloud;
use api::wire::{List, json_of};
use domain::catalog::{self, AccountView};
use domain::cloud::{self, BudgetView};
use domain::{Actor, Ctx, ProviderAccountId};
use runtime::settings::Source;

use super::output::{self, dash, on_record};
use crate::args::operator::{Clouds, Output};
use crate::wiring::{Purpose, ready_ctx};

/// Looks at connected clouds, and holds up their jobs.
pub async fn run(source: &Source, output: Output, what: Option<Clouds>) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    let actor = Actor::operator();
    let id = match what.unwrap_or(Clouds::List) {
        Clouds::List => return list(&ctx, output).await,
        Clouds::Pause(told) => {
            let id = named(&ctx, &told.id).await?;
            cloud::pause(&ctx, &actor, id, &on_record(&told.reason)).await?;
            id
        }
        Clouds::Resume(told) => {
            let id = named(&ctx, &told.id).await?;
            cloud::resume(&ctx, &actor, id, &on_record(&told.reason)).await?;
            id
        }
    };
    let account = catalog::account(&ctx, &actor, id).await?;
    let budgets = cloud::budgets(&ctx, &[id]).await?;
    if output.json {
        output::json(&json_of(&Cloud::of(account, budgets)));
    } else {
        output::rows(COLUMNS, [row(&account, &budgets)]);
    }
    Ok(())
}

/// A cloud by its id or its name.
async fn named(ctx: &Ctx, wanted: &str) -> anyhow::Result<ProviderAccountId> {
    let accounts = catalog::accounts(ctx, &Actor::operator()).await?;
    accounts
        .iter()
        .find(|account| account.id.to_string() == wanted || account.name == wanted)
        .map(|account| account.id)
        .with_context(|| format!("no cloud {wanted:?} is connected; `skypanel cloud list` names them"))
}

async fn list(ctx: &Ctx, output: Output) -> anyhow::Result<()> {
    let accounts = catalog::accounts(ctx, &Actor::operator()).await?;
    let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
    let budgets = cloud::budgets(ctx, &ids).await?;
    let of = |id| budgets.iter().filter(|budget| budget.account == id).cloned().collect();
    let found: Vec<(_, Vec<BudgetView>)> =
        accounts.into_iter().map(|account| (account.clone(), of(account.id))).collect();
    if output.json {
        output::json(&json_of(&List::of(found, |(account, budgets)| Cloud::of(account, budgets))));
    } else {
        output::rows(COLUMNS, found.iter().map(|(account, budgets)| row(account, budgets)));
    }
    Ok(())
}

const COLUMNS: [&str; 6] = ["cloud", "name", "token", "jobs", "servers", "may be asked now"];

fn row(account: &AccountView, budgets: &[BudgetView]) -> [String; 6] {
    let left = |budget: &BudgetView| match budget.blocked_until {
        Some(until) => format!("{} nothing until {}", budget.bucket, output::time(until)),
        None => format!("{} {:.0}/{:.0}", budget.bucket, budget.tokens.floor().max(0.0), budget.capacity),
    };
    let budgets: Vec<_> = budgets.iter().map(left).collect();
    [
        account.id.to_string(),
        account.name.clone(),
        account.status.to_string(),
        match &account.paused_reason {
            Some(reason) => format!("paused: {reason}"),
            None => "open".to_owned(),
        },
        account.servers.to_string(),
        if budgets.is_empty() { dash() } else { budgets.join(", ") },
    ]
}
