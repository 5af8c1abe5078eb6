//! Reading and changing users.

use entity::{OrgId, UserId, identity::Role};
use sea_orm::{ConnectionTrait, FromQueryResult};
use secrecy::SecretString;

use super::register::{Registration, create_user};
use super::{password, session};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db};

/// The signed-in user with their organisation.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Me {
    /// The user.
    pub user_id: UserId,
    /// Their e-mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their organisation.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
}

/// The signed-in user.
///
/// # Errors
/// `unauthenticated` when the user no longer exists.
pub async fn me(ctx: &Ctx, actor: &Actor) -> Result<Me> {
    let (user, org) = (actor.user().ok_or_else(Error::unauthenticated)?, actor.org()?);
    db::one(
        &ctx.db,
        db::sql(
            "select u.id as user_id, u.email, u.name, u.role, o.id as org_id, o.name as org_name from app_user u \
             join org_member m on m.user_id = u.id join org o on o.id = m.org_id \
             where u.id = $1 and o.id = $2 and u.deleted_at is null and o.deleted_at is null",
            [user.into(), org.into()],
        ),
    )
    .await?
    .ok_or_else(Error::unauthenticated)
}

/// Creates an administrator with an organisation of their own. For the command line.
///
/// # Errors
/// Field errors, and `email_taken`.
pub async fn create_admin(ctx: &Ctx, email: &str, name: &str, password: SecretString) -> Result<UserId> {
    let new = Registration { email: email.to_owned(), password, name: name.to_owned(), organisation: None };
    Ok(create_user(ctx, new, Role::Admin).await?.0)
}

/// Gives a user the admin's role. Their access tokens are void at once.
///
/// # Errors
/// When there is no such user.
pub async fn promote(ctx: &Ctx, email: &str) -> Result<UserId> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let user: UserId = db::scalar(
        &tx,
        db::sql(
            "update app_user set role = 'admin' where email = lower($1) and deleted_at is null returning id",
            [email.into()],
        ),
    )
    .await?
    .ok_or_else(|| Error::not_found("user"))?;
    session::bump_epoch(&tx, user, now).await?;
    note(&tx, user, "auth.promote", "Became an administrator").await?;
    tx.commit().await?;
    Ok(user)
}

/// Sets a user's password and ends all their sessions.
///
/// # Errors
/// When there is no such user, or the password is refused.
pub async fn set_password(ctx: &Ctx, email: &str, new: &SecretString) -> Result<UserId> {
    password::check("/password", new, email)?;
    let hash = ctx.hasher.hash(new).await?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let user: UserId = db::scalar(
        &tx,
        db::sql(
            "update app_user set password_hash = $2 where email = lower($1) and deleted_at is null returning id",
            [email.into(), hash.into()],
        ),
    )
    .await?
    .ok_or_else(|| Error::not_found("user"))?;
    session::bump_epoch(&tx, user, now).await?;
    db::exec(
        &tx,
        db::sql(
            "update session set revoked_at = coalesce(revoked_at, $2) where user_id = $1",
            [user.into(), now.into()],
        ),
    )
    .await?;
    note(&tx, user, "auth.password_set", "Password set by the operator; all sessions ended").await?;
    tx.commit().await?;
    Ok(user)
}

/// API processes hear of it and refuse the user's old tokens at once.
async fn note(tx: &impl ConnectionTrait, user: UserId, event: &'static str, words: &str) -> Result<()> {
    let org: Option<OrgId> =
        db::scalar(tx, db::sql("select org_id from org_member where user_id = $1 limit 1", [user.into()])).await?;
    activity::record(tx, Event::new(event, EventStatus::Warning, words).org(org).entity("user", user)).await
}
