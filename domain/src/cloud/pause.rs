//! Pausing a cloud: none of its jobs begins until it is resumed.
//!
//! An operator's pause ends when an operator resumes the cloud. The platform pauses a cloud whose provider refuses the
//! token, and that pause also ends when a token is accepted.

use std::time::Duration;

use entity::cloud::PausedBy;
use entity::{CloudId, JobId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, db, queue, text};

/// The reason that operators read when the platform paused a cloud.
const REFUSED: &str = "The provider refused the token. Give the cloud a new one under Clouds; \
                       its jobs continue as soon as the provider accepts it.";

/// The reason that operators read while a new token is checked.
const UNCHECKED: &str = "The new token is being checked. The cloud's jobs continue as soon as the provider accepts it.";

/// Begins no more jobs of a cloud until [`resume`]. What runs continues. A cloud that is paused stays as it is.
///
/// # Errors
/// A field error without a reason; `not_found`; `forbidden` for others than administrators.
pub async fn pause(ctx: &Ctx, actor: &Actor, id: CloudId, reason: &str) -> Result<()> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let tx = ctx.begin().await?;
    require(&tx, id).await?;
    if let Some(name) = set_paused(id, &reason, PausedBy::Operator).one(&tx).await? {
        let event = Event::new("cloud.pause", EventStatus::Warning, format!("The cloud {name} was paused"))
            .by(actor)
            .entity("cloud", id)
            .metadata(json!({ "reason": reason }));
        activity::record(&tx, event).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The provider refuses the cloud's token: its jobs would fail one after the other, so they wait until an administrator
/// has given it a token that works. In the caller's transaction.
///
/// # Errors
/// When the database refuses it.
pub async fn pause_for_credentials(tx: &impl ConnectionTrait, id: CloudId, job: JobId) -> Result<()> {
    if let Some(name) = set_paused(id, REFUSED, PausedBy::Platform).one(tx).await? {
        let words = format!("The provider refused the token of the cloud {name}; its jobs wait for a new one");
        let event = Event::new("cloud.pause", EventStatus::Error, words).entity("cloud", id).job(job);
        activity::record(tx, event).await?;
    }
    Ok(())
}

/// A cloud got another token: none of its jobs begins before a validation has accepted it. In the caller's transaction.
///
/// # Errors
/// When the database refuses it.
pub(super) async fn pause_for_new_token(tx: &impl ConnectionTrait, id: CloudId) -> Result<()> {
    set_paused(id, UNCHECKED, PausedBy::Platform).one(tx).await?;
    Ok(())
}

/// Lets the jobs of a cloud begin again. The time that it was paused is added to their deadlines.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn resume(ctx: &Ctx, actor: &Actor, id: CloudId, reason: &str) -> Result<()> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 0, 500)?;
    let tx = ctx.begin().await?;
    require(&tx, id).await?;
    if let Some(name) = resume_in(&tx, id, None).await? {
        let event = Event::new("cloud.resume", EventStatus::Info, format!("The cloud {name} was resumed"))
            .by(actor)
            .entity("cloud", id)
            .metadata(json!({ "reason": reason }));
        activity::record(&tx, event).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The provider accepts the token: a pause of the platform's ends, in the caller's transaction. An operator's stays.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn resume_after_validation(tx: &impl ConnectionTrait, id: CloudId) -> Result<()> {
    resume_in(tx, id, Some(PausedBy::Platform)).await?;
    Ok(())
}

/// A job is retried whose cloud waits for a new token: the present one is tried first, and if the provider accepts it
/// by now, the cloud's jobs continue.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn revalidate(ctx: &Ctx, tx: &impl ConnectionTrait, job: JobId, actor: Option<UserId>) -> Result<()> {
    if let Some(cloud) = select_refused(job, PausedBy::Platform).one(tx).await? {
        let validation = NewJob::new(Job::ValidateCloud { cloud }).actor(actor);
        work::enqueue_many(ctx, tx, &[validation]).await?;
    }
    Ok(())
}

/// Ends a pause, or only one of `by`. Returns the cloud's name if it was paused so.
async fn resume_in(tx: &impl ConnectionTrait, id: CloudId, by: Option<PausedBy>) -> Result<Option<String>> {
    let Some(Resumed { name, paused_s }) = set_resumed(id, by).one(tx).await? else {
        return Ok(None);
    };
    queue::extend_cloud(tx, id, Duration::from_secs_f64(paused_s.max(0.0))).await?;
    queue::ring_all(tx).await?;
    Ok(Some(name))
}

async fn require(tx: &impl ConnectionTrait, id: CloudId) -> Result<()> {
    if is_connected(id).only(tx).await? { Ok(()) } else { Err(Error::not_found("cloud")) }
}

db::row! {
    struct Resumed {
        name: String,
        paused_s: f64,
    }
}

db::statement! {
    fn is_connected(id: CloudId) -> bool = "select exists(select from cloud where id = $1 and deleted_at is null)";

    /// Returns the name of a cloud that was not paused, or by the platform for another reason.
    fn set_paused(id: CloudId, reason: &str, by: PausedBy) -> String = file "set_paused.sql";

    fn set_resumed(id: CloudId, by: Option<PausedBy>) -> Resumed = file "set_resumed.sql";

    fn select_refused(job: JobId, by: PausedBy) -> CloudId =
        "select c.id from job j join cloud c on c.id = j.cloud_id where j.id = $1 and c.paused_by = $2";
}
