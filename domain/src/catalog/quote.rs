//! What an order would mean for a wallet, before it is placed.

use entity::{Money, PlanId};

use super::price_list::{Plan, plan, region};
use crate::error::Result;
use crate::ledger::Forecast;
use crate::rating::Price;
use crate::{Actor, Ctx, Perm};

/// What an order of a plan would mean for a wallet.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The plan, with its price in the region.
    pub plan: Plan,
    /// What the order sets aside: the first hour, with the tax that is added.
    pub held_now: Money,
    /// The balance then; below zero when the order would be refused.
    pub balance_after: Money,
    /// How long that balance would last with the new server too, in seconds; none when nothing is charged.
    pub runway_after_s: Option<i64>,
    /// Whether the order would be accepted.
    pub affordable: bool,
    /// What has to be in the wallet: what is set aside, and the hours that servers by the second are in.
    pub needed: Money,
    /// What can be spent now.
    pub available: Money,
    /// What is owed now; nothing can be ordered before it is paid.
    pub owed: Money,
    /// The tax on the price; none where none is owed.
    pub tax: Option<QuotedTax>,
}

/// The tax on a plan's price.
#[derive(Clone, Copy, Debug)]
pub struct QuotedTax {
    /// Hundredths of a per cent.
    pub basis_points: i64,
    /// Whether it is added to the price, or contained in it.
    pub added: bool,
    /// The tax on an hour.
    pub hour: Money,
    /// An hour as the wallet pays it.
    pub hour_total: Money,
    /// A month as the wallet pays it.
    pub month_total: Money,
}

fn tax_on(forecast: &Forecast, price: Price) -> Option<QuotedTax> {
    let (levy, hour) = (forecast.levy(), price.hour_micros());
    let share = levy.at(forecast.now);
    let total = |micros: i64| Money::usd(micros + levy.added_to(micros, forecast.now));
    (share.part > 0).then(|| QuotedTax {
        basis_points: share.part,
        added: levy.added,
        hour: Money::usd(share.of(hour)),
        hour_total: total(hour),
        month_total: total(price.month_micros),
    })
}

/// What an order of the plan would mean for the actor's wallet: in a region, or where none has a price of its own.
///
/// # Errors
/// `not_found` when the plan is not sold; a field error at `/region` when it is not sold there.
pub async fn quote(ctx: &Ctx, actor: &Actor, id: PlanId, place: Option<&str>) -> Result<Quote> {
    let mut plan = plan(ctx, actor, id).await?;
    if let Some(place) = place {
        plan.month_micros = region(ctx, actor, id, place).await?.month_micros;
    }
    let forecast = Forecast::of(ctx, actor.may(Perm::WalletRead)?).await?;
    let price = plan.price();
    let (held, tax) = (forecast.first_micros(price), tax_on(&forecast, price));
    let (available, owed) = (forecast.balance_micros, forecast.owed_micros);
    let (after, needed) = (available - held, held + forecast.running_micros());
    Ok(Quote {
        held_now: Money::usd(held),
        balance_after: Money::usd(after),
        runway_after_s: forecast.with_order(price).runway_s(),
        affordable: available >= needed && owed == 0,
        needed: Money::usd(needed),
        available: Money::usd(available),
        owed: Money::usd(owed),
        tax,
        plan,
    })
}
