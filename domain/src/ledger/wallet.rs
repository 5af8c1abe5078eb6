//! What a customer has, owes and spends.

use chrono::{DateTime, Utc};
use entity::{OrgId, VpsId};

use super::Forecast;
use crate::clock::month_start;
use crate::error::{Error, Result};
use crate::{Actor, Ctx, Perm, db};

/// What a customer has, owes and spends. Amounts are in micro-units.
#[derive(Clone, Debug)]
pub struct Wallet {
    /// What can be spent.
    pub balance_micros: i64,
    /// What is set aside for orders in progress.
    pub held_micros: i64,
    /// What is owed, as a positive figure.
    pub owed_micros: i64,
    /// What all servers cost in an hour, rounded down.
    pub hour_micros: i64,
    /// The same as the wallet pays it: with the tax that is added.
    pub hour_total_micros: i64,
    /// Seconds until the wallet can't pay the next hour; none without servers.
    pub runway_s: Option<i64>,
    /// When that is; now when it is so already.
    pub zero_at: Option<DateTime<Utc>>,
    /// What was posted, less hours that began and are not charged yet, less what is owed.
    pub live_micros: i64,
    /// Those hours.
    pub due_micros: i64,
    /// When these figures were true, in business time.
    pub as_of: DateTime<Utc>,
    /// When the live balance changes next by itself; none without servers.
    pub changes_at: Option<DateTime<Utc>>,
    /// What was charged since the month began (UTC).
    pub month_micros: i64,
    /// The same by server, the dearest first; 500 servers at most.
    pub by_vps: Vec<BurnRow>,
}

db::row! {
    /// What one server costs. Amounts are in micro-units.
    #[derive(Clone, Debug)]
    pub struct BurnRow {
        /// The server.
        pub vps_id: VpsId,
        /// The customer's name for it.
        pub label: String,
        /// An hour's price, rounded down; 0 once it is no longer charged.
        pub hour_micros: i64,
        /// Charged since the month began (UTC).
        pub month_micros: i64,
    }
}

db::row! {
    struct Balances {
        wallet: i64,
        hold: i64,
        receivable: i64,
    }
}

/// The wallet of the actor's organisation.
///
/// # Errors
/// `forbidden` for actors without an organisation.
pub async fn wallet(ctx: &Ctx, actor: &Actor) -> Result<Wallet> {
    wallet_of(ctx, actor.may(Perm::WalletRead)?).await
}

/// A customer's wallet, for an administrator.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn customer_wallet(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Wallet> {
    actor.admin()?;
    wallet_of(ctx, org).await
}

async fn wallet_of(ctx: &Ctx, org: OrgId) -> Result<Wallet> {
    let balances = select_balances(org).one(&ctx.db).await?.ok_or_else(|| Error::not_found("organisation"))?;
    let forecast = Forecast::of(ctx, org).await?;
    let month = month_start(forecast.now);
    let by_vps = select_burn(org, month).all(&ctx.db).await?;
    let hour_micros: i64 = by_vps.iter().map(|row| row.hour_micros).sum();
    Ok(Wallet {
        balance_micros: balances.wallet,
        held_micros: balances.hold,
        owed_micros: -balances.receivable,
        hour_micros,
        hour_total_micros: hour_micros + forecast.levy().added_to(hour_micros, forecast.now),
        runway_s: forecast.runway_s(),
        zero_at: forecast.zero_at(),
        live_micros: forecast.live_micros(),
        due_micros: forecast.due_micros(),
        as_of: forecast.now,
        changes_at: forecast.changes_at(),
        month_micros: by_vps.iter().map(|row| row.month_micros).sum(),
        by_vps,
    })
}

db::statement! {
    fn select_balances(org: OrgId) -> Balances = file "select_balances.sql";

    fn select_burn(org: OrgId, month: DateTime<Utc>) -> BurnRow = file "select_burn.sql";
}
