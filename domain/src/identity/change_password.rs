//! Changing a password that one knows.

use entity::UserId;
use secrecy::SecretString;

use super::Proof;
use super::sessions::{end_others, own_session};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::{self, Mail, token};
use crate::{Actor, Ctx, EventStatus, access, db};

db::row! {
    /// What a change of the password is checked against.
    struct Current {
        email: String,
        name: String,
        password_hash: Option<String>,
    }
}

/// Whose failed attempts count, for the limit on them.
///
/// # Errors
/// `forbidden` for all but a user themself; `unauthenticated` when they no longer exist.
pub async fn own_address(ctx: &Ctx, actor: &Actor) -> Result<String> {
    select_current(actor.own()?).one(&ctx.db).await?.map(|own| own.email).ok_or_else(Error::unauthenticated)
}

/// Replaces the actor's password. Their other sessions end, and what mails promised is void.
///
/// # Errors
/// `step_up_required`; `no_password` for who has none; `wrong_password`; a field error when the new one is refused;
/// `forbidden` for all but a user themself.
pub async fn change_password(ctx: &Ctx, actor: &Actor, current: &SecretString, new: &SecretString) -> Result<()> {
    let (user, session) = own_session(actor)?;
    access::verified(ctx, &ctx.db, actor).await?;
    let known = select_current(user).one(&ctx.db).await?.ok_or_else(Error::unauthenticated)?;
    let stored = known.password_hash.ok_or_else(no_password)?;
    if ctx.hasher.verify(current, Some(stored.clone())).await? == Proof::Wrong {
        return Err(wrong_password());
    }
    let hash = ctx.hasher.accept("/new", new, &[&known.email, &known.name]).await?;

    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    access::verified(ctx, &tx, actor).await?;
    end_others(&tx, user, Some(session), now).await?;
    if replace_password(user, hash, stored).exec(&tx).await? == 0 {
        return Err(wrong_password());
    }
    end_others(&tx, user, Some(session), now).await?;
    token::void(&tx, user, &known.email, now).await?;
    mail::send(ctx, &tx, Mail::PasswordChanged { user, session: Some(session) }).await?;
    let event = Event::new("auth.password_changed", EventStatus::Success, "Password changed; other sessions ended");
    activity::record(&tx, event.by(actor).entity("user", user)).await?;
    tx.commit().await?;
    Ok(())
}

fn no_password() -> Error {
    Error::conflict(
        "no_password",
        "Your account has no password yet. Have a link sent to you to choose one. Nothing was changed.",
    )
}

fn wrong_password() -> Error {
    let mut wrong = Error::field("/current", "this is not your password");
    wrong.code = "wrong_password";
    "This is not your current password. Nothing was changed.".clone_into(&mut wrong.detail);
    wrong
}

db::statement! {
    fn select_current(user: UserId) -> Current =
        "select email, name, password_hash from app_user where id = $1 and deleted_at is null";

    fn replace_password(user: UserId, hash: String, former: String) =
        "update app_user set password_hash = $2 where id = $1 and password_hash = $3";
}
