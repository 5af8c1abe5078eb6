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

db::row! {
    /// The columns of `open_job.sql`: the open job of a server, if there is one.
    pub(crate) struct OpenJob {
        #[sea_orm(from_alias = "job_id")]
        id: Option<JobId>,
        #[sea_orm(from_alias = "job_kind")]
        kind: Option<String>,
        #[sea_orm(from_alias = "job_state")]
        state: Option<JobState>,
        #[sea_orm(from_alias = "job_progress")]
        progress: Option<Json>,
        #[sea_orm(from_alias = "job_attempts")]
        attempts: Option<i32>,
        #[sea_orm(from_alias = "job_created_at")]
        created_at: Option<DateTime<Utc>>,
        #[sea_orm(from_alias = "job_failure")]
        failure: Option<String>,
    }
}

impl OpenJob {
    /// The job of this server as its customer sees it, without its steps.
    pub(crate) fn on(self, vps: VpsId) -> Option<JobView> {
        Some(JobView {
            id: self.id?,
            kind: self.kind?,
            state: self.state?,
            progress: self.progress,
            target_type: Some("vps".to_owned()),
            target_id: Some(vps.0),
            attempts: self.attempts?,
            created_at: self.created_at?,
            finished_at: None,
            failure: self.failure,
            steps: Vec::new(),
        })
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
}
