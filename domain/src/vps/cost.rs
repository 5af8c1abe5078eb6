//! What a server costs, and what its deletion would mean for the wallet.

use entity::VpsId;

use super::view::{VpsView, get};
use crate::billing::{self, MonthCost, NextCharge, hour_micros};
use crate::error::Result;
use crate::ledger::Forecast;
use crate::{Actor, Ctx, Perm};

/// What a server costs, and what its deletion would mean.
#[derive(Clone, Debug)]
pub struct VpsCost {
    /// The server.
    pub vps: VpsView,
    /// The first hour's price in micro-units; later ones differ by at most one.
    pub hour_micros: i64,
    /// What the other servers cost in an hour, in micro-units.
    pub rate_after_delete_micros: i64,
    /// How long the balance would last without it, in seconds; none when nothing else is charged.
    pub runway_after_delete_s: Option<i64>,
    /// When it is charged next, and how much; none while it is not.
    pub next_charge: Option<NextCharge>,
    /// What each month has cost, the newest first.
    pub months: Vec<MonthCost>,
}

/// What a server costs, and what its deletion would mean for the wallet.
///
/// # Errors
/// `not_found`, for servers of others too.
pub async fn cost(ctx: &Ctx, actor: &Actor, id: VpsId) -> Result<VpsCost> {
    let vps = get(ctx, actor, id).await?;
    let (next_charge, months) = (billing::next_charge(ctx, id).await?, billing::months(ctx, id).await?);
    let rest = Forecast::of(ctx, actor.may(Perm::WalletRead)?).await?.without(id);
    Ok(VpsCost {
        hour_micros: hour_micros(vps.month_micros, vps.hours_per_month, 1),
        rate_after_delete_micros: rest.hour_micros(),
        next_charge,
        months,
        runway_after_delete_s: rest.runway_s(),
        vps,
    })
}
