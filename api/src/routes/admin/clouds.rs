//! Clouds: clouds, and what they sell.

use domain::cloud::{self, BudgetView, CloudChange, CloudView, Connected, NewCloud};
use domain::{CloudId, CloudStatus, Provider};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::catalog::CloudCatalog;
use super::jobs::AdminJob;
use super::queues::Reason;
use crate::auth::Admin;
use crate::problem::{Common, Failure, Problems, Refused};
use crate::routes::Tag;
use crate::state::{Shared, State};
use crate::wire::{Accepted, Answer, Body, Choice, Done, Gone, Id, List, NoContent, Secret, Time, Word};

/// A cloud to connect.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ConnectCloud {
    /// Whose API it speaks.
    provider: Choice<Provider>,
    /// A name for admins.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// The API token, as the provider shows it.
    #[oai(validator(min_length = 10, max_length = 512))]
    token: Secret,
    /// The API's base URL, when it is not the provider's own.
    #[oai(validator(max_length = 300))]
    endpoint: Option<String>,
}

/// What to change about a cloud; what is left out stays.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeCloud {
    /// Another name.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: Option<String>,
    /// Another token, which is validated anew.
    #[oai(validator(min_length = 10, max_length = 512))]
    token: Option<Secret>,
    /// Whether its plans are sold.
    active: Option<bool>,
}

/// A cloud by its name.
#[derive(Debug, Object)]
pub struct NamedCloud {
    /// The cloud.
    pub id: Id<CloudId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    pub name: String,
}

impl NamedCloud {
    /// The cloud, where a row names one.
    #[must_use]
    pub fn of(id: Option<CloudId>, name: Option<String>) -> Option<Self> {
        Some(Self { id: Id(id?), name: name.unwrap_or_default() })
    }
}

/// What may be asked of a cloud in one class of request.
#[derive(Debug, Object)]
pub struct CloudRate {
    /// The class, as the provider counts it.
    #[oai(validator(max_length = 100))]
    class: String,
    /// Requests that may be made at once.
    limit: f64,
    /// Requests a second in the long run.
    per_s: f64,
    /// Requests that may be made now.
    remaining: i64,
    /// Until when the provider wants to hear nothing more.
    blocked_until: Option<Time>,
}

impl From<BudgetView> for CloudRate {
    fn from(budget: BudgetView) -> Self {
        Self {
            class: budget.bucket,
            limit: budget.capacity,
            per_s: budget.per_s,
            #[expect(clippy::cast_possible_truncation, reason = "at most the bucket's capacity")]
            remaining: budget.tokens.floor().max(0.0) as i64,
            blocked_until: budget.blocked_until.map(Time),
        }
    }
}

/// A cloud: never with its token.
#[derive(Debug, Object)]
pub struct Cloud {
    /// The cloud.
    id: Id<CloudId>,
    /// Whose API it speaks.
    provider: Word<Provider>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// What the last validation of its token said.
    status: Word<CloudStatus>,
    /// The same in words.
    #[oai(validator(max_length = 4000))]
    status_detail: Option<String>,
    /// Whether its plans are sold.
    active: bool,
    /// The e-mail address at the provider.
    #[oai(validator(max_length = 320))]
    email: Option<String>,
    /// The end of its token.
    #[oai(validator(max_length = 20))]
    token_hint: String,
    /// The API's base URL, when it is not the provider's own.
    #[oai(validator(max_length = 300))]
    endpoint: Option<String>,
    /// Sizes that it sells.
    types: i64,
    /// Its regions.
    regions: i64,
    /// Its images.
    images: i64,
    /// When its catalog was read.
    synced_at: Option<Time>,
    /// Customers' servers on it.
    servers: i64,
    /// When it was connected.
    created_at: Time,
    /// Whether none of its jobs is begun.
    paused: bool,
    /// Why it is paused.
    #[oai(validator(max_length = 500))]
    paused_reason: Option<String>,
    /// What may be asked of it, by class of request; classes that were not asked for yet are not
    /// there.
    #[oai(validator(max_items = 50))]
    rate: Vec<CloudRate>,
}

impl Cloud {
    /// The cloud with what may be asked of it.
    #[must_use]
    pub fn of(cloud: CloudView, budgets: Vec<BudgetView>) -> Self {
        Self {
            id: Id(cloud.id),
            provider: Word(cloud.provider),
            name: cloud.name,
            status: Word(cloud.status),
            status_detail: cloud.status_detail,
            active: cloud.active,
            email: cloud.email,
            token_hint: cloud.token_hint,
            endpoint: cloud.endpoint,
            types: cloud.types,
            regions: cloud.regions,
            images: cloud.images,
            synced_at: cloud.synced_at.map(Time),
            servers: cloud.servers,
            created_at: cloud.created_at.into(),
            paused: cloud.paused,
            paused_reason: cloud.paused_reason,
            rate: budgets.into_iter().map(CloudRate::from).collect(),
        }
    }
}

/// A cloud, and the job that looks at it.
#[derive(Debug, Object)]
pub struct CloudJob {
    /// The cloud.
    cloud: Cloud,
    /// The job, if one was needed.
    job: Option<AdminJob>,
}

/// What a change of a cloud comes to.
#[derive(Debug, ApiResponse)]
pub enum CloudChanged {
    /// The change is done.
    #[oai(status = 200)]
    Done(Json<CloudJob>),
    /// The change was taken on; the job in the answer validates the new token.
    #[oai(status = 202)]
    TakenOn(Json<CloudJob>),
}

async fn shown(app: &State, admin: &Admin, cloud: CloudView) -> Result<Cloud, Failure> {
    let budgets = cloud::budgets(&app.ctx, &admin.actor(), &[cloud.id]).await?;
    Ok(Cloud::of(cloud, budgets))
}

async fn with_job(app: &State, admin: &Admin, connected: Connected) -> Result<CloudJob, Failure> {
    let job = match connected.job {
        Some(id) => Some(domain::work::admin_get(&app.ctx, &admin.actor(), id).await?.into()),
        None => None,
    };
    Ok(CloudJob { cloud: shown(app, admin, connected.cloud).await?, job })
}

async fn taken_on(app: &State, admin: &Admin, connected: Connected) -> Accepted<CloudJob> {
    let path = connected.job.map(|job| format!("/api/admin/jobs/{job}")).unwrap_or_default();
    Ok(Answer::new(with_job(app, admin, connected).await?).at(&path))
}

/// Why a cloud is not removed.
pub struct RemoveProblems;

impl Problems for RemoveProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "in_use")];
}

/// Operations on clouds.
pub struct CloudsApi;

#[OpenApi]
impl CloudsApi {
    /// List clouds
    ///
    /// All clouds, never with their tokens.
    #[oai(path = "/api/admin/clouds", method = "get", operation_id = "listClouds", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<Cloud>> {
        let actor = admin.actor();
        let clouds = cloud::list(&app.ctx, &actor).await?;
        let ids: Vec<_> = clouds.iter().map(|cloud| cloud.id).collect();
        let budgets = cloud::budgets(&app.ctx, &actor, &ids).await?;
        let shown = |cloud: CloudView| {
            let own = budgets.iter().filter(|budget| budget.cloud == cloud.id).cloned().collect();
            Cloud::of(cloud, own)
        };
        Ok(Answer::new(List::of(clouds, shown)))
    }

    /// Connect a cloud
    ///
    /// Seals the token; the job then asks the provider whether it knows it, and reads the catalog.
    #[oai(path = "/api/admin/clouds", method = "post", operation_id = "connectCloud", tag = "Tag::Admin")]
    async fn connect(&self, admin: Admin, app: Data<&Shared>, body: Body<ConnectCloud>) -> Accepted<CloudJob> {
        let new = NewCloud {
            provider: body.0.provider.0,
            name: body.0.name,
            token: body.0.token.0,
            endpoint: body.0.endpoint,
        };
        let connected = cloud::connect(&app.ctx, &admin.actor(), new).await?;
        taken_on(&app, &admin, connected).await
    }

    /// Read a cloud
    ///
    /// How it is, and how much it sells.
    #[oai(path = "/api/admin/clouds/:id", method = "get", operation_id = "getCloud", tag = "Tag::Admin")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud.
        id: Path<Id<CloudId>>,
    ) -> Done<Cloud> {
        let cloud = cloud::get(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(shown(&app, &admin, cloud).await?))
    }

    /// Change a cloud
    ///
    /// Name, token, and whether its plans are sold. A new token is validated by a job.
    #[oai(path = "/api/admin/clouds/:id", method = "patch", operation_id = "changeCloud", tag = "Tag::Admin")]
    async fn change(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud.
        id: Path<Id<CloudId>>,
        body: Body<ChangeCloud>,
    ) -> Result<CloudChanged, Refused<Common>> {
        let change = CloudChange { name: body.0.name, token: body.0.token.map(|token| token.0), active: body.0.active };
        let connected = cloud::change(&app.ctx, &admin.actor(), id.0.0, change).await?;
        let body = with_job(&app, &admin, connected).await?;
        Ok(if body.job.is_some() { CloudChanged::TakenOn(Json(body)) } else { CloudChanged::Done(Json(body)) })
    }

    /// Read a cloud's catalog anew
    ///
    /// The job reads what the provider sells.
    #[oai(path = "/api/admin/clouds/:id/sync", method = "post", operation_id = "syncCloud", tag = "Tag::Admin")]
    async fn sync(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud.
        id: Path<Id<CloudId>>,
    ) -> Accepted<CloudJob> {
        let connected = cloud::request_sync(&app.ctx, &admin.actor(), id.0.0).await?;
        taken_on(&app, &admin, connected).await
    }

    /// Pause a cloud
    ///
    /// None of its jobs is begun until it goes on; what runs goes on.
    #[oai(path = "/api/admin/clouds/:id/pause", method = "post", operation_id = "pauseCloud", tag = "Tag::Admin")]
    async fn pause(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud.
        id: Path<Id<CloudId>>,
        body: Body<Reason>,
    ) -> Done<Cloud> {
        cloud::pause(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?;
        let cloud = cloud::get(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(shown(&app, &admin, cloud).await?))
    }

    /// Let a paused cloud go on
    ///
    /// The time that it was paused is added to its jobs' deadlines.
    #[oai(path = "/api/admin/clouds/:id/resume", method = "post", operation_id = "resumeCloud", tag = "Tag::Admin")]
    async fn resume(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud.
        id: Path<Id<CloudId>>,
        body: Body<Reason>,
    ) -> Done<Cloud> {
        cloud::resume(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?;
        let cloud = cloud::get(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(shown(&app, &admin, cloud).await?))
    }

    /// Remove a cloud
    ///
    /// Together with its plans, and only while no server stands on it. Its token is forgotten.
    #[oai(path = "/api/admin/clouds/:id", method = "delete", operation_id = "removeCloud", tag = "Tag::Admin")]
    async fn remove(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud.
        id: Path<Id<CloudId>>,
    ) -> Gone<RemoveProblems> {
        cloud::remove(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }

    /// Read a cloud's catalog
    ///
    /// What it sells, as last read.
    #[oai(path = "/api/admin/clouds/:id/catalog", method = "get", operation_id = "getCloudCatalog", tag = "Tag::Admin")]
    async fn catalog(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud.
        id: Path<Id<CloudId>>,
    ) -> Done<CloudCatalog> {
        Ok(Answer::new(cloud::read_catalog(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }
}
