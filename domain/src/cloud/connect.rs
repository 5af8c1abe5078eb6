//! Connecting, changing and removing clouds.

use entity::cloud::{self, CloudStatus, Provider};
use entity::{CloudId, JobId};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use secrecy::{ExposeSecret, SecretString};

use super::credentials::place;
use super::read::{CloudView, get};

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, db, text};

/// A cloud to connect.
#[derive(Clone, Debug)]
pub struct NewCloud {
    /// Whose API it speaks.
    pub provider: Provider,
    /// A name for admins.
    pub name: String,
    /// The API token.
    pub token: SecretString,
    /// The base URL when it is not the provider's own.
    pub endpoint: Option<String>,
}

/// What to change about a cloud; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct CloudChange {
    /// Another name.
    pub name: Option<String>,
    /// Another token, which is validated anew.
    pub token: Option<SecretString>,
    /// Whether its plans are sold.
    pub active: Option<bool>,
}

/// A cloud, and the job that looks at it.
#[derive(Clone, Debug)]
pub struct Connected {
    /// The cloud.
    pub cloud: CloudView,
    /// The job, if one was needed.
    pub job: Option<JobId>,
}

fn check_token(token: &SecretString) -> Result<()> {
    let plain = token.expose_secret();
    if (10..=512).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Error::field("/token", "paste the API token as the provider shows it: 10 to 512 characters without spaces"))
}

fn hint(token: &SecretString) -> String {
    let plain = token.expose_secret();
    format!("…{}", &plain[plain.len().saturating_sub(4)..])
}

fn check_endpoint(ctx: &Ctx, endpoint: &str) -> Result<String> {
    let endpoint = text::line("/endpoint", endpoint, 8, 300)?;
    let endpoint = endpoint.trim_end_matches('/').to_owned();
    let local =
        ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|start| endpoint.starts_with(start));
    // A token must not travel in the clear; a simulator on the same machine is for development.
    if endpoint.starts_with("https://") || (local && !ctx.production) {
        return Ok(endpoint);
    }
    Err(Error::field("/endpoint", "write an address that begins with https://"))
}

/// Connects a cloud; a job then asks the provider whether it knows the token.
///
/// # Errors
/// Field errors; `forbidden` for others than admins.
pub async fn connect(ctx: &Ctx, actor: &Actor, new: NewCloud) -> Result<Connected> {
    let admin = actor.admin()?;
    let name = text::line("/name", &new.name, 1, 100)?;
    check_token(&new.token)?;
    let endpoint = new
        .endpoint
        .as_deref()
        .filter(|endpoint| !endpoint.trim().is_empty())
        .map(|endpoint| check_endpoint(ctx, endpoint))
        .transpose()?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let id: CloudId = ctx.chance.id(now);
    let row = cloud::ActiveModel {
        id: Set(id),
        provider: Set(new.provider),
        name: Set(name.clone()),
        endpoint: Set(endpoint),
        token_sealed: Set(ctx.vault.seal(&ctx.chance, &place(id), &new.token)?),
        token_hint: Set(hint(&new.token)),
        status: Set(CloudStatus::Pending),
        active: Set(true),
        created_at: Set(now),
        ..Default::default()
    };
    row.insert(&tx).await?;
    let job = work::enqueue(ctx, &tx, NewJob::new(Job::ValidateCloud { cloud: id }).actor(admin)).await?;
    activity::record(
        &tx,
        Event::new("cloud.connect", EventStatus::Info, format!("Connecting the cloud {name}"))
            .actor(admin)
            .entity("cloud", id)
            .job(job),
    )
    .await?;
    tx.commit().await?;
    Ok(Connected { cloud: get(ctx, actor, id).await?, job: Some(job) })
}

/// Changes a cloud. A new token is validated by a job.
///
/// # Errors
/// Field errors; `not_found`; `forbidden` for others than admins.
pub async fn change(ctx: &Ctx, actor: &Actor, id: CloudId, change: CloudChange) -> Result<Connected> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let row = alive(&tx, id).await?;
    let mut next: cloud::ActiveModel = row.into();
    if let Some(name) = &change.name {
        next.name = Set(text::line("/name", name, 1, 100)?);
    }
    if let Some(active) = change.active {
        next.active = Set(active);
    }
    let mut job = None;
    if let Some(token) = &change.token {
        check_token(token)?;
        next.token_sealed = Set(ctx.vault.seal(&ctx.chance, &place(id), token)?);
        next.token_hint = Set(hint(token));
        next.status = Set(CloudStatus::Pending);
        next.status_detail = Set(None);
        job = Some(work::enqueue(ctx, &tx, NewJob::new(Job::ValidateCloud { cloud: id }).actor(admin)).await?);
    }
    if next.is_changed() {
        next.update(&tx).await?;
    }
    activity::record(
        &tx,
        Event::new("cloud.change", EventStatus::Info, "Cloud changed").actor(admin).entity("cloud", id).job(job),
    )
    .await?;
    tx.commit().await?;
    Ok(Connected { cloud: get(ctx, actor, id).await?, job })
}

/// Asks for the catalog to be read again.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn request_sync(ctx: &Ctx, actor: &Actor, id: CloudId) -> Result<Connected> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    alive(&tx, id).await?;
    let job = work::enqueue(ctx, &tx, NewJob::new(Job::SyncCloud { cloud: id }).actor(admin)).await?;
    activity::record(
        &tx,
        Event::new("cloud.sync", EventStatus::Info, "Reading the cloud's catalog")
            .actor(admin)
            .entity("cloud", id)
            .job(job),
    )
    .await?;
    tx.commit().await?;
    Ok(Connected { cloud: get(ctx, actor, id).await?, job: Some(job) })
}

/// Removes a cloud that no server stands on, together with its plans. Its token is forgotten.
///
/// # Errors
/// `in_use`; `not_found`; `forbidden` for others than admins.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: CloudId) -> Result<()> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let row = alive(&tx, id).await?;
    let now = ctx.clock.now(&tx).await?;
    let servers: i64 = db::scalar(
        &tx,
        db::sql(
            "select count(*) from vps where cloud_id = $1 and deleted_at is null and status <> 'failed'",
            [id.into()],
        ),
    )
    .await?
    .unwrap_or(0);
    if servers > 0 {
        return Err(Error::conflict(
            "in_use",
            format!(
                "{servers} servers stand on this cloud. Delete them first, or switch the cloud off so that nothing new is sold on it."
            ),
        ));
    }
    let mut next: cloud::ActiveModel = row.into();
    next.deleted_at = Set(Some(now));
    next.active = Set(false);
    next.token_sealed = Set(Vec::new());
    next.update(&tx).await?;
    db::exec(
        &tx,
        db::sql(
            "update plan set deleted_at = $2, active = false where cloud_id = $1 and deleted_at is null",
            [id.into(), now.into()],
        ),
    )
    .await?;
    activity::record(
        &tx,
        Event::new("cloud.remove", EventStatus::Info, "Cloud removed").actor(admin).entity("cloud", id),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn alive(tx: &impl ConnectionTrait, id: CloudId) -> Result<cloud::Model> {
    use sea_orm::QuerySelect;
    cloud::Entity::find_by_id(id)
        .filter(cloud::Column::DeletedAt.is_null())
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or_else(|| Error::not_found("cloud"))
}
