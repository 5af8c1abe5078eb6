//! A browser comes back from the issuer.

use chrono::{DateTime, Utc};
use entity::challenge::ChallengeKind;
use entity::{SessionId, UserId};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value as Json;

use super::{Issuer, Named, Question, offered, unnamed};
use crate::error::{Error, ErrorKind, Result};
use crate::factor::challenge::over;
use crate::vault::token_hash;
use crate::{Ctx, db};

/// What a browser comes back with.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its cookie.
    pub browser: SecretString,
    /// What it left with.
    pub state: SecretString,
    /// What it got for that; without one the person or the issuer refused.
    pub code: Option<SecretString>,
    /// The issuer's word for its refusal.
    pub refusal: Option<String>,
    /// The issuer that says it sent the browser (RFC 9207).
    pub issuer: Option<String>,
}

/// What the answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To link an identity to the account of this session's user.
    Link(UserId, SessionId),
    /// To show again who this session's user is.
    StepUp(UserId, SessionId),
}

/// An answer that was taken, and can be taken by nobody else.
#[derive(Debug)]
pub struct Answered {
    /// What it is for.
    pub purpose: Purpose,
    /// Where in the panel the person wanted to go.
    pub back: Option<String>,
    /// The session that a sign-in ends.
    pub ends: Option<SessionId>,
    /// When the browser left; by business time.
    pub asked_at: DateTime<Utc>,
    /// Whom the issuer named, or why nobody.
    pub named: Result<Named>,
}

db::row! {
    /// A challenge that was spent.
    struct Taken {
        kind: ChallengeKind,
        user_id: Option<UserId>,
        session_id: Option<SessionId>,
        state: Option<Json>,
        secret_sealed: Option<Vec<u8>>,
        created_at: DateTime<Utc>,
    }
}

/// Takes what a browser came back with, and asks the issuer whom it means. The question is spent whatever comes of it.
///
/// # Errors
/// `challenge_over` when this browser did not leave with that, or it is too long ago, or was taken before;
/// `oidc_not_offered`. Whatever goes wrong after that is in the answer: `oidc_declined`, `oidc_refused`,
/// `oidc_unavailable`.
pub async fn answer(ctx: &Ctx, shown: &Shown) -> Result<Answered> {
    let issuer = offered(ctx)?;
    let state_hash = token_hash(shown.state.expose_secret());
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let taken = take(&state_hash, token_hash(shown.browser.expose_secret()), now).one(&tx).await?.ok_or_else(over)?;
    tx.commit().await?;
    let purpose = purpose(&taken).ok_or_else(over)?;
    let sealed = taken.secret_sealed.as_deref().ok_or_else(over)?;
    let question = open(ctx, &place(&state_hash), sealed, shown, matches!(purpose, Purpose::StepUp(..)))?;
    let kept = taken.state.unwrap_or_default();
    Ok(Answered {
        purpose,
        back: kept["back"].as_str().map(str::to_owned),
        ends: serde_json::from_value(kept["ends"].clone()).unwrap_or_default(),
        asked_at: taken.created_at,
        named: ask(issuer, shown, &question, now).await,
    })
}

fn purpose(taken: &Taken) -> Option<Purpose> {
    match (taken.kind, taken.user_id.zip(taken.session_id)) {
        (ChallengeKind::OidcSignIn, None) => Some(Purpose::SignIn),
        (ChallengeKind::OidcLink, Some((user, session))) => Some(Purpose::Link(user, session)),
        (ChallengeKind::OidcStepUp, Some((user, session))) => Some(Purpose::StepUp(user, session)),
        _ => None,
    }
}

async fn ask(issuer: &dyn Issuer, shown: &Shown, question: &Question, now: DateTime<Utc>) -> Result<Named> {
    if shown.issuer.as_deref().is_some_and(|said| said != issuer.issuer()) {
        return Err(unnamed(issuer, super::Unnamed::Refused("the answer came from another issuer".to_owned())));
    }
    let Some(code) = &shown.code else {
        let word: String = shown.refusal.as_deref().unwrap_or("none").chars().take(100).collect();
        tracing::info!(word, "an issuer declined");
        let detail = format!("You did not sign in at {}, so nothing was done. Start again.", issuer.name());
        return Err(Error::new(ErrorKind::Unauthenticated, "oidc_declined", detail));
    };
    issuer.redeem(code, question, now).await.map_err(|why| unnamed(issuer, why))
}

/// Where the secrets of a question are kept.
pub(super) fn place(state_hash: &[u8]) -> String {
    let hex = state_hash.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!("challenge:{hex}:secret_sealed")
}

/// The two secrets of a question that must not be read in the database.
pub(super) fn seal(ctx: &Ctx, place: &str, question: &Question) -> Result<Vec<u8>> {
    let both = format!("{} {}", question.nonce.expose_secret(), question.verifier.expose_secret());
    ctx.vault.seal(&ctx.chance, place, &SecretString::from(both))
}

fn open(ctx: &Ctx, place: &str, sealed: &[u8], shown: &Shown, again: bool) -> Result<Question> {
    let both = ctx.vault.open(place, sealed)?;
    let (nonce, verifier) = both.expose_secret().split_once(' ').ok_or_else(over)?;
    let (nonce, verifier) = (SecretString::from(nonce), SecretString::from(verifier));
    Ok(Question { state: shown.state.clone(), nonce, verifier, again })
}

db::statement! {
    fn take(state_hash: &[u8], browser_hash: Vec<u8>, now: DateTime<Utc>) -> Taken = file "take.sql";
}
