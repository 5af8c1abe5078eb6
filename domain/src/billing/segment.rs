//! When charging a server begins and ends.

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId, SegmentId, VpsId};
use sea_orm::ConnectionTrait;

use super::reprice;
use crate::error::{Error, Result};
use crate::ledger::{self, Cause, Charge, NewSegment, NextPrice, Order};
use crate::rating::Price;
use crate::{Ctx, db};

/// Begins charging a server: its hold is earned as hour 1. Where the first hour costs less than a micro-unit there is
/// nothing to hold, and it is charged with the hours after it. By the second the hold goes back, since what the hour
/// costs is known when it, or the server, has ended.
///
/// # Errors
/// `hold_missing` when the hold was earned or given back before: the server would be charged for nothing, or twice.
pub async fn open_segment(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    cause: Cause,
    order: &Order,
    (price, version): (Price, Option<i32>),
    started_at: DateTime<Utc>,
) -> Result<()> {
    let id: SegmentId = ctx.chance.id(cause.at);
    let segment = NewSegment { id, vps: order.vps, price, version, started_at };
    if order.micros == 0 {
        return ledger::open_unheld_usage(tx, cause.org, segment).await;
    }
    if price.rule.by_second() {
        if ledger::release(tx, cause, order).await? {
            return ledger::open_unheld_usage(tx, cause.org, segment).await;
        }
    } else if let Some(paid) = ledger::capture(tx, cause, order).await? {
        return ledger::open_usage(tx, cause, segment, paid).await;
    }
    let words = format!("nothing is set aside for the order of {} any more, so its hours cannot begin", order.vps);
    Err(Error::conflict("hold_missing", words))
}

/// Charges a server on that was not charged for a while, without a hold: its last segment continues as if it had not
/// ended. The hours that were paid stay paid, and those since are charged by the next tick. By the second, another one
/// begins where it ended. A server that never had a segment gets one from `started_at` on.
///
/// # Errors
/// `already_charged` when its segment has not ended.
pub async fn continue_segment(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    org: OrgId,
    vps: VpsId,
    price: NextPrice,
    started_at: DateTime<Utc>,
) -> Result<()> {
    let last = select_last(vps).one(tx).await?;
    let id: SegmentId = ctx.chance.id(last.as_ref().and_then(|last| last.ended_at).unwrap_or(started_at));
    match last {
        Some(LastSegment { ended_at: None, .. }) => {
            Err(Error::conflict("already_charged", "the server is charged already"))
        }
        Some(LastSegment { id: last, ended_at: Some(ended_at), by_second: true }) => {
            ledger::follow_usage(tx, last, id, price, ended_at).await
        }
        Some(last) => ledger::reopen_usage(tx, last.id).await,
        None => {
            let NextPrice { price, version, .. } = price;
            let segment = NewSegment { id, vps, price, version, started_at };
            ledger::open_unheld_usage(tx, org, segment).await
        }
    }
}

db::row! {
    struct OpenSegment {
        id: SegmentId,
        org_id: OrgId,
        billed_hours: i32,
    }
}

impl OpenSegment {
    /// Charges what is due at an instant at which its price ends.
    async fn charge(
        &self,
        tx: &impl ConnectionTrait,
        vps: VpsId,
        at: DateTime<Utc>,
        key: &str,
        job: JobId,
    ) -> Result<()> {
        let (orgs, ending) = ([self.org_id], [self.id]);
        let charge = Charge { orgs: &orgs, only: Some(vps), ending: &ending, at, key, job };
        ledger::charge_usage(tx, charge).await.map(|_| ())
    }
}

db::row! {
    struct LastSegment {
        id: SegmentId,
        ended_at: Option<DateTime<Utc>>,
        by_second: bool,
    }
}

/// Charges the rest of a server's hours and ends its segment. A started hour is not given back; by the second, it is
/// charged for the seconds that were used, and at least the minimum.
///
/// # Errors
/// When the database refuses it.
pub async fn close_segment(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    vps: VpsId,
    at: DateTime<Utc>,
    job: JobId,
) -> Result<()> {
    let Some(open) = select_open(vps).one(tx).await? else { return Ok(()) };
    reprice::apply_moves(ctx, tx, &[open.org_id], Some(vps), at, job).await?;
    let Some(open) = select_open(vps).one(tx).await? else { return Ok(()) };
    // A segment may end more than once: what it owes then is another cause each time.
    let key = format!("usage:{}:end:{}", open.id, open.billed_hours);
    open.charge(tx, vps, at, &key, job).await?;
    ledger::end_usage(tx, open.id, at).await
}

/// Another price for a server that is charged, such as after a resize: from the next hour that begins at or after `at`;
/// where it is charged by the second, from the end of the second that has begun. What was until then is charged first,
/// at the price that it had. Nothing happens while it is not charged.
///
/// # Errors
/// When the database refuses it.
pub async fn change_price(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    vps: VpsId,
    price: NextPrice,
    at: DateTime<Utc>,
    job: JobId,
) -> Result<()> {
    let Some(open) = select_open(vps).one(tx).await? else { return Ok(()) };
    reprice::apply_moves(ctx, tx, &[open.org_id], Some(vps), at, job).await?;
    let Some(open) = select_open(vps).one(tx).await? else { return Ok(()) };
    let key = format!("usage:{}:price:{}", open.id, open.billed_hours);
    open.charge(tx, vps, at, &key, job).await?;
    let id: SegmentId = ctx.chance.id(at);
    ledger::follow_usage(tx, open.id, id, price, at).await
}

db::statement! {
    fn select_open(vps: VpsId) -> OpenSegment =
        "select id, org_id, billed_hours from usage_segment
         where vps_id = $1 and kind = 'vps' and ended_at is null";

    fn select_last(vps: VpsId) -> LastSegment =
        "select id, ended_at, minimum_s is not null as by_second from usage_segment
         where vps_id = $1 and kind = 'vps'
         order by started_at desc, ended_at desc nulls first limit 1";
}
