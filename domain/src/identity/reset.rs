//! A forgotten password: a link to the address, no matter who asks for it.

use entity::UserId;
use entity::mail_token::MailTokenKind;
use secrecy::SecretString;

use super::session::bump_epoch;
use super::sessions::end_all;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::{self, Mail, token};
use crate::{Ctx, EventStatus, db, factor, key, oidc, text};

db::row! {
    /// The user who reads mail at an address.
    struct Owner {
        id: UserId,
        email: String,
        name: String,
        verified: bool,
    }
}

/// Enqueues the mail of a reset. Whether the address is a user's is found out by the job alone: what happens here, and
/// how long it takes, is the same for all.
///
/// # Errors
/// A field error for what is no address.
pub async fn ask_reset(ctx: &Ctx, email: &str) -> Result<()> {
    let email = text::email("/email", email)?;
    let tx = ctx.begin().await?;
    let token = token::issue(ctx, &tx, MailTokenKind::Reset, &email, None).await?;
    mail::send(ctx, &tx, Mail::PasswordReset { token }).await?;
    tx.commit().await?;
    Ok(())
}

/// What lets its reader set a password.
const SETS: &[MailTokenKind] = &[MailTokenKind::Reset, MailTokenKind::Choose];

/// Sets a new password by a link: of a reset, or of the mail to a user whom an administrator created. It opens no
/// session, and second factors stay; every session ends, and what other mails promised is void. A user who never
/// confirmed the address before loses factors, keys and linked identities too: they may be those of a stranger who
/// registered with it. The address is confirmed by this.
///
/// # Errors
/// `link_expired`; a field error when the password is refused, which does not spend the link.
pub async fn reset_password(ctx: &Ctx, link: &SecretString, new: &SecretString) -> Result<()> {
    let email = token::look(ctx, SETS, link).await?;
    let owner = select_owner(&email).one(&ctx.db).await?.ok_or_else(Error::link_expired)?;
    let hash = ctx.hasher.accept("/password", new, &[&owner.email, &owner.name]).await?;

    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let taken = token::take(&tx, SETS, link, now).await?;
    // Sessions are locked before their user, as renewals do. A sign-in in progress holds the user: what it opened is
    // found by the second look.
    end_all(&tx, owner.id, now).await?;
    let owner = lock_owner(&taken.email).one(&tx).await?.ok_or_else(Error::link_expired)?;
    set_password(owner.id, hash).exec(&tx).await?;
    end_all(&tx, owner.id, now).await?;
    bump_epoch(&tx, owner.id, now).await?;
    if !owner.verified {
        confirm_address(owner.id).exec(&tx).await?;
        factor::forget(&tx, owner.id).await?;
        oidc::forget(&tx, owner.id).await?;
        key::end_all_of(&tx, owner.id, now).await?;
    }
    token::void(&tx, owner.id, &owner.email, now).await?;
    mail::send(ctx, &tx, Mail::PasswordChanged { user: owner.id, session: None }).await?;
    let event = Event::new("auth.password_reset", EventStatus::Success, "Password reset; all sessions ended");
    activity::record(&tx, event.actor(owner.id).entity("user", owner.id)).await?;
    tx.commit().await?;
    Ok(())
}

db::statement! {
    fn select_owner(email: &str) -> Owner =
        "select id, email, name, email_verified_at is not null as verified from app_user
         where email = $1 and deleted_at is null and disabled_at is null";

    fn lock_owner(email: &str) -> Owner =
        "select id, email, name, email_verified_at is not null as verified from app_user
         where email = $1 and deleted_at is null and disabled_at is null for no key update";

    fn set_password(user: UserId, hash: String) = "update app_user set password_hash = $2 where id = $1";

    fn confirm_address(user: UserId) = "update app_user set email_verified_at = business_now() where id = $1";
}
