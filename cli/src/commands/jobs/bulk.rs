//! One action on many jobs: counted, shown, confirmed by typing the number.

use anyhow::{Context as _, ensure};
use api::routes::admin::bulk::BulkAnswer;
use api::routes::admin::jobs::AdminJob;
use api::wire::json_of;
use domain::work::{self, BulkPreview, JobFilter};
use domain::{Actor, BulkAction, Ctx};

use super::super::output::{self, on_record};
use crate::args::operator::{Output, Which};
use crate::say;

/// Counts the jobs that match, and enqueues a job that does it to each.
pub async fn run(ctx: &Ctx, action: BulkAction, which: Which, output: Output) -> anyhow::Result<()> {
    let (actor, filter) = (Actor::Operator, JobFilter::from(which.filter));
    let preview = work::bulk_preview(ctx, &actor, action, &filter).await?;
    let count = preview.count;
    if which.dry_run {
        show(preview, action, output);
        return Ok(());
    }
    ensure!(count > 0, "no job matches; nothing was changed");
    if !which.yes {
        confirm(&preview, action)?;
    }
    let reason = on_record(which.reason.as_deref().unwrap_or_default());
    let id = work::bulk_start(ctx, &actor, action, &filter, &reason, Some(count)).await?;
    if output.json {
        let job = AdminJob::whole(work::admin_get(ctx, &actor, id).await?);
        output::json(&json_of(&BulkAnswer::started(count, job)));
    } else {
        say!("{id} will {action} {count} jobs; follow it with `skypanel jobs show {id}`.");
    }
    Ok(())
}

fn show(preview: BulkPreview, action: BulkAction, output: Output) {
    if output.json {
        output::json(&json_of(&BulkAnswer::preview(preview)));
        return;
    }
    super::table(&preview.sample);
    say!("This would {action} {} jobs.{} Nothing was changed.", preview.count, takes(&preview));
}

/// Questions go to standard error, so that what a script reads stays JSON.
fn confirm(preview: &BulkPreview, action: BulkAction) -> anyhow::Result<()> {
    let count = preview.count;
    for job in &preview.sample {
        say_aside!("{} {} {}", job.id, job.kind, job.state);
    }
    say::aside(format_args!("{count} jobs match.{} Type {count} to {action} them: ", takes(preview)));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("reading the number from standard input")?;
    ensure!(line.trim() == count.to_string(), "that is not {count}; nothing was changed");
    Ok(())
}

/// What is taken from wallets again, as a sentence with a space in front; nothing where nothing is.
fn takes(preview: &BulkPreview) -> String {
    let takes = preview.takes;
    if takes.micros == 0 {
        return String::new();
    }
    format!(" It takes {takes} from customers' wallets again.")
}
