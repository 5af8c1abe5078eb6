//! Deleting a server: the request, its end at the provider, and an administrator who cancels or retries it.

use std::time::Duration;

use entity::vps::VpsStatus;
use entity::{JobId, VpsId};
use sea_orm::ConnectionTrait;

use super::create::{Ordered, ordered};
use super::locked::{lock, lock_mine};
use super::secret;
use super::status::VpsEvent;
use crate::access;
use crate::activity::{self, Event, NAME};
use crate::error::{Error, Result};
use crate::ledger::{self, Cause};
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, Perm, billing, db};

/// Deletes a server for good, once its name was typed. Whatever else is in progress on it ends.
///
/// # Errors
/// A field error when the name differs, `step_up_required`, `wrong_state`, `not_found`; `forbidden` for readers.
pub async fn delete(ctx: &Ctx, actor: &Actor, vps: VpsId, typed_label: &str) -> Result<Ordered> {
    let tx = ctx.begin().await?;
    let org = access::confirm(&tx, actor, Perm::VpsDelete).await?;
    access::verified(ctx, &tx, actor).await?;
    // The job before its server: workers and administrators lock them in this order, and so none waits for the other.
    work::supersede(&tx, org, vps).await?;
    let mine = lock_mine(&tx, org, vps).await?;
    if typed_label.trim() != mine.label {
        return Err(Error::field("/label", "type the server's name exactly as it is shown"));
    }
    mine.step(&tx, VpsEvent::DeleteRequested).await?;
    // A job that was enqueued while this waited for the server.
    work::supersede(&tx, org, vps).await?;
    let job = work::enqueue(ctx, &tx, NewJob::new(Job::DeleteVps { vps }).org(org).by(actor)).await?;
    let words = format!("{NAME} is being deleted");
    let event = Event::new("vps.delete", EventStatus::Warning, words).org(org).by(actor);
    activity::record(&tx, event.entity("vps", vps).job(job)).await?;
    let ordered = ordered(&tx, org, vps, job).await?;
    tx.commit().await?;
    Ok(ordered)
}

/// A deletion that no worker had begun was cancelled: the server is again what it was before. One that never ran has
/// nothing to go back to.
///
/// # Errors
/// `not_cancellable` when the server never ran.
pub async fn cancel_deletion(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    let row = lock(tx, vps).await?.step(tx, VpsEvent::DeletionCancelled).await?;
    let words = format!("The deletion of {NAME} was cancelled");
    let event = Event::new("vps.keep", EventStatus::Info, words).org(row.org_id);
    activity::record(tx, event.entity("vps", vps)).await
}

/// An administrator retries a deletion that ended before its time.
///
/// # Errors
/// `wrong_state` when the server is deleted already.
pub async fn reopen_deletion(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    let row = lock(tx, vps).await?;
    if row.status != VpsStatus::Deleting {
        row.step(tx, VpsEvent::DeleteRequested).await?;
    }
    Ok(())
}

/// The provider no longer has the server: its last hours are charged, what was still set aside goes back, and the job
/// is done.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn mark_gone(ctx: &Ctx, claim: &Claim, vps: VpsId) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = lock(&tx, vps).await?;
    let at = ctx.clock.now(&tx).await?;
    let row = row.step(&tx, VpsEvent::SeenGone { at }).await?;
    billing::close_segment(ctx, &tx, vps, at, claim.id).await?;
    for job in select_orders(vps).only(&tx).await? {
        ledger::release(&tx, Cause { org: row.org_id, job: Some(claim.id), at }, &row.order(job)).await?;
    }
    secret::forget(&tx, vps).await?;
    let words = format!("{NAME} is deleted and no longer charged");
    let event = Event::new("vps.deleted", EventStatus::Success, words).org(row.org_id);
    activity::record(&tx, event.entity("vps", vps).job(claim.id)).await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether a worker that lost the server to its deletion may still be asking the provider for it: a request takes at
/// most `request_timeout`, and its answer never reaches us.
///
/// # Errors
/// When the database does not answer.
pub async fn may_be_in_creation(ctx: &Ctx, vps: VpsId, request_timeout: Duration) -> Result<bool> {
    may_be_creating(vps, request_timeout.as_secs_f64()).only(&ctx.db).await
}

db::statement! {
    /// The jobs that were to create the server; each set its first hour aside.
    fn select_orders(vps: VpsId) -> Vec<JobId> =
        "select coalesce(array_agg(id), '{}') from job
         where target_type = 'vps' and target_id = $1 and kind = 'vps.provision'";

    fn may_be_creating(vps: VpsId, request_timeout_s: f64) -> bool = file "may_be_creating.sql";
}
