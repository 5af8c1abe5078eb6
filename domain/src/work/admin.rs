//! Reading jobs as an admin: lists with filters, and one with its timeline and its calls.

use chrono::{DateTime, Utc};
use entity::job::{JobState, Queue};
use entity::vps::VpsAction;
use entity::{AnyId, CloudId, JobId, Money, OrgId, UserId};
use serde_json::Value as Json;
use uuid::Uuid;

use super::filter::{JobFilter, Wanted};
use super::kind::Kind;
use super::kinds::Job;
use super::verdict::{Request, Standing, verdict};
use super::waits::{Wait, waits_of};
use crate::billing::cumulative_micros;
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::queue::{CallRow, StepRow, archived_steps, calls_of, steps_of};
use crate::{Actor, Ctx, db};

db::row! {
    /// A job as an admin sees it.
    #[derive(Clone, Debug)]
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
        /// How many of its attempts failed.
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
        /// The administrator who asked in that user's place.
        pub impersonator_id: Option<UserId>,
        /// Their name.
        pub impersonator_name: Option<String>,
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
        /// It was asked to end.
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
        /// It is a failed order by password alone whose password was removed.
        pub password_gone: bool,
        /// The price of a month of the server that it orders, in micro-units.
        pub order_month_micros: Option<i64>,
        /// Hours after which that price is reached.
        pub order_hours_per_month: Option<i32>,
        /// What it did.
        #[sea_orm(skip)]
        pub timeline: Vec<StepRow>,
        /// What it asked of a provider.
        #[sea_orm(skip)]
        pub calls: Vec<CallRow>,
        /// What holds it up, the first reason first.
        #[sea_orm(skip)]
        pub waits: Vec<Wait>,
    }
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
    /// Whether a request would do something to it: what a page offers as buttons.
    #[must_use]
    pub fn can(&self, request: Request) -> bool {
        let standing = Standing {
            kind: Kind::of(&self.kind),
            state: self.state,
            step: self.step,
            begun: self.lease_token > 0,
            cancel_requested: self.cancel_requested,
            discarded: self.discarded_at.is_some(),
            taken_up: self.taken_up_by.is_some(),
            superseded: self.error_code.as_deref() == Some("superseded"),
            archived: self.archived,
            password_gone: self.password_gone,
        };
        verdict(&standing, request).acts()
    }

    /// What it does to a server, in the customer's words; none where it works on none.
    #[must_use]
    pub fn action(&self) -> Option<VpsAction> {
        Job::from_row(&self.kind, &self.params).ok()?.action()
    }

    /// What a retry would set aside again in the customer's wallet: an order that ended gave its money back.
    #[must_use]
    pub fn retry_takes(&self) -> Option<Money> {
        if !self.can(Request::Retry { from_step: None }) {
            return None;
        }
        order_takes(self.state, self.order_month_micros, self.order_hours_per_month).map(Money::usd)
    }

    /// Whether it could be retried if the password of its order was still there.
    #[must_use]
    pub fn lacks_password(&self) -> bool {
        self.password_gone && self.taken_up_by.is_none() && !self.archived
    }

    /// Seconds from when it was enqueued until it was first begun.
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

/// The first hour of an order that ended, in micro-units: what a new job for it sets aside.
pub(super) fn order_takes(state: JobState, month_micros: Option<i64>, hours_per_month: Option<i32>) -> Option<i64> {
    let ended = matches!(state, JobState::Failed | JobState::Cancelled);
    Some(cumulative_micros(month_micros.filter(|_| ended)?, hours_per_month?, 1))
}

/// All jobs outside the archive that fit, newest first.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn admin_list(ctx: &Ctx, actor: &Actor, filter: &JobFilter, request: &PageRequest) -> Result<Page<AdminJob>> {
    actor.admin()?;
    filter.check()?;
    let Wanted { state, kind, queue, org, cloud, error, q, id, since, until, floor, ids } = filter.wanted();
    let (before, limit) = (request.after::<AnyId>()?.map(|id| id.0), request.fetch()?);
    let query = if filter.attention {
        select_jobs_for_attention(state, kind, queue, org, cloud, error, q, id, since, until, floor, ids, before, limit)
    } else {
        select_jobs(state, kind, queue, org, cloud, error, q, id, since, until, floor, ids, before, limit)
    };
    request.page(query.all(&ctx.db).await?, |job: &AdminJob| job.id)
}

/// These jobs, newest first.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn admin_rows(ctx: &Ctx, ids: &[JobId]) -> Result<Vec<AdminJob>> {
    select_jobs_by_id(ids).all(&ctx.db).await
}

/// One job with its timeline and its calls, from the archive if it has gone there.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn admin_get(ctx: &Ctx, actor: &Actor, id: JobId) -> Result<AdminJob> {
    actor.admin()?;
    let found = match select_jobs_by_id(&[id]).one(&ctx.db).await? {
        None => select_archived_job(id).one(&ctx.db).await?,
        found => found,
    };
    let mut job = found.ok_or_else(|| Error::not_found("job"))?;
    job.timeline = if job.archived { archived_steps(ctx, id).await? } else { steps_of(ctx, &[id]).await? };
    job.calls = calls_of(ctx, id).await?;
    job.waits = waits_of(ctx, id).await?;
    Ok(job)
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_jobs(
        state: Option<JobState>,
        kind: Option<String>,
        queue: Option<Queue>,
        org: Option<OrgId>,
        cloud: Option<CloudId>,
        error: Option<String>,
        q: Option<String>,
        id: Option<Uuid>,
        since: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
        floor: Option<Uuid>,
        ids: Option<Vec<Uuid>>,
        before: Option<Uuid>,
        limit: i64,
    ) -> AdminJob =
        file "admin_columns.sql",
        file "password_gone.sql",
        ", false as archived from job j",
        file "admin_joins.sql",
        "where",
        file "fits.sql",
        "and ($13::uuid is null or j.id < $13) order by j.id desc limit $14";

    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_jobs_for_attention(
        state: Option<JobState>,
        kind: Option<String>,
        queue: Option<Queue>,
        org: Option<OrgId>,
        cloud: Option<CloudId>,
        error: Option<String>,
        q: Option<String>,
        id: Option<Uuid>,
        since: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
        floor: Option<Uuid>,
        ids: Option<Vec<Uuid>>,
        before: Option<Uuid>,
        limit: i64,
    ) -> AdminJob =
        file "admin_columns.sql",
        file "password_gone.sql",
        ", false as archived from job j",
        file "admin_joins.sql",
        "where",
        file "fits.sql",
        "and",
        file "attention.sql",
        "and ($13::uuid is null or j.id < $13) order by j.id desc limit $14";

    fn select_jobs_by_id(ids: &[JobId]) -> AdminJob =
        file "admin_columns.sql",
        file "password_gone.sql",
        ", false as archived from job j",
        file "admin_joins.sql",
        "where j.id = any($1) order by j.id desc";

    fn select_archived_job(id: JobId) -> AdminJob =
        file "admin_columns.sql",
        file "password_gone.sql",
        ", true as archived from job_archive j",
        file "admin_joins.sql",
        "where j.id = $1";
}
