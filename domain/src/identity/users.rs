//! Reading and changing users.

use chrono::{DateTime, Utc};
use entity::{OrgId, UserId, user::Role};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use super::register::{Registration, create_user};
use super::{password, session};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db};

db::row! {
    /// Who is signed in.
    #[derive(Clone, Debug)]
    pub struct Me {
        /// The user.
        pub user_id: UserId,
        /// Their e-mail address, in lower case.
        pub email: String,
        /// How they are addressed, 1 to 100 characters.
        pub name: String,
        /// What they may do.
        pub role: Role,
        /// The organisation that they act for.
        pub org_id: OrgId,
        /// Its name, 1 to 100 characters.
        pub org_name: String,
    }
}

/// The signed-in user.
///
/// # Errors
/// `unauthenticated` when the user, or their place in the organisation, no longer exists.
pub async fn me(ctx: &Ctx, actor: &Actor) -> Result<Me> {
    let (user, org) = (actor.user().ok_or_else(Error::unauthenticated)?, actor.org()?);
    select_me(user, org).one(&ctx.db).await?.ok_or_else(Error::unauthenticated)
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
/// `not_found`.
pub async fn promote(ctx: &Ctx, email: &str) -> Result<UserId> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let user = make_admin(email).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    session::bump_epoch(&tx, user, now).await?;
    note(&tx, user, "auth.promote", "Became an administrator").await?;
    tx.commit().await?;
    Ok(user)
}

/// Sets a user's password and ends all their sessions.
///
/// # Errors
/// `not_found`; a field error when the password is refused.
pub async fn set_password(ctx: &Ctx, email: &str, new: &SecretString) -> Result<UserId> {
    password::check("/password", new, email)?;
    let hash = ctx.hasher.hash(new).await?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let user = replace_password(email, hash).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    session::bump_epoch(&tx, user, now).await?;
    revoke_sessions(user, now).exec(&tx).await?;
    note(&tx, user, "auth.password_set", "Password set by the operator; all sessions ended").await?;
    tx.commit().await?;
    Ok(user)
}

/// API processes hear of it and refuse the user's old tokens at once.
async fn note(tx: &impl ConnectionTrait, user: UserId, event: &'static str, words: &str) -> Result<()> {
    let org = select_org(user).one(tx).await?;
    activity::record(tx, Event::new(event, EventStatus::Warning, words).org(org).entity("user", user)).await
}

db::statement! {
    fn select_me(user: UserId, org: OrgId) -> Me = file "select_me.sql";

    fn make_admin(email: &str) -> UserId =
        "update app_user set role = 'admin' where email = lower($1) and deleted_at is null returning id";

    fn replace_password(email: &str, hash: String) -> UserId =
        "update app_user set password_hash = $2 where email = lower($1) and deleted_at is null returning id";

    fn revoke_sessions(user: UserId, now: DateTime<Utc>) =
        "update session set revoked_at = coalesce(revoked_at, $2) where user_id = $1";

    fn select_org(user: UserId) -> OrgId = "select org_id from org_member where user_id = $1 limit 1";
}
