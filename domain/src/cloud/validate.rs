//! Whether a cloud's token works, as its validation job stores it.

use entity::CloudId;
use entity::cloud::CloudStatus;

use crate::activity::{self, Event};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db};

/// The provider accepts the token, and it is of the cloud's own account ([`super::meet_account`]): the catalog is read
/// next. `email` is the address that the provider has for the token's owner. Ends the job.
///
/// # Errors
/// `fenced`.
pub async fn mark_valid(ctx: &Ctx, claim: &Claim, cloud: CloudId, email: Option<&str>) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    set_valid(cloud, email, CloudStatus::Valid).exec(&tx).await?;
    // A token that works ends the pause that one that did not brought about.
    super::resume_after_validation(&tx, cloud).await?;
    // Left out where the catalog is being read already.
    let sync = NewJob::new(Job::SyncCloud { cloud: Some(cloud) }).actor(claim.actor_id);
    work::enqueue_many(ctx, &tx, &[sync]).await?;
    let event = Event::new("cloud.valid", EventStatus::Success, "The provider accepted the cloud's token");
    activity::record(&tx, event.actor(claim.actor_id).entity("cloud", cloud).job(claim.id)).await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The token could not be validated. Ends the job as failed.
///
/// # Errors
/// `fenced`.
pub async fn mark_invalid(ctx: &Ctx, claim: &Claim, cloud: CloudId, failure: &queue::Failure) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    set_invalid(cloud, &failure.admin, CloudStatus::Invalid).exec(&tx).await?;
    let words = format!("The cloud could not be validated: {}", failure.admin);
    let event = Event::new("cloud.invalid", EventStatus::Error, words).entity("cloud", cloud).job(claim.id);
    activity::record(&tx, event).await?;
    queue::fail(&tx, claim, failure).await?;
    tx.commit().await?;
    Ok(())
}

db::statement! {
    fn set_valid(cloud: CloudId, email: Option<&str>, status: CloudStatus) =
        "update cloud set status = $3, status_detail = null, token_unchecked = false, email = coalesce($2, email)
         where id = $1";

    fn set_invalid(cloud: CloudId, detail: &str, status: CloudStatus) =
        "update cloud set status = $3, status_detail = $2 where id = $1";
}
