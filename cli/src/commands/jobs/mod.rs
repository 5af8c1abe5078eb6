//! `skypanel jobs`.

mod bulk;
mod show;
mod stats;

use api::routes::admin::jobs::{AdminJob, JobCounts};
use api::wire::{Paged, json_of};
use domain::page::PageRequest;
use domain::queue;
use domain::work;
use domain::{Actor, BulkAction, Ctx, JobId};
use runtime::settings::Source;

use super::output::{self, dash, on_record, on_record_or_not, span};
use super::queues;
use crate::args::operator::{Filter, Jobs, Output, Rows, Which};
use crate::wiring::{Purpose, ready_ctx};

/// Shows jobs, acts on them, and pauses queues.
pub async fn run(source: &Source, output: Output, what: Jobs) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    let actor = Actor::Operator;
    match what {
        Jobs::List { filter, rows } => list(&ctx, filter, rows, output).await?,
        Jobs::Show { id } => show::show(work::admin_get(&ctx, &actor, id).await?, output),
        Jobs::Retry { which, from_step } => act(&ctx, BulkAction::Retry, which, from_step, output).await?,
        Jobs::Cancel { which } => act(&ctx, BulkAction::Cancel, which, None, output).await?,
        Jobs::Discard { which } => act(&ctx, BulkAction::Discard, which, None, output).await?,
        Jobs::Pause { queue, reason } => {
            queues::one(queue::pause_queue(&ctx, &actor, queue, &on_record(&reason)).await?, output);
        }
        Jobs::Resume { queue, reason } => {
            let reason = on_record_or_not(reason.as_deref());
            queues::one(queue::resume_queue(&ctx, &actor, queue, &reason).await?, output);
        }
        Jobs::Counts { filter } => counts(work::counts_of(&ctx, &actor, &filter.into()).await?, output),
        Jobs::Stats { window, filter } => {
            let time = filter.since.map_or(work::Time::Back(window), |since| work::Time::Between(since, filter.until));
            stats::show(work::statistics(&ctx, &actor, time, &filter.into()).await?, output);
        }
    }
    Ok(())
}

async fn list(ctx: &Ctx, filter: Filter, rows: Rows, output: Output) -> anyhow::Result<()> {
    let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
    let page = work::admin_list(ctx, &Actor::Operator, &filter.into(), &request).await?;
    if output.json {
        output::json(&json_of(&Paged::of(page, AdminJob::from)));
        return Ok(());
    }
    table(&page.items);
    output::more(page.next.as_deref());
    Ok(())
}

fn table(found: &[work::AdminJob]) {
    let row = |job: &work::AdminJob| {
        let error = job.error.as_ref().and_then(|error| error["admin"].as_str()).or(job.error_code.as_deref());
        [
            job.id.to_string(),
            job.kind.clone(),
            job.queue.to_string(),
            job.state.to_string(),
            format!("{}/{}", job.attempts, job.max_attempts),
            span(job.age_s),
            job.org_name.clone().unwrap_or_else(dash),
            job.target_label.clone().unwrap_or_else(dash),
            error.map_or_else(dash, |error| error.chars().take(60).collect()),
        ]
    };
    let columns = ["job", "kind", "queue", "state", "attempts", "age", "organisation", "target", "error"];
    output::rows(columns, found.iter().map(row));
}

async fn act(
    ctx: &Ctx,
    action: BulkAction,
    which: Which,
    from_step: Option<i16>,
    output: Output,
) -> anyhow::Result<()> {
    let Some(id) = which.id else {
        return bulk::run(ctx, action, which, output).await;
    };
    let (actor, reason) = (Actor::Operator, on_record_or_not(which.reason.as_deref()));
    let takes = match action {
        BulkAction::Retry => work::admin_get(ctx, &actor, id).await?.retry_takes(),
        BulkAction::Cancel | BulkAction::Discard => None,
    };
    let after: JobId = match action {
        BulkAction::Retry => work::retry(ctx, &actor, id, from_step, Some(&reason)).await?,
        BulkAction::Cancel => work::cancel(ctx, &actor, id, Some(&reason)).await.map(|()| id)?,
        BulkAction::Discard => work::discard(ctx, &actor, id, Some(&reason)).await.map(|()| id)?,
    };
    let job = work::admin_get(ctx, &actor, after).await?;
    if output.json {
        output::json(&json_of(&AdminJob::whole(job)));
    } else if after != id {
        say!("{id} had ended; it is retried as {after}, which is {}.", job.state);
        if let Some(takes) = takes {
            say!("{} were set aside again in the customer's wallet.", takes.rate());
        }
    } else if job.cancel_requested && job.finished_at.is_none() {
        say!("{id} is {} and was asked to stop.", job.state);
    } else {
        say!("{id} is {}.", job.state);
    }
    Ok(())
}

fn counts(counts: work::Counts, output: Output) {
    if output.json {
        output::json(&json_of(&JobCounts::from(counts)));
        return;
    }
    output::rows(
        ["state", "jobs"],
        counts.by_state.iter().map(|(state, count)| [state.to_string(), count.to_string()]),
    );
    say!("{} need attention. {} match{}.", counts.attention, counts.matches.count, {
        if counts.matches.complete { "" } else { " or more: only the newest 100,000 jobs were counted" }
    });
}
