//! Reading jobs as an admin: lists with filters, one with its timeline, and figures.

use chrono::{DateTime, Utc};
use entity::job::{JobState, Queue};
use entity::{AnyId, JobId, OrgId, UserId};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use super::kind::Job;
use super::query::{StepRow, steps_of};
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, db};

/// Which jobs an admin wants to see.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    /// In this state.
    pub state: Option<JobState>,
    /// Of this kind.
    pub kind: Option<String>,
    /// In this queue.
    pub queue: Option<Queue>,
    /// Of this organisation.
    pub org: Option<OrgId>,
    /// An id, or words of an error or a name.
    pub q: Option<String>,
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
}

/// What a job works on, for a link.
#[derive(Clone, Debug)]
pub struct Target {
    /// `vps`, `provider_account` or `user`.
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
        let final_once_begun =
            matches!(Job::from_row(&self.kind, &self.params), Ok(Job::DeleteVps { .. } | Job::ChargeUsage { .. }));
        open && !self.cancel_requested && !(final_once_begun && self.lease_token > 0)
    }

    /// What it works on.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        Some(Target { kind: self.target_type.clone()?, id: self.target_id?, label: self.target_label.clone() })
    }
}

const ADMIN: &str = "select j.id, j.kind, j.params, j.queue, j.state, j.priority, j.attempts, j.max_attempts, j.crashes, \
     extract(epoch from coalesce(j.finished_at, now()) - j.created_at)::float8 as age_s, j.run_at, j.deadline_at, j.created_at, j.finished_at, \
     j.org_id, o.name as org_name, j.actor_id, u.name as actor_name, j.target_type, j.target_id, \
     coalesce(v.label, p.name, t.name) as target_label, j.progress, j.error_code, j.error, j.cancel_requested, j.lease_token, j.lease_owner, j.retry_of, \
     (select r.id from job r where r.retry_of = j.id) as taken_up_by \
     from job j left join org o on o.id = j.org_id left join app_user u on u.id = j.actor_id \
     left join vps v on j.target_type = 'vps' and v.id = j.target_id \
     left join provider_account p on j.target_type = 'provider_account' and p.id = j.target_id \
     left join app_user t on j.target_type = 'user' and t.id = j.target_id";

/// All jobs that fit, newest first.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn admin_list(ctx: &Ctx, actor: &Actor, filter: &JobFilter, request: &PageRequest) -> Result<Page<AdminJob>> {
    actor.admin()?;
    let q = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()).map(|q| q.replace('\0', ""));
    let id = q.as_deref().and_then(|q| q.parse::<AnyId>().ok()).map(|id| id.0);
    let rows = db::all(
        &ctx.db,
        db::sql(
            format!(
                "{ADMIN} where ($1::text is null or j.state = $1) and ($2::text is null or j.kind = $2) and ($3::text is null or j.queue = $3) \
                 and ($4::uuid is null or j.org_id = $4) and ($5::uuid is null or j.id < $5) \
                 and ($6::text is null or j.id = $7 or j.target_id = $7 or v.label ilike '%' || $6 || '%' or o.name ilike '%' || $6 || '%' or j.error->>'admin' ilike '%' || $6 || '%') \
                 order by j.id desc limit $8"
            ),
            [
                filter.state.map(JobState::as_str).into(),
                filter.kind.clone().into(),
                filter.queue.map(Queue::as_str).into(),
                filter.org.into(),
                request.after::<AnyId>()?.map(|id| id.0).into(),
                q.map(|q| q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")).into(),
                id.into(),
                request.fetch()?.into(),
            ],
        ),
    )
    .await?;
    request.page(rows, |job: &AdminJob| job.id)
}

/// One job with its timeline.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn admin_get(ctx: &Ctx, actor: &Actor, id: JobId) -> Result<AdminJob> {
    actor.admin()?;
    let mut job: AdminJob = db::one(&ctx.db, db::sql(format!("{ADMIN} where j.id = $1"), [id.into()]))
        .await?
        .ok_or_else(|| Error::not_found("job"))?;
    job.timeline = steps_of(ctx, &[id]).await?;
    Ok(job)
}

/// How many jobs of a queue are where.
#[derive(Clone, Debug, FromQueryResult)]
pub struct QueueCount {
    /// The queue.
    pub queue: Queue,
    /// Due and not begun.
    pub due: i64,
    /// Held by a worker.
    pub running: i64,
    /// Seconds since the oldest due one could have begun.
    pub oldest_due_s: Option<f64>,
    /// Whether the queue is paused.
    pub paused: bool,
}

#[derive(FromQueryResult)]
struct StateCount {
    state: JobState,
    count: i64,
}

/// How many jobs there are.
#[derive(Clone, Debug)]
pub struct Counts {
    /// By state; states without jobs have 0.
    pub by_state: Vec<(JobState, i64)>,
    /// By queue.
    pub by_queue: Vec<QueueCount>,
}

/// Figures for the metrics page: by queue.
pub type Figures = Vec<QueueCount>;

/// How many jobs there are, by state and by queue.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn counts(ctx: &Ctx, actor: &Actor) -> Result<Counts> {
    actor.admin()?;
    let found: Vec<StateCount> =
        db::all(&ctx.db, db::sql("select state, count(*) as count from job group by state", [])).await?;
    let by_state = JobState::ALL
        .iter()
        .map(|&state| (state, found.iter().find(|row| row.state == state).map_or(0, |row| row.count)))
        .collect();
    Ok(Counts { by_state, by_queue: figures(ctx).await? })
}

/// The state of each queue.
///
/// # Errors
/// When the database does not answer.
pub async fn figures(ctx: &Ctx) -> Result<Figures> {
    db::all(
        &ctx.db,
        db::sql(
            "select c.queue, c.paused, count(j.id) filter (where j.state <> 'running' and j.run_at <= now()) as due, \
                    count(j.id) filter (where j.state = 'running') as running, \
                    extract(epoch from now() - min(j.run_at) filter (where j.state <> 'running' and j.run_at <= now()))::float8 as oldest_due_s \
             from queue_control c left join job j on j.queue = c.queue and j.state in ('queued', 'waiting', 'retry', 'running') \
             group by c.queue, c.paused order by c.queue",
            [],
        ),
    )
    .await
}
