//! What the job that creates a server writes about it, up to the moment that it runs.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use entity::VpsId;
use entity::vps::VpsStatus;
use sea_orm::ConnectionTrait;

use super::locked::{LockedVps, lock};
use super::secret;
use super::status::VpsEvent;
use crate::activity::{self, Event, NAME};
use crate::billing;
use crate::error::Result;
use crate::ledger::Cause;
use crate::queue::{self, Claim};
use crate::{Ctx, EventStatus, db};

/// The machine that stands for a server at its provider, as the provider describes it.
#[derive(Clone, Debug, Default)]
pub struct Counterpart {
    /// The provider's own id.
    pub reference: String,
    /// The first public IPv4 address.
    pub ipv4: Option<IpAddr>,
    /// The IPv6 address.
    pub ipv6: Option<IpAddr>,
    /// When the provider created it, by the provider's clock.
    pub created_at: Option<DateTime<Utc>>,
}

/// A worker began to create the server. Harmless when that was noted before.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn begin_provision(ctx: &Ctx, claim: &Claim, vps: VpsId) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = lock(&tx, vps).await?;
    let is_first = row.status == VpsStatus::Requested;
    let row = row.step(&tx, VpsEvent::Begun).await?;
    if is_first {
        let words = format!("{NAME} is being created");
        let event = Event::new("vps.provision", EventStatus::Info, words).org(row.org_id);
        activity::record(&tx, event.entity("vps", vps).job(claim.id)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Stores the provider's id of the server: from now on it is ours to pay for and to delete.
///
/// # Errors
/// `fenced`.
pub async fn save_reference(ctx: &Ctx, claim: &Claim, vps: VpsId, counterpart: &Counterpart) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    save(&tx, vps, counterpart).await?;
    tx.commit().await?;
    Ok(())
}

async fn save(tx: &impl ConnectionTrait, vps: VpsId, counterpart: &Counterpart) -> Result<()> {
    let [ipv4, ipv6] = [counterpart.ipv4, counterpart.ipv6].map(|ip| ip.map(|ip| ip.to_string()));
    save_counterpart(vps, &counterpart.reference, ipv4, ipv6).exec(tx).await?;
    Ok(())
}

/// The server runs: its hold becomes hour 1, its password is removed, and the job is done.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn mark_running(ctx: &Ctx, claim: &Claim, vps: VpsId, counterpart: &Counterpart) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = lock(&tx, vps).await?;
    let now = ctx.clock.now(&tx).await?;
    let at = started_at(&tx, &row, counterpart.created_at, now).await?;
    let row = row.step(&tx, VpsEvent::Started { at }).await?;
    save(&tx, vps, counterpart).await?;
    let cause = Cause { org: row.org_id, job: Some(claim.id), at: now };
    let order = row.order(claim.id);
    billing::open_segment(ctx, &tx, cause, &order, row.price(), at).await?;
    secret::forget(&tx, vps).await?;
    let words = format!("{NAME} is running");
    let event = Event::new("vps.running", EventStatus::Success, words).org(row.org_id);
    activity::record(&tx, event.entity("vps", vps).job(claim.id)).await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The instant that the provider names, in business time. The two clocks differ only outside production, and a
/// provider whose clock is off must not charge a customer for hours before the order.
async fn started_at(
    tx: &impl ConnectionTrait,
    row: &LockedVps,
    created_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    let Some(created_at) = created_at else {
        return Ok(now);
    };
    let at = to_business_time(created_at).only(tx).await?;
    Ok(at.clamp(row.created_at.min(now), now))
}

db::statement! {
    /// Addresses that the provider does not tell yet are left as they are.
    fn save_counterpart(vps: VpsId, reference: &str, ipv4: Option<String>, ipv6: Option<String>) =
        "update vps set provider_ref = $2, ipv4 = coalesce($3, ipv4), ipv6 = coalesce($4, ipv6),
           last_seen_at = business_now()
         where id = $1";

    fn to_business_time(at: DateTime<Utc>) -> DateTime<Utc> =
        "select $1::timestamptz + (business_now() - clock_timestamp())";
}
