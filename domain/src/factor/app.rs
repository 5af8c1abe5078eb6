//! Adding and removing an authenticator app.

use chrono::{DateTime, Utc};
use entity::challenge::ChallengeKind;
use entity::{ChallengeId, UserId};
use secrecy::SecretString;

use super::challenge::{self, New};
use super::code::{self, Refused};
use super::totp::{self, Seen};
use super::{end_other_sessions, mail_verified, own_session, rule, step_up, tidy_codes};
use crate::access;
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::mail::Mail;
use crate::{Actor, Ctx, EventStatus, db, mail};

/// Minutes in which an app is set up: the secret is scanned, perhaps typed, and the first code comes back.
const SETUP_MINUTES: i64 = 15;

/// What an app needs.
#[derive(Debug)]
pub struct AppSetup {
    /// To be sent with the first code.
    pub id: ChallengeId,
    /// The secret in base32.
    pub secret: SecretString,
    /// The address that a QR code holds.
    pub uri: SecretString,
    /// By business time.
    pub expires_at: DateTime<Utc>,
}

db::row! {
    struct Known {
        email: String,
    }
}

/// Makes the secret of a new app. Until its first code comes back, nothing changes: an app that is there stays.
///
/// # Errors
/// `step_up_required`; `email_unverified`.
pub async fn begin_app(ctx: &Ctx, actor: &Actor) -> Result<AppSetup> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    mail_verified(&tx, user).await?;
    let now = ctx.clock.now(&tx).await?;
    let known = select_known(user).only(&tx).await?;
    let secret = totp::secret(&ctx.chance);
    let uri = totp::uri(&secret, &ctx.panel_name, &known.email)?;
    let sealed = ctx.vault.seal(&ctx.chance, &code::place(user), &secret)?;
    let kind = ChallengeKind::TotpSetup;
    let new = New {
        user: Some(user),
        session: Some(session),
        secret_sealed: Some(sealed),
        minutes: SETUP_MINUTES,
        ..New::of(kind)
    };
    let (id, expires_at) = challenge::ask(ctx, &tx, new, now).await?;
    tx.commit().await?;
    Ok(AppSetup { id, secret, uri, expires_at })
}

/// Adds the app whose first code this is, in place of the one before. The code is spent, the user's other sessions end.
///
/// # Errors
/// `challenge_over`; `wrong_code`, `clock_off`, each of which counts.
pub async fn confirm_app(ctx: &Ctx, actor: &Actor, id: ChallengeId, typed: &str) -> Result<()> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let open = challenge::try_code(&tx, id, ChallengeKind::TotpSetup, Some(session), now).await?;
    let sealed = open.secret_sealed.filter(|_| open.user_id == Some(user)).ok_or_else(challenge::over)?;
    let refused = match totp::check(&ctx.vault.open(&code::place(user), &sealed)?, typed, now)? {
        Seen::Right(step) => {
            upsert_app(user, sealed, now, step).exec(&tx).await?;
            None
        }
        Seen::Wrong => Some(Refused::Wrong),
        Seen::Off { ahead_s, .. } => Some(Refused::ClockOff(ahead_s)),
    };
    if let Some(refused) = refused {
        tx.commit().await?;
        return Err(refused.error(ErrorKind::Invalid, "/code", Some(code::left(open.tries))));
    }
    challenge::forget(&tx, id).await?;
    step_up::note(&tx, session, rule::BY_CODE, now).await?;
    end_other_sessions(&tx, user, session, now).await?;
    let event = Event::new("auth.totp_added", EventStatus::Warning, "Authenticator app added").by(actor);
    activity::record(&tx, event.entity("user", user)).await?;
    mail::send(ctx, &tx, Mail::FactorAdded { user, session: Some(session) }).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes the app. The user's other sessions end. Without another factor the recovery codes go too.
///
/// # Errors
/// `step_up_required`; `not_found`.
pub async fn remove_app(ctx: &Ctx, actor: &Actor) -> Result<()> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    if delete_app(user).exec(&tx).await? == 0 {
        return Err(Error::not_found("authenticator app"));
    }
    tidy_codes(ctx, &tx, user).await?;
    end_other_sessions(&tx, user, session, now).await?;
    let event = Event::new("auth.totp_removed", EventStatus::Warning, "Authenticator app removed").by(actor);
    activity::record(&tx, event.entity("user", user)).await?;
    mail::send(ctx, &tx, Mail::FactorRemoved { user, session: Some(session) }).await?;
    tx.commit().await?;
    Ok(())
}

db::statement! {
    fn select_known(user: UserId) -> Known = "select email from app_user where id = $1";

    fn upsert_app(user: UserId, sealed: Vec<u8>, now: DateTime<Utc>, step: i64) = file "upsert_app.sql";

    fn delete_app(user: UserId) = "delete from totp where user_id = $1";
}
