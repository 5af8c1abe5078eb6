//! What an organisation limits itself to, and what an administrator decided for the end of its funds. An order keeps
//! both: under the wallet's lock, in its own transaction.

use chrono::{DateTime, Months, Utc};
use entity::wallet_policy::FundsEnd;
use entity::{Money, OrgId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::activity::{self, Event};
use crate::clock::month_start;
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{self, Forecast};
use crate::rating::{Price, Rule, Stretch};
use crate::{Actor, Ctx, EventStatus, Perm, access, customer, db, tax, text};

/// The highest limit: 100,000,000 units.
const MAX_CAP_MICROS: i64 = 100_000_000_000_000;
/// Hours that a reserve pays beyond those until the deletion: the one that has begun, and the one that it takes.
const SPARE_HOURS: i64 = 2;

db::row! {
    /// An organisation's limits, and what it has spent of them. Amounts are in micro-units.
    #[derive(Clone, Debug)]
    pub struct Limits {
        /// The most that a calendar month (UTC) may cost by its orders.
        pub month_cap_micros: Option<i64>,
        /// The most that all servers may cost in an hour.
        pub hour_cap_micros: Option<i64>,
        /// Charged for hours of this month, with the tax that is added.
        pub spent_micros: i64,
        /// What happens when funds end.
        pub funds_end: FundsEnd,
        /// Hours from the stop of servers to their deletion.
        pub ladder_hours: i32,
    }
}

/// Other limits; none for no limit.
#[derive(Clone, Copy, Debug)]
pub struct LimitsChange {
    /// The most that a calendar month (UTC) may cost by its orders.
    pub month_cap: Option<Money>,
    /// The most that all servers may cost in an hour.
    pub hour_cap: Option<Money>,
}

/// What happens when funds end.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// What happens.
    pub funds_end: FundsEnd,
    /// Hours from the stop of servers to their deletion: 24 to 720.
    pub ladder_hours: i32,
}

db::row! {
    /// What an order is judged by.
    struct Judged {
        month_cap_micros: Option<i64>,
        hour_cap_micros: Option<i64>,
        funds_end: FundsEnd,
        ladder_hours: i32,
        spent_micros: i64,
        /// What all servers that are neither deleted nor failed cost in an hour.
        rate_micros: i64,
    }
}

db::row! {
    /// A server that is ordered and not charged yet.
    struct Ordered {
        month_micros: i64,
        hours_per_month: i32,
        capped: bool,
        minimum_s: Option<i32>,
    }
}

impl Ordered {
    fn price(&self) -> Price {
        let rule = Rule::of(self.hours_per_month, self.capped, self.minimum_s);
        Price { month_micros: self.month_micros, rule }
    }
}

/// The limits of the actor's organisation.
///
/// # Errors
/// `forbidden` for those who may not see the balance.
pub async fn limits(ctx: &Ctx, actor: &Actor) -> Result<Limits> {
    read(ctx, actor.may(Perm::WalletRead)?).await
}

/// The same of a customer, for an administrator.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn policy(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Limits> {
    read(ctx, customer::get(ctx, actor, org).await?.org_id).await
}

async fn read(ctx: &Ctx, org: OrgId) -> Result<Limits> {
    let now = ctx.clock.now(&ctx.db).await?;
    let limits = select_limits(org, month_start(now)).only(&ctx.db).await?;
    let tax = tax::levy_of(&ctx.db, org).await?.added_to(limits.spent_micros, now);
    Ok(Limits { spent_micros: limits.spent_micros + tax, ..limits })
}

/// Sets the limits of the actor's organisation. Servers that run continue; orders keep them from now on.
///
/// # Errors
/// Field errors; `forbidden` for those who may not change billing.
pub async fn set_limits(ctx: &Ctx, actor: &Actor, change: LimitsChange) -> Result<Limits> {
    let month = micros("/month_cap/amount", change.month_cap)?;
    let hour = micros("/hour_cap/amount", change.hour_cap)?;
    let tx = ctx.begin().await?;
    let org = access::confirm(&tx, actor, Perm::BillingWrite).await?;
    upsert_caps(org, month, hour).exec(&tx).await?;
    let event = Event::new("billing.limits", EventStatus::Info, "The limits of spending changed").org(org).by(actor);
    let told = json!({ "month_cap_micros": month, "hour_cap_micros": hour });
    activity::record(&tx, event.entity("org", org).metadata(told)).await?;
    tx.commit().await?;
    read(ctx, org).await
}

fn micros(pointer: &str, cap: Option<Money>) -> Result<Option<i64>> {
    let Some(cap) = cap else { return Ok(None) };
    if cap.currency != entity::Currency::USD {
        return Err(Error::field(pointer.replace("amount", "currency"), "wallets are in USD"));
    }
    if !(0..=MAX_CAP_MICROS).contains(&cap.micros) {
        return Err(Error::field(pointer, format!("choose 0 to {}", Money::usd(MAX_CAP_MICROS).amount())));
    }
    Ok(Some(cap.micros))
}

/// Decides what happens to a customer's servers when funds end.
///
/// # Errors
/// Field errors; `not_found`; `step_up_required`; `forbidden` for others than administrators.
pub async fn set_policy(ctx: &Ctx, actor: &Actor, org: OrgId, to: Policy, reason: &str) -> Result<Limits> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    if !(24..=720).contains(&to.ladder_hours) {
        return Err(Error::field("/ladder_hours", "choose 24 to 720 hours"));
    }
    let org = customer::get(ctx, actor, org).await?.org_id;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    upsert_policy(org, to.funds_end, to.ladder_hours).exec(&tx).await?;
    move_forecast(org).exec(&tx).await?;
    let words = match to.funds_end {
        FundsEnd::Continue => "Servers run on when funds end",
        FundsEnd::Ladder => "Servers are stopped when funds end, and deleted later",
    };
    let event = Event::new("customer.funds_end", EventStatus::Warning, words).org(org).by(actor).entity("org", org);
    let told = json!({ "funds_end": to.funds_end, "ladder_hours": to.ladder_hours, "reason": reason });
    activity::record(&tx, event.metadata(told)).await?;
    tx.commit().await?;
    read(ctx, org).await
}

/// What is kept to pay servers from their stop to their deletion, in micro-units.
pub(super) fn reserve_micros(rate_micros: i64, ladder_hours: i32) -> i64 {
    // A rate is rounded down to the micro-unit, and an hour may cost one more.
    (rate_micros + 1).saturating_mul(i64::from(ladder_hours) + SPARE_HOURS)
}

/// Whether an order at this price keeps what the organisation and its administrator set, with the tax that is added.
/// The wallet is locked, and the order's first hour is set aside already.
///
/// # Errors
/// `spend_cap_reached`; `insufficient_funds` where the reserve would be missing.
pub(crate) async fn check_order(tx: &impl ConnectionTrait, org: OrgId, price: Price) -> Result<()> {
    let forecast = Forecast::read(tx, org).await?;
    let month = month_start(forecast.now);
    let Some(judged) = select_judged(org, month).one(tx).await? else { return Ok(()) };
    let rate = forecast.with_tax(judged.rate_micros + price.hour_micros());
    if let Some(cap) = judged.hour_cap_micros.filter(|cap| rate > *cap) {
        let words = "With this server your servers would cost more in an hour than your limit allows, so nothing was \
                     ordered. Raise the limit on the wallet's page, or delete a server.";
        return Err(capped(words, rate, cap));
    }
    if let Some(cap) = judged.month_cap_micros {
        let end = month.checked_add_months(Months::new(1)).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let until_end = |price| Stretch::first(forecast.now, price).due_at(end);
        let mut month_micros = judged.spent_micros + until_end(price);
        for ordered in select_ordered(org).all(tx).await? {
            month_micros += until_end(ordered.price());
        }
        // What is due has its tax already.
        let month_micros = forecast.with_tax(month_micros) + forecast.due_before(end);
        if month_micros > cap {
            let words = "With this server the month would cost more than your limit allows, so nothing was ordered. \
                         Raise the limit on the wallet's page, or delete a server.";
            return Err(capped(words, month_micros, cap));
        }
    }
    if judged.funds_end == FundsEnd::Ladder {
        let reserve = reserve_micros(rate, judged.ladder_hours);
        let available = forecast.balance_micros - forecast.due_micros();
        if available < reserve {
            let first = forecast.first_micros(price);
            return Err(ledger::insufficient_funds(reserve + first, available + first));
        }
    }
    Ok(())
}

fn capped(words: &str, needed: i64, cap: i64) -> Error {
    Error::new(ErrorKind::PaymentRequired, "spend_cap_reached", words)
        .with("needed", Money::usd(needed))
        .with("available", Money::usd(cap))
}

db::statement! {
    fn select_limits(org: OrgId, month: DateTime<Utc>) -> Limits = file "select_limits.sql";

    fn upsert_caps(org: OrgId, month_cap: Option<i64>, hour_cap: Option<i64>) =
        "insert into wallet_policy (org_id, month_cap_micros, hour_cap_micros, updated_at)
         values ($1, $2, $3, business_now()) on conflict (org_id) do update
         set month_cap_micros = $2, hour_cap_micros = $3, updated_at = business_now()";

    fn upsert_policy(org: OrgId, funds_end: FundsEnd, ladder_hours: i32) =
        "insert into wallet_policy (org_id, funds_end, ladder_hours, updated_at)
         values ($1, $2, $3, business_now()) on conflict (org_id) do update
         set funds_end = $2, ladder_hours = $3, updated_at = business_now()";

    fn move_forecast(org: OrgId) = "update wallet_forecast set moved = moved + 1 where org_id = $1";

    fn select_judged(org: OrgId, month: DateTime<Utc>) -> Judged = file "select_judged.sql";

    fn select_ordered(org: OrgId) -> Ordered =
        "select v.month_micros, v.hours_per_month, v.capped, v.minimum_s from vps_live v
         where v.org_id = $1 and v.status in ('requested', 'provisioning')
           and not exists (select from usage_segment s where s.vps_id = v.id)";
}
