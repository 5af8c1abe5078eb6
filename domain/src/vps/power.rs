//! Switching a server: what a customer may ask for, and what a job found.

use entity::VpsId;
use entity::vps::{Desired, PowerAction, VpsStatus};
use sea_orm::ConnectionTrait;

use super::create::{Ordered, ordered};
use super::locked::{lock, lock_mine};
use super::status::{VpsEvent, may_switch};
use crate::activity::{self, Event, NAME};
use crate::error::{Error, Result};
use crate::prepaid;
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, Perm, Queue, db};

/// Boots, shuts down or reboots a server.
///
/// # Errors
/// `wrong_state`, `suspended`, `busy`, `not_found`, `too_many_open_jobs`, `overloaded`; `forbidden` for readers.
pub async fn act(ctx: &Ctx, actor: &Actor, vps: VpsId, action: PowerAction) -> Result<Ordered> {
    let org = actor.may(Perm::VpsUse)?;
    work::admit(ctx, Queue::Power).await?;
    let tx = ctx.begin().await?;
    let mine = lock_mine(&tx, org, vps).await?;
    may_switch(mine.status)?;
    if action != PowerAction::Shutdown {
        prepaid::suspended(&tx, org).await?;
    }
    let new_job = NewJob::new(Job::PowerVps { vps, action }).org(org).by(actor).limited();
    let job = work::enqueue(ctx, &tx, new_job).await?;
    let desired = if action == PowerAction::Shutdown { Desired::Stopped } else { Desired::Running };
    set_desired(vps, desired).exec(&tx).await?;
    let (event, words) = match action {
        PowerAction::Boot => ("vps.boot", "is being booted"),
        PowerAction::Shutdown => ("vps.shutdown", "is being shut down"),
        PowerAction::Reboot => ("vps.reboot", "is being rebooted"),
    };
    let event = Event::new(event, EventStatus::Info, format!("{NAME} {words}")).org(org).by(actor);
    activity::record(&tx, event.entity("vps", vps).job(job)).await?;
    let ordered = ordered(&tx, org, vps, job).await?;
    tx.commit().await?;
    Ok(ordered)
}

/// Lets a job that switches a server be retried only while there is a server to switch.
///
/// # Errors
/// `wrong_state`.
pub async fn require_alive(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    let row = lock(tx, vps).await?;
    if row.deleted_at.is_none() && matches!(row.status, VpsStatus::Running | VpsStatus::Stopped) {
        return Ok(());
    }
    Err(Error::conflict("wrong_state", format!("The server is {}; there is nothing to switch.", row.status)))
}

/// The server's power is what was asked for, and the job is done. `words` continue its name on the record.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn mark_power(ctx: &Ctx, claim: &Claim, vps: VpsId, running: bool, words: &str) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let (seen, name) =
        if running { (VpsEvent::SeenRunning, "vps.running") } else { (VpsEvent::SeenStopped, "vps.stopped") };
    let row = lock(&tx, vps).await?.step(&tx, seen).await?;
    let event = Event::new(name, EventStatus::Success, format!("{NAME} {words}")).org(row.org_id);
    activity::record(&tx, event.entity("vps", vps).job(claim.id)).await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

db::statement! {
    fn set_desired(vps: VpsId, desired: Desired) = "update vps set desired = $2 where id = $1";
}
