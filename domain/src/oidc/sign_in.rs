//! A person whom the issuer named signs in, or registers.

use chrono::{DateTime, Utc};
use entity::{IdentityId, UserId, user::Role, user_identity};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, Set};

use super::{Named, person};
use crate::activity::{self, Event};
use crate::error::{Error, Result, violates};
use crate::identity::register::{Checked, insert};
use crate::identity::{self, Client, Grant, Presented, SignIn};
use crate::{Ctx, EventStatus, db};

/// Whose account it is.
///
/// # Errors
/// When the database does not answer.
pub async fn holder(ctx: &Ctx, named: &Named) -> Result<Option<UserId>> {
    holder_in(&ctx.db, named).await
}

pub(super) async fn holder_in(db: &impl ConnectionTrait, named: &Named) -> Result<Option<UserId>> {
    select_holder(&named.issuer, person::subject(named)?).one(db).await
}

/// Signs in who is known. With a second factor they are asked for it, whatever they showed the issuer. The session that
/// the request presented ends.
///
/// # Errors
/// `account_disabled`; `unauthenticated` when the identity was unlinked meanwhile.
pub async fn enter(ctx: &Ctx, named: &Named, presented: &Presented, client: &Client) -> Result<SignIn> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let user = holder_in(&tx, named).await?.ok_or_else(Error::unauthenticated)?;
    let outcome = identity::enter(ctx, &tx, user, presented, client, now).await?;
    // The user is locked by now, as they are while an identity is unlinked: one that went meanwhile opens nothing.
    if mark_used(&named.issuer, person::subject(named)?, user, person::address(named), now).exec(&tx).await? == 0 {
        return Err(Error::unauthenticated());
    }
    tx.commit().await?;
    Ok(outcome)
}

/// Registers who is not known, where the setting admits those who were not invited, and signs them in. Their address
/// counts as confirmed if the issuer says so; otherwise they confirm it by our mail. An address that an account has
/// already leads nowhere: whose word it is must be shown to that account first.
///
/// # Errors
/// `registration_closed`, `registration_by_invitation`; `oidc_no_email`; `oidc_email_taken`.
pub async fn register(ctx: &Ctx, named: &Named, presented: &Presented, client: &Client) -> Result<Grant> {
    ctx.registration.admits(false)?;
    let email = person::address(named).ok_or_else(no_email)?;
    let name = person::name(named, &email);
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let new = Checked::by_issuer(email, name, named.email_verified);
    let (user, _) = insert(ctx, &tx, new, Role::User, now).await.map_err(taken)?;
    add(ctx, &tx, named, user, now).await?;
    // A new user has no factor, so this is a session.
    let SignIn::Done(grant) = identity::enter(ctx, &tx, user, presented, client, now).await? else {
        return Err(Error::internal("a new user has a second factor"));
    };
    tx.commit().await?;
    Ok(*grant)
}

/// Writes whose account it is, in the caller's transaction.
pub(super) async fn add(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    named: &Named,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<IdentityId> {
    let id: IdentityId = ctx.chance.id(now);
    let row = user_identity::ActiveModel {
        issuer: Set(named.issuer.clone()),
        subject: Set(person::subject(named)?.to_owned()),
        id: Set(id),
        user_id: Set(user),
        email: Set(person::address(named)),
        created_at: Set(now),
        last_used_at: Set(now),
    };
    row.insert(tx).await.map_err(|error| {
        if violates(&error, "user_identity_pkey") { linked_elsewhere() } else { Error::from(error) }
    })?;
    let event = Event::new("auth.identity_linked", EventStatus::Warning, "Another way to sign in linked");
    activity::record(tx, event.actor(user).entity("user", user)).await?;
    Ok(id)
}

pub(super) fn linked_elsewhere() -> Error {
    Error::conflict(
        "identity_taken",
        "This way to sign in belongs to another account here. Sign in with it to use that account, or unlink it there \
         first. Nothing was changed.",
    )
}

fn no_email() -> Error {
    Error::conflict(
        "oidc_no_email",
        "No e-mail address came with your sign-in, and an account needs one. Register with a password, then link this \
         way to sign in.",
    )
}

fn taken(error: Error) -> Error {
    if error.code != "email_taken" {
        return error;
    }
    Error::conflict(
        "oidc_email_taken",
        "An account with your address exists already. Sign in with its password, then link this way to sign in under \
         Account, Security. Nothing was linked.",
    )
}

db::statement! {
    fn select_holder(issuer: &str, subject: &str) -> UserId =
        "select user_id from user_identity where issuer = $1 and subject = $2";

    fn mark_used(issuer: &str, subject: &str, user: UserId, email: Option<String>, now: DateTime<Utc>) =
        "update user_identity set last_used_at = $5, email = coalesce($4, email)
         where issuer = $1 and subject = $2 and user_id = $3";
}
