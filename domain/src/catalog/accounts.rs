//! Connecting, changing and removing accounts at providers.

use chrono::{DateTime, Utc};
use entity::catalog::{AccountStatus, CloudKind, provider_account};
use entity::{JobId, ProviderAccountId};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use secrecy::{ExposeSecret, SecretString};

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::jobs::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, db, text};

/// An account to connect.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Whose API it speaks.
    pub kind: CloudKind,
    /// A name for admins.
    pub name: String,
    /// The API token.
    pub token: SecretString,
    /// The base URL when it is not the provider's own.
    pub endpoint: Option<String>,
}

/// What to change about an account; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// Another name.
    pub name: Option<String>,
    /// Another token, which is validated anew.
    pub token: Option<SecretString>,
    /// Whether its plans are sold.
    pub active: Option<bool>,
}

/// An account as admins see it: never with its token.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AccountView {
    /// The account.
    pub id: ProviderAccountId,
    /// Whose API it speaks.
    pub kind: CloudKind,
    /// Its name.
    pub name: String,
    /// What the last validation said.
    pub status: AccountStatus,
    /// In words.
    pub status_detail: Option<String>,
    /// Whether its plans are sold.
    pub active: bool,
    /// The e-mail address at the provider.
    pub account_email: Option<String>,
    /// The token's last four characters.
    pub token_hint: String,
    /// The base URL when it is not the provider's own.
    pub endpoint: Option<String>,
    /// When its catalog was read.
    pub synced_at: Option<DateTime<Utc>>,
    /// When it was connected.
    pub created_at: DateTime<Utc>,
    /// Sizes it sells.
    pub types: i64,
    /// Its regions.
    pub regions: i64,
    /// Its images.
    pub images: i64,
    /// Our customers' servers on it.
    pub servers: i64,
    /// Whether its jobs are held up.
    pub paused: bool,
    /// Why they are.
    pub paused_reason: Option<String>,
}

/// An account, and the job that looks at it.
#[derive(Clone, Debug)]
pub struct Connected {
    /// The account.
    pub account: AccountView,
    /// The job, if one was needed.
    pub job: Option<JobId>,
}

/// What a job needs to speak for an account.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose API it speaks.
    pub kind: CloudKind,
    /// The base URL when it is not the provider's own.
    pub endpoint: Option<String>,
    /// The API token.
    pub token: SecretString,
}

const VIEW: &str = "select p.id, p.kind, p.name, p.status, p.status_detail, p.active, p.account_email, p.token_hint, p.endpoint, p.synced_at, p.created_at, p.paused_at is not null as paused, p.paused_reason, \
     (select count(*) from cloud_type t where t.provider_account_id = p.id) as types, \
     (select count(*) from cloud_region r where r.provider_account_id = p.id) as regions, \
     (select count(*) from cloud_image i where i.provider_account_id = p.id and not i.deprecated) as images, \
     (select count(*) from vps v where v.provider_account_id = p.id and v.deleted_at is null and v.status <> 'failed') as servers \
     from provider_account p where p.deleted_at is null";

fn place(id: ProviderAccountId) -> String {
    format!("provider_account:{id}:token")
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

/// Connects an account; a job then asks the provider whether it knows the token.
///
/// # Errors
/// Field errors; `forbidden` for others than admins.
pub async fn connect(ctx: &Ctx, actor: &Actor, new: NewAccount) -> Result<Connected> {
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
    let id: ProviderAccountId = ctx.chance.id(now);
    let row = provider_account::ActiveModel {
        id: Set(id),
        kind: Set(new.kind),
        name: Set(name.clone()),
        endpoint: Set(endpoint),
        token_sealed: Set(ctx.vault.seal(&ctx.chance, &place(id), &new.token)?),
        token_hint: Set(hint(&new.token)),
        status: Set(AccountStatus::Pending),
        active: Set(true),
        created_at: Set(now),
        ..Default::default()
    };
    row.insert(&tx).await?;
    let job = jobs::enqueue(ctx, &tx, NewJob::new(Job::ValidateProvider { account: id }).actor(admin)).await?;
    activity::record(
        &tx,
        Event::new("cloud.connect", EventStatus::Info, format!("Connecting the cloud {name}"))
            .actor(admin)
            .entity("provider_account", id)
            .job(job),
    )
    .await?;
    tx.commit().await?;
    Ok(Connected { account: get(ctx, actor, id).await?, job: Some(job) })
}

/// Changes an account. A new token is validated by a job.
///
/// # Errors
/// Field errors; `not_found`; `forbidden` for others than admins.
pub async fn change(ctx: &Ctx, actor: &Actor, id: ProviderAccountId, change: AccountChange) -> Result<Connected> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let row = alive(&tx, id).await?;
    let mut next: provider_account::ActiveModel = row.into();
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
        next.status = Set(AccountStatus::Pending);
        next.status_detail = Set(None);
        job = Some(jobs::enqueue(ctx, &tx, NewJob::new(Job::ValidateProvider { account: id }).actor(admin)).await?);
    }
    if next.is_changed() {
        next.update(&tx).await?;
    }
    activity::record(
        &tx,
        Event::new("cloud.change", EventStatus::Info, "Cloud changed")
            .actor(admin)
            .entity("provider_account", id)
            .job(job),
    )
    .await?;
    tx.commit().await?;
    Ok(Connected { account: get(ctx, actor, id).await?, job })
}

/// Asks for the catalog to be read again.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn request_sync(ctx: &Ctx, actor: &Actor, id: ProviderAccountId) -> Result<Connected> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    alive(&tx, id).await?;
    let job = jobs::enqueue(ctx, &tx, NewJob::new(Job::SyncCatalog { account: id }).actor(admin)).await?;
    activity::record(
        &tx,
        Event::new("cloud.sync", EventStatus::Info, "Reading the cloud's catalog")
            .actor(admin)
            .entity("provider_account", id)
            .job(job),
    )
    .await?;
    tx.commit().await?;
    Ok(Connected { account: get(ctx, actor, id).await?, job: Some(job) })
}

/// Removes an account that no server stands on, together with its plans. Its token is forgotten.
///
/// # Errors
/// `in_use`; `not_found`; `forbidden` for others than admins.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: ProviderAccountId) -> Result<()> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let row = alive(&tx, id).await?;
    let now = ctx.clock.now(&tx).await?;
    let servers: i64 = db::scalar(
        &tx,
        db::sql(
            "select count(*) from vps where provider_account_id = $1 and deleted_at is null and status <> 'failed'",
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
    let mut next: provider_account::ActiveModel = row.into();
    next.deleted_at = Set(Some(now));
    next.active = Set(false);
    next.token_sealed = Set(Vec::new());
    next.update(&tx).await?;
    db::exec(
        &tx,
        db::sql(
            "update plan set deleted_at = $2, active = false where provider_account_id = $1 and deleted_at is null",
            [id.into(), now.into()],
        ),
    )
    .await?;
    activity::record(
        &tx,
        Event::new("cloud.remove", EventStatus::Info, "Cloud removed").actor(admin).entity("provider_account", id),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn alive(tx: &impl ConnectionTrait, id: ProviderAccountId) -> Result<provider_account::Model> {
    use sea_orm::QuerySelect;
    provider_account::Entity::find_by_id(id)
        .filter(provider_account::Column::DeletedAt.is_null())
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or_else(|| Error::not_found("cloud"))
}

/// All accounts.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn accounts(ctx: &Ctx, actor: &Actor) -> Result<Vec<AccountView>> {
    actor.admin()?;
    db::all(&ctx.db, db::sql(format!("{VIEW} order by p.created_at limit 500"), [])).await
}

/// One account.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn get(ctx: &Ctx, actor: &Actor, id: ProviderAccountId) -> Result<AccountView> {
    actor.admin()?;
    db::one(&ctx.db, db::sql(format!("{VIEW} and p.id = $1"), [id.into()]))
        .await?
        .ok_or_else(|| Error::not_found("cloud"))
}

/// What a job needs to speak for the account.
///
/// # Errors
/// `not_found` when it was removed; internal when the token can't be opened.
pub async fn credentials(ctx: &Ctx, id: ProviderAccountId) -> Result<Credentials> {
    let row = provider_account::Entity::find_by_id(id)
        .filter(provider_account::Column::DeletedAt.is_null())
        .one(&ctx.db)
        .await?
        .ok_or_else(|| Error::not_found("cloud"))?;
    Ok(Credentials { kind: row.kind, endpoint: row.endpoint, token: ctx.vault.open(&place(id), &row.token_sealed)? })
}
