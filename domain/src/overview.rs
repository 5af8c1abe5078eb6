//! What an administrator sees first: what needs them, and the platform in figures.

mod alerts;
mod history;

use entity::CloudId;
use entity::cloud::CloudStatus;
use entity::vps::VpsStatus;

use crate::error::Result;
use crate::work::{self, Counts};
use crate::{Actor, Ctx, db};

pub use alerts::{Alert, AlertKind};
pub use history::{ServersAt, Today, Window, servers};

/// Clouds that the overview lists.
const MAX_CLOUDS: i64 = 100;

/// The state of the platform in figures.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Servers by status, deleted ones left out; statuses without servers have 0.
    pub servers: Vec<(VpsStatus, i64)>,
    /// Jobs by state and queue.
    pub jobs: Counts,
    /// How many organisations there are.
    pub customers: i64,
    /// What customers hold in all, in micro-units.
    pub balance_micros: i64,
    /// What customers owe in all, in micro-units; a positive figure.
    pub owed_micros: i64,
    /// Earned since the day began (UTC), in micro-units.
    pub revenue_day_micros: i64,
    /// Earned since the month began (UTC), in micro-units.
    pub revenue_month_micros: i64,
    /// The first 100 clouds by name.
    pub clouds: Vec<CloudHealth>,
    /// What needs an administrator, the gravest first.
    pub alerts: Vec<Alert>,
    /// What changed since the day began (UTC).
    pub today: Today,
}

db::row! {
    /// Whether a cloud's token works.
    #[derive(Clone, Debug)]
    pub struct CloudHealth {
        /// For a link to it.
        pub id: CloudId,
        /// The name that an administrator gave it.
        pub name: String,
        /// What its last validation said.
        pub status: CloudStatus,
        /// Whether something about it waits for an administrator: servers that are missing, machines of nobody's,
        /// another account.
        pub needs_decision: bool,
    }
}

db::row! {
    struct StatusCount {
        status: VpsStatus,
        count: i64,
    }
}

db::row! {
    struct Sums {
        customers: i64,
        balance: i64,
        receivable: i64,
        day: i64,
        month: i64,
    }
}

/// The state of the platform.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn overview(ctx: &Ctx, actor: &Actor) -> Result<Overview> {
    let jobs = work::counts(ctx, actor).await?;
    let servers = count_servers().all(&ctx.db).await?;
    let sums = select_sums().only(&ctx.db).await?;
    let clouds = select_clouds(MAX_CLOUDS).all(&ctx.db).await?;
    let alerts = alerts::alerts(ctx, actor, &jobs.by_queue, jobs.attention).await?;
    let today = history::today(ctx, actor).await?;
    let count = |status| servers.iter().find(|row| row.status == status).map_or(0, |row| row.count);
    let shown = VpsStatus::ALL.iter().copied().filter(|status| *status != VpsStatus::Deleted);
    Ok(Overview {
        servers: shown.map(|status| (status, count(status))).collect(),
        jobs,
        customers: sums.customers,
        balance_micros: sums.balance,
        owed_micros: -sums.receivable,
        revenue_day_micros: sums.day,
        revenue_month_micros: sums.month,
        clouds,
        alerts,
        today,
    })
}

db::statement! {
    fn count_servers() -> StatusCount =
        "select status, count(*) as count from vps where deleted_at is null group by status";

    fn select_sums() -> Sums = file "overview/select_sums.sql";

    fn select_clouds(limit: i64) -> CloudHealth = file "overview/select_clouds.sql";
}
