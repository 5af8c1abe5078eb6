//! Revenue, cost and margin by month, cloud, plan and organisation.

use chrono::{DateTime, Datelike as _, Months, NaiveDate, Utc};
use entity::{CloudId, OrgId, PlanId};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::{Actor, Ctx, db};

/// The most months of one answer.
const MAX_MONTHS: u32 = 36;
/// The most rows of one answer: those with the most revenue.
const MAX_ROWS: i64 = 500;

/// What rows are grouped by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// By the cloud that the server runs at.
    #[default]
    Cloud,
    /// By the plan that was ordered.
    Plan,
    /// By customer.
    Org,
}

impl By {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Cloud, Self::Plan, Self::Org];

    /// The word for this value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::Plan => "plan",
            Self::Org => "org",
        }
    }
}

/// Of which servers alone; of all where none is named.
#[derive(Clone, Copy, Debug, Default)]
pub struct Of {
    /// Of this cloud.
    pub cloud: Option<CloudId>,
    /// Of this plan.
    pub plan: Option<PlanId>,
    /// Of this customer.
    pub org: Option<OrgId>,
}

db::row! {
    /// What was charged for the hours that began in a month, and what they cost.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct MonthSums {
        /// The month's begin (UTC).
        pub month: DateTime<Utc>,
        /// What customers were charged, without tax that is added, in micro-units.
        pub revenue_micros: i64,
        /// What the providers ask for it by their price list, in micro-units.
        pub cost_micros: i64,
        /// What of the revenue has no known cost, in micro-units.
        pub unknown_micros: i64,
        /// Hours of servers.
        pub hours: i64,
    }
}

db::row! {
    /// The same of one cloud, plan or customer over all the months.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RevenueRow {
        /// Whose.
        pub id: Uuid,
        /// Its name.
        pub name: String,
        /// What customers were charged, in micro-units.
        pub revenue_micros: i64,
        /// What the providers ask for it, in micro-units.
        pub cost_micros: i64,
        /// What of the revenue has no known cost, in micro-units.
        pub unknown_micros: i64,
        /// Hours of servers.
        pub hours: i64,
    }
}

/// What was earned in some months.
#[derive(Clone, Debug)]
pub struct Revenue {
    /// Each month, the earliest first; those without revenue too.
    pub months: Vec<MonthSums>,
    /// Clouds, plans or customers, those with the most revenue first; 500 at most.
    pub rows: Vec<RevenueRow>,
}

/// What customers were charged for hours that began in the last `months` months, the one in progress included, and what
/// those hours cost at the providers' list prices. Discounts count, credit that was given back does not.
///
/// # Errors
/// A field error for other than 1 to 36 months; `forbidden` for others than administrators.
pub async fn revenue(ctx: &Ctx, actor: &Actor, months: u32, by: By, of: Of) -> Result<Revenue> {
    actor.admin()?;
    if !(1..=MAX_MONTHS).contains(&months) {
        return Err(Error::field("/months", format!("choose 1 to {MAX_MONTHS} months")));
    }
    let begins = begins(ctx.clock.now(&ctx.db).await?, months);
    let (Some(from), Some(to)) = (begins.first().copied(), begins.last().copied()) else {
        return Err(Error::internal("no month begins"));
    };
    let Of { cloud, plan, org } = of;
    let found = select_months(from, to, cloud, plan, org).all(&ctx.db).await?;
    let empty = |month| MonthSums { month, revenue_micros: 0, cost_micros: 0, unknown_micros: 0, hours: 0 };
    let of_month = |month| found.iter().find(|sums| sums.month == month).cloned().unwrap_or_else(|| empty(month));
    let months = begins[..begins.len() - 1].iter().copied().map(of_month).collect();
    let rows = select_groups(from, to, cloud, plan, org, by.as_str(), MAX_ROWS).all(&ctx.db).await?;
    Ok(Revenue { months, rows })
}

/// When these many months begin (UTC), the last of them the month of `now`, and the one after it.
fn begins(now: DateTime<Utc>, months: u32) -> Vec<DateTime<Utc>> {
    let first = NaiveDate::from_ymd_opt(now.year(), now.month(), 1).unwrap_or_default();
    let begin = |date: NaiveDate| date.and_time(chrono::NaiveTime::MIN).and_utc();
    let back = (1..months).rev().filter_map(|n| first.checked_sub_months(Months::new(n)));
    back.chain([first]).chain(first.checked_add_months(Months::new(1))).map(begin).collect()
}

db::statement! {
    fn select_months(
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        cloud: Option<CloudId>,
        plan: Option<PlanId>,
        org: Option<OrgId>,
    ) -> MonthSums =
        file "spans.sql",
        file "select_months.sql";

    fn select_groups(
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        cloud: Option<CloudId>,
        plan: Option<PlanId>,
        org: Option<OrgId>,
        by: &str,
        limit: i64,
    ) -> RevenueRow =
        file "spans.sql",
        file "select_groups.sql";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_over_the_turn_of_a_year() {
        let now = "2027-01-31T23:59:59Z".parse().unwrap();
        let shown: Vec<String> = begins(now, 3).iter().map(|at| at.format("%Y-%m-%d").to_string()).collect();
        assert_eq!(shown, ["2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01"]);
    }
}
