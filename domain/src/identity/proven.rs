//! Opening a session for a user who proved who they are, by whatever they have enrolled.

use chrono::{DateTime, Utc};
use entity::{SessionId, UserId, user::Role};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use super::session::{self, Holder};
use super::sign_in::{self, disabled};
use super::{Client, Grant, Presented, Proof, SignIn, sessions};
use crate::error::{Error, Result};
use crate::{Ctx, db, factor};

db::row! {
    /// A user as they are now.
    struct Standing {
        role: Role,
        token_epoch: i32,
        disabled: bool,
    }
}

/// Opens a session in the caller's transaction. The one that the request presented ends.
///
/// # Errors
/// `account_disabled`; `unauthenticated` when the user no longer exists.
pub(crate) async fn open_proven(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    user: UserId,
    amr: &'static [&'static str],
    presented: &Presented,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Grant> {
    session::end(tx, presented, now, "Signed out by signing in again").await?;
    let standing = lock_user(user).one(tx).await?.ok_or_else(Error::unauthenticated)?;
    if standing.disabled {
        return Err(disabled());
    }
    let holder = Holder { user, role: standing.role, epoch: standing.token_epoch, amr };
    sign_in::open(ctx, tx, holder, client, now).await
}

/// Opens a session for a user whom an issuer named, in the caller's transaction, or asks for their second factor. The
/// session that the request presented ends where one is opened.
///
/// # Errors
/// As [`open_proven`].
pub(crate) async fn enter(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    user: UserId,
    presented: &Presented,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<SignIn> {
    if !factor::enrolled(ctx, tx, user).await?.any() {
        session::end(tx, presented, now, "Signed out by signing in again").await?;
    }
    let standing = lock_user(user).one(tx).await?.ok_or_else(Error::unauthenticated)?;
    if standing.disabled {
        return Err(disabled());
    }
    // Asked again under the user's lock: a factor may have been added meanwhile.
    let (enrolled, first) = (factor::enrolled(ctx, tx, user).await?, factor::First::Issuer);
    if enrolled.any() {
        return Ok(SignIn::Second(factor::ask_second_factor(ctx, tx, user, &enrolled, first, now).await?));
    }
    let holder = Holder { user, role: standing.role, epoch: standing.token_epoch, amr: first.alone() };
    Ok(SignIn::Done(Box::new(sign_in::open(ctx, tx, holder, client, now).await?)))
}

/// Ends a user's sessions but the one to keep, and voids all access tokens: the kept session renews its own. Sessions
/// are locked before their user, as renewals do. A sign-in in progress holds the user: what it opened is found by the
/// second look.
pub(crate) async fn end_others(
    tx: &impl ConnectionTrait,
    user: UserId,
    keep: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<()> {
    sessions::end_others(tx, user, keep, now).await?;
    session::bump_epoch(tx, user, now).await?;
    sessions::end_others(tx, user, keep, now).await
}

/// Whether a user has a password; who came by an issuer need not.
pub(crate) async fn has_password(db: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    Ok(select_hash(user).one(db).await?.is_some())
}

/// The stored hash of the user's password, if it is the one that was typed.
pub(crate) async fn verify_password(ctx: &Ctx, user: UserId, password: &SecretString) -> Result<Option<String>> {
    let stored = select_hash(user).one(&ctx.db).await?;
    let proof = ctx.hasher.verify(password, stored.clone()).await?;
    Ok(stored.filter(|_| proof != Proof::Wrong))
}

db::statement! {
    fn lock_user(user: UserId) -> Standing =
        "select role, token_epoch, disabled_at is not null as disabled
         from app_user where id = $1 and deleted_at is null for no key update";

    fn select_hash(user: UserId) -> String =
        "select password_hash from app_user where id = $1 and deleted_at is null and password_hash is not null";
}
