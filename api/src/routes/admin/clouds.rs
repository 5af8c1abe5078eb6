//! Clouds: accounts at providers, and what they sell.

use domain::catalog::{self, AccountChange, AccountView, Connected, NewAccount};
use domain::cloud::{self, BudgetView};
use domain::{AccountStatus, CloudKind, ProviderAccountId};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::catalog::CloudCatalog;
use super::jobs::AdminJob;
use super::queues::Reason;
use crate::auth::Admin;
use crate::problem::Failure;
use crate::routes::Tag;
use crate::state::{Shared, State};
use crate::wire::{Accepted, Answer, Body, Choice, Done, Gone, Id, List, NoContent, Secret, Time, Word};

/// A cloud to connect.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ConnectCloud {
    /// Whose API it speaks.
    kind: Choice<CloudKind>,
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
    pub id: Id<ProviderAccountId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    pub name: String,
}

impl NamedCloud {
    /// The cloud, where a row names one.
    #[must_use]
    pub fn of(id: Option<ProviderAccountId>, name: Option<String>) -> Option<Self> {
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
    id: Id<ProviderAccountId>,
    /// Whose API it speaks.
    kind: Word<CloudKind>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// What the last validation of its token said.
    status: Word<AccountStatus>,
    /// The same in words.
    #[oai(validator(max_length = 4000))]
    status_detail: Option<String>,
    /// Whether its plans are sold.
    active: bool,
    /// The e-mail address at the provider.
    #[oai(validator(max_length = 320))]
    account_email: Option<String>,
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
    pub fn of(account: AccountView, budgets: Vec<BudgetView>) -> Self {
        Self {
            id: Id(account.id),
            kind: Word(account.kind),
            name: account.name,
            status: Word(account.status),
            status_detail: account.status_detail,
            active: account.active,
            account_email: account.account_email,
            token_hint: account.token_hint,
            endpoint: account.endpoint,
            types: account.types,
            regions: account.regions,
            images: account.images,
            synced_at: account.synced_at.map(Time),
            servers: account.servers,
            created_at: account.created_at.into(),
            paused: account.paused,
            paused_reason: account.paused_reason,
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

async fn shown(app: &State, account: AccountView) -> Result<Cloud, Failure> {
    let budgets = cloud::budgets(&app.ctx, &[account.id]).await?;
    Ok(Cloud::of(account, budgets))
}

async fn with_job(app: &State, admin: &Admin, connected: Connected) -> Result<CloudJob, Failure> {
    let job = match connected.job {
        Some(id) => Some(domain::jobs::admin_get(&app.ctx, &admin.actor(), id).await?.into()),
        None => None,
    };
    Ok(CloudJob { cloud: shown(app, connected.account).await?, job })
}

async fn taken_on(app: &State, admin: &Admin, connected: Connected) -> Accepted<CloudJob> {
    let path = connected.job.map(|job| format!("/api/admin/jobs/{job}")).unwrap_or_default();
    Ok(Answer::new(with_job(app, admin, connected).await?).at(&path))
}

/// Operations on clouds.
pub struct CloudsApi;

#[OpenApi]
impl CloudsApi {
    /// List clouds
    ///
    /// All accounts at providers, never with their tokens.
    #[oai(path = "/api/admin/clouds", method = "get", operation_id = "listClouds", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<Cloud>> {
        let accounts = catalog::accounts(&app.ctx, &admin.actor()).await?;
        let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
        let budgets = cloud::budgets(&app.ctx, &ids).await?;
        let shown = |account: AccountView| {
            let own = budgets.iter().filter(|budget| budget.account == account.id).cloned().collect();
            Cloud::of(account, own)
        };
        Ok(Answer::new(List::of(accounts, shown)))
    }

    /// Connect a cloud
    ///
    /// Seals the token; the job then asks the provider whether it knows it, and reads the catalog.
    #[oai(path = "/api/admin/clouds", method = "post", operation_id = "connectCloud", tag = "Tag::Admin")]
    async fn connect(&self, admin: Admin, app: Data<&Shared>, body: Body<ConnectCloud>) -> Accepted<CloudJob> {
        let new =
            NewAccount { kind: body.0.kind.0, name: body.0.name, token: body.0.token.0, endpoint: body.0.endpoint };
        let connected = catalog::connect(&app.ctx, &admin.actor(), new).await?;
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
        id: Path<Id<ProviderAccountId>>,
    ) -> Done<Cloud> {
        let account = catalog::account(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(shown(&app, account).await?))
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
        id: Path<Id<ProviderAccountId>>,
        body: Body<ChangeCloud>,
    ) -> Result<CloudChanged, Failure> {
        let change =
            AccountChange { name: body.0.name, token: body.0.token.map(|token| token.0), active: body.0.active };
        let connected = catalog::change(&app.ctx, &admin.actor(), id.0.0, change).await?;
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
        id: Path<Id<ProviderAccountId>>,
    ) -> Accepted<CloudJob> {
        let connected = catalog::request_sync(&app.ctx, &admin.actor(), id.0.0).await?;
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
        id: Path<Id<ProviderAccountId>>,
        body: Body<Reason>,
    ) -> Done<Cloud> {
        cloud::pause(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?;
        let account = catalog::account(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(shown(&app, account).await?))
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
        id: Path<Id<ProviderAccountId>>,
        body: Body<Reason>,
    ) -> Done<Cloud> {
        cloud::resume(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?;
        let account = catalog::account(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(shown(&app, account).await?))
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
        id: Path<Id<ProviderAccountId>>,
    ) -> Gone {
        catalog::remove(&app.ctx, &admin.actor(), id.0.0).await?;
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
        id: Path<Id<ProviderAccountId>>,
    ) -> Done<CloudCatalog> {
        Ok(Answer::new(catalog::catalog_of(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }
}
