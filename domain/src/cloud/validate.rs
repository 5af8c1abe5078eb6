//! Whether a cloud's token works, as its validation job stores it.

use entity::CloudId;

use crate::activity::{self, Event};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db};

/// The provider knows the token: the catalog is read next. Ends the job.
///
/// # Errors
/// `fenced`.
pub async fn mark_valid(ctx: &Ctx, claim: &Claim, cloud: CloudId, email: Option<&str>) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    db::exec(
        &tx,
        db::sql(
            "update cloud set status = 'valid', status_detail = null, email = coalesce($2, email) where id = $1",
            [cloud.into(), email.into()],
        ),
    )
    .await?;
    // A token that works ends whatever pause a token that did not had brought about.
    super::resume_after_validation(&tx, cloud).await?;
    work::enqueue(ctx, &tx, NewJob::new(Job::SyncCloud { cloud }).actor(claim.actor_id)).await?;
    activity::record(
        &tx,
        Event::new("cloud.valid", EventStatus::Success, "The cloud accepted its token")
            .actor(claim.actor_id)
            .entity("cloud", cloud)
            .job(claim.id),
    )
    .await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The provider refuses the token. Ends the job as failed.
///
/// # Errors
/// `fenced`.
pub async fn mark_invalid(ctx: &Ctx, claim: &Claim, cloud: CloudId, failure: &queue::Failure) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    db::exec(
        &tx,
        db::sql(
            "update cloud set status = 'invalid', status_detail = $2 where id = $1",
            [cloud.into(), failure.admin.clone().into()],
        ),
    )
    .await?;
    activity::record(
        &tx,
        Event::new("cloud.invalid", EventStatus::Error, format!("The cloud could not be validated: {}", failure.admin))
            .entity("cloud", cloud)
            .job(claim.id),
    )
    .await?;
    queue::fail(&tx, claim, failure).await?;
    tx.commit().await?;
    Ok(())
}
