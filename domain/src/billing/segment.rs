//! When charging a server begins and ends.

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId, SegmentId, VpsId};
use sea_orm::ConnectionTrait;

use crate::error::Result;
use crate::ledger::{self, Cause, NewSegment, Order};
use crate::{Ctx, db};

/// Begins charging a server: its hold is earned as hour 1. Nothing happens when it was earned before.
///
/// # Errors
/// When the database refuses it.
pub async fn open_segment(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    cause: Cause,
    order: &Order,
    month_micros: i64,
    hours_per_month: i32,
    started_at: DateTime<Utc>,
) -> Result<()> {
    let Some(paid) = ledger::capture(tx, cause, order).await? else {
        return Ok(());
    };
    let id: SegmentId = ctx.chance.id(cause.at);
    let segment = NewSegment { id, vps: order.vps, month_micros, hours_per_month, started_at };
    ledger::open_usage(tx, cause, segment, paid).await
}

db::row! {
    struct OpenSegment {
        id: SegmentId,
        org_id: OrgId,
    }
}

/// Charges the rest of a server's hours and ends its segment. A started hour is not given back.
///
/// # Errors
/// When the database refuses it.
pub async fn close_segment(tx: &impl ConnectionTrait, vps: VpsId, at: DateTime<Utc>, job: JobId) -> Result<()> {
    let Some(open) = select_open(vps).one(tx).await? else { return Ok(()) };
    let key = format!("usage:{}:end", open.id);
    ledger::charge_usage(tx, &[open.org_id], Some(vps), at, &key, job).await?;
    ledger::end_usage(tx, open.id, at).await
}

db::statement! {
    fn select_open(vps: VpsId) -> OpenSegment =
        "select id, org_id from usage_segment where vps_id = $1 and kind = 'vps' and ended_at is null";
}
