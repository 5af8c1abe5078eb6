//! A cloud as administrators see it: never with its token.

use domain::cloud::{self, BudgetView, CloudView, Connected};
use domain::{CloudId, CloudStatus, Provider};
use poem_openapi::Object;

use crate::auth::Admin;
use crate::problem::Failure;
use crate::routes::admin::jobs::AdminJob;
use crate::state::State;
use crate::wire::{Id, Time, Word};

/// A cloud by id and name.
#[derive(Debug, Object)]
pub struct NamedCloud {
    /// Its id.
    pub id: Id<CloudId>,
    /// Its name, which only administrators see.
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

/// How many requests of one class the provider accepts.
#[derive(Debug, Object)]
pub struct CloudRate {
    /// The class of requests, as the provider counts them.
    #[oai(validator(max_length = 100))]
    class: String,
    /// How many requests may be sent at once.
    limit: f64,
    /// How many requests a second may be sent in the long run.
    per_s: f64,
    /// How many requests may be sent now.
    remaining: i64,
    /// Until when the provider refuses further requests.
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
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own on the wire")]
pub struct Cloud {
    /// Its id.
    id: Id<CloudId>,
    /// Whose API it speaks.
    provider: Word<Provider>,
    /// Its name, which only administrators see.
    #[oai(validator(max_length = 100))]
    name: String,
    /// The result of the last validation of its token.
    status: Word<CloudStatus>,
    /// The same as a sentence.
    #[oai(validator(max_length = 4000))]
    status_detail: Option<String>,
    /// Whether its plans are on sale.
    active: bool,
    /// The e-mail address of the account at the provider.
    #[oai(validator(max_length = 320))]
    email: Option<String>,
    /// The last characters of its token.
    #[oai(validator(max_length = 20))]
    token_hint: String,
    /// The API's base URL, when it differs from the provider's own.
    #[oai(validator(max_length = 300))]
    endpoint: Option<String>,
    /// How many sizes it offers.
    types: i64,
    /// How many regions it has.
    regions: i64,
    /// How many images it has.
    images: i64,
    /// When its catalog was last read.
    synced_at: Option<Time>,
    /// How many customers' servers it has.
    servers: i64,
    /// When it was connected.
    created_at: Time,
    /// Whether it is paused: none of its jobs begins.
    paused: bool,
    /// Why it is paused.
    #[oai(validator(max_length = 500))]
    paused_reason: Option<String>,
    /// How many servers are not marked as lost and machines not deleted until an administrator allows it.
    held: i64,
    /// Whether the token belongs to another account than before, so that nothing is compared.
    other_account: bool,
    /// Whether this may not be the database that knows its machines, so that machines of nobody's are only reported.
    untrusted: bool,
    /// How many requests it accepts, by class; classes that were not used yet are missing.
    #[oai(validator(max_items = 50))]
    rate: Vec<CloudRate>,
}

impl Cloud {
    /// The cloud with the requests that it accepts.
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
            held: cloud.held,
            other_account: cloud.other_account,
            untrusted: cloud.untrusted,
            rate: budgets.into_iter().map(CloudRate::from).collect(),
        }
    }
}

/// A cloud, and the job that works on it.
#[derive(Debug, Object)]
pub struct CloudJob {
    /// The cloud.
    cloud: Cloud,
    /// The job, if one was needed.
    pub(super) job: Option<AdminJob>,
}

/// The cloud with the requests that it accepts now.
pub(super) async fn shown(app: &State, admin: &Admin, cloud: CloudView) -> Result<Cloud, Failure> {
    let budgets = cloud::budgets(&app.ctx, &admin.actor(), &[cloud.id]).await?;
    Ok(Cloud::of(cloud, budgets))
}

/// The cloud with the job that works on it, where there is one.
pub(super) async fn with_job(app: &State, admin: &Admin, connected: Connected) -> Result<CloudJob, Failure> {
    let job = match connected.job {
        Some(id) => Some(domain::work::admin_get(&app.ctx, &admin.actor(), id).await?.into()),
        None => None,
    };
    Ok(CloudJob { cloud: shown(app, admin, connected.cloud).await?, job })
}
