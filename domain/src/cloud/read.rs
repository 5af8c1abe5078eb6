//! Reading connected clouds, never with their tokens.

use chrono::{DateTime, Utc};
use entity::CloudId;
use entity::cloud::{CloudStatus, Provider};
use sea_orm::FromQueryResult;

use crate::error::{Error, Result};
use crate::{Actor, Ctx, db};

/// A cloud as admins see it: never with its token.
#[derive(Clone, Debug, FromQueryResult)]
pub struct CloudView {
    /// The cloud.
    pub id: CloudId,
    /// Whose API it speaks.
    pub provider: Provider,
    /// Its name.
    pub name: String,
    /// What the last validation said.
    pub status: CloudStatus,
    /// In words.
    pub status_detail: Option<String>,
    /// Whether its plans are sold.
    pub active: bool,
    /// The e-mail address at the provider.
    pub email: Option<String>,
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

const VIEW: &str = "select p.id, p.provider, p.name, p.status, p.status_detail, p.active, p.email, p.token_hint, p.endpoint, p.synced_at, p.created_at, p.paused_at is not null as paused, p.paused_reason, \
     (select count(*) from cloud_type t where t.cloud_id = p.id) as types, \
     (select count(*) from cloud_region r where r.cloud_id = p.id) as regions, \
     (select count(*) from cloud_image i where i.cloud_id = p.id and not i.deprecated) as images, \
     (select count(*) from vps v where v.cloud_id = p.id and v.deleted_at is null and v.status <> 'failed') as servers \
     from cloud p where p.deleted_at is null";

/// All clouds.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<CloudView>> {
    actor.admin()?;
    db::all(&ctx.db, db::sql(format!("{VIEW} order by p.created_at limit 500"), [])).await
}

/// One cloud.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn get(ctx: &Ctx, actor: &Actor, id: CloudId) -> Result<CloudView> {
    actor.admin()?;
    db::one(&ctx.db, db::sql(format!("{VIEW} and p.id = $1"), [id.into()]))
        .await?
        .ok_or_else(|| Error::not_found("cloud"))
}
