//! The root password of an order: sealed until the server has it, and no longer.

use entity::{VpsId, vps_secret};
use sea_orm::{ConnectionTrait, EntityTrait as _};
use secrecy::SecretString;

use crate::Ctx;
use crate::error::Result;

/// The row and column that a password is sealed under: it opens in no other place.
fn place(vps: VpsId) -> String {
    format!("vps_secret:{vps}:sealed")
}

/// A root password as its row stores it, for the job that creates the server.
///
/// # Errors
/// When it can't be sealed.
pub(super) fn seal(ctx: &Ctx, vps: VpsId, password: &SecretString) -> Result<Vec<u8>> {
    ctx.vault.seal(&ctx.chance, &place(vps), password)
}

/// The root password, while it is stored.
///
/// # Errors
/// When it was sealed under another secret.
pub(super) async fn read(ctx: &Ctx, vps: VpsId) -> Result<Option<SecretString>> {
    let row = vps_secret::Entity::find_by_id(vps).one(&ctx.db).await?;
    row.map(|row| ctx.vault.open(&place(vps), &row.sealed)).transpose()
}

/// Removes the root password.
///
/// # Errors
/// When the database refuses it.
pub(super) async fn forget(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    vps_secret::Entity::delete_by_id(vps).exec(tx).await?;
    Ok(())
}
