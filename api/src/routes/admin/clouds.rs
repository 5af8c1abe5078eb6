//! Clouds: accounts at providers, and what they sell.

use domain::catalog::{self, AccountCatalog, AccountChange, AccountView, Connected, NewAccount, TypeRow};
use domain::{AccountStatus, CloudKind, ProviderAccountId};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::jobs::AdminJob;
use crate::auth::Admin;
use crate::problem::Failure;
use crate::routes::Tag;
use crate::routes::plans::{Image, Region};
use crate::state::{Shared, State};
use crate::wire::{Accepted, Answer, Body, Choice, Done, Gone, Id, List, Money, NoContent, Secret, Time, Word};

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
}

impl From<AccountView> for Cloud {
    fn from(account: AccountView) -> Self {
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

/// A size as the provider sells it.
#[derive(Debug, Object)]
pub struct CloudType {
    /// The provider's id.
    #[oai(validator(max_length = 100))]
    id: String,
    /// Its name there.
    #[oai(validator(max_length = 200))]
    label: String,
    /// Its family there.
    #[oai(validator(max_length = 100))]
    class: String,
    /// Virtual processors.
    vcpus: i32,
    /// Memory in MiB.
    memory_mib: i32,
    /// Disk in GiB.
    disk_gib: i32,
    /// Monthly transfer in GB.
    transfer_gb: i32,
    /// An hour's cost.
    cost_hourly: Money,
    /// A month's cost.
    cost_monthly: Money,
    /// Whether it is listed; what the provider no longer lists leaves with the next reading.
    available: bool,
}

impl From<TypeRow> for CloudType {
    fn from(row: TypeRow) -> Self {
        Self {
            id: row.id,
            label: row.label,
            class: row.class,
            vcpus: row.vcpus,
            memory_mib: row.memory_mib,
            disk_gib: row.disk_gib,
            transfer_gb: row.transfer_gb,
            cost_hourly: Money::usd(row.hour_micros),
            cost_monthly: Money::usd(row.month_micros),
            available: true,
        }
    }
}

/// What a cloud sells, as last read.
#[derive(Debug, Object)]
pub struct CloudCatalog {
    /// Sizes, the cheapest first.
    #[oai(validator(max_items = 1000))]
    types: Vec<CloudType>,
    /// Places.
    #[oai(validator(max_items = 1000))]
    regions: Vec<Region>,
    /// Operating systems.
    #[oai(validator(max_items = 1000))]
    images: Vec<Image>,
    /// When it was read.
    synced_at: Option<Time>,
}

impl From<AccountCatalog> for CloudCatalog {
    fn from(catalog: AccountCatalog) -> Self {
        Self {
            types: catalog.types.into_iter().map(CloudType::from).collect(),
            regions: catalog.regions.into_iter().map(Region::from).collect(),
            images: catalog.images.into_iter().map(Image::from).collect(),
            synced_at: catalog.synced_at.map(Time),
        }
    }
}

async fn with_job(app: &State, admin: &Admin, connected: Connected) -> Result<CloudJob, Failure> {
    let job = match connected.job {
        Some(id) => Some(domain::jobs::admin_get(&app.ctx, &admin.actor(), id).await?.into()),
        None => None,
    };
    Ok(CloudJob { cloud: connected.account.into(), job })
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
        Ok(Answer::new(List::of(catalog::accounts(&app.ctx, &admin.actor()).await?, Cloud::from)))
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
        Ok(Answer::new(catalog::account(&app.ctx, &admin.actor(), id.0.0).await?.into()))
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
