//! An order that fails: the money that was set aside goes back to the wallet.

use entity::{JobId, VpsId};
use sea_orm::ConnectionTrait;

use super::locked::{LockedVps, lock};
use super::status::VpsEvent;
use crate::activity::{self, Event};
use crate::error::Result;
use crate::ledger::{self, Cause};
use crate::queue::{self, Claim, Failure};
use crate::work::{self, Job, MailKind, NewJob};
use crate::{Ctx, EventStatus};

/// The order failed and nothing is left at the provider: the money goes back, the customer is told, and the job ends.
/// The sealed password stays for a retry until [`crate::tidy`] removes it.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn fail_order(ctx: &Ctx, claim: &Claim, vps: VpsId, failure: &Failure) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = give_back(ctx, &tx, vps, claim.id, &failure.customer).await?;
    let words = format!("{} could not be created; the money set aside is back in your wallet", row.label);
    let event = Event::new("vps.failed", EventStatus::Error, words).org(row.org_id);
    activity::record(&tx, event.entity("vps", vps).job(claim.id)).await?;
    if let Some(user) = row.created_by {
        let mail = Job::SendMail { mail: MailKind::OrderFailed, user, vps: Some(vps) };
        work::enqueue(ctx, &tx, NewJob::new(mail).org(row.org_id)).await?;
    }
    if claim.cancel_requested {
        queue::cancelled(&tx, claim).await?;
    } else {
        queue::fail(&tx, claim, failure).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// An administrator cancelled an order that no worker had begun: its money goes back. `words` tell the customer why.
///
/// # Errors
/// `wrong_state`.
pub async fn drop_order(ctx: &Ctx, tx: &impl ConnectionTrait, vps: VpsId, job: JobId, words: &str) -> Result<()> {
    let row = give_back(ctx, tx, vps, job, words).await?;
    let words = format!("The order of {} was cancelled; the money set aside is back in your wallet", row.label);
    let event = Event::new("vps.failed", EventStatus::Warning, words).org(row.org_id);
    activity::record(tx, event.entity("vps", vps).job(job)).await
}

async fn give_back(ctx: &Ctx, tx: &impl ConnectionTrait, vps: VpsId, job: JobId, words: &str) -> Result<LockedVps> {
    let row = lock(tx, vps).await?.step(tx, VpsEvent::OrderFailed { words }).await?;
    let at = ctx.clock.now(tx).await?;
    ledger::release(tx, Cause { org: row.org_id, job: Some(job), at }, &row.order(job)).await?;
    Ok(row)
}
