//! Erasing, as a job: one transaction that empties and deletes what the map says.

use entity::{ErasureId, JobId, UserId};
use sea_orm::ConnectionTrait;

use super::account::{delete_minutes, empty_person};
use super::map;
use crate::activity::{self, Event};
use crate::error::Result;
use crate::mail::{self, Mail};
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db};

/// Lost erasures for which one run of the tidy job enqueues another job; the next takes the rest.
const BATCH: i64 = 100;

/// Erases a person whose erasure was asked for, and ends the job. One who is erased already stays so.
///
/// # Errors
/// `fenced`.
pub async fn carry_out(ctx: &Ctx, claim: &Claim, user: UserId) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    if let Some(erasure) = lock_open(user).one(&tx).await? {
        // By sessions and keys, the addresses are known that requests were counted by; by the person's own row, theirs.
        delete_minutes(user).exec(&tx).await?;
        for erase in map::erased() {
            erase(user).exec(&tx).await?;
        }
        empty_person(user).exec(&tx).await?;
        set_done(erasure).exec(&tx).await?;
        let event = Event::new("user.erased", EventStatus::Info, "The person was erased");
        activity::record(&tx, event.entity("user", user).job(claim.id)).await?;
        mail::send(ctx, &tx, Mail::AccountErased { erasure }).await?;
    }
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Enqueues another job for erasures whose own ended without doing them. Forgets addresses that no mail reached within
/// three days, and what arrived late of persons who were erased: API processes write counts and refusals seconds after
/// the request.
pub(crate) async fn tidy(ctx: &Ctx, tx: &impl ConnectionTrait) -> Result<()> {
    forget_addresses().exec(tx).await?;
    delete_late_events().exec(tx).await?;
    delete_late_minutes().exec(tx).await?;
    let open = select_open(BATCH).all(tx).await?;
    let jobs: Vec<_> = open.iter().map(|user| NewJob::new(Job::EraseUser { user: *user })).collect();
    let _: Vec<JobId> = work::enqueue_many(ctx, tx, &jobs).await?;
    Ok(())
}

db::statement! {
    fn lock_open(user: UserId) -> ErasureId =
        "select id from erasure where user_id = $1 and done_at is null for update";

    fn set_done(erasure: ErasureId) = "update erasure set done_at = business_now() where id = $1";

    fn forget_addresses() =
        "update erasure set email_sealed = null
         where email_sealed is not null and done_at < business_now() - interval '3 days'";

    fn delete_late_events() =
        "delete from security_event where user_id in (
           select user_id from erasure where done_at > business_now() - interval '2 days')";

    fn delete_late_minutes() =
        "delete from rate_minute where key in (
           select user_id::text from erasure where done_at > business_now() - interval '2 days')";

    fn select_open(limit: i64) -> UserId = file "select_open.sql";
}
