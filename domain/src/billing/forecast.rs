//! When a server is charged next, and what its months have cost.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{OrgId, VpsId};

use crate::error::Result;
use crate::rating::{Open, Price, Rule, Stretch};
use crate::schedule::Cron;
use crate::{Ctx, db, tax};

/// Months that are told at most.
const MONTHS: i32 = 24;

/// The next charge of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextCharge {
    /// The tick that makes it.
    pub at: DateTime<Utc>,
    /// How much it will be, in micro-units, with the tax that is added.
    pub micros: i64,
}

db::row! {
    struct OpenUsage {
        org_id: OrgId,
        month_micros: i64,
        hours_per_month: i32,
        capped: bool,
        minimum_s: Option<i32>,
        base_micros: i64,
        cap_micros: Option<i64>,
        started_at: DateTime<Utc>,
        billed_hours: i32,
        billed_micros: i64,
        cron: String,
        now: DateTime<Utc>,
    }
}

/// The next charge of a server; none while nothing is charged, and while charging is paused.
///
/// # Errors
/// When the database does not answer.
pub async fn next_charge(ctx: &Ctx, vps: VpsId) -> Result<Option<NextCharge>> {
    let Some(open) = select_open_usage(vps).one(&ctx.db).await? else { return Ok(None) };
    let rule = Rule::of(open.hours_per_month, open.capped, open.minimum_s);
    let price = Price { month_micros: open.month_micros, rule };
    let stretch =
        Stretch { started_at: open.started_at, price, base_micros: open.base_micros, cap_micros: open.cap_micros };
    let billed_hours = i64::from(open.billed_hours);
    // An hour is due at the first tick after it began; by the second, at the first one when it has ended.
    let due = stretch.charges(billed_hours + 1);
    let Ok(cron) = Cron::parse(&open.cron, open.now) else { return Ok(None) };
    let levy = tax::levy_of(&ctx.db, open.org_id).await?;
    let one = Open { stretch, billed_hours, billed_micros: open.billed_micros, ends_at: None };
    let after = open.now.max(if rule.by_second() { due - TimeDelta::microseconds(1) } else { due });
    Ok(cron.next(after).map(|at| NextCharge { at, micros: one.charge(&levy, at) }))
}

db::row! {
    /// What a server cost in one month (UTC).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct MonthCost {
        /// The month, as `2026-11`.
        pub month: String,
        /// Hours that began in it and were charged.
        pub hours: i64,
        /// How many seconds of them: fewer than whole hours where the last one was charged by the second.
        pub seconds: i64,
        /// What they cost, in micro-units.
        pub micros: i64,
    }
}

/// What a server cost in each month, the newest first; at most two years of them.
///
/// # Errors
/// When the database does not answer.
pub async fn months(ctx: &Ctx, vps: VpsId) -> Result<Vec<MonthCost>> {
    select_months(vps, MONTHS).all(&ctx.db).await
}

db::statement! {
    fn select_open_usage(vps: VpsId) -> OpenUsage = file "select_open_usage.sql";

    fn select_months(vps: VpsId, months: i32) -> MonthCost = file "select_months.sql";
}
