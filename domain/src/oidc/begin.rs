//! A browser leaves for the issuer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use entity::challenge::ChallengeKind;
use entity::{SessionId, UserId};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::answer::{place, seal};
use super::{AWAY, Question, offered, unnamed};
use crate::actor::Proof;
use crate::chance::Chance;
use crate::error::{Error, Result};
use crate::factor::challenge::{self, New, Way};
use crate::identity::{self, Presented};
use crate::vault::token_hash;
use crate::{Actor, Ctx, access, db, factor};

/// The longest address within the panel to which a browser returns.
const MAX_BACK: usize = 500;

/// A browser that is about to leave.
#[derive(Debug)]
pub struct Begun {
    /// Where to.
    pub address: String,
    /// Its cookie: without it nothing that comes back is taken.
    pub browser: SecretString,
    /// By business time.
    pub expires_at: DateTime<Utc>,
}

/// Of whom the answer is awaited, and what for.
struct Asked<'a> {
    kind: ChallengeKind,
    who: Option<(UserId, SessionId)>,
    /// The session that a sign-in ends: the browser does not show it when it returns.
    ends: Option<SessionId>,
    back: Option<&'a str>,
}

/// Begins to sign in. `back` is where in the panel the person wanted to go.
///
/// # Errors
/// `oidc_not_offered`, `oidc_unavailable`; a field error for what is no address within the panel.
pub async fn begin_sign_in(ctx: &Ctx, presented: &Presented, back: Option<&str>) -> Result<Begun> {
    let hash = presented.refresh_token.as_ref().map(|token| token_hash(token.expose_secret()));
    let ends = select_presented(presented.session, hash).one(&ctx.db).await?;
    begin(ctx, Asked { kind: ChallengeKind::OidcSignIn, who: None, ends, back }).await
}

/// Begins to link an identity to the actor's account.
///
/// # Errors
/// `step_up_required`; as [`begin_sign_in`].
pub async fn begin_link(ctx: &Ctx, actor: &Actor, back: Option<&str>) -> Result<Begun> {
    let who = own_session(actor)?;
    access::verified(ctx, &ctx.db, actor).await?;
    begin(ctx, Asked { kind: ChallengeKind::OidcLink, who: Some(who), ends: None, back }).await
}

/// Begins to show again at the issuer who the actor is: for who has neither a second factor nor a password.
///
/// # Errors
/// `factor_needed`, `password_needed`, `no_identity`; as [`begin_sign_in`].
pub async fn begin_step_up(ctx: &Ctx, actor: &Actor, back: Option<&str>) -> Result<Begun> {
    let who = own_session(actor)?;
    offered(ctx)?;
    if factor::enrolled(ctx, &ctx.db, who.0).await?.any() {
        return Err(factor_needed());
    }
    if identity::has_password(&ctx.db, who.0).await? {
        return Err(Error::conflict("password_needed", "Your account has a password: confirm with that."));
    }
    if !super::is_known(ctx, &ctx.db, who.0).await? {
        return Err(Error::conflict(
            "no_identity",
            "Your account is not linked to this way to sign in. Have a link sent to you to choose a password.",
        ));
    }
    begin(ctx, Asked { kind: ChallengeKind::OidcStepUp, who: Some(who), ends: None, back }).await
}

pub(super) fn factor_needed() -> Error {
    Error::conflict(
        "factor_needed",
        "Your account has a second factor: use that, another's word is not enough for this.",
    )
}

async fn begin(ctx: &Ctx, asked: Asked<'_>) -> Result<Begun> {
    let issuer = offered(ctx)?;
    let back = asked.back.map(inside).transpose()?;
    let browser = secret(&ctx.chance);
    let question = Question {
        state: secret(&ctx.chance),
        nonce: secret(&ctx.chance),
        verifier: secret(&ctx.chance),
        again: asked.kind == ChallengeKind::OidcStepUp,
    };
    let address = issuer.address(&question).await.map_err(|why| unnamed(issuer, why))?;

    let state_hash = token_hash(question.state.expose_secret());
    let sealed = seal(ctx, &place(&state_hash), &question)?;
    let way = Way { state_hash, browser_hash: token_hash(browser.expose_secret()) };
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let new = New {
        user: asked.who.map(|(user, _)| user),
        session: asked.who.map(|(_, session)| session),
        state: Some(json!({ "back": back, "ends": asked.ends })),
        secret_sealed: Some(sealed),
        way: Some(way),
        minutes: AWAY.num_minutes(),
        ..New::of(asked.kind)
    };
    let (_, expires_at) = challenge::ask(ctx, &tx, new, now).await?;
    tx.commit().await?;
    Ok(Begun { address, browser, expires_at })
}

/// 256 random bits in 43 characters.
fn secret(chance: &Chance) -> SecretString {
    SecretString::from(URL_SAFE_NO_PAD.encode(chance.bytes::<32>()))
}

/// An address within the panel, and nothing that a browser would take for another site's.
fn inside(back: &str) -> Result<&str> {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\' && c != '#';
    let own = back.starts_with('/') && !back.starts_with("//");
    if own && back.len() <= MAX_BACK && back.chars().all(plain) {
        return Ok(back);
    }
    Err(Error::field("/back", "name a page of this panel, such as /account/security"))
}

pub(super) fn own_session(actor: &Actor) -> Result<(UserId, SessionId)> {
    let user = actor.own()?;
    match actor.person().map(|person| person.proof) {
        Some(Proof::Session(session)) => Ok((user, session)),
        _ => Err(Error::forbidden()),
    }
}

db::statement! {
    fn select_presented(session: Option<SessionId>, refresh_hash: Option<Vec<u8>>) -> SessionId =
        "select id from session
         where id = $1::uuid or id in (select session_id from refresh_token where hash = $2::bytea)
         limit 1";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_returns_to_the_panel_and_nowhere_else() {
        for good in ["/", "/account/security", "/o/org_1/servers?page=2"] {
            assert_eq!(inside(good).unwrap(), good);
        }
        let long = format!("/{}", "a".repeat(MAX_BACK));
        for bad in
            ["", "account", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/a#b", "/a\nb", &long]
        {
            assert!(inside(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_verifier_is_as_long_as_it_must_be() {
        let made = secret(&Chance::seeded(1));
        assert_eq!(made.expose_secret().len(), 43);
    }
}
