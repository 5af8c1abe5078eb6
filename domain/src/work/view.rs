//! Reading jobs as their customer does.

use chrono::{DateTime, Utc};
use entity::job::JobState;
use entity::{AnyId, JobId, OrgId, VpsId};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::queue::{StepRow, steps_of};
use crate::{Actor, Ctx, db};

db::row! {
    /// A job as the customer sees it.
    #[derive(Clone, Debug)]
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
        /// How many of its attempts failed.
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
}

impl JobView {
    /// The server it works on, if it is one.
    #[must_use]
    pub fn vps(&self) -> Option<VpsId> {
        self.target_type.as_deref().filter(|kind| *kind == "vps").and(self.target_id).map(VpsId)
    }
}

/// One of the organisation's jobs.
///
/// # Errors
/// `not_found`, for jobs of others too.
pub async fn get(ctx: &Ctx, actor: &Actor, id: JobId) -> Result<JobView> {
    let found = select_one(id, actor.org()?).all(&ctx.db).await?;
    with_steps(ctx, found).await?.pop().ok_or_else(|| Error::not_found("job"))
}

/// The jobs of one of the organisation's servers, newest first.
///
/// # Errors
/// When the cursor is not one of ours. A foreign server has no jobs.
pub async fn for_vps(ctx: &Ctx, actor: &Actor, vps: VpsId, request: &PageRequest) -> Result<Page<JobView>> {
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let rows = select_of_vps(vps, actor.org()?, before, request.fetch()?).all(&ctx.db).await?;
    let mut page = request.page(rows, |job: &JobView| job.id)?;
    page.items = with_steps(ctx, page.items).await?;
    Ok(page)
}

/// The open job of each of these servers, without its steps.
///
/// # Errors
/// When the database does not answer.
pub async fn open_for_vps(ctx: &Ctx, ids: &[VpsId]) -> Result<Vec<JobView>> {
    select_open_of(ids).all(&ctx.db).await
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

db::statement! {
    fn select_one(id: JobId, org: OrgId) -> JobView =
        file "view_columns.sql",
        "from job where id = $1 and org_id = $2";

    fn select_of_vps(vps: VpsId, org: OrgId, before: Option<Uuid>, limit: i64) -> JobView =
        file "view_columns.sql",
        "from job where target_type = 'vps' and target_id = $1 and org_id = $2 and ($3::uuid is null or id < $3)
         order by id desc limit $4";

    fn select_open_of(vps: &[VpsId]) -> JobView =
        file "view_columns.sql",
        "from job_open where target_type = 'vps' and target_id = any($1)";
}
