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
                .map(|cloud| CloudHealth {
                    id: Id(cloud.id),
                    name: cloud.name,
                    status: Word(cloud.status),
                    needs_decision: cloud.needs_decision,
                })
                .collect(),
        }))
    }
}
