//! What an admin's retry or cancel of a job means for its server.

use entity::vps::{Desired, VpsStatus};
use entity::{JobId, OrgId, VpsId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::status::{VpsEvent, apply};
use crate::activity::{self, Event};
use crate::billing::cumulative_micros;
use crate::error::{Error, Result};
use crate::ledger::{self, Cause, Order};
use crate::{Ctx, EventStatus, db};

#[derive(FromQueryResult)]
struct Row {
    org_id: OrgId,
    label: String,
    status: VpsStatus,
    month_micros: i64,
    hours_per_month: i32,
    deleted: bool,
    started: bool,
}

async fn locked(tx: &impl ConnectionTrait, vps: VpsId) -> Result<Row> {
    db::one(
        tx,
        db::sql(
            "select org_id, label, status, month_micros, hours_per_month, deleted_at is not null as deleted, started_at is not null as started from vps where id = $1 for update",
            [vps.into()],
        ),
    )
    .await?
    .ok_or_else(|| Error::not_found("server"))
}

fn order(row: &Row, vps: VpsId, job: JobId) -> Order {
    Order { job, vps, label: row.label.clone(), micros: cumulative_micros(row.month_micros, row.hours_per_month, 1) }
}

/// Takes a failed order up again under a new job: its first hour is set aside anew.
///
/// # Errors
/// `insufficient_funds`, `in_debt`, `wrong_state`.
pub async fn reopen_order(ctx: &Ctx, tx: &impl ConnectionTrait, vps: VpsId, job: JobId) -> Result<()> {
    let row = locked(tx, vps).await?;
    let status = apply(row.status, VpsEvent::Reopened)?;
    let at = ctx.clock.now(tx).await?;
    ledger::hold(tx, Cause { org: row.org_id, job: Some(job), at }, &order(&row, vps, job)).await?;
    db::exec(tx, db::sql("update vps set status = $2, failure = null where id = $1", [vps.into(), status.into()]))
        .await?;
    activity::record(
        tx,
        Event::new("vps.create", EventStatus::Info, format!("The order of {} was taken up again", row.label))
            .org(row.org_id)
            .entity("vps", vps)
            .job(job),
    )
    .await
}

/// Drops an order that no worker has begun: its money goes back.
///
/// # Errors
/// `wrong_state`.
pub async fn drop_order(ctx: &Ctx, tx: &impl ConnectionTrait, vps: VpsId, job: JobId, words: &str) -> Result<()> {
    let row = locked(tx, vps).await?;
    let status = apply(row.status, VpsEvent::OrderFailed)?;
    let at = ctx.clock.now(tx).await?;
    ledger::release(tx, Cause { org: row.org_id, job: Some(job), at }, &order(&row, vps, job)).await?;
    db::exec(
        tx,
        db::sql("update vps set status = $2, failure = $3 where id = $1", [vps.into(), status.into(), words.into()]),
    )
    .await?;
    activity::record(
        tx,
        Event::new(
            "vps.failed",
            EventStatus::Warning,
            format!("The order of {} was cancelled; the money set aside is back in your wallet", row.label),
        )
        .org(row.org_id)
        .entity("vps", vps)
        .job(job),
    )
    .await
}

/// Refuses to switch a server that is gone.
///
/// # Errors
/// `wrong_state`.
pub async fn require_alive(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    let row = locked(tx, vps).await?;
    if row.deleted || !matches!(row.status, VpsStatus::Running | VpsStatus::Stopped) {
        return Err(Error::conflict(
            "wrong_state",
            format!("The server is {}; there is nothing to switch.", row.status),
        ));
    }
    Ok(())
}

/// A deletion that failed is taken up again.
///
/// # Errors
/// `wrong_state` when the server is gone already.
pub async fn reopen_delete(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    let row = locked(tx, vps).await?;
    if row.status == VpsStatus::Deleting {
        return Ok(());
    }
    let status = apply(row.status, VpsEvent::DeleteRequested)?;
    db::exec(tx, db::sql("update vps set status = $2, desired = 'deleted' where id = $1", [vps.into(), status.into()]))
        .await?;
    Ok(())
}

/// A deletion that no worker had begun was cancelled: the server stays. Whether it is on, the
/// next power job finds out; until then it is what the customer last asked for. A server that
/// never ran has nothing to go back to.
///
/// # Errors
/// `not_cancellable` when the server never ran.
pub async fn keep_after_all(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    let row = locked(tx, vps).await?;
    if !row.started {
        return Err(Error::conflict(
            "not_cancellable",
            "This server never ran, so there is nothing to keep. Let the deletion finish.",
        ));
    }
    let (status, desired) = (VpsStatus::Running, Desired::Running);
    db::exec(
        tx,
        db::sql("update vps set status = $2, desired = $3 where id = $1", [vps.into(), status.into(), desired.into()]),
    )
    .await?;
    activity::record(
        tx,
        Event::new("vps.keep", EventStatus::Info, format!("The deletion of {} was cancelled", row.label))
            .org(row.org_id)
            .entity("vps", vps),
    )
    .await
}
