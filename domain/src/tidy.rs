//! Removing what is past its time.

use sea_orm::ConnectionTrait;

use crate::error::Result;
use crate::jobs::{self, Claim};
use crate::{Ctx, db};

/// Rows removed by one statement at most; the next run takes the rest.
const BATCH: i64 = 10_000;

/// Removes expired idempotency keys, dead sessions with their tokens, and the passwords of orders
/// that failed more than a day ago. Ends the job.
///
/// # Errors
/// `fenced`.
pub async fn tidy(ctx: &Ctx, claim: &Claim) -> Result<()> {
    let tx = ctx.begin().await?;
    jobs::fence(&tx, claim).await?;
    remove(&tx, "delete from idempotency_key where ctid = any(array(select ctid from idempotency_key where expires_at < business_now() limit $1))").await?;
    remove(&tx, "delete from session where id in (select id from session where expires_at < business_now() - interval '1 day' limit $1)").await?;
    remove(
        &tx,
        "delete from vps_secret where vps_id in (select s.vps_id from vps_secret s join vps v on v.id = s.vps_id \
         where v.status in ('failed', 'deleted') and s.created_at < business_now() - interval '24 hours' limit $1)",
    )
    .await?;
    jobs::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

async fn remove(tx: &impl ConnectionTrait, sql: &'static str) -> Result<()> {
    db::exec(tx, db::sql(sql, [BATCH.into()])).await?;
    Ok(())
}
