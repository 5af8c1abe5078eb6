//! A server that its provider no longer has, though its deletion was not requested.

use entity::VpsId;
use sea_orm::DatabaseTransaction;

use super::locked::lock;
use super::status::VpsEvent;
use crate::activity::{self, Event};
use crate::billing;
use crate::error::Result;
use crate::queue::Claim;
use crate::{Ctx, EventStatus};

/// Marks a server as lost: its charges end now, and its customer and the administrators are told.
///
/// # Errors
/// `wrong_state`, `not_found`.
pub(crate) async fn mark_lost(ctx: &Ctx, tx: &DatabaseTransaction, claim: &Claim, vps: VpsId) -> Result<()> {
    let row = lock(tx, vps).await?.step(tx, VpsEvent::SeenMissing).await?;
    let now = ctx.clock.now(tx).await?;
    billing::close_segment(tx, vps, now, claim.id).await?;
    let words = format!("{} can no longer be found and is no longer charged. We are looking into it.", row.label);
    let event = Event::new("vps.lost", EventStatus::Error, words).org(row.org_id).entity("vps", vps).job(claim.id);
    activity::record(tx, event).await
}
