//! An order that fails: the money that was set aside goes back to the wallet.

use entity::{JobId, VpsId};
use sea_orm::ConnectionTrait;

use super::locked::{LockedVps, lock};
use super::status::VpsEvent;
use crate::activity::{self, Event, NAME};
use crate::error::Result;
use crate::ledger::{self, Cause};
use crate::mail::Mail;
use crate::queue::{self, Claim, Failure};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db};

/// What a failed order is to be told by, where only the customer can choose differently: a code of the failure, and a
/// pointer into the order.
const INPUTS: [(&str, &str); 2] = [(PASSWORD_REFUSED, "/root_password"), (SSH_KEY_REFUSED, "/ssh_public_key")];
/// The code of a failure where the provider refused the root password.
pub const PASSWORD_REFUSED: &str = "root_password_refused";
/// The code of a failure where the provider refused the SSH key.
pub const SSH_KEY_REFUSED: &str = "ssh_key_refused";

/// The order failed and nothing is left at the provider: the money goes back, the customer is told, and the job ends.
/// The sealed password stays for a retry until [`crate::tidy`] removes it.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn fail_order(ctx: &Ctx, claim: &Claim, vps: VpsId, failure: &Failure) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = give_back(ctx, &tx, vps, claim.id, &failure.customer).await?;
    if let Some((_, field)) = INPUTS.iter().find(|(code, _)| *code == failure.code) {
        set_failure_field(vps, field).exec(&tx).await?;
    }
    let words = format!("{NAME} could not be created; the money set aside is back in your wallet");
    let event = Event::new("vps.failed", EventStatus::Error, words).org(row.org_id);
    activity::record(&tx, event.entity("vps", vps).job(claim.id)).await?;
    if let Some(user) = row.created_by {
        let mail = Job::SendMail { mail: Mail::OrderFailed { user, vps } };
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
    let words = format!("The order of {NAME} was cancelled; the money set aside is back in your wallet");
    let event = Event::new("vps.failed", EventStatus::Warning, words).org(row.org_id);
    activity::record(tx, event.entity("vps", vps).job(job)).await
}

async fn give_back(ctx: &Ctx, tx: &impl ConnectionTrait, vps: VpsId, job: JobId, words: &str) -> Result<LockedVps> {
    let row = lock(tx, vps).await?.step(tx, VpsEvent::OrderFailed { words }).await?;
    let at = ctx.clock.now(tx).await?;
    ledger::release(tx, Cause { org: row.org_id, job: Some(job), at }, &row.order(job)).await?;
    clear_failure_field(vps).exec(tx).await?;
    Ok(row)
}

db::statement! {
    fn set_failure_field(vps: VpsId, field: &str) = "update vps set failure_field = $2 where id = $1";

    /// Of an earlier try.
    fn clear_failure_field(vps: VpsId) =
        "update vps set failure_field = null where id = $1 and failure_field is not null";
}
