//! Reading jobs as their customer does.

use chrono::{DateTime, Utc};
use entity::job::JobState;
use entity::job_step::StepPhase;
use entity::vps::VpsAction;
use entity::{AnyId, JobId, OrgId, UserId, VpsId};
use serde_json::Value as Json;
use uuid::Uuid;

use super::kinds::Job;
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::queue::{StepRow, steps_of};
use crate::{Actor, Ctx, Perm, db};

db::row! {
    /// A job as the customer sees it.
    #[derive(Clone, Debug)]
    pub struct JobView {
        /// The job.
        pub id: JobId,
        /// What it does.
        pub kind: String,
        /// What with.
        pub params: Json,
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
        /// After so many it fails for good.
        pub max_attempts: i32,
        /// When it is tried again; none unless a try failed and another follows.
        pub next_try_at: Option<DateTime<Utc>>,
        /// The member of the organisation who asked for it; none for the platform and its staff.
        pub actor_id: Option<UserId>,
        /// That user's name.
        pub actor_name: Option<String>,
        /// The name of the administrator who asked in that user's place.
        pub support_name: Option<String>,
        /// When it was asked for.
        pub created_at: DateTime<Utc>,
        /// When it ended.
        pub finished_at: Option<DateTime<Utc>>,
        /// Words for the customer about why it failed or needs attention. A try that another follows has none.
        pub failure: Option<String>,
        /// What it did.
        #[sea_orm(skip)]
        pub steps: Vec<StepRow>,
    }
}

impl JobView {
    /// What it does to its server; none where this build does not know.
    #[must_use]
    pub fn action(&self) -> Option<VpsAction> {
        Job::from_row(&self.kind, &self.params).ok()?.action()
    }

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
        #[sea_orm(from_alias = "job_params")]
        params: Option<Json>,
        #[sea_orm(from_alias = "job_progress")]
        progress: Option<Json>,
        #[sea_orm(from_alias = "job_attempts")]
        attempts: Option<i32>,
        #[sea_orm(from_alias = "job_max_attempts")]
        max_attempts: Option<i32>,
        #[sea_orm(from_alias = "job_next_try_at")]
        next_try_at: Option<DateTime<Utc>>,
        #[sea_orm(from_alias = "job_actor_id")]
        actor_id: Option<UserId>,
        #[sea_orm(from_alias = "job_actor_name")]
        actor_name: Option<String>,
        #[sea_orm(from_alias = "job_support_name")]
        support_name: Option<String>,
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
            params: self.params?,
            state: self.state?,
            progress: self.progress,
            target_type: Some("vps".to_owned()),
            target_id: Some(vps.0),
            attempts: self.attempts?,
            max_attempts: self.max_attempts?,
            next_try_at: self.next_try_at,
            actor_id: self.actor_id,
            actor_name: self.actor_name,
            support_name: self.support_name,
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
    let found = select_one(id, actor.may(Perm::VpsRead)?).all(&ctx.db).await?;
    with_steps(ctx, found).await?.pop().ok_or_else(|| Error::not_found("job"))
}

/// The jobs of one of the organisation's servers, newest first.
///
/// # Errors
/// When the cursor is not one of ours. A foreign server has no jobs.
pub async fn for_vps(ctx: &Ctx, actor: &Actor, vps: VpsId, request: &PageRequest) -> Result<Page<JobView>> {
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let rows = select_of_vps(vps, actor.may(Perm::VpsRead)?, before, request.fetch()?).all(&ctx.db).await?;
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
    for job in &mut jobs {
        speak_once(job);
    }
    Ok(jobs)
}

/// A failure speaks once: the timeline keeps the one that ended the job, and its attempts count the others.
fn speak_once(job: &mut JobView) {
    let ended = matches!(job.state, JobState::Failed | JobState::Stuck);
    let last = job.steps.iter().rposition(|step| step.phase == StepPhase::Failed).filter(|_| ended);
    let mut at = 0;
    job.steps.retain(|step| {
        at += 1;
        step.phase != StepPhase::Failed || last == Some(at - 1)
    });
}

db::statement! {
    fn select_one(id: JobId, org: OrgId) -> JobView =
        file "view_columns.sql",
        "where j.id = $1 and j.org_id = $2";

    fn select_of_vps(vps: VpsId, org: OrgId, before: Option<Uuid>, limit: i64) -> JobView =
        file "view_columns.sql",
        "where j.target_type = 'vps' and j.target_id = $1 and j.org_id = $2 and ($3::uuid is null or j.id < $3)
         order by j.id desc limit $4";
}
