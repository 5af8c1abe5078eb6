//! Pausing a cloud: none of its jobs is begun until it goes on.

use std::time::Duration;

use entity::cloud::PausedBy;
use entity::{CloudId, JobId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::work::{Job, NewJob};
use crate::{Actor, Ctx, EventStatus, db, queue, text, work};

/// The reason of a pause that the platform made, and ends.
const REFUSED: &str = "The provider refused the token. Give it a new one under Clouds; validation lets its jobs go on.";

async fn set_paused(tx: &impl ConnectionTrait, id: CloudId, by: PausedBy, reason: &str) -> Result<Option<String>> {
    db::scalar(
        tx,
        db::sql(
            "update cloud set paused_at = now(), paused_reason = $2, paused_by = $3 \
             where id = $1 and paused_at is null and deleted_at is null returning name",
            [id.into(), reason.into(), by.into()],
        ),
    )
    .await
}

/// Holds up every job of a cloud. What runs goes on.
///
/// # Errors
/// A field error without a reason; `not_found`; `forbidden` for others than admins.
pub async fn pause(ctx: &Ctx, actor: &Actor, id: CloudId, reason: &str) -> Result<()> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let tx = ctx.begin().await?;
    require(&tx, id).await?;
    if let Some(name) = set_paused(&tx, id, PausedBy::Operator, &reason).await? {
        let event = Event::new("cloud.pause", EventStatus::Warning, format!("The cloud {name} was paused"))
            .actor(actor.user())
            .entity("cloud", id)
            .metadata(json!({ "reason": reason }));
        activity::record(&tx, event).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The provider refuses the cloud's token: its jobs would fail one after the other, so they are
/// held up until an admin has given a token that works. In the caller's transaction.
///
/// # Errors
/// When the database refuses it.
pub async fn pause_for_credentials(tx: &impl ConnectionTrait, id: CloudId, job: JobId) -> Result<()> {
    if let Some(name) = set_paused(tx, id, PausedBy::Platform, REFUSED).await? {
        let words = format!("The cloud {name} refuses our token; its jobs are held up until it has a new one");
        let event = Event::new("cloud.pause", EventStatus::Error, words).entity("cloud", id).job(job);
        activity::record(tx, event).await?;
    }
    Ok(())
}

/// Lets the jobs of a cloud go on. The time that it was paused is added to their deadlines.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn resume(ctx: &Ctx, actor: &Actor, id: CloudId, reason: &str) -> Result<()> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 0, 500)?;
    let tx = ctx.begin().await?;
    require(&tx, id).await?;
    if let Some(name) = resume_in(&tx, id, None).await? {
        let event = Event::new("cloud.resume", EventStatus::Info, format!("The cloud {name} goes on"))
            .actor(actor.user())
            .entity("cloud", id)
            .metadata(json!({ "reason": reason }));
        activity::record(&tx, event).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The provider takes the token: a pause that a refused one brought about ends, in the caller's
/// transaction. One that an admin made stays.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn resume_after_validation(tx: &impl ConnectionTrait, id: CloudId) -> Result<()> {
    resume_in(tx, id, Some(REFUSED)).await?;
    Ok(())
}

/// A job is retried whose cloud is held up for its token: the token is tried first, and if it
/// works by now, the cloud's jobs go on.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn revalidate(ctx: &Ctx, tx: &impl ConnectionTrait, job: JobId, actor: Option<UserId>) -> Result<()> {
    let refused: Option<CloudId> = db::scalar(
        tx,
        db::sql(
            "select a.id from job j join cloud a on a.id = j.cloud_id where j.id = $1 and a.paused_reason = $2",
            [job.into(), REFUSED.into()],
        ),
    )
    .await?;
    if let Some(cloud) = refused {
        let validation = NewJob::new(Job::ValidateCloud { cloud }).actor(actor);
        work::enqueue_many(ctx, tx, &[validation]).await?;
    }
    Ok(())
}

async fn resume_in(tx: &impl ConnectionTrait, id: CloudId, only: Option<&str>) -> Result<Option<String>> {
    #[derive(sea_orm::FromQueryResult)]
    struct Was {
        name: String,
        paused_s: f64,
    }
    let was: Option<Was> = db::one(
        tx,
        db::sql(
            "with was as (select id, paused_at from cloud where id = $1 and paused_at is not null and ($2::text is null or paused_reason = $2) for update) \
             update cloud a set paused_at = null, paused_reason = null, paused_by = null from was where a.id = was.id \
             returning a.name, extract(epoch from now() - was.paused_at)::float8 as paused_s",
            [id.into(), only.into()],
        ),
    )
    .await?;
    let Some(was) = was else {
        return Ok(None);
    };
    queue::extend_cloud(tx, id, Duration::from_secs_f64(was.paused_s.max(0.0))).await?;
    queue::ring_all(tx).await?;
    Ok(Some(was.name))
}

async fn require(tx: &impl ConnectionTrait, id: CloudId) -> Result<()> {
    let there: Option<i32> =
        db::scalar(tx, db::sql("select 1 from cloud where id = $1 and deleted_at is null", [id.into()])).await?;
    there.map(|_| ()).ok_or_else(|| Error::not_found("cloud"))
}
