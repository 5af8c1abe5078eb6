//! The state of the platform at a glance.

use std::collections::BTreeMap;

use domain::{CloudId, CloudStatus};
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::queues::QueueFigures;
use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, Money, Word};

/// How a cloud is.
#[derive(Debug, Object)]
pub struct CloudHealth {
    /// The cloud.
    id: Id<CloudId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// What its last validation said.
    status: Word<CloudStatus>,
}

/// The platform in figures.
#[derive(Debug, Object)]
pub struct Overview {
    /// Servers by status.
    servers: BTreeMap<String, i64>,
    /// Jobs by state.
    jobs: BTreeMap<String, i64>,
    /// Failed or stuck jobs that nobody has seen to.
    attention: i64,
    /// The queues.
    #[oai(validator(max_items = 20))]
    queues: Vec<QueueFigures>,
    /// Organisations.
    customers: i64,
    /// What customers hold in all.
    balance_total: Money,
    /// What customers owe in all.
    owed_total: Money,
    /// Earned since the day began (UTC).
    revenue_today: Money,
    /// Earned since the month began (UTC).
    revenue_month: Money,
    /// The clouds and how they are.
    #[oai(validator(max_items = 100))]
    clouds: Vec<CloudHealth>,
}

/// Operations on the platform as a whole.
pub struct OverviewApi;

#[OpenApi]
impl OverviewApi {
    /// Read the overview
    ///
    /// Servers, jobs, money and clouds in figures.
    #[oai(path = "/api/admin/overview", method = "get", operation_id = "getOverview", tag = "Tag::Admin")]
    async fn overview(&self, admin: Admin, app: Data<&Shared>) -> Done<Overview> {
        let found = domain::overview::overview(&app.ctx, &admin.actor()).await?;
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
                .map(|cloud| CloudHealth { id: Id(cloud.id), name: cloud.name, status: Word(cloud.status) })
                .collect(),
        }))
    }
}
