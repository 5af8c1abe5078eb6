//! A user's e-mail address: confirmed by a link, changed by a link to the new one, and for three days taken back by a
//! link to the old one.

use chrono::{DateTime, Utc};
use entity::mail_token::MailTokenKind;
use entity::{SessionId, UserId};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use super::register::email_taken;
use super::sessions::{end_all, own_session};
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::mail::{self, Mail, token};
use crate::{Actor, Ctx, EventStatus, access, db, oidc, text};

/// Mails of one kind that a user may ask for within an hour.
const MAILS_AN_HOUR: i64 = 5;

db::row! {
    /// A user's address as it is now, with the row locked.
    struct Address {
        email: String,
        verified: bool,
    }
}

/// Lets a user pass who showed that they read mail at their address. For what strangers would do in another's name, or
/// what would lock a true owner out: spending, inviting, adding a second factor.
///
/// # Errors
/// `email_unverified`.
pub async fn verified_email(tx: &impl ConnectionTrait, user: UserId) -> Result<()> {
    if select_verified(user).one(tx).await?.unwrap_or(false) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Forbidden,
        "email_unverified",
        "Confirm your e-mail address first, by the link in the mail that we sent you. Nothing was changed.",
    ))
}

/// Sends the actor the link that confirms their address, again.
///
/// # Errors
/// `email_verified` when there is nothing to confirm; `rate_limited`; `forbidden` for all but a user themself.
pub async fn ask_to_verify(ctx: &Ctx, actor: &Actor) -> Result<()> {
    let user = actor.own()?;
    let tx = ctx.begin().await?;
    let address = lock_address(user).one(&tx).await?.ok_or_else(Error::unauthenticated)?;
    if address.verified {
        return Err(Error::conflict("email_verified", "Your e-mail address is confirmed already."));
    }
    limit(ctx, &tx, user, MailTokenKind::Verify).await?;
    let token = token::issue(ctx, &tx, MailTokenKind::Verify, &address.email, Some(user)).await?;
    mail::send(ctx, &tx, Mail::VerifyAddress { user, token }).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the link of a mail that confirms an address, or replaces the former one. Only in a session of the user whom it
/// was made for: who registers with another's address gets nothing by their click.
///
/// # Errors
/// `link_expired`, also for another user's link, which stays as it is; `email_taken`.
pub async fn confirm_address(ctx: &Ctx, actor: &Actor, link: &SecretString) -> Result<()> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let address = lock_address(user).one(&tx).await?.ok_or_else(Error::unauthenticated)?;
    let taken = token::take(&tx, &[MailTokenKind::Verify, MailTokenKind::Change], link, now).await?;
    // The transaction ends with this, so another's link is not spent.
    if taken.user_id != Some(user) {
        return Err(Error::link_expired());
    }
    if taken.kind == MailTokenKind::Change {
        replace_address(ctx, &tx, actor, session, &address, taken.email, now).await?;
    } else if taken.email == address.email {
        verify(user, now).exec(&tx).await?;
        record(&tx, actor, user, "auth.email_verified", "E-mail address confirmed").await?;
    } else {
        return Err(Error::link_expired());
    }
    tx.commit().await?;
    Ok(())
}

async fn replace_address(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    session: SessionId,
    former: &Address,
    email: String,
    now: DateTime<Utc>,
) -> Result<()> {
    let user = actor.own()?;
    set_address(user, email.clone(), now).exec(tx).await.map_err(email_taken)?;
    token::void(tx, user, &former.email, now).await?;
    token::void(tx, user, &email, now).await?;
    // Who never showed that they read the old address gets no way back to it: it may be a stranger's.
    if former.verified {
        let back = token::issue(ctx, tx, MailTokenKind::Undo, &former.email, Some(user)).await?;
        mail::send(ctx, tx, Mail::EmailUndo { user, token: back }).await?;
    }
    mail::send(ctx, tx, Mail::EmailChanged { user, session: Some(session) }).await?;
    record(tx, actor, user, "auth.email_changed", "E-mail address changed").await
}

/// Asks for another address: a link goes there, and until it is taken the old one counts. Whether the new one is a
/// user's already is told only to those who read mail there.
///
/// # Errors
/// `step_up_required`; a field error; `rate_limited`; `forbidden` for all but a user themself.
pub async fn ask_to_change(ctx: &Ctx, actor: &Actor, email: &str) -> Result<()> {
    let user = actor.own()?;
    let email = text::email("/email", email)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let address = lock_address(user).one(&tx).await?.ok_or_else(Error::unauthenticated)?;
    if address.email == email {
        return Err(Error::field("/email", "this is your address already"));
    }
    limit(ctx, &tx, user, MailTokenKind::Change).await?;
    let token = token::issue(ctx, &tx, MailTokenKind::Change, &email, Some(user)).await?;
    mail::send(ctx, &tx, Mail::EmailChange { user, token }).await?;
    record(&tx, actor, user, "auth.email_asked", "Another e-mail address requested").await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the change of an address back, by the link that went to the old one. Every session ends, what mails promised
/// since is void, and neither the password nor a linked identity opens anything any more: a link to choose a new
/// password goes to the old address.
///
/// # Errors
/// `link_expired`; `email_taken` when another user has the old address by now.
pub async fn undo_change(ctx: &Ctx, link: &SecretString) -> Result<()> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let taken = token::take(&tx, &[MailTokenKind::Undo], link, now).await?;
    let user = taken.user_id.ok_or_else(Error::link_expired)?;
    end_all(&tx, user, now).await?;
    let address = lock_address(user).one(&tx).await?.ok_or_else(Error::link_expired)?;
    set_address(user, taken.email.clone(), now).exec(&tx).await.map_err(email_taken)?;
    forget_password(user).exec(&tx).await?;
    oidc::forget(&tx, user).await?;
    end_all(&tx, user, now).await?;
    token::void(&tx, user, &address.email, now).await?;
    let reset = token::issue(ctx, &tx, MailTokenKind::Reset, &taken.email, None).await?;
    mail::send(ctx, &tx, Mail::PasswordReset { token: reset }).await?;
    let event = Event::new("auth.email_restored", EventStatus::Warning, "Change of the e-mail address taken back");
    activity::record(&tx, event.actor(user).entity("user", user)).await?;
    tx.commit().await?;
    Ok(())
}

async fn limit(ctx: &Ctx, tx: &impl ConnectionTrait, user: UserId, kind: MailTokenKind) -> Result<()> {
    let now = ctx.clock.now(tx).await?;
    if token::sent_lately(tx, user, kind, now).await? < MAILS_AN_HOUR {
        return Ok(());
    }
    let words = "You have asked for several of these mails within the hour. Look among what your mail program took for \
                 advertising, or try again in an hour.";
    Err(Error::new(ErrorKind::RateLimited, "rate_limited", words).after(std::time::Duration::from_hours(1)))
}

async fn record(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    user: UserId,
    event: &'static str,
    words: &'static str,
) -> Result<()> {
    activity::record(tx, Event::new(event, EventStatus::Success, words).by(actor).entity("user", user)).await
}

db::statement! {
    fn select_verified(user: UserId) -> bool =
        "select email_verified_at is not null from app_user where id = $1 and deleted_at is null";

    fn lock_address(user: UserId) -> Address =
        "select email, email_verified_at is not null as verified from app_user
         where id = $1 and deleted_at is null and disabled_at is null for no key update";

    fn verify(user: UserId, now: DateTime<Utc>) =
        "update app_user set email_verified_at = coalesce(email_verified_at, $2) where id = $1";

    fn set_address(user: UserId, email: String, now: DateTime<Utc>) =
        "update app_user set email = $2, email_verified_at = $3 where id = $1";

    fn forget_password(user: UserId) = "update app_user set password_hash = null where id = $1";
}
