//! What a customer does to a server: switch it, rename it, delete it.

use entity::vps::{Desired, PowerAction, VpsStatus};
use entity::{OrgId, VpsId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::create::{Ordered, label_taken, ordered};
use super::query::{VpsView, get};
use super::status::{VpsEvent, apply, may_switch};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, Queue, db, text};

#[derive(FromQueryResult)]
struct Mine {
    label: String,
    status: VpsStatus,
}

async fn lock(tx: &impl ConnectionTrait, org: OrgId, vps: VpsId) -> Result<Mine> {
    db::one(
        tx,
        db::sql(
            "select label, status from vps where id = $1 and org_id = $2 and deleted_at is null for update",
            [vps.into(), org.into()],
        ),
    )
    .await?
    .ok_or_else(|| Error::not_found("server"))
}

/// Boots, shuts down or reboots a server.
///
/// # Errors
/// `wrong_state`, `busy`, `not_found`; `forbidden` for readers.
pub async fn act(ctx: &Ctx, actor: &Actor, vps: VpsId, action: PowerAction) -> Result<Ordered> {
    let org = actor.org_to_change()?;
    work::admit(ctx, Queue::Power).await?;
    let tx = ctx.begin().await?;
    let mine = lock(&tx, org, vps).await?;
    may_switch(mine.status, action)?;
    let desired = if action == PowerAction::Shutdown { Desired::Stopped } else { Desired::Running };
    let new_job = NewJob::new(Job::PowerVps { vps, action }).org(org).actor(actor.user()).limited();
    let job = work::enqueue(ctx, &tx, new_job).await?;
    db::exec(&tx, db::sql("update vps set desired = $2 where id = $1", [vps.into(), desired.into()])).await?;
    let (event, words) = match action {
        PowerAction::Boot => ("vps.boot", "is being booted"),
        PowerAction::Shutdown => ("vps.shutdown", "is being shut down"),
        PowerAction::Reboot => ("vps.reboot", "is being rebooted"),
    };
    activity::record(
        &tx,
        Event::new(event, EventStatus::Info, format!("{} {words}", mine.label))
            .org(org)
            .actor(actor.user())
            .entity("vps", vps)
            .job(job),
    )
    .await?;
    tx.commit().await?;
    ordered(ctx, actor, vps, job).await
}

/// Gives a server another name. The name at the provider stays.
///
/// # Errors
/// Field errors, `label_taken`, `not_found`; `forbidden` for readers.
pub async fn rename(ctx: &Ctx, actor: &Actor, vps: VpsId, label: &str) -> Result<VpsView> {
    let org = actor.org_to_change()?;
    let label = text::label("/label", label)?;
    let tx = ctx.begin().await?;
    let mine = lock(&tx, org, vps).await?;
    if mine.label != label {
        tx.execute_raw(db::sql("update vps set label = $2 where id = $1", [vps.into(), label.clone().into()]))
            .await
            .map_err(label_taken)?;
        activity::record(
            &tx,
            Event::new("vps.rename", EventStatus::Info, format!("{} is now called {label}", mine.label))
                .org(org)
                .actor(actor.user())
                .entity("vps", vps),
        )
        .await?;
    }
    tx.commit().await?;
    get(ctx, actor, vps).await
}

/// Deletes a server for good, once its name was typed. Whatever else is under way on it ends.
///
/// # Errors
/// A field error when the name differs, `wrong_state`, `not_found`; `forbidden` for readers.
pub async fn delete(ctx: &Ctx, actor: &Actor, vps: VpsId, typed_label: &str) -> Result<Ordered> {
    let org = actor.org_to_change()?;
    let tx = ctx.begin().await?;
    let mine = lock(&tx, org, vps).await?;
    if typed_label.trim() != mine.label {
        return Err(Error::field("/label", "type the server's name exactly as it is shown"));
    }
    let status = apply(mine.status, VpsEvent::DeleteRequested)?;
    work::supersede(&tx, vps).await?;
    let job = work::enqueue(ctx, &tx, NewJob::new(Job::DeleteVps { vps }).org(org).actor(actor.user())).await?;
    db::exec(
        &tx,
        db::sql("update vps set status = $2, desired = 'deleted' where id = $1", [vps.into(), status.into()]),
    )
    .await?;
    activity::record(
        &tx,
        Event::new("vps.delete", EventStatus::Warning, format!("{} is being deleted", mine.label))
            .org(org)
            .actor(actor.user())
            .entity("vps", vps)
            .job(job),
    )
    .await?;
    tx.commit().await?;
    ordered(ctx, actor, vps, job).await
}
