//! `skypanel cloud`.

mod brakes;
pub mod test;

use std::process::ExitCode;

use anyhow::Context as _;
use api::routes::admin::clouds::Cloud;
use api::wire::{List, json_of};
use domain::cloud::{self, BudgetView, CloudView};
use domain::{Actor, CloudId, Ctx};
use runtime::settings::Source;

use crate::args::operator::{Clouds, Output};
use crate::commands::output::{self, dash, on_record};
use crate::wiring::{Purpose, ready_ctx};

/// Shows connected clouds, and pauses, resumes or tests them.
pub async fn run(source: &Source, output: Output, what: Option<Clouds>) -> anyhow::Result<ExitCode> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    let actor = Actor::Operator;
    let id = match what.unwrap_or(Clouds::List) {
        Clouds::List => {
            list(&ctx, output).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Clouds::Test { cloud } => return test::run(source, cloud).await,
        Clouds::Brakes { cloud } => {
            brakes::show(&ctx, output, named(&ctx, &cloud).await?).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Clouds::Release { cloud, findings, account, trust, reason } => {
            let id = named(&ctx, &cloud).await?;
            let allowed = cloud::Release { findings, account, trust };
            cloud::release(&ctx, &actor, id, &allowed, &on_record(&reason)).await?;
            brakes::show(&ctx, output, id).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Clouds::Distrust => {
            let clouds = cloud::forget_marks(&ctx, &actor).await?;
            say!("{clouds} clouds only report from now on; `skypanel cloud release --trust` ends that for one");
            return Ok(ExitCode::SUCCESS);
        }
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
    let cloud = cloud::get(&ctx, &actor, id).await?;
    let budgets = cloud::budgets(&ctx, &actor, &[id]).await?;
    if output.json {
        output::json(&json_of(&Cloud::of(cloud, budgets)));
    } else {
        output::rows(COLUMNS, [row(&cloud, &budgets)]);
    }
    Ok(ExitCode::SUCCESS)
}

/// A cloud by its id or its name.
async fn named(ctx: &Ctx, wanted: &str) -> anyhow::Result<CloudId> {
    let clouds = cloud::list(ctx, &Actor::Operator).await?;
    clouds
        .iter()
        .find(|cloud| cloud.id.to_string() == wanted || cloud.name == wanted)
        .map(|cloud| cloud.id)
        .with_context(|| format!("no cloud {wanted:?} is connected; `skypanel cloud list` shows those that are"))
}

async fn list(ctx: &Ctx, output: Output) -> anyhow::Result<()> {
    let clouds = cloud::list(ctx, &Actor::Operator).await?;
    let ids: Vec<_> = clouds.iter().map(|cloud| cloud.id).collect();
    let budgets = cloud::budgets(ctx, &Actor::Operator, &ids).await?;
    let of = |id| budgets.iter().filter(|budget| budget.cloud == id).cloned().collect();
    let found: Vec<(_, Vec<BudgetView>)> = clouds.into_iter().map(|cloud| (cloud.clone(), of(cloud.id))).collect();
    if output.json {
        output::json(&json_of(&List::of(found, |(cloud, budgets)| Cloud::of(cloud, budgets))));
    } else {
        output::rows(COLUMNS, found.iter().map(|(cloud, budgets)| row(cloud, budgets)));
    }
    Ok(())
}

const COLUMNS: [&str; 7] = ["cloud", "name", "token", "jobs", "servers", "held", "calls left"];

fn row(cloud: &CloudView, budgets: &[BudgetView]) -> [String; 7] {
    let left = |budget: &BudgetView| match budget.blocked_until {
        Some(until) => format!("{} none until {}", budget.bucket, output::time(until)),
        None => format!("{} {:.0}/{:.0}", budget.bucket, budget.tokens.floor().max(0.0), budget.capacity),
    };
    let budgets: Vec<_> = budgets.iter().map(left).collect();
    [
        cloud.id.to_string(),
        cloud.name.clone(),
        cloud.status.to_string(),
        match &cloud.paused_reason {
            Some(reason) => format!("paused: {reason}"),
            None => "active".to_owned(),
        },
        cloud.servers.to_string(),
        if cloud.other_account { "other account".to_owned() } else { cloud.held.to_string() },
        if budgets.is_empty() { dash() } else { budgets.join(", ") },
    ]
}
