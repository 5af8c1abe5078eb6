//! What an admin does to a job: retry, cancel, discard.

use entity::job::JobState;
use entity::{JobId, OrgId, UserId, VpsId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde_json::Value as Json;

use super::enqueue::{NewJob, enqueue};
use super::kind::Job;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, cloud, db, text, vps};

#[derive(FromQueryResult)]
struct Row {
    id: JobId,
    org_id: Option<OrgId>,
    kind: String,
    params: Json,
    state: JobState,
    step: i16,
    lease_token: i64,
    taken_up: Option<JobId>,
}

async fn locked(tx: &impl ConnectionTrait, id: JobId) -> Result<Row> {
    db::one(
        tx,
        db::sql(
            "select id, org_id, kind, params, state, step, lease_token, (select r.id from job r where r.retry_of = job.id) as taken_up from job where id = $1 for update",
            [id.into()],
        ),
    )
    .await?
    .ok_or_else(|| Error::not_found("job"))
}

fn known(row: &Row) -> Result<Job> {
    Job::from_row(&row.kind, &row.params).map_err(|_| {
        Error::conflict(
            "unknown_kind",
            "This version of SkyPanel doesn't know this kind of job. Leave it to a newer worker.",
        )
    })
}

/// Lets a job run again. A stuck or waiting one goes on where it was, or from an earlier step; a
/// failed or cancelled one is final, so a new job takes it up, and an order sets its money aside
/// anew. Returns the job that will run.
///
/// # Errors
/// `not_retryable` for jobs that run or succeeded, and whatever a new order would be refused for.
pub async fn retry(ctx: &Ctx, actor: &Actor, id: JobId, from_step: Option<i16>, reason: Option<&str>) -> Result<JobId> {
    let reason = given(reason)?;
    let tx = ctx.begin().await?;
    let next = retry_in(ctx, &tx, actor, id, from_step, reason).await?;
    tx.commit().await?;
    Ok(next)
}

pub(super) async fn retry_in(
    ctx: &Ctx,
    tx: &DatabaseTransaction,
    actor: &Actor,
    id: JobId,
    from_step: Option<i16>,
    reason: Option<String>,
) -> Result<JobId> {
    actor.admin()?;
    let row = locked(tx, id).await?;
    let next = match row.state {
        JobState::Stuck | JobState::Retry | JobState::Waiting => {
            resume(tx, &row, from_step).await?;
            id
        }
        JobState::Failed | JobState::Cancelled if from_step.is_some() => {
            return Err(Error::conflict(
                "not_retryable",
                "This job is final and what it did is undone, so it can't go on from one of its steps. Retry it as a whole.",
            ));
        }
        JobState::Failed | JobState::Cancelled if row.taken_up.is_none() => {
            take_up(ctx, tx, &row, actor.user()).await?
        }
        JobState::Failed | JobState::Cancelled => {
            return Err(Error::conflict("not_retryable", "This job was taken up again already."));
        }
        JobState::Queued | JobState::Running => {
            return Err(Error::conflict("not_retryable", "This job is under way. There is nothing to retry."));
        }
        JobState::Succeeded => {
            return Err(Error::conflict("not_retryable", "This job is done. There is nothing to retry."));
        }
    };
    cloud::revalidate(ctx, tx, next, actor.user()).await?;
    note(tx, &row, actor, "job.retry", "An administrator retried a job", reason).await?;
    Ok(next)
}

fn given(reason: Option<&str>) -> Result<Option<String>> {
    reason.map(|reason| text::line("/reason", reason, 0, 500)).transpose()
}

async fn resume(tx: &impl ConnectionTrait, row: &Row, from_step: Option<i16>) -> Result<()> {
    if let Some(step) = from_step.filter(|step| !(0..=row.step).contains(step)) {
        return Err(Error::conflict(
            "not_retryable",
            format!("This job has not come to step {step} yet. Choose one that it has begun."),
        ));
    }
    // From its first step a job knows nothing of what it learnt before.
    db::exec(
        tx,
        db::sql(
            "update job set state = 'queued', attempts = 0, crashes = 0, run_at = now(), dispatched_at = null, deadline_at = greatest(deadline_at, now() + interval '30 min'), \
                    step = coalesce($2, step), step_data = case when $2 = 0 then '{}' else step_data end where id = $1",
            [row.id.into(), from_step.into()],
        ),
    )
    .await?;
    wake(tx).await
}

/// Rings relays, which an update alone does not.
async fn wake(tx: &impl ConnectionTrait) -> Result<()> {
    db::exec(tx, db::sql("select pg_notify('job', '')", [])).await?;
    Ok(())
}

async fn take_up(ctx: &Ctx, tx: &impl ConnectionTrait, row: &Row, admin: Option<UserId>) -> Result<JobId> {
    let job = known(row)?;
    let next = enqueue(ctx, tx, NewJob::new(job).org(row.org_id).actor(admin).retry_of(row.id)).await?;
    match job {
        Job::ProvisionVps { vps } => vps::reopen_order(ctx, tx, vps, next).await?,
        Job::PowerVps { vps, .. } => vps::require_alive(tx, vps).await?,
        Job::DeleteVps { vps } => vps::reopen_delete(tx, vps).await?,
        _ => {}
    }
    Ok(next)
}

/// Ends a job. One that never began ends at once; one that began is told to undo what it did.
///
/// # Errors
/// `not_cancellable` for jobs that ended, and for deletions and charges that began.
pub async fn cancel(ctx: &Ctx, actor: &Actor, id: JobId, reason: Option<&str>) -> Result<()> {
    let reason = given(reason)?;
    let tx = ctx.begin().await?;
    cancel_in(ctx, &tx, actor, id, reason).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn cancel_in(
    ctx: &Ctx,
    tx: &DatabaseTransaction,
    actor: &Actor,
    id: JobId,
    reason: Option<String>,
) -> Result<()> {
    actor.admin()?;
    let row = locked(tx, id).await?;
    let begun = row.lease_token > 0;
    match (row.state, known(&row)) {
        (JobState::Succeeded | JobState::Failed | JobState::Cancelled, _) => {
            return Err(Error::conflict("not_cancellable", "This job has ended. There is nothing to cancel."));
        }
        (_, Ok(Job::DeleteVps { .. } | Job::ChargeUsage { .. })) if begun => {
            return Err(Error::conflict(
                "not_cancellable",
                "This job has begun and can't be taken back. Let it finish.",
            ));
        }
        // Something may stand at the provider: the handler takes it back and then ends the job.
        (_, Ok(Job::ProvisionVps { .. })) if begun => request_cancel(tx, id).await?,
        (JobState::Running, Ok(_)) => request_cancel(tx, id).await?,
        (_, job) => {
            end_now(tx, id).await?;
            if let Ok(job) = job {
                undo_unbegun(ctx, tx, job, id).await?;
            }
        }
    }
    note(tx, &row, actor, "job.cancel", "An administrator cancelled a job", reason).await
}

/// Puts a job aside: a final one no longer wants anybody's attention; a stuck one that left
/// nothing at a provider ends as failed.
///
/// # Errors
/// `not_discardable` for jobs that are under way, and for stuck ones that must be retried or
/// cancelled because a machine or money hangs on them.
pub async fn discard(ctx: &Ctx, actor: &Actor, id: JobId, reason: Option<&str>) -> Result<()> {
    let reason = given(reason)?;
    let tx = ctx.begin().await?;
    discard_in(&tx, actor, id, reason).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn discard_in(
    tx: &DatabaseTransaction,
    actor: &Actor,
    id: JobId,
    reason: Option<String>,
) -> Result<()> {
    actor.admin()?;
    let row = locked(tx, id).await?;
    match row.state {
        JobState::Succeeded | JobState::Failed | JobState::Cancelled => {}
        JobState::Stuck if is_harmless(&row.kind, &row.params) => {}
        JobState::Stuck => {
            return Err(Error::conflict(
                "not_discardable",
                "A server or money hangs on this job. Retry it, or cancel it so that it takes back what it did.",
            ));
        }
        _ => {
            return Err(Error::conflict("not_discardable", "This job is under way. Cancel it instead."));
        }
    }
    db::exec(
        tx,
        db::sql(
            "update job set discarded_at = now(), state = case when state = 'stuck' then 'failed' else state end, finished_at = coalesce(finished_at, now()) where id = $1",
            [id.into()],
        ),
    )
    .await?;
    note(tx, &row, actor, "job.discard", "An administrator discarded a job", reason).await
}

/// Whether nothing is left in doubt when a job of this kind just ends. Kinds that this build does
/// not know may have left anything.
pub(super) fn is_harmless(kind: &str, params: &Json) -> bool {
    Job::from_row(kind, params).is_ok_and(|job| !matches!(job, Job::ProvisionVps { .. }) && !job.must_not_fail())
}

async fn request_cancel(tx: &impl ConnectionTrait, id: JobId) -> Result<()> {
    db::exec(
        tx,
        db::sql(
            "update job set cancel_requested = true, run_at = now(), dispatched_at = null, crashes = 0, \
             state = case when state in ('stuck', 'waiting', 'retry') then 'queued' else state end where id = $1",
            [id.into()],
        ),
    )
    .await?;
    wake(tx).await
}

async fn end_now(tx: &impl ConnectionTrait, id: JobId) -> Result<()> {
    db::exec(
        tx,
        db::sql("update job set state = 'cancelled', cancel_requested = true, finished_at = now(), lease_until = null, lease_owner = null where id = $1", [id.into()]),
    )
    .await?;
    Ok(())
}

async fn undo_unbegun(ctx: &Ctx, tx: &impl ConnectionTrait, job: Job, id: JobId) -> Result<()> {
    match job {
        Job::ProvisionVps { vps } => {
            vps::drop_order(ctx, tx, vps, id, "The order was cancelled before it began. Nothing was charged.").await
        }
        Job::DeleteVps { vps } => vps::keep_after_all(tx, vps).await,
        _ => Ok(()),
    }
}

async fn note(
    tx: &impl ConnectionTrait,
    row: &Row,
    actor: &Actor,
    event: &'static str,
    words: &str,
    reason: Option<String>,
) -> Result<()> {
    let entity_vps = row.params.get("vps").and_then(Json::as_str).and_then(|id| id.parse::<VpsId>().ok());
    let mut told = Event::new(event, EventStatus::Info, format!("{words} ({})", row.kind))
        .org(row.org_id)
        .actor(actor.user())
        .job(row.id)
        .metadata(serde_json::json!({ "reason": reason }));
    told = match entity_vps {
        Some(vps) => told.entity("vps", vps),
        None => told.entity("job", row.id),
    };
    activity::record(tx, told).await
}
