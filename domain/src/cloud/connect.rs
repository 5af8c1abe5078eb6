//! Connecting and changing clouds.

use entity::cloud::{self, CloudStatus, Provider};
use entity::{CloudId, JobId};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use secrecy::SecretString;

use super::credentials::{check_token, hint, place};
use super::read::{CloudView, get};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, text};

/// A cloud to connect.
#[derive(Clone, Debug)]
pub struct NewCloud {
    /// Whose API it speaks.
    pub provider: Provider,
    /// A name for administrators: 1 to 100 characters.
    pub name: String,
    /// The API token: 10 to 512 printable characters.
    pub token: SecretString,
    /// The base URL when it is not the provider's own: at most 300 characters, with https in production.
    pub endpoint: Option<String>,
}

/// What to change about a cloud; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct CloudChange {
    /// Another name, as in [`NewCloud`].
    pub name: Option<String>,
    /// Another token, which a job then validates.
    pub token: Option<SecretString>,
    /// Whether its plans are sold.
    pub active: Option<bool>,
}

/// A cloud, and the job that validates it or reads its catalog.
#[derive(Clone, Debug)]
pub struct Connected {
    /// As it is now.
    pub cloud: CloudView,
    /// None when nothing has to be asked of the provider.
    pub job: Option<JobId>,
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

/// Connects a cloud; a job then asks the provider whether it accepts the token.
///
/// # Errors
/// Field errors; `forbidden` for others than administrators.
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
        epoch_next: Set(Some(super::fresh_mark(ctx))),
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

/// Changes a cloud. A new token is validated by a job, and takes no plan off sale meanwhile.
///
/// # Errors
/// Field errors; `not_found`; `forbidden` for others than administrators.
pub async fn change(ctx: &Ctx, actor: &Actor, id: CloudId, change: CloudChange) -> Result<Connected> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let cloud = lock_cloud(&tx, id).await?;
    let is_valid = cloud.status == CloudStatus::Valid;
    let mut next: cloud::ActiveModel = cloud.into();
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
        next.token_unchecked = Set(true);
        // What is on sale stays so while the new token is checked: the check's verdict follows within seconds.
        if !is_valid {
            next.status = Set(CloudStatus::Pending);
        }
        next.status_detail = Set(None);
        job = Some(work::enqueue(ctx, &tx, NewJob::new(Job::ValidateCloud { cloud: id }).actor(admin)).await?);
        // It may be another account's: no job asks with it before that is known.
        super::pause::pause_for_new_token(&tx, id).await?;
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

/// The row of a connected cloud, locked.
pub(super) async fn lock_cloud(tx: &impl ConnectionTrait, id: CloudId) -> Result<cloud::Model> {
    cloud::Entity::find_by_id(id)
        .filter(cloud::Column::DeletedAt.is_null())
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or_else(|| Error::not_found("cloud"))
}
