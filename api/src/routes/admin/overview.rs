//! The state of the platform at a glance.

use std::collections::BTreeMap;

use domain::overview::{self, AlertKind, Window};
use domain::{CloudId, CloudStatus, EventStatus};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use super::queues::QueueFigures;
use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Choice, Done, Id, List, Money, Time, Vocabulary, Word};

/// The state of a cloud.
#[derive(Debug, Object)]
pub struct CloudHealth {
    /// Its id.
    id: Id<CloudId>,
    /// Its name, which only administrators see.
    #[oai(validator(max_length = 100))]
    name: String,
    /// The result of the last validation of its token.
    status: Word<CloudStatus>,
    /// Whether something about it waits for an administrator, such as servers that vanished at once.
    needs_decision: bool,
}

impl Vocabulary for AlertKind {
    const NAME: &'static str = "AlertKind";
    const ABOUT: &'static str = "What needs an administrator.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Vocabulary for Window {
    const NAME: &'static str = "OverviewWindow";
    const ABOUT: &'static str = "A stretch of time: seven days by the hour, or thirty by the day.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// Something that needs an administrator.
#[derive(Debug, Object)]
pub struct Alert {
    /// What it is about.
    kind: Word<AlertKind>,
    /// How grave it is: a warning or an error.
    status: Word<EventStatus>,
    /// One sentence.
    #[oai(validator(max_length = 300))]
    title: String,
    /// What it means, and what helps.
    #[oai(validator(max_length = 2000))]
    detail: String,
    /// The id or the name of the cloud, plan or queue that it is about.
    #[oai(validator(max_length = 64))]
    object: Option<String>,
}

impl From<overview::Alert> for Alert {
    fn from(alert: overview::Alert) -> Self {
        let overview::Alert { kind, status, title, detail, object } = alert;
        Self { kind: Word(kind), status: Word(status), title, detail, object }
    }
}

/// What changed since the start of the day (UTC).
#[derive(Debug, Object)]
pub struct Today {
    /// Servers that were created.
    created: i64,
    /// Servers that were deleted.
    deleted: i64,
    /// Orders that failed.
    failed: i64,
    /// Customers who registered.
    customers: i64,
    /// Credit that was given.
    credit: Money,
}

/// How many servers there were.
#[derive(Debug, Object)]
pub struct ServersAt {
    /// The instant.
    at: Time,
    /// Servers that existed at a provider then.
    count: i64,
}

/// The platform in figures.
#[derive(Debug, Object)]
pub struct Overview {
    /// Undeleted servers by status.
    servers: BTreeMap<String, i64>,
    /// Jobs by state.
    jobs: BTreeMap<String, i64>,
    /// Failed or stuck jobs that no administrator has dealt with yet.
    attention: i64,
    /// Each queue with its figures.
    #[oai(validator(max_items = 20))]
    queues: Vec<QueueFigures>,
    /// How many organisations there are.
    customers: i64,
    /// The sum of all customers' balances.
    balance_total: Money,
    /// The sum of all customers' debts.
    owed_total: Money,
    /// Earned since the start of the day (UTC).
    revenue_today: Money,
    /// Earned since the start of the month (UTC).
    revenue_month: Money,
    /// The connected clouds and their state.
    #[oai(validator(max_items = 100))]
    clouds: Vec<CloudHealth>,
    /// What needs an administrator, the gravest first.
    #[oai(validator(max_items = 100))]
    alerts: Vec<Alert>,
    /// What changed since the start of the day (UTC).
    today: Today,
}

/// Operations on the platform as a whole.
pub struct OverviewApi;

#[OpenApi]
impl OverviewApi {
    /// Read the overview
    ///
    /// Servers, jobs, money and clouds in figures.
    #[oai(path = "/api/admin/overview", method = "get", operation_id = "getOverview", tag = "Tag::Admin")]
    async fn get(&self, admin: Admin, app: Data<&Shared>) -> Done<Overview> {
        let found = overview::overview(&app.ctx, &admin.actor()).await?;
        Ok(Answer::new(Overview {
            servers: found.servers.into_iter().map(|(status, count)| (status.to_string(), count)).collect(),
            jobs: found.jobs.by_state.into_iter().map(|(state, count)| (state.to_string(), count)).collect(),
            attention: found.jobs.attention,
            queues: found.jobs.by_queue.into_iter().map(QueueFigures::from).collect(),
            customers: found.customers,
            balance_total: Money::usd(found.balance_micros),
            owed_total: Money::usd(found.owed_micros),
            revenue_today: Money::usd(found.revenue_day_micros),
            revenue_month: Money::usd(found.revenue_month_micros),
            clouds: found
                .clouds
                .into_iter()
                .map(|cloud| CloudHealth {
                    id: Id(cloud.id),
                    name: cloud.name,
                    status: Word(cloud.status),
                    needs_decision: cloud.needs_decision,
                })
                .collect(),
            alerts: found.alerts.into_iter().map(Alert::from).collect(),
            today: Today {
                created: found.today.created,
                deleted: found.today.deleted,
                failed: found.today.failed,
                customers: found.today.customers,
                credit: Money::usd(found.today.credit_micros),
            },
        }))
    }

    /// Read how many servers there were
    ///
    /// By the hour for seven days or by the day for thirty, and now.
    #[oai(path = "/api/admin/overview/servers", method = "get", operation_id = "getServerHistory", tag = "Tag::Admin")]
    async fn servers(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// How far back; `7d` when left out.
        window: Query<Option<Choice<Window>>>,
    ) -> Done<List<ServersAt>> {
        let window = window.0.map(|window| window.0).unwrap_or_default();
        let found = overview::servers(&app.ctx, &admin.actor(), window).await?;
        Ok(Answer::new(List::of(found, |point| ServersAt { at: point.at.into(), count: point.count })))
    }
}
