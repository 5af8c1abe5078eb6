//! A failed order that an administrator retries.

use entity::{JobId, Money, VpsId, vps, vps_secret};
use sea_orm::{ConnectionTrait, EntityTrait as _};

use super::create::is_label_taken;
use super::locked::lock;
use super::status::VpsEvent;
use crate::activity::{self, Event, NAME};
use crate::error::{Error, Result};
use crate::ledger::{self, Cause};
use crate::mail::Mail;
use crate::work::{self, Job, NewJob, PASSWORD_GONE};
use crate::{Ctx, EventStatus};

/// Reopens a failed order under a new job: its first hour is set aside again, and the customer is told.
///
/// # Errors
/// `insufficient_funds`, `in_debt`, `wrong_state`; `label_taken` when the customer has another server of this name by
/// now; `password_gone` when nobody could enter the server.
pub async fn reopen_order(ctx: &Ctx, tx: &impl ConnectionTrait, vps: VpsId, job: JobId) -> Result<()> {
    let row = lock(tx, vps).await?;
    require_access(tx, &row).await?;
    let row = row
        .step(tx, VpsEvent::Reopened)
        .await
        .map_err(|error| if is_label_taken(&error) { name_in_use() } else { error })?;
    let at = ctx.clock.now(tx).await?;
    let order = row.order(job);
    let held = ledger::hold(tx, Cause { org: row.org_id, job: Some(job), at }, &order).await?;
    let words = format!(
        "The order of {NAME} is tried again; {}, the first hour, are set aside again",
        Money::usd(held.micros).rate()
    );
    let event = Event::new("vps.create", EventStatus::Info, words).org(row.org_id);
    activity::record(tx, event.entity("vps", vps).job(job)).await?;
    if let Some(user) = row.created_by {
        let mail = Job::SendMail { mail: Mail::OrderReopened { user, vps } };
        work::enqueue(ctx, tx, NewJob::new(mail).org(row.org_id)).await?;
    }
    Ok(())
}

/// A server that nobody could enter is not created, however its job came to be retried.
async fn require_access(tx: &impl ConnectionTrait, row: &vps::Model) -> Result<()> {
    if row.ssh_public_key.is_some() || vps_secret::Entity::find_by_id(row.id).one(tx).await?.is_some() {
        return Ok(());
    }
    Err(PASSWORD_GONE.into())
}

fn name_in_use() -> Error {
    let words = "The customer has another server of this name by now, so this order can't be opened again. Nothing was \
                 charged. If it was ordered again, discard this job.";
    Error::conflict("label_taken", words)
}
