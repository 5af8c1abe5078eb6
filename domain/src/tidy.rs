//! Removing what is past its time.

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
    delete_idempotency_keys(BATCH).exec(&tx).await?;
    delete_sessions(BATCH).exec(&tx).await?;
    delete_order_passwords(BATCH).exec(&tx).await?;
    jobs::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

db::statement! {
    fn delete_idempotency_keys(limit: i64) =
        "delete from idempotency_key where ctid = any(array( \
           select ctid from idempotency_key where expires_at < business_now() limit $1))";

    /// Their tokens go with them.
    fn delete_sessions(limit: i64) =
        "delete from session where id in ( \
           select id from session where expires_at < business_now() - interval '1 day' limit $1)";

    fn delete_order_passwords(limit: i64) = file "tidy/delete_order_passwords.sql";
}
