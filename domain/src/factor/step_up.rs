//! Step-up: who is signed in shows again who they are, with the strongest that they have enrolled.

use chrono::{DateTime, Utc};
use entity::challenge::ChallengeKind;
use entity::{ChallengeId, SessionId, UserId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use secrecy::SecretString;
use serde_json::Value as Json;

use super::challenge::{self, New};
use super::code::{self, Typed};
use super::sign_in::AskedPasskey;
use super::{keys, own_session, reset, rule};
use crate::error::{Error, ErrorKind, Result};
use crate::identity;
use crate::{Actor, Ctx, db};

/// What a person shows.
#[derive(Clone, Debug)]
pub enum Shown {
    /// Their password: enough for who has nothing else enrolled.
    Password(SecretString),
    /// A code.
    Typed(Typed),
    /// A passkey's answer to what [`ask`] asked.
    Passkey(ChallengeId, Json),
}

/// Asks for one of the actor's passkeys.
///
/// # Errors
/// `no_passkey` when they have none for this address.
pub async fn ask(ctx: &Ctx, actor: &Actor) -> Result<AskedPasskey> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let asked = keys::ask_one_of(ctx, &tx, user).await?.ok_or_else(super::no_passkey)?;
    let kind = ChallengeKind::StepUp;
    let new = New { user: Some(user), session: Some(session), state: Some(asked.state), ..New::of(kind) };
    let (id, expires_at) = challenge::ask(ctx, &tx, new, now).await?;
    tx.commit().await?;
    Ok(AskedPasskey { id, options: asked.options, expires_at })
}

/// Notes that the actor showed who they are: their session may do for ten minutes what asks for it.
///
/// # Errors
/// `factor_needed` when a password is shown by who has a second factor; `wrong_password`; what [`super::sign_in`]
/// says of codes and passkeys.
pub async fn verify(ctx: &Ctx, actor: &Actor, shown: &Shown) -> Result<()> {
    let (user, session) = own_session(actor)?;
    let amr = match shown {
        Shown::Password(password) => return by_password(ctx, user, session, password).await,
        Shown::Typed(_) => rule::BY_CODE,
        Shown::Passkey(..) => rule::BY_PASSKEY,
    };
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    if let Some(refused) = refused(ctx, &tx, user, session, shown, now).await? {
        tx.commit().await?;
        return Err(refused);
    }
    reset::cancel(&tx, user).await?;
    note(&tx, session, amr, now).await?;
    if let Shown::Typed(typed) = shown {
        code::tell_of_use(ctx, &tx, user, typed, session).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn refused(
    ctx: &Ctx,
    tx: &DatabaseTransaction,
    user: UserId,
    session: SessionId,
    shown: &Shown,
    now: DateTime<Utc>,
) -> Result<Option<Error>> {
    match shown {
        Shown::Password(_) => Ok(None),
        Shown::Typed(typed) => {
            let checked = code::check(ctx, tx, user, typed, now).await?;
            Ok(checked.err().map(|refused| refused.error(ErrorKind::Invalid, typed.pointer(), None)))
        }
        Shown::Passkey(id, answer) => {
            let taken = challenge::take(tx, *id, ChallengeKind::StepUp, Some(session), now).await?;
            let state = taken.state.ok_or_else(challenge::over)?;
            let checked = keys::check(ctx, tx, state, answer, Some(user), now).await?;
            Ok(checked.err().map(|refused| refused.error(ErrorKind::Invalid)))
        }
    }
}

/// The hash takes a tenth of a second, so it is compared between two transactions: the first takes one of the day's
/// tries, the second gives it back.
async fn by_password(ctx: &Ctx, user: UserId, session: SessionId, password: &SecretString) -> Result<()> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    if rule::enrolled(ctx, &tx, user).await?.any() {
        return Err(Error::conflict(
            "factor_needed",
            "Your account has a second factor: use that, your password is not enough for this.",
        ));
    }
    if let Err(refused) = code::reserve(&tx, user, now).await? {
        return Err(refused.error(ErrorKind::Invalid, "/password", None));
    }
    tx.commit().await?;
    let wrong = || {
        let mut error = Error::field("/password", "this is not your password");
        error.code = "wrong_password";
        "This is not your password. Nothing was changed.".clone_into(&mut error.detail);
        error
    };
    let stored = identity::verify_password(ctx, user, password).await?.ok_or_else(wrong)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    note(&tx, session, rule::BY_PASSWORD, now).await?;
    // The password or the factors may have changed meanwhile.
    let still = lock_user(user, stored).one(&tx).await?.is_some();
    if !still || rule::enrolled(ctx, &tx, user).await?.any() {
        return Err(wrong());
    }
    code::succeeded(&tx, user).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes into the session that its person showed this just now.
pub(crate) async fn note(
    tx: &impl ConnectionTrait,
    session: SessionId,
    amr: &[&str],
    now: DateTime<Utc>,
) -> Result<()> {
    let amr: Vec<String> = amr.iter().map(|way| (*way).to_owned()).collect();
    match mark_verified(session, now, amr).exec(tx).await? {
        1 => Ok(()),
        _ => Err(Error::unauthenticated()),
    }
}

db::statement! {
    fn lock_user(user: UserId, hash: String) -> UserId =
        "select id from app_user where id = $1 and password_hash = $2 and deleted_at is null for no key update";

    fn mark_verified(session: SessionId, now: DateTime<Utc>, amr: Vec<String>) =
        "update session set verified_at = $2, amr = array(select distinct unnest(amr || $3) order by 1)
         where id = $1 and revoked_at is null";
}
