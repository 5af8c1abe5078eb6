//! A server that its provider no longer has though its deletion was not requested, one that is found again, and one
//! that was switched at the provider itself.

use entity::VpsId;
use entity::vps::VpsStatus;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::locked::{LockedVps, lock};
use super::status::VpsEvent;
use crate::activity::{self, Event, NAME};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::{Ctx, EventStatus, billing, db};

/// Marks a server as lost: its charges end now, and its customer and the administrators are told. Nothing happens where
/// a job works on it by now: that knows better.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn mark_lost(ctx: &Ctx, tx: &DatabaseTransaction, claim: &Claim, vps: VpsId) -> Result<()> {
    let row = lock(tx, vps).await?;
    if !matches!(row.status, VpsStatus::Running | VpsStatus::Stopped) || is_worked_on(vps).only(tx).await? {
        return Ok(());
    }
    let row = row.step(tx, VpsEvent::SeenMissing).await?;
    let now = ctx.clock.now(tx).await?;
    billing::close_segment(ctx, tx, vps, now, claim.id).await?;
    let words = format!("{NAME} can no longer be found and is no longer charged. We are looking into it.");
    let event = Event::new("vps.lost", EventStatus::Error, words).org(row.org_id).entity("vps", vps).job(claim.id);
    activity::record(tx, event).await
}

/// A comparison found a server on or off, and its row says otherwise. A lost one is charged again. Nothing happens
/// where a job works on it by now: that knows better.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn mark_seen(ctx: &Ctx, tx: &DatabaseTransaction, claim: &Claim, vps: VpsId, on: bool) -> Result<()> {
    let row = lock(tx, vps).await?;
    let was = row.status;
    let compared = matches!(was, VpsStatus::Running | VpsStatus::Stopped | VpsStatus::Lost);
    if !compared || is_worked_on(vps).only(tx).await? {
        return Ok(());
    }
    let row = row.step(tx, VpsEvent::SeenOutside { on }).await?;
    let (name, status, words) = match (was, on) {
        (VpsStatus::Lost, _) => {
            charge_on(ctx, tx, &row).await?;
            let state = if on { "runs" } else { "is off" };
            let words = format!("{NAME} was found again and {state}. It existed all the time, so all its hours count.");
            ("vps.found", EventStatus::Success, words)
        }
        (_, true) => ("vps.running", EventStatus::Info, format!("{NAME} runs; it was not switched on here")),
        (_, false) => ("vps.stopped", EventStatus::Warning, format!("{NAME} is off; it was not shut down here")),
    };
    let event = Event::new(name, status, words).org(row.org_id).entity("vps", vps).job(claim.id);
    activity::record(tx, event).await
}

/// A lost server that is being deleted exists after all: it is charged until it no longer does. Harmless for any other.
///
/// # Errors
/// `fenced`.
pub async fn found_while_deleting(ctx: &Ctx, claim: &Claim, vps: VpsId, on: bool) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = lock(&tx, vps).await?;
    if row.status == VpsStatus::Deleting && row.status_before_delete == Some(VpsStatus::Lost) {
        let row = row.step(&tx, VpsEvent::SeenOutside { on }).await?;
        charge_on(ctx, &tx, &row).await?;
        let words = format!("{NAME} was found again and is being deleted. It existed all the time.");
        let event = Event::new("vps.found", EventStatus::Info, words).org(row.org_id);
        activity::record(&tx, event.entity("vps", vps).job(claim.id)).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn charge_on(ctx: &Ctx, tx: &impl ConnectionTrait, row: &LockedVps) -> Result<()> {
    let started_at = row.started_at.unwrap_or(row.created_at);
    billing::continue_segment(ctx, tx, row.org_id, row.id, row.same_price(), started_at).await
}

db::statement! {
    fn is_worked_on(vps: VpsId) -> bool =
        "select exists(select from job_open where target_type = 'vps' and target_id = $1)";
}
