//! When charging a server begins and ends.

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId, SegmentId, VpsId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::charge::charge;
use crate::error::Result;
use crate::ledger::{Cause, Order, capture};
use crate::{Ctx, db};

/// Begins charging a server: its hold is earned as hour 1.
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
    let Some((journal, micros)) = capture(tx, cause, order).await? else {
        return Ok(());
    };
    let segment: SegmentId = ctx.chance.id(cause.at);
    db::exec(
        tx,
        db::sql(
            "insert into usage_segment (id, vps_id, org_id, month_micros, hours_per_month, started_at, billed_hours, billed_micros) values ($1, $2, $3, $4, $5, $6, 1, $7)",
            [segment.into(), order.vps.into(), cause.org.into(), month_micros.into(), hours_per_month.into(), started_at.into(), micros.into()],
        ),
    )
    .await?;
    db::exec(
        tx,
        db::sql(
            "insert into usage_line (segment_id, hour_no, org_id, micros, journal_id) values ($1, 1, $2, $3, $4)",
            [segment.into(), cause.org.into(), micros.into(), journal.into()],
        ),
    )
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Open {
    id: SegmentId,
    org_id: OrgId,
}

/// Charges the rest of a server's hours and ends its segment. A started hour is not given back.
///
/// # Errors
/// When the database refuses it.
pub async fn close_segment(tx: &impl ConnectionTrait, vps: VpsId, at: DateTime<Utc>, job: JobId) -> Result<()> {
    let open: Option<Open> = db::one(
        tx,
        db::sql(
            "select id, org_id from usage_segment where vps_id = $1 and kind = 'vps' and ended_at is null",
            [vps.into()],
        ),
    )
    .await?;
    let Some(open) = open else { return Ok(()) };
    charge(tx, &[open.org_id], Some((vps, open.id)), at, &format!("usage:{}:end", open.id), job).await?;
    db::exec(
        tx,
        db::sql(
            "update usage_segment set ended_at = greatest(started_at, $2) where id = $1 and ended_at is null",
            [open.id.into(), at.into()],
        ),
    )
    .await?;
    Ok(())
}
