//! Second factors: authenticator apps, recovery codes and passkeys; and what is asked of them.

mod app;
pub(crate) mod challenge;
mod code;
mod keys;
pub mod passkey;
mod passkeys;
pub mod recovery;
mod recovery_codes;
mod reset;
mod rule;
mod sign_in;
mod step_up;
pub mod totp;

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{SessionId, UserId};
use sea_orm::ConnectionTrait;

pub use app::{AppSetup, begin_app, confirm_app, remove_app};
pub use challenge::{MAX_TRIES, over as challenge_over};
pub use code::{MAX_FAILED_A_DAY, Typed};
pub use keys::{MAX_PASSKEYS, PasskeyView};
pub use passkeys::{add_passkey, begin_passkey, remove_passkey, rename_passkey};
pub use recovery_codes::make_recovery_codes;
pub(crate) use reset::forget;
pub use reset::{PendingReset, RESET_AFTER, request_reset, reset_due, reset_now};
pub(crate) use rule::{BY_ISSUER, BY_PASSWORD, First};
pub use rule::{Enrolled, FactorKind, MULTIPLE, demand, enrolled, shown};
pub(crate) use sign_in::ask as ask_second_factor;
pub use sign_in::{AskedPasskey, SecondFactor, answer, answer_passkey, ask_passkey, waiting};
pub(crate) use step_up::note as note_step_up;
pub use step_up::{Shown, ask as ask_step_up, verify};

use crate::actor::Proof;
use crate::error::{Error, ErrorKind, Result};
use crate::{Actor, Ctx, db, identity, oidc};

/// How long a challenge may be answered.
pub const CHALLENGE_TTL: Duration = Duration::from_mins(5);

/// What a user has enrolled, as they see it themself.
#[derive(Clone, Debug)]
pub struct Factors {
    /// When the authenticator app was added.
    pub app_since: Option<DateTime<Utc>>,
    /// The passkeys, the newest first.
    pub passkeys: Vec<PasskeyView>,
    /// The host that passkeys are made for, or why none are.
    pub host: Result<String, passkey::NotOffered>,
    /// Recovery codes that were not used yet.
    pub recovery_codes: i64,
    /// How the user may show again who they are, the strongest first; none when the password does, or the issuer.
    pub step_up: Vec<FactorKind>,
    /// Whether they have a password.
    pub password: bool,
    /// Whether they show again at the issuer who they are: with neither a factor nor a password.
    pub at_issuer: bool,
    /// A reset that waits for its time.
    pub reset: Option<PendingReset>,
}

/// What the actor has enrolled.
///
/// # Errors
/// `forbidden` for all but the user themself.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Factors> {
    let user = actor.own()?;
    let enrolled = rule::enrolled(ctx, &ctx.db, user).await?;
    let password = identity::has_password(&ctx.db, user).await?;
    let alone = !enrolled.any() && !password;
    Ok(Factors {
        password,
        at_issuer: alone && oidc::is_known(ctx, &ctx.db, user).await?,
        app_since: select_app_since(user).one(&ctx.db).await?,
        passkeys: keys::list(&ctx.db, user).await?,
        host: ctx.passkeys.host().map(str::to_owned),
        recovery_codes: enrolled.recovery_codes,
        step_up: enrolled.kinds(),
        reset: reset::pending(&ctx.db, user).await?,
    })
}

/// The user and the session of who changes their own account in a browser.
fn own_session(actor: &Actor) -> Result<(UserId, SessionId)> {
    let user = actor.own()?;
    match actor.person().map(|person| person.proof) {
        Some(Proof::Session(session)) => Ok((user, session)),
        _ => Err(Error::forbidden()),
    }
}

/// Those who may not read the user's mail must not lock the user out.
async fn mail_verified(tx: &impl ConnectionTrait, user: UserId) -> Result<()> {
    if is_verified(user).one(tx).await?.unwrap_or(false) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Forbidden,
        "email_unverified",
        "Confirm your e-mail address first: by the link in the mail that we sent you. Nothing was changed.",
    ))
}

/// A user's factors changed: their other sessions end, and the one that changed them stays, with new tokens.
async fn end_other_sessions(
    tx: &impl ConnectionTrait,
    user: UserId,
    keep: SessionId,
    now: DateTime<Utc>,
) -> Result<()> {
    identity::end_others(tx, user, Some(keep), now).await
}

/// Recovery codes open nothing for who has no factor any more, so none stay.
async fn tidy_codes(ctx: &Ctx, tx: &impl ConnectionTrait, user: UserId) -> Result<()> {
    if !rule::enrolled(ctx, tx, user).await?.any() {
        delete_codes(user).exec(tx).await?;
    }
    Ok(())
}

fn no_passkey() -> Error {
    Error::conflict("no_passkey", "This account has no passkey that works at this address. Use another way.")
}

db::statement! {
    fn select_app_since(user: UserId) -> DateTime<Utc> = "select confirmed_at from totp where user_id = $1";

    fn is_verified(user: UserId) -> bool =
        "select email_verified_at is not null from app_user where id = $1 and deleted_at is null";

    fn delete_codes(user: UserId) = "delete from recovery_code where user_id = $1";
}
