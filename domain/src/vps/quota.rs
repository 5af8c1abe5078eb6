//! What an organisation has, and may have, for those who order.

use crate::error::Result;
use crate::org::{Quotas, quota};
use crate::{Actor, Ctx, Perm};

/// What the actor's organisation has, and may have.
///
/// # Errors
/// `forbidden` for actors without an organisation.
pub async fn quota(ctx: &Ctx, actor: &Actor) -> Result<Quotas> {
    quota::of(&ctx.db, actor.may(Perm::VpsRead)?).await
}
