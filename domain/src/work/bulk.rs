//! One request about many jobs: counted first, carried out by a job.

use entity::job::JobState;
use entity::job_bulk::BulkAction;
use entity::{BulkId, JobId, Money, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::act::act_in;
use super::admin::{AdminJob, admin_rows, order_takes};
use super::enqueue::{NewJob, enqueue};
use super::filter::{JobFilter, VERSION, Wanted};
use super::kind::Kind;
use super::kinds::Job;
use super::verdict::{Request, Standing, states_for, verdict};
use crate::access::on_behalf;
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::queue::{Claim, fence};
use crate::{Actor, Ctx, EventStatus, db, text};

/// Jobs that one request may be about.
const MAX_JOBS: usize = 100_000;
/// Candidates read by one statement while they are counted.
const READ: i64 = 10_000;
/// Candidates read at a time while the request is carried out.
const CHUNK: i64 = 100;
/// Jobs shown before the request is confirmed.
const SAMPLE: usize = 5;

db::row! {
    /// A job that fits a filter, as far as the verdict depends on it.
    struct Candidate {
        id: JobId,
        kind: String,
        state: JobState,
        step: i16,
        begun: bool,
        cancel_requested: bool,
        discarded: bool,
        superseded: bool,
        taken_up: bool,
        password_gone: bool,
        order_month_micros: Option<i64>,
        order_hours_per_month: Option<i32>,
    }
}

fn request(action: BulkAction) -> Request {
    match action {
        BulkAction::Retry => Request::Retry { from_step: None },
        BulkAction::Cancel => Request::Cancel,
        BulkAction::Discard => Request::Discard,
    }
}

impl Candidate {
    /// Whether the action would do something to it. One bulk request never cancels another, nor itself.
    fn is_meant(&self, action: BulkAction) -> bool {
        let standing = Standing {
            kind: Kind::of(&self.kind),
            state: self.state,
            step: self.step,
            begun: self.begun,
            cancel_requested: self.cancel_requested,
            discarded: self.discarded,
            taken_up: self.taken_up,
            superseded: self.superseded,
            archived: false,
            password_gone: self.password_gone,
        };
        let is_bulk = matches!(Kind::of(&self.kind), Some(kind) if kind.name == "platform.bulk");
        verdict(&standing, request(action)).acts() && !(is_bulk && action == BulkAction::Cancel)
    }
}

/// What a request would do.
#[derive(Clone, Debug)]
pub struct BulkPreview {
    /// Jobs that fit and that the action would do something to; counted up to 100,000.
    pub count: i64,
    /// The newest five of them.
    pub sample: Vec<AdminJob>,
    /// What a retry sets aside again in the customers' wallets, for all of them; nothing for other actions.
    pub takes: Money,
}

/// What an action is about.
#[derive(Clone, Debug, Default)]
struct Meant {
    ids: Vec<JobId>,
    takes_micros: i64,
}

/// The jobs that a request is about, the oldest first; up to [`MAX_JOBS`].
async fn meant(ctx: &Ctx, action: BulkAction, filter: &JobFilter) -> Result<Meant> {
    let mut meant = Meant::default();
    let mut after = None;
    loop {
        let chunk = candidates(action, filter, after, None, READ).all(&ctx.db).await?;
        let Some(last) = chunk.last() else { return Ok(meant) };
        after = Some(last.id.0);
        for job in chunk.iter().filter(|job| job.is_meant(action)) {
            if meant.ids.len() == MAX_JOBS {
                return Ok(meant);
            }
            meant.ids.push(job.id);
            if action == BulkAction::Retry {
                let takes = order_takes(job.state, job.order_month_micros, job.order_hours_per_month);
                meant.takes_micros = meant.takes_micros.saturating_add(takes.unwrap_or(0));
            }
        }
    }
}

fn candidates(
    action: BulkAction,
    filter: &JobFilter,
    after: Option<Uuid>,
    up_to: Option<Uuid>,
    limit: i64,
) -> db::Query<Candidate> {
    let Wanted { state, kind, queue, org, cloud, error, q, id, since, until, floor, ids } = filter.wanted();
    let states = states_for(request(action));
    if filter.attention {
        select_candidates_for_attention(
            state, kind, queue, org, cloud, error, q, id, since, until, floor, ids, states, after, up_to, limit,
        )
    } else {
        select_candidates(
            state, kind, queue, org, cloud, error, q, id, since, until, floor, ids, states, after, up_to, limit,
        )
    }
}

/// Counts the jobs that a request is about, and shows a few. Changes nothing.
///
/// # Errors
/// A field error without any filter; `forbidden` for others than admins.
pub async fn bulk_preview(ctx: &Ctx, actor: &Actor, action: BulkAction, filter: &JobFilter) -> Result<BulkPreview> {
    actor.admin()?;
    filter.require_any()?;
    filter.check()?;
    let Meant { ids, takes_micros } = meant(ctx, action, filter).await?;
    let newest: Vec<JobId> = ids.iter().rev().take(SAMPLE).copied().collect();
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    Ok(BulkPreview { count, sample: admin_rows(ctx, &newest).await?, takes: Money::usd(takes_micros) })
}

/// Has the action done to every job that fits now; jobs created later are not meant. `expected` is the number that was
/// shown.
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
    filter.check()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let ids = meant(ctx, action, filter).await?.ids;
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    if let Some(expected) = expected.filter(|expected| *expected != count) {
        let words = format!(
            "{count} jobs fit by now, not {expected}. Nothing was changed. Check the number again, then confirm."
        );
        return Err(Error::conflict("count_changed", words));
    }
    let Some(up_to) = ids.last() else {
        return Err(Error::conflict("count_changed", "No job fits by now. Nothing was changed."));
    };
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let bulk: BulkId = ctx.chance.id(now);
    let stored = serde_json::to_value(filter).map_err(Error::internal)?;
    let total = i32::try_from(count).unwrap_or(i32::MAX);
    insert_bulk(bulk, action, VERSION, stored, &reason, actor.user(), up_to.0, total, now).exec(&tx).await?;
    let job = enqueue(ctx, &tx, NewJob::new(Job::BulkJobs { bulk }).by(actor)).await?;
    let words = format!("An administrator asked to {action} {count} jobs");
    let event = Event::new("job.bulk", EventStatus::Warning, words)
        .by(actor)
        .job(job)
        .entity("job", job)
        .metadata(json!({ "action": action.as_str(), "count": count, "reason": reason }));
    activity::record(&tx, event).await?;
    tx.commit().await?;
    Ok(job)
}

db::row! {
    /// A bulk request in progress.
    #[derive(Clone, Debug)]
    pub struct Bulk {
        action: BulkAction,
        version: i16,
        filter: Json,
        reason: String,
        actor_id: Option<UserId>,
        up_to: Uuid,
        cursor: Option<Uuid>,
        /// Jobs that were counted.
        pub total: i32,
        /// Jobs that it was done to.
        pub done: i32,
        /// Jobs that refused it.
        pub refused: i32,
    }
}

/// A bulk request as it stands.
///
/// # Errors
/// `not_found`.
pub async fn bulk(ctx: &Ctx, id: BulkId) -> Result<Bulk> {
    select_bulk(id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("bulk request"))
}

/// Does the action to the next few jobs, each in a transaction of its own that also says how far the request is: a
/// second run continues where the first ended. Each asks again whether who asked for it still is an administrator.
/// False when none is left.
///
/// # Errors
/// `fenced`; `not_administrator`.
pub async fn bulk_step(ctx: &Ctx, claim: &Claim, id: BulkId) -> Result<bool> {
    let bulk = bulk(ctx, id).await?;
    let filter = JobFilter::stored(bulk.version, bulk.filter.clone())?;
    let next = candidates(bulk.action, &filter, bulk.cursor, Some(bulk.up_to), CHUNK).all(&ctx.db).await?;
    let Some(last) = next.last() else { return Ok(false) };
    for job in next.iter().filter(|job| job.is_meant(bulk.action)) {
        one(ctx, claim, id, &bulk, job.id).await?;
    }
    // What is not meant is passed over, or the next run would read it again.
    let tx = ctx.begin().await?;
    fence(&tx, claim).await?;
    pass_bulk(id, last.id).exec(&tx).await?;
    tx.commit().await?;
    Ok(true)
}

async fn one(ctx: &Ctx, claim: &Claim, id: BulkId, bulk: &Bulk, job: JobId) -> Result<()> {
    let tx = ctx.begin().await?;
    fence(&tx, claim).await?;
    let actor = on_behalf(&tx, bulk.actor_id).await?;
    match act_in(ctx, &tx, &actor, job, request(bulk.action), Some(bulk.reason.clone())).await {
        Ok(_) => {
            count(&tx, id, job, true).await?;
            tx.commit().await?;
            Ok(())
        }
        Err(error) if matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable | ErrorKind::Fenced) => {
            Err(error)
        }
        // It moved on meanwhile, or its effect is refused: that is no reason to leave out the others.
        Err(_) => {
            tx.rollback().await?;
            let tx = ctx.begin().await?;
            fence(&tx, claim).await?;
            count(&tx, id, job, false).await?;
            tx.commit().await?;
            Ok(())
        }
    }
}

async fn count(tx: &impl ConnectionTrait, id: BulkId, job: JobId, done: bool) -> Result<()> {
    count_bulk(id, job, done.into(), (!done).into()).exec(tx).await?;
    Ok(())
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_candidates(
        state: Option<JobState>,
        kind: Option<String>,
        queue: Option<entity::job::Queue>,
        org: Option<entity::OrgId>,
        cloud: Option<entity::CloudId>,
        error: Option<String>,
        q: Option<String>,
        id: Option<Uuid>,
        since: Option<chrono::DateTime<chrono::Utc>>,
        until: Option<chrono::DateTime<chrono::Utc>>,
        floor: Option<Uuid>,
        ids: Option<Vec<Uuid>>,
        states: Vec<String>,
        after: Option<Uuid>,
        up_to: Option<Uuid>,
        limit: i64,
    ) -> Candidate =
        file "candidates.sql", file "password_gone.sql", file "candidates_from.sql", file "fits.sql",
        file "candidates_between.sql";

    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_candidates_for_attention(
        state: Option<JobState>,
        kind: Option<String>,
        queue: Option<entity::job::Queue>,
        org: Option<entity::OrgId>,
        cloud: Option<entity::CloudId>,
        error: Option<String>,
        q: Option<String>,
        id: Option<Uuid>,
        since: Option<chrono::DateTime<chrono::Utc>>,
        until: Option<chrono::DateTime<chrono::Utc>>,
        floor: Option<Uuid>,
        ids: Option<Vec<Uuid>>,
        states: Vec<String>,
        after: Option<Uuid>,
        up_to: Option<Uuid>,
        limit: i64,
    ) -> Candidate =
        file "candidates.sql", file "password_gone.sql", file "candidates_from.sql", file "fits.sql", "and",
        file "attention.sql", file "candidates_between.sql";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_bulk(
        id: BulkId,
        action: BulkAction,
        version: i16,
        filter: Json,
        reason: &str,
        actor: Option<UserId>,
        up_to: Uuid,
        total: i32,
        created_at: chrono::DateTime<chrono::Utc>,
    ) =
        "insert into job_bulk (id, action, version, filter, reason, actor_id, up_to, total, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    fn select_bulk(id: BulkId) -> Bulk =
        "select action, version, filter, reason, actor_id, up_to, cursor, total, done, refused
         from job_bulk where id = $1";

    fn count_bulk(id: BulkId, job: JobId, done: i32, refused: i32) =
        "update job_bulk set cursor = $2, done = done + $3, refused = refused + $4 where id = $1";

    fn pass_bulk(id: BulkId, job: JobId) = "update job_bulk set cursor = $2 where id = $1";
}
