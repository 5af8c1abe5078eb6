//! What an admin does to a job: retry and cancel.

use entity::job::JobState;
use entity::{JobId, OrgId, UserId, VpsId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value as Json;

use super::enqueue::{NewJob, enqueue};
use super::kind::Job;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db, text, vps};

#[derive(FromQueryResult)]
struct Row {
    id: JobId,
    org_id: Option<OrgId>,
    kind: String,
    params: Json,
    state: JobState,
    lease_token: i64,
    taken_up: Option<JobId>,
}

async fn locked(tx: &impl ConnectionTrait, id: JobId) -> Result<Row> {
    db::one(
        tx,
        db::sql(
            "select id, org_id, kind, params, state, lease_token, (select r.id from job r where r.retry_of = job.id) as taken_up from job where id = $1 for update",
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

/// Lets a job run again. A stuck or waiting one goes on where it was; a failed or cancelled one
/// is final, so a new job takes it up, and an order sets its money aside anew.
/// Returns the job that will run.
///
/// # Errors
/// `not_retryable` for jobs that run or succeeded, and whatever a new order would be refused for.
pub async fn retry(ctx: &Ctx, actor: &Actor, id: JobId, reason: Option<&str>) -> Result<JobId> {
    let admin = actor.admin()?;
    let reason = reason.map(|reason| text::line("/reason", reason, 0, 500)).transpose()?;
    let tx = ctx.begin().await?;
    let row = locked(&tx, id).await?;
    let next = match row.state {
        JobState::Stuck | JobState::Retry | JobState::Waiting => {
            resume(&tx, id).await?;
            id
        }
        JobState::Failed | JobState::Cancelled if row.taken_up.is_none() => take_up(ctx, &tx, &row, admin).await?,
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
    note(&tx, &row, admin, "job.retry", "An administrator retried a job", reason).await?;
    tx.commit().await?;
    Ok(next)
}

async fn resume(tx: &impl ConnectionTrait, id: JobId) -> Result<()> {
    db::exec(
        tx,
        db::sql(
            "update job set state = 'queued', attempts = 0, crashes = 0, run_at = now(), dispatched_at = null, deadline_at = greatest(deadline_at, now() + interval '30 min') where id = $1",
            [id.into()],
        ),
    )
    .await?;
    // Rings relays, which an update alone does not.
    db::exec(tx, db::sql("select pg_notify('job', '')", [])).await?;
    Ok(())
}

async fn take_up(ctx: &Ctx, tx: &impl ConnectionTrait, row: &Row, admin: UserId) -> Result<JobId> {
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
    let admin = actor.admin()?;
    let reason = reason.map(|reason| text::line("/reason", reason, 0, 500)).transpose()?;
    let tx = ctx.begin().await?;
    let row = locked(&tx, id).await?;
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
        (_, Ok(Job::ProvisionVps { .. })) if begun => request_cancel(&tx, id).await?,
        (JobState::Running, Ok(_)) => request_cancel(&tx, id).await?,
        (_, job) => {
            end_now(&tx, id).await?;
            if let Ok(job) = job {
                undo_unbegun(ctx, &tx, job, id).await?;
            }
        }
    }
    note(&tx, &row, admin, "job.cancel", "An administrator cancelled a job", reason).await?;
    tx.commit().await?;
    Ok(())
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
    db::exec(tx, db::sql("select pg_notify('job', '')", [])).await?;
    Ok(())
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
    admin: UserId,
    event: &'static str,
    words: &str,
    reason: Option<String>,
) -> Result<()> {
    let entity_vps = row.params.get("vps").and_then(Json::as_str).and_then(|id| id.parse::<VpsId>().ok());
    let mut told = Event::new(event, EventStatus::Info, format!("{words} ({})", row.kind))
        .org(row.org_id)
        .actor(admin)
        .job(row.id)
        .metadata(serde_json::json!({ "reason": reason }));
    told = match entity_vps {
        Some(vps) => told.entity("vps", vps),
        None => told.entity("job", row.id),
    };
    activity::record(tx, told).await
}
