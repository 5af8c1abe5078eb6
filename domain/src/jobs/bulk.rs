//! One wish about many jobs: counted first, carried out by a job.

use entity::job::BulkAction;
use entity::{BulkId, JobId, UserId};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::admin::{AdminJob, JobFilter, newest};
use super::claim::Claim;
use super::enqueue::{NewJob, enqueue};
use super::kind::Job;
use super::operate::{cancel_in, discard_in, retry_in};
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::{Actor, Ctx, EventStatus, db, jobs, text};

/// Jobs that one wish may be about.
const MAX_JOBS: i64 = 100_000;
/// Jobs read at a time.
const CHUNK: i64 = 100;
/// Jobs shown before the wish is confirmed.
const SAMPLE: u16 = 5;

/// The jobs that an action makes sense for.
fn sensible(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Retry => {
            "and j.state in ('failed', 'cancelled', 'stuck', 'retry') and not exists (select from job r where r.retry_of = j.id) \
             and coalesce(j.error_code, '') <> 'superseded'"
        }
        BulkAction::Cancel => {
            "and j.state in ('queued', 'running', 'waiting', 'retry', 'stuck') and not j.cancel_requested and j.kind <> 'platform.bulk'"
        }
        BulkAction::Discard => {
            "and j.discarded_at is null and not exists (select from job r where r.retry_of = j.id) \
             and (j.state in ('failed', 'cancelled') or (j.state = 'stuck' and j.kind not in ('vps.provision', 'vps.delete', 'billing.charge')))"
        }
    }
}

/// What a wish would do.
#[derive(Clone, Debug)]
pub struct BulkPreview {
    /// Jobs that fit and that the action makes sense for; counted up to 100,000.
    pub count: i64,
    /// A few of them, the newest.
    pub sample: Vec<AdminJob>,
}

#[derive(FromQueryResult)]
struct Counted {
    count: i64,
    up_to: Option<Uuid>,
}

fn matching(action: BulkAction, filter: &JobFilter) -> String {
    format!(
        "from job j left join org o on o.id = j.org_id left join vps v on j.target_type = 'vps' and v.id = j.target_id where {} {}",
        filter.fits(),
        sensible(action)
    )
}

async fn count(ctx: &Ctx, action: BulkAction, filter: &JobFilter) -> Result<Counted> {
    db::one(
        &ctx.db,
        db::sql(
            format!(
                "select count(*) as count, max(id::text)::uuid as up_to from (select j.id {} order by j.id limit {MAX_JOBS}) m",
                matching(action, filter)
            ),
            filter.values(),
        ),
    )
    .await?
    .ok_or_else(|| Error::internal("a count answered nothing"))
}

/// Counts the jobs that a wish is about, and shows a few. Changes nothing.
///
/// # Errors
/// A field error without any filter; `forbidden` for others than admins.
pub async fn bulk_preview(ctx: &Ctx, actor: &Actor, action: BulkAction, filter: &JobFilter) -> Result<BulkPreview> {
    actor.admin()?;
    filter.require_any()?;
    let counted = count(ctx, action, filter).await?;
    let sample = newest(ctx, filter, sensible(action), SAMPLE).await?;
    Ok(BulkPreview { count: counted.count, sample })
}

/// Has the action done to every job that fits now; jobs made later are not meant. `expected` is
/// the number that was shown.
///
/// # Errors
/// `count_changed` when another number fits by now; field errors; `forbidden`.
pub async fn bulk_start(
    ctx: &Ctx,
    actor: &Actor,
    action: BulkAction,
    filter: &JobFilter,
    reason: &str,
    expected: Option<i64>,
) -> Result<JobId> {
    actor.admin()?;
    filter.require_any()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let counted = count(ctx, action, filter).await?;
    if let Some(expected) = expected.filter(|expected| *expected != counted.count) {
        return Err(Error::conflict(
            "count_changed",
            format!(
                "{} jobs fit by now, not {expected}. Nothing was changed. Look at the number again, then confirm.",
                counted.count
            ),
        ));
    }
    let Some(up_to) = counted.up_to else {
        return Err(Error::conflict("count_changed", "No job fits by now. Nothing was changed."));
    };
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let bulk: BulkId = ctx.chance.id(now);
    db::exec(
        &tx,
        db::sql(
            "insert into job_bulk (id, action, filter, reason, actor_id, up_to, total, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                bulk.into(),
                action.into(),
                serde_json::to_value(filter).map_err(Error::internal)?.into(),
                reason.clone().into(),
                actor.user().into(),
                up_to.into(),
                i32::try_from(counted.count).unwrap_or(i32::MAX).into(),
                now.into(),
            ],
        ),
    )
    .await?;
    let job = enqueue(ctx, &tx, NewJob::new(Job::BulkJobs { bulk }).actor(actor.user())).await?;
    let words = format!("An administrator asked to {action} {} jobs", counted.count);
    activity::record(
        &tx,
        Event::new("job.bulk", EventStatus::Warning, words)
            .actor(actor.user())
            .job(job)
            .entity("job", job)
            .metadata(json!({ "action": action.as_str(), "count": counted.count, "reason": reason })),
    )
    .await?;
    tx.commit().await?;
    Ok(job)
}

/// A wish on its way.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Bulk {
    action: BulkAction,
    filter: Json,
    reason: String,
    actor_id: Option<UserId>,
    up_to: Uuid,
    cursor: Option<Uuid>,
    /// Jobs that were counted.
    pub total: i32,
    /// Jobs that it was done to.
    pub done: i32,
    /// Jobs that had moved on, or that refused it.
    pub refused: i32,
}

/// A wish as it stands.
///
/// # Errors
/// `not_found`.
pub async fn bulk(ctx: &Ctx, id: BulkId) -> Result<Bulk> {
    db::one(
        &ctx.db,
        db::sql(
            "select action, filter, reason, actor_id, up_to, cursor, total, done, refused from job_bulk where id = $1",
            [id.into()],
        ),
    )
    .await?
    .ok_or_else(|| Error::not_found("wish"))
}

/// Does the action to the next few jobs, each in a transaction of its own that also says how far
/// the wish is: a second run goes on where the first ended. False when none is left.
///
/// # Errors
/// `fenced`.
pub async fn bulk_step(ctx: &Ctx, claim: &Claim, id: BulkId) -> Result<bool> {
    let wish = bulk(ctx, id).await?;
    let filter: JobFilter = serde_json::from_value(wish.filter.clone()).map_err(Error::internal)?;
    let mut values = filter.values();
    values.extend([wish.up_to.into(), wish.cursor.into(), CHUNK.into()]);
    let next: Option<Vec<Uuid>> = db::scalar(
        &ctx.db,
        db::sql(
            format!(
                "select array_agg(id order by id) from (select j.id {} and j.id <= $9 and ($10::uuid is null or j.id > $10) order by j.id limit $11) n",
                matching(wish.action, &filter)
            ),
            values,
        ),
    )
    .await?
    .flatten();
    let actor = wish.actor_id.map_or(Actor::Operator, Actor::OnBehalf);
    let next = next.unwrap_or_default();
    for &job in &next {
        one(ctx, claim, id, &wish, &actor, JobId(job)).await?;
    }
    Ok(!next.is_empty())
}

async fn one(ctx: &Ctx, claim: &Claim, id: BulkId, wish: &Bulk, actor: &Actor, job: JobId) -> Result<()> {
    let tx = ctx.begin().await?;
    jobs::fence(&tx, claim).await?;
    let reason = Some(wish.reason.clone());
    let tried = match wish.action {
        BulkAction::Retry => retry_in(ctx, &tx, actor, job, None, reason).await.map(|_| ()),
        BulkAction::Cancel => cancel_in(ctx, &tx, actor, job, reason).await,
        BulkAction::Discard => discard_in(&tx, actor, job, reason).await,
    };
    match tried {
        Ok(()) => {
            mark(&tx, id, job, "done").await?;
            tx.commit().await?;
            Ok(())
        }
        Err(error) if matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable | ErrorKind::Fenced) => {
            Err(error)
        }
        // It moved on meanwhile, or can't be had: that is no reason to leave the others.
        Err(_) => {
            tx.rollback().await?;
            let tx = ctx.begin().await?;
            jobs::fence(&tx, claim).await?;
            mark(&tx, id, job, "refused").await?;
            tx.commit().await?;
            Ok(())
        }
    }
}

async fn mark(tx: &impl sea_orm::ConnectionTrait, id: BulkId, job: JobId, counter: &str) -> Result<()> {
    db::exec(
        tx,
        db::sql(
            format!("update job_bulk set cursor = $2, {counter} = {counter} + 1 where id = $1"),
            [id.into(), job.into()],
        ),
    )
    .await?;
    Ok(())
}
