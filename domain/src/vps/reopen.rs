//! A failed order that an administrator retries.

use entity::{JobId, VpsId};
use sea_orm::ConnectionTrait;

use super::locked::lock;
use super::status::VpsEvent;
use crate::activity::{self, Event};
use crate::error::Result;
use crate::ledger::{self, Cause};
use crate::{Ctx, EventStatus};

/// Reopens a failed order under a new job: its first hour is set aside again.
///
/// # Errors
/// `insufficient_funds`, `in_debt`, `wrong_state`.
pub async fn reopen_order(ctx: &Ctx, tx: &impl ConnectionTrait, vps: VpsId, job: JobId) -> Result<()> {
    let row = lock(tx, vps).await?.step(tx, VpsEvent::Reopened).await?;
    let at = ctx.clock.now(tx).await?;
    ledger::hold(tx, Cause { org: row.org_id, job: Some(job), at }, &row.order(job)).await?;
    let words = format!("The order of {} was reopened", row.label);
    let event = Event::new("vps.create", EventStatus::Info, words).org(row.org_id);
    activity::record(tx, event.entity("vps", vps).job(job)).await
}
