//! Removing what is past its time.

use sea_orm::ConnectionTrait;

use crate::error::Result;
use crate::queue::{self, Claim, Retention};
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
    queue::fence(&tx, claim).await?;
    remove(&tx, "delete from idempotency_key where ctid = any(array(select ctid from idempotency_key where expires_at < business_now() limit $1))").await?;
    remove(&tx, "delete from session where id in (select id from session where expires_at < business_now() - interval '1 day' limit $1)").await?;
    remove(
        &tx,
        "delete from vps_secret where vps_id in (select s.vps_id from vps_secret s join vps v on v.id = s.vps_id \
         where v.status in ('failed', 'deleted') and s.created_at < business_now() - interval '24 hours' limit $1)",
    )
    .await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

async fn remove(tx: &impl ConnectionTrait, sql: &'static str) -> Result<()> {
    db::exec(tx, db::sql(sql, [BATCH.into()])).await?;
    Ok(())
}

/// Drops the months of the archive that are past their time, and whatever else grows: ticks, statistics, workers that
/// are gone, findings that are settled. Ends the job. Returns how many tables of the archive were dropped.
///
/// # Errors
/// `fenced`.
pub async fn drop_old(ctx: &Ctx, claim: &Claim, keep: Retention) -> Result<i32> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let months: Option<i32> = db::scalar(
        &tx,
        db::sql("select archive_drop(now() - make_interval(months => $1))", [keep.archive_months.into()]),
    )
    .await?;
    for statement in [
        "delete from schedule_tick where tick_at < business_now() - interval '90 days'",
        "delete from job_stat where (step_s = 60 and at < now() - interval '26 hours') or at < now() - interval '9 days'",
        "delete from worker where seen_at < clock_timestamp() - interval '1 day'",
        "delete from cloud_finding where settled_at < clock_timestamp() - interval '90 days'",
        "delete from job_bulk where created_at < business_now() - interval '90 days'",
    ] {
        db::exec(&tx, db::sql(statement, [])).await?;
    }
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(months.unwrap_or(0))
}
