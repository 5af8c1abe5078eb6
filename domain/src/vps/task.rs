//! What a job reads before it works on a server.

use entity::{VpsId, vps};
use sea_orm::EntityTrait as _;
use secrecy::SecretString;
use uuid::Uuid;

use super::secret;
use crate::Ctx;
use crate::error::{Error, Result};
use crate::health::install_id;

/// What a job needs to work on a server.
#[derive(Clone, Debug)]
pub struct Task {
    /// The server's row, not locked: what is decided by it is decided again under the lock.
    pub vps: vps::Model,
    /// The root password, while it is stored.
    pub root_password: Option<SecretString>,
    /// This installation, for the provider's tags.
    pub install_id: Uuid,
}

/// Reads what a job needs.
///
/// # Errors
/// `not_found`.
pub async fn task(ctx: &Ctx, vps: VpsId) -> Result<Task> {
    let row = vps::Entity::find_by_id(vps).one(&ctx.db).await?.ok_or_else(|| Error::not_found("server"))?;
    Ok(Task { vps: row, root_password: secret::read(ctx, vps).await?, install_id: install_id(ctx).await? })
}
