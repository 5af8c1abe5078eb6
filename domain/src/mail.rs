//! What a mail needs to be written.

use entity::{UserId, VpsId};
use sea_orm::FromQueryResult;

use crate::error::{Error, Result};
use crate::{Ctx, db};

/// The person a mail goes to.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Recipient {
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
}

/// What a mail says about a server.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Subject {
    /// Its name.
    pub label: String,
    /// Words about the order that came to nothing.
    pub failure: Option<String>,
}

/// Whom to write to.
///
/// # Errors
/// `not_found` when the user is gone.
pub async fn recipient(ctx: &Ctx, user: UserId) -> Result<Recipient> {
    db::one(&ctx.db, db::sql("select email, name from app_user where id = $1 and deleted_at is null", [user.into()]))
        .await?
        .ok_or_else(|| Error::not_found("user"))
}

/// What to write about a server.
///
/// # Errors
/// `not_found` when there is no such server.
pub async fn subject(ctx: &Ctx, vps: VpsId) -> Result<Subject> {
    db::one(&ctx.db, db::sql("select label, failure from vps where id = $1", [vps.into()]))
        .await?
        .ok_or_else(|| Error::not_found("server"))
}
