//! Removing what is past its time.

use crate::error::Result;
use crate::queue::{self, Claim, Retention};
use crate::{Ctx, data_export, db, erasure, key, payment};

/// Rows removed by one statement at most; the next run takes the rest.
const BATCH: i64 = 10_000;

/// Removes expired idempotency keys, dead sessions with their tokens, challenges that nobody answered, links of mails,
/// security events of more than 90 days ago, counts of requests of more than a week ago, and the passwords of orders
/// that failed more than a day ago, and copies of persons' data after a day. Erases the tokens of invitations that
/// expired before their mail left. Tells the makers of API keys that end soon; takes up erasures that were not done.
/// Ends the job.
///
/// # Errors
/// `fenced`.
pub async fn tidy(ctx: &Ctx, claim: &Claim) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    delete_idempotency_keys(BATCH).exec(&tx).await?;
    delete_sessions(BATCH).exec(&tx).await?;
    delete_security_events(BATCH).exec(&tx).await?;
    delete_challenges(BATCH).exec(&tx).await?;
    delete_rate_minutes(BATCH).exec(&tx).await?;
    delete_rate_overrides().exec(&tx).await?;
    delete_mail_tokens(BATCH).exec(&tx).await?;
    delete_order_passwords(BATCH).exec(&tx).await?;
    erase_invitations(BATCH).exec(&tx).await?;
    key::warn_of_expiry(ctx, &tx).await?;
    data_export::forget(&tx).await?;
    payment::forget(&tx, BATCH).await?;
    erasure::tidy(ctx, &tx).await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Drops the months of the archive that are past their time, and whatever else grows: ticks, statistics, workers that
/// are silent for a day, findings that are settled, bulk requests. Ends the job. Returns how many tables of the archive
/// were
/// dropped.
///
/// # Errors
/// `fenced`.
pub async fn drop_old(ctx: &Ctx, claim: &Claim, keep: Retention) -> Result<i32> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let dropped = drop_archive(keep.archive_months).only(&tx).await?;
    delete_ticks().exec(&tx).await?;
    delete_sums().exec(&tx).await?;
    delete_workers().exec(&tx).await?;
    delete_findings().exec(&tx).await?;
    delete_bulk_requests().exec(&tx).await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(dropped)
}

db::statement! {
    fn delete_idempotency_keys(limit: i64) =
        "delete from idempotency_key where ctid = any(array(
           select ctid from idempotency_key where expires_at < business_now() limit $1))";

    /// Their tokens go with them.
    fn delete_sessions(limit: i64) =
        "delete from session where id in (
           select id from session where expires_at < business_now() - interval '1 day' limit $1)";

    fn delete_mail_tokens(limit: i64) =
        "delete from mail_token where id in (
           select id from mail_token where expires_at < business_now() - interval '1 day' limit $1)";

    fn delete_security_events(limit: i64) =
        "delete from security_event where id in (
           select id from security_event where minute < business_now() - interval '90 days' limit $1)";

    fn delete_challenges(limit: i64) =
        "delete from challenge where id in (
           select id from challenge where expires_at < business_now() limit $1)";

    fn delete_rate_minutes(limit: i64) =
        "delete from rate_minute where ctid = any(array(
           select ctid from rate_minute where at < business_now() - interval '7 days' limit $1))";

    fn delete_rate_overrides() = "delete from rate_override where expires_at < business_now() - interval '7 days'";

    fn delete_order_passwords(limit: i64) = file "tidy/delete_order_passwords.sql";

    fn erase_invitations(limit: i64) =
        "update invitation set sealed = null where id in (
           select id from invitation
           where state = 'pending' and expires_at <= business_now() and sealed is not null limit $1)";

    fn drop_archive(months: i32) -> i32 = "select archive_drop(now() - make_interval(months => $1))";

    fn delete_ticks() = "delete from schedule_tick where tick_at < business_now() - interval '90 days'";

    /// Minutes are shown for a day, hours for a week.
    fn delete_sums() =
        "delete from job_stat
         where (step_s = 60 and at < now() - interval '26 hours') or at < now() - interval '9 days'";

    fn delete_workers() = "delete from worker where seen_at < clock_timestamp() - interval '1 day'";

    fn delete_findings() = "delete from cloud_finding where settled_at < clock_timestamp() - interval '90 days'";

    fn delete_bulk_requests() = "delete from job_bulk where created_at < business_now() - interval '90 days'";
}
