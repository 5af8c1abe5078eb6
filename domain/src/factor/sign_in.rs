//! Signing in with a second factor, or with a passkey alone.

use chrono::{DateTime, Utc};
use entity::challenge::ChallengeKind;
use entity::security_event::SecurityKind;
use entity::{ChallengeId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;

use super::challenge::{self, New};
use super::code::{self, Typed};
use super::rule::{self, Enrolled, FactorKind, First};
use super::{keys, reset};
use crate::Ctx;
use crate::error::{ErrorKind, Result};
use crate::identity::{self, Client, Grant, Presented};
use crate::security::{self, Refusal};

/// What a sign-in must still answer. It opens nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// Its id, which only the browser knows that typed the password.
    pub id: ChallengeId,
    /// The ways that are open; none when the user's passkeys died with a former address of the panel.
    pub kinds: Vec<FactorKind>,
    /// Until when; by business time.
    pub expires_at: DateTime<Utc>,
}

/// What a browser is asked, and until when it may answer.
#[derive(Clone, Debug)]
pub struct AskedPasskey {
    /// To be sent with the answer.
    pub id: ChallengeId,
    /// For `navigator.credentials`, in its JSON form.
    pub options: Json,
    /// By business time.
    pub expires_at: DateTime<Utc>,
}

/// Asks for a second factor, in the transaction of a password that was right or of an issuer that named the user.
pub(crate) async fn ask(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    user: UserId,
    enrolled: &Enrolled,
    first: First,
    now: DateTime<Utc>,
) -> Result<SecondFactor> {
    let new = New { user: Some(user), state: first.kept(), ..New::of(ChallengeKind::SignIn) };
    let (id, expires_at) = challenge::ask(ctx, tx, new, now).await?;
    Ok(SecondFactor { id, kinds: enrolled.kinds(), expires_at })
}

/// What a sign-in must still answer, for a browser that came back from an issuer and knows its id alone.
///
/// # Errors
/// `challenge_over`.
pub async fn waiting(ctx: &Ctx, id: ChallengeId) -> Result<SecondFactor> {
    let now = ctx.clock.now(&ctx.db).await?;
    let found = challenge::sign_in_of(&ctx.db, id, now).await?;
    let kinds = rule::enrolled(ctx, &ctx.db, found.user_id).await?.kinds();
    Ok(SecondFactor { id, kinds, expires_at: found.expires_at })
}

/// Answers a challenge with what was typed, and opens a session. The one that the request presented ends.
///
/// # Errors
/// `challenge_over`; `wrong_code`, `code_used`, `clock_off`, each of which counts; `too_many_codes`;
/// `account_disabled`.
pub async fn answer(
    ctx: &Ctx,
    id: ChallengeId,
    typed: &Typed,
    presented: &Presented,
    client: &Client,
) -> Result<Grant> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let open = challenge::try_code(&tx, id, ChallengeKind::SignIn, None, now).await?;
    let user = open.user_id.ok_or_else(challenge::over)?;
    if let Err(refused) = code::check(ctx, &tx, user, typed, now).await? {
        record(ctx, &tx, SecurityKind::CodeRefused, user, client).await?;
        tx.commit().await?;
        let left = Some(code::left(open.tries));
        return Err(refused.error(ErrorKind::Unauthenticated, typed.pointer(), left));
    }
    challenge::forget(&tx, id).await?;
    reset::cancel(&tx, user).await?;
    let amr = First::of(open.state.as_ref()).with_code();
    let grant = identity::open_proven(ctx, &tx, user, amr, presented, client, now).await?;
    code::tell_of_use(ctx, &tx, user, typed, grant.session).await?;
    tx.commit().await?;
    Ok(grant)
}

/// Asks for a passkey: of the user whose sign-in began in `after`, or of anybody who has one for us.
///
/// # Errors
/// `passkeys_not_offered`; `challenge_over`; `no_passkey` when the user has none for this address.
pub async fn ask_passkey(ctx: &Ctx, after: Option<ChallengeId>) -> Result<AskedPasskey> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let (user, asked) = match after {
        None => (None, ctx.passkeys.ask(&[])?),
        Some(parent) => {
            let user = challenge::sign_in_of(&tx, parent, now).await?.user_id;
            (Some(user), keys::ask_one_of(ctx, &tx, user).await?.ok_or_else(super::no_passkey)?)
        }
    };
    let kind = ChallengeKind::Passkey;
    let new = New { user, parent: after, state: Some(asked.state), ..New::of(kind) };
    let (id, expires_at) = challenge::ask(ctx, &tx, new, now).await?;
    tx.commit().await?;
    Ok(AskedPasskey { id, options: asked.options, expires_at })
}

/// Signs in by a passkey, whose device checked who holds it. The challenge is spent whatever comes of it. The session
/// that the request presented ends.
///
/// # Errors
/// `challenge_over`; `passkey_refused`, `passkey_changed`, `passkey_copied`, `passkey_elsewhere`; `account_disabled`.
pub async fn answer_passkey(
    ctx: &Ctx,
    id: ChallengeId,
    answer: &Json,
    presented: &Presented,
    client: &Client,
) -> Result<Grant> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let taken = challenge::take(&tx, id, ChallengeKind::Passkey, None, now).await?;
    let state = taken.state.ok_or_else(challenge::over)?;
    let user = match keys::check(ctx, &tx, state, answer, taken.user_id, now).await? {
        Ok(answered) => answered.user,
        Err(refused) => {
            if let (Some(user), false) = (taken.user_id, matches!(refused, keys::Refused::Copied)) {
                record(ctx, &tx, SecurityKind::PasskeyRefused, user, client).await?;
            }
            tx.commit().await?;
            return Err(refused.error(ErrorKind::Unauthenticated));
        }
    };
    let amr = match taken.parent_id {
        None => rule::BY_PASSKEY,
        Some(parent) => {
            let began = challenge::take(&tx, parent, ChallengeKind::SignIn, None, now).await?;
            First::of(began.state.as_ref()).with_passkey()
        }
    };
    reset::cancel(&tx, user).await?;
    let grant = identity::open_proven(ctx, &tx, user, amr, presented, client, now).await?;
    tx.commit().await?;
    Ok(grant)
}

/// Puts a refused factor on record, with whose account it was about.
async fn record(ctx: &Ctx, tx: &impl ConnectionTrait, kind: SecurityKind, user: UserId, client: &Client) -> Result<()> {
    security::record(ctx, tx, &[(Refusal { kind, user: Some(user), email: None, ip: client.ip }, 1)]).await
}
