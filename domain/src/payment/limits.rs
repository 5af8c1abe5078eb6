//! How much may be paid, how often, and by whom: bots buy the cheapest thing to try stolen cards with.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::payment::PayMode;
use entity::{Currency, Money, OrgId};
use sea_orm::ConnectionTrait;

use crate::error::{Error, ErrorKind, Result};
use crate::{Actor, Ctx, Perm, db};

const UNIT: i64 = 1_000_000;
/// A cent, in micro-units: nothing smaller can be paid.
pub(super) const CENT: i64 = 10_000;
/// The least that one payment may be, in micro-units.
pub const MIN_MICROS: i64 = 5 * UNIT;
/// The most.
pub const MAX_MICROS: i64 = 500 * UNIT;
/// Amounts that the page offers.
pub const PRESETS_MICROS: [i64; 4] = [10 * UNIT, 25 * UNIT, 50 * UNIT, 100 * UNIT];
/// Payments that an organisation may have open at once.
const MAX_OPEN: i64 = 3;
/// Payments that an organisation may begin within an hour.
const MAX_AN_HOUR: i64 = 10;
/// After so many refusals within a day, a day's pause.
const MAX_DECLINES: i64 = 3;
/// What an organisation may pay in all until its first payment is a week old.
const FIRST_WEEK_MICROS: i64 = 100 * UNIT;
const FIRST_WEEK: TimeDelta = TimeDelta::days(7);

/// Whether money can be paid, and how much.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// Whether a provider is set up at all.
    pub available: bool,
    /// The provider's world that nothing real happens in, where it is one.
    pub mode: Option<PayMode>,
    /// The least that one payment may be, in micro-units.
    pub min_micros: i64,
    /// The most, in micro-units; less than the least when nothing can be paid for now.
    pub max_micros: i64,
    /// Until when nothing can be paid, after too many refusals.
    pub paused_until: Option<DateTime<Utc>>,
}

db::row! {
    struct Facts {
        open: i64,
        hour: i64,
        declines: i64,
        last_decline: Option<DateTime<Utc>>,
        first_credit: Option<DateTime<Utc>>,
        total_micros: i64,
    }
}

/// What the actor's organisation may pay now.
///
/// # Errors
/// `forbidden` for those who may not see the wallet.
pub async fn offer(ctx: &Ctx, actor: &Actor) -> Result<Offer> {
    let org = actor.may(Perm::WalletRead)?;
    let mode = ctx.payments.as_ref().map(|verifier| mode_of(verifier));
    let now = ctx.clock.now(&ctx.db).await?;
    let facts = facts(&ctx.db, org, now).await?;
    Ok(Offer {
        available: mode.is_some(),
        mode: mode.filter(|mode| *mode != PayMode::Live),
        min_micros: MIN_MICROS,
        max_micros: MAX_MICROS.min(left(&facts, now)),
        paused_until: paused_until(&facts),
    })
}

/// The provider's world that is set up.
pub(super) fn mode_of(verifier: &super::signature::Verifier) -> PayMode {
    match verifier.mode() {
        super::signature::Mode::Live => PayMode::Live,
        super::signature::Mode::Sandbox => PayMode::Sandbox,
        super::signature::Mode::Simulated => PayMode::Simulated,
    }
}

/// Judges an amount that a customer typed, alone.
pub(super) fn amount(amount: Money) -> Result<i64> {
    let refuse = |words: &str| Err(Error::field("/amount/amount", words));
    if amount.currency != Currency::USD {
        return Err(Error::field("/amount/currency", "payments are in USD"));
    }
    if amount.micros < MIN_MICROS || amount.micros > MAX_MICROS {
        return refuse(&format!("pay {} to {}", Money::usd(MIN_MICROS), Money::usd(MAX_MICROS)));
    }
    if amount.micros % CENT != 0 {
        return refuse("use at most two decimals");
    }
    Ok(amount.micros)
}

/// Judges a payment by those before it. The caller holds the organisation's lock.
pub(super) async fn judge(tx: &impl ConnectionTrait, org: OrgId, now: DateTime<Utc>, micros: i64) -> Result<()> {
    let facts = facts(tx, org, now).await?;
    if let Some(until) = paused_until(&facts) {
        let words = "Payments were declined three times within a day. To protect card holders, try again tomorrow, or \
                     write to support. Nothing was charged.";
        let wait = (until - now).to_std().unwrap_or_default();
        return Err(Error::new(ErrorKind::RateLimited, "payments_paused", words).after(wait));
    }
    if facts.open >= MAX_OPEN {
        let words = "Three payments are open already. Finish or cancel one of them first. Nothing was charged.";
        return Err(Error::conflict("too_many_open_payments", words));
    }
    if facts.hour >= MAX_AN_HOUR {
        let words = "Too many payments were begun within an hour. Wait a while, then try again. Nothing was charged.";
        return Err(Error::new(ErrorKind::RateLimited, "rate_limited", words).after(Duration::from_mins(10)));
    }
    let left = left(&facts, now);
    if micros > left {
        let words = format!(
            "In the week after its first payment an organisation may pay {} in all. Pay less, or write to support. \
             Nothing was charged.",
            Money::usd(FIRST_WEEK_MICROS)
        );
        let error = Error::new(ErrorKind::Forbidden, "first_week_limit", words);
        return Err(error.with("available", Money::usd(left.max(0))));
    }
    Ok(())
}

/// What may still be paid in the first week.
fn left(facts: &Facts, now: DateTime<Utc>) -> i64 {
    match facts.first_credit {
        Some(at) if at + FIRST_WEEK <= now => MAX_MICROS,
        _ => FIRST_WEEK_MICROS - facts.total_micros,
    }
}

fn paused_until(facts: &Facts) -> Option<DateTime<Utc>> {
    facts.last_decline.filter(|_| facts.declines >= MAX_DECLINES).map(|at| at + TimeDelta::days(1))
}

async fn facts(tx: &impl ConnectionTrait, org: OrgId, now: DateTime<Utc>) -> Result<Facts> {
    select_facts(org, now).only(tx).await
}

db::statement! {
    fn select_facts(org: OrgId, now: DateTime<Utc>) -> Facts = file "select_facts.sql";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_five_to_five_hundred_dollars_in_whole_cents() {
        let judged = |text: &str| amount(Money::parse(text, Currency::USD).unwrap());
        assert_eq!(judged("5").unwrap(), MIN_MICROS);
        assert_eq!(judged("500.00").unwrap(), MAX_MICROS);
        assert_eq!(judged("19.99").unwrap(), 19_990_000);
        for bad in ["0", "-5", "4.99", "500.01", "5.001", "5.000001"] {
            assert_eq!(judged(bad).unwrap_err().fields[0].pointer, "/amount/amount", "{bad}");
        }
        let yen = Money { micros: MIN_MICROS, currency: "JPY".parse().unwrap() };
        assert_eq!(amount(yen).unwrap_err().fields[0].pointer, "/amount/currency");
    }
}
