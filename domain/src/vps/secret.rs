//! The root password of an order: sealed until the server has it, and no longer.

use entity::VpsId;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use crate::error::Result;
use crate::{Ctx, db};

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
    let sealed = select_secret(vps).one(&ctx.db).await?;
    sealed.map(|sealed| ctx.vault.open(&place(vps), &sealed)).transpose()
}

/// Removes the root password.
///
/// # Errors
/// When the database refuses it.
pub(super) async fn forget(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    delete_secret(vps).exec(tx).await?;
    Ok(())
}

db::statement! {
    fn select_secret(vps: VpsId) -> Vec<u8> = "select sealed from vps_secret where vps_id = $1";

    fn delete_secret(vps: VpsId) = "delete from vps_secret where vps_id = $1";
}
