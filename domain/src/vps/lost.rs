//! A server that its provider no longer has, though nobody wanted that.

use entity::VpsId;
use entity::vps;
use sea_orm::{DatabaseTransaction, EntityTrait, QuerySelect};

use super::status::{VpsEvent, apply};
use crate::activity::{self, Event};
use crate::billing;
use crate::error::{Error, Result};
use crate::queue::Claim;
use crate::{Ctx, EventStatus, db};

/// Marks a server as lost: its charges end now, and its customer and the admins are told.
///
/// # Errors
/// `wrong_state`, `not_found`.
pub async fn mark_lost(ctx: &Ctx, tx: &DatabaseTransaction, claim: &Claim, vps: VpsId) -> Result<()> {
    let row = vps::Entity::find_by_id(vps).lock_exclusive().one(tx).await?;
    let row = row.ok_or_else(|| Error::not_found("server"))?;
    let status = apply(row.status, VpsEvent::SeenMissing)?;
    let now = ctx.clock.now(tx).await?;
    billing::close_segment(tx, vps, now, claim.id).await?;
    db::exec(tx, db::sql("update vps set status = $2 where id = $1", [vps.into(), status.into()])).await?;
    activity::record(
        tx,
        Event::new(
            "vps.lost",
            EventStatus::Error,
            format!("{} can't be found any more and is no longer charged. We are looking into it.", row.label),
        )
        .org(row.org_id)
        .entity("vps", vps)
        .job(claim.id),
    )
    .await
}
