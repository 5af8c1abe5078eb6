//! Reading jobs as their customer does.

use chrono::{DateTime, Utc};
use entity::job::JobState;
use entity::job_step::StepPhase;
use entity::{AnyId, JobId, OrgId, VpsId};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, db};

/// A job as the customer sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct JobView {
    /// The job.
    pub id: JobId,
    /// What it does.
    pub kind: String,
    /// Where it is.
    pub state: JobState,
    /// Percent and words.
    pub progress: Option<Json>,
    /// The thing it works on.
    pub target_type: Option<String>,
    /// Which one.
    pub target_id: Option<Uuid>,
    /// How often it failed in passing.
    pub attempts: i32,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Words for the customer about its failure.
    pub failure: Option<String>,
    /// What it did.
    #[sea_orm(skip)]
    pub steps: Vec<StepRow>,
}

impl JobView {
    /// The server it works on, if it is one.
    #[must_use]
    pub fn vps(&self) -> Option<VpsId> {
        self.target_type.as_deref().filter(|kind| *kind == "vps").and(self.target_id).map(VpsId)
    }
}

/// One line of a timeline.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StepRow {
    /// The job.
    pub job_id: JobId,
    /// The step's place.
    pub step: i16,
    /// Which claim did it: the attempt.
    pub lease_token: i64,
    /// What happened.
    pub phase: StepPhase,
    /// The step's name.
    pub name: String,
    /// Words for people.
    pub words: Option<String>,
    /// Details; the admin's.
    pub detail: Option<Json>,
    /// When.
    pub at: DateTime<Utc>,
}

const VIEW: &str = "select id, kind, state, progress, target_type, target_id, attempts, created_at, finished_at, \
     case when state in ('failed', 'stuck', 'retry') then error->>'customer' end as failure from job";

/// One of the organisation's jobs.
///
/// # Errors
/// `not_found`, for jobs of others too.
pub async fn get(ctx: &Ctx, actor: &Actor, id: JobId) -> Result<JobView> {
    let org = actor.org()?;
    let found =
        db::all(&ctx.db, db::sql(format!("{VIEW} where id = $1 and org_id = $2"), [id.into(), org.into()])).await?;
    with_steps(ctx, found).await?.pop().ok_or_else(|| Error::not_found("job"))
}

/// The jobs of one of the organisation's servers, newest first.
///
/// # Errors
/// When the cursor is not one of ours. A foreign server has no jobs.
pub async fn for_vps(ctx: &Ctx, actor: &Actor, vps: VpsId, request: &PageRequest) -> Result<Page<JobView>> {
    let rows = db::all(
        &ctx.db,
        db::sql(
            format!("{VIEW} where target_type = 'vps' and target_id = $1 and org_id = $2 and ($3::uuid is null or id < $3) order by id desc limit $4"),
            [vps.into(), actor.org()?.into(), request.after::<AnyId>()?.map(|id| id.0).into(), request.fetch()?.into()],
        ),
    )
    .await?;
    let mut page = request.page(rows, |job: &JobView| job.id)?;
    page.items = with_steps(ctx, page.items).await?;
    Ok(page)
}

/// The open job of each of these servers, with its steps.
///
/// # Errors
/// When the database does not answer.
pub async fn open_for_vps(ctx: &Ctx, ids: &[VpsId]) -> Result<Vec<JobView>> {
    let rows = db::all(
        &ctx.db,
        db::sql(
            format!("{VIEW} where target_type = 'vps' and target_id = any($1) and state in ('queued', 'running', 'waiting', 'retry', 'stuck')"),
            [db::uuids(ids)],
        ),
    )
    .await?;
    Ok(rows)
}

pub(super) async fn steps_of(ctx: &Ctx, ids: &[JobId]) -> Result<Vec<StepRow>> {
    db::all(
        &ctx.db,
        db::sql("select job_id, step, lease_token, phase, name, words, detail, at from job_step where job_id = any($1) order by job_id, at limit 2000", [db::uuids(ids)]),
    )
    .await
}

pub(super) async fn archived_steps(ctx: &Ctx, id: JobId) -> Result<Vec<StepRow>> {
    db::all(
        &ctx.db,
        db::sql("select job_id, step, lease_token, phase, name, words, detail, at from job_step_archive where job_id = $1 order by at limit 2000", [id.into()]),
    )
    .await
}

async fn with_steps(ctx: &Ctx, mut jobs: Vec<JobView>) -> Result<Vec<JobView>> {
    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    for step in steps_of(ctx, &ids).await? {
        if let Some(job) = jobs.iter_mut().find(|job| job.id == step.job_id) {
            job.steps.push(step);
        }
    }
    Ok(jobs)
}

/// What a page needs to know when a job moved on.
#[derive(Clone, Debug, FromQueryResult)]
pub struct JobNotice {
    /// The job.
    pub id: JobId,
    /// Whose it is.
    pub org_id: Option<OrgId>,
    /// The thing it works on.
    pub target_type: Option<String>,
    /// Which one.
    pub target_id: Option<Uuid>,
    /// Where it is.
    pub state: JobState,
}

/// The notice about a job.
///
/// # Errors
/// When the database does not answer.
pub async fn notice(ctx: &Ctx, id: JobId) -> Result<Option<JobNotice>> {
    db::one(&ctx.db, db::sql("select id, org_id, target_type, target_id, state from job where id = $1", [id.into()]))
        .await
}
