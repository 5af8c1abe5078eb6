//! The passing of time: rings payments that are due to be looked at.

use chrono::{DateTime, Utc};
use entity::payment::PaymentState;
use entity::{OrgId, PaymentId};

use super::row::{lock, ring};
use super::state::Happened;
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::work::{self, Job};
use crate::{Ctx, db};

/// Payments that one tick of a minute rings at most; the next one rings the rest. Half of the calls that may be made in
/// a minute ([`super::turn`]): the other half is for payers who are there.
const MAX_RUNG: i64 = 30;

db::row! {
    struct Due {
        id: PaymentId,
        org_id: OrgId,
        state: PaymentState,
    }
}

/// Rings the payments that are due, and ends the job. Returns how many.
///
/// # Errors
/// `fenced`.
pub async fn ring_due(ctx: &Ctx, claim: &Claim) -> Result<usize> {
    let now = ctx.clock.now(&ctx.db).await?;
    let due = select_due(now, MAX_RUNG).all(&ctx.db).await?;
    for payment in &due {
        let tx = ctx.begin().await?;
        queue::fence(&tx, claim).await?;
        if payment.state == PaymentState::New {
            give_up(&tx, payment.id, now).await?;
        } else {
            set_later(payment.id, now).exec(&tx).await?;
            ring(ctx, &tx, payment.id, payment.org_id).await?;
        }
        tx.commit().await?;
    }
    let tx = ctx.begin().await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(due.len())
}

/// A payment without an order whose job has ended will never have one.
async fn give_up(tx: &impl sea_orm::ConnectionTrait, payment: PaymentId, now: DateTime<Utc>) -> Result<()> {
    let mut row = lock(tx, payment).await?;
    if work::open_of(tx, &Job::OpenPayment { payment }).await?.is_none() && row.step(Happened::NotOpened, now) {
        row.failure = Some("not_opened".to_owned());
    }
    row.write(tx, now).await
}

db::statement! {
    fn select_due(now: DateTime<Utc>, limit: i64) -> Due =
        "select id, org_id, state from payment where look_at <= $1 order by look_at, id limit $2";

    /// Its settler says when it is looked at next; until it has run, it is not rung at each tick.
    fn set_later(payment: PaymentId, now: DateTime<Utc>) =
        "update payment set look_at = $2::timestamptz + interval '10 minutes' where id = $1";
}
