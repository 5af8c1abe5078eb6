//! Reading jobs as an admin: lists with filters, one with its timeline, and figures.

use chrono::{DateTime, Utc};
use entity::job::{JobState, Queue};
use entity::{AnyId, CloudId, JobId, OrgId, UserId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::calls::{CallRow, calls_of};
use super::control::{QueueView, all_queues};
use super::kind::Job;
use super::operate::is_harmless;
use super::query::{StepRow, archived_steps, steps_of};
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, db};

/// Which jobs an admin wants to see.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct JobFilter {
    /// In this state.
    pub state: Option<JobState>,
    /// Of this kind.
    pub kind: Option<String>,
    /// In this queue.
    pub queue: Option<Queue>,
    /// Of this organisation.
    pub org: Option<OrgId>,
    /// That speak to this cloud.
    pub cloud: Option<CloudId>,
    /// Whose last failure is of this class.
    pub error: Option<String>,
    /// An id, or words of an error or a name.
    pub q: Option<String>,
    /// Failed or stuck, and nobody has seen to it.
    #[serde(default)]
    pub attention: bool,
}

/// Jobs that want attention: failed or stuck, not put aside and not taken up; needs `job j`.
const ATTENTION: &str = "j.state in ('failed', 'stuck') and j.discarded_at is null and not exists (select from job r where r.retry_of = j.id)";

/// What fits a [`JobFilter`], with its values as $1 to $8; needs `job j`, `org o` and `vps v`.
const FITS: &str = "($1::text is null or j.state = $1) and ($2::text is null or j.kind = $2) and ($3::text is null or j.queue = $3) \
     and ($4::uuid is null or j.org_id = $4) and ($5::uuid is null or j.cloud_id = $5) and ($6::text is null or j.error_code = $6) \
     and ($7::text is null or j.id = $8 or j.target_id = $8 or v.label ilike '%' || $7 || '%' or o.name ilike '%' || $7 || '%' or j.error->>'admin' ilike '%' || $7 || '%')";

impl JobFilter {
    /// The condition, with its values as $1 to $8; needs `job j`, `org o` and `vps v`.
    pub(super) fn fits(&self) -> String {
        if self.attention { format!("{FITS} and {ATTENTION}") } else { FITS.to_owned() }
    }

    pub(super) fn values(&self) -> Vec<sea_orm::Value> {
        let clean = |text: &Option<String>| {
            text.as_deref().map(|text| text.trim().replace('\0', "")).filter(|text| !text.is_empty())
        };
        let q = clean(&self.q);
        let id = q.as_deref().and_then(|q| q.parse::<AnyId>().ok()).map(|id| id.0);
        vec![
            self.state.map(JobState::as_str).into(),
            clean(&self.kind).into(),
            self.queue.map(Queue::as_str).into(),
            self.org.into(),
            self.cloud.into(),
            clean(&self.error).into(),
            q.map(|q| q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")).into(),
            id.into(),
        ]
    }

    /// Refuses a filter that every job fits.
    pub(super) fn require_any(&self) -> Result<()> {
        let any = self.state.is_some() || self.queue.is_some() || self.org.is_some() || self.cloud.is_some();
        let said = [&self.kind, &self.error, &self.q]
            .iter()
            .any(|text| text.as_deref().is_some_and(|text| !text.trim().is_empty()));
        if any || said || self.attention {
            Ok(())
        } else {
            Err(Error::field("/filter", "say which jobs: choose at least one filter"))
        }
    }
}

/// A job as an admin sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AdminJob {
    /// The job.
    pub id: JobId,
    /// What it does.
    pub kind: String,
    /// What with.
    pub params: Json,
    /// The pool that takes it.
    pub queue: Queue,
    /// Where it is.
    pub state: JobState,
    /// 1 is interactive, 9 is bulk.
    pub priority: i16,
    /// How often it failed in passing.
    pub attempts: i32,
    /// After so many it fails for good.
    pub max_attempts: i32,
    /// How often a worker vanished with it.
    pub crashes: i32,
    /// Seconds since it was asked for.
    pub age_s: f64,
    /// Not before this.
    pub run_at: DateTime<Utc>,
    /// It must be done by then.
    pub deadline_at: DateTime<Utc>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Whose.
    pub org_id: Option<OrgId>,
    /// Their name.
    pub org_name: Option<String>,
    /// Who asked.
    pub actor_id: Option<UserId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// The thing it works on.
    pub target_type: Option<String>,
    /// Which one.
    pub target_id: Option<Uuid>,
    /// Its name.
    pub target_label: Option<String>,
    /// Percent and words.
    pub progress: Option<Json>,
    /// The class of its last failure.
    pub error_code: Option<String>,
    /// Its last failure.
    pub error: Option<Json>,
    /// Somebody asked it to end.
    pub cancel_requested: bool,
    /// What it found out.
    pub result: Option<Json>,
    /// The step that comes next.
    pub step: i16,
    /// The cloud that it speaks to.
    pub cloud_id: Option<CloudId>,
    /// Its name.
    pub cloud_name: Option<String>,
    /// When it was first begun.
    pub started_at: Option<DateTime<Utc>>,
    /// Seconds that workers held it so far.
    pub run_s: f64,
    /// When an operator put it aside.
    pub discarded_at: Option<DateTime<Utc>>,
    /// The W3C trace that asked for it.
    pub traceparent: Option<String>,
    /// It stands in the archive.
    pub archived: bool,
    /// How often it was claimed.
    pub lease_token: i64,
    /// The worker that holds it.
    pub lease_owner: Option<String>,
    /// The failed job that it takes up.
    pub retry_of: Option<JobId>,
    /// The job that took it up.
    pub taken_up_by: Option<JobId>,
    /// What it did.
    #[sea_orm(skip)]
    pub timeline: Vec<StepRow>,
    /// What it asked of a provider.
    #[sea_orm(skip)]
    pub calls: Vec<CallRow>,
}

/// What a job works on, for a link.
#[derive(Clone, Debug)]
pub struct Target {
    /// `vps`, `cloud` or `user`.
    pub kind: String,
    /// Which one.
    pub id: Uuid,
    /// Its name.
    pub label: Option<String>,
}

impl AdminJob {
    /// Whether [`super::retry`] would take it.
    #[must_use]
    pub fn can_retry(&self) -> bool {
        match self.state {
            _ if self.archived => false,
            JobState::Stuck | JobState::Retry | JobState::Waiting => true,
            JobState::Failed | JobState::Cancelled => {
                self.taken_up_by.is_none() && self.error_code.as_deref() != Some("superseded")
            }
            _ => false,
        }
    }

    /// Whether [`super::cancel`] would take it.
    #[must_use]
    pub fn can_cancel(&self) -> bool {
        let open = !matches!(self.state, JobState::Succeeded | JobState::Failed | JobState::Cancelled);
        let final_once_begun = Job::from_row(&self.kind, &self.params).is_ok_and(|job| job.must_not_fail());
        open && !self.cancel_requested && !(final_once_begun && self.lease_token > 0)
    }

    /// Whether [`super::discard`] would change it.
    #[must_use]
    pub fn can_discard(&self) -> bool {
        match self.state {
            _ if self.archived || self.discarded_at.is_some() => false,
            JobState::Failed | JobState::Cancelled => self.taken_up_by.is_none(),
            JobState::Stuck => is_harmless(&self.kind, &self.params),
            _ => false,
        }
    }

    /// Seconds from when it was asked for until it was first begun.
    #[must_use]
    pub fn wait_s(&self) -> Option<f64> {
        let waited = self.started_at? - self.created_at;
        Some(waited.as_seconds_f64().max(0.0))
    }

    /// What it works on.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        Some(Target { kind: self.target_type.clone()?, id: self.target_id?, label: self.target_label.clone() })
    }
}

fn rows(table: &str) -> String {
    format!(
        "select j.id, j.kind, j.params, j.queue, j.state, j.priority, j.attempts, j.max_attempts, j.crashes, \
         extract(epoch from coalesce(j.finished_at, now()) - j.created_at)::float8 as age_s, j.run_at, j.deadline_at, j.created_at, j.finished_at, \
         j.org_id, o.name as org_name, j.actor_id, u.name as actor_name, j.target_type, j.target_id, \
         coalesce(v.label, p.name, t.name) as target_label, j.progress, j.error_code, j.error, j.cancel_requested, j.lease_token, j.lease_owner, j.retry_of, \
         j.result, j.step, j.cloud_id, c.name as cloud_name, j.started_at, j.discarded_at, j.traceparent, {} as archived, \
         (j.run_ms / 1000.0 + case when j.state = 'running' then extract(epoch from now() - j.claimed_at) else 0 end)::float8 as run_s, \
         (select r.id from job r where r.retry_of = j.id) as taken_up_by \
         from {table} j left join org o on o.id = j.org_id left join app_user u on u.id = j.actor_id \
         left join vps v on j.target_type = 'vps' and v.id = j.target_id \
         left join cloud p on j.target_type = 'cloud' and p.id = j.target_id \
         left join cloud c on c.id = j.cloud_id \
         left join app_user t on j.target_type = 'user' and t.id = j.target_id",
        table == "job_archive"
    )
}

/// All jobs at hand that fit, newest first.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn admin_list(ctx: &Ctx, actor: &Actor, filter: &JobFilter, request: &PageRequest) -> Result<Page<AdminJob>> {
    actor.admin()?;
    let mut values = filter.values();
    values.extend([request.after::<AnyId>()?.map(|id| id.0).into(), request.fetch()?.into()]);
    let fits = filter.fits();
    let sql = format!("{} where {fits} and ($9::uuid is null or j.id < $9) order by j.id desc limit $10", rows("job"));
    let found = db::all(&ctx.db, db::sql(sql, values)).await?;
    request.page(found, |job: &AdminJob| job.id)
}

/// The newest few that fit, and that fit more.
pub(super) async fn newest(ctx: &Ctx, filter: &JobFilter, more: &str, limit: u16) -> Result<Vec<AdminJob>> {
    let sql = format!("{} where {} {more} order by j.id desc limit {limit}", rows("job"), filter.fits());
    db::all(&ctx.db, db::sql(sql, filter.values())).await
}

/// One job with its timeline and its calls, from the archive if it has gone there.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn admin_get(ctx: &Ctx, actor: &Actor, id: JobId) -> Result<AdminJob> {
    actor.admin()?;
    for table in ["job", "job_archive"] {
        let sql = db::sql(format!("{} where j.id = $1", rows(table)), [id.into()]);
        let found: Option<AdminJob> = db::one(&ctx.db, sql).await?;
        if let Some(mut job) = found {
            job.timeline = if job.archived { archived_steps(ctx, id).await? } else { steps_of(ctx, &[id]).await? };
            job.calls = calls_of(ctx, id).await?;
            return Ok(job);
        }
    }
    Err(Error::not_found("job"))
}

/// Final states are counted among the newest jobs only: older ones change no more.
const COUNTED: i64 = 100_000;

#[derive(FromQueryResult)]
struct StateCount {
    state: JobState,
    count: i64,
}

/// How many jobs there are.
#[derive(Clone, Debug)]
pub struct Counts {
    /// By state; states without jobs have 0. Final ones are counted among the newest 100,000.
    pub by_state: Vec<(JobState, i64)>,
    /// By queue.
    pub by_queue: Vec<QueueView>,
    /// Failed or stuck jobs that nobody has seen to.
    pub attention: i64,
}

/// How many jobs there are, by state and by queue.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn counts(ctx: &Ctx, actor: &Actor) -> Result<Counts> {
    actor.admin()?;
    let found: Vec<StateCount> = db::all(
        &ctx.db,
        db::sql(
            "select state, count(*) as count from (select state from job where state in ('queued', 'waiting', 'retry') limit $1) due group by state \
             union all select 'running', count(*) from job where state = 'running' \
             union all select 'stuck', count(*) from job where state = 'stuck' and discarded_at is null \
             union all select state, count(*) from (select state from job order by id desc limit $1) newest where state in ('succeeded', 'failed', 'cancelled') group by state",
            [COUNTED.into()],
        ),
    )
    .await?;
    let by_state = JobState::ALL
        .iter()
        .map(|&state| (state, found.iter().find(|row| row.state == state).map_or(0, |row| row.count)))
        .collect();
    Ok(Counts { by_state, by_queue: all_queues(ctx).await?, attention: attention(ctx).await? })
}

/// How many failed or stuck jobs nobody has seen to.
///
/// # Errors
/// When the database does not answer.
pub async fn attention(ctx: &Ctx) -> Result<i64> {
    let count: Option<i64> =
        db::scalar(&ctx.db, db::sql(format!("select count(*) from job j where {ATTENTION}"), [])).await?;
    Ok(count.unwrap_or(0))
}

/// How many jobs go no further until somebody decides.
///
/// # Errors
/// When the database does not answer.
pub async fn stuck(ctx: &Ctx) -> Result<i64> {
    let count: Option<i64> = db::scalar(&ctx.db, db::sql("select count(*) from job where state = 'stuck'", [])).await?;
    Ok(count.unwrap_or(0))
}
