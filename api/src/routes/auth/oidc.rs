//! Signing in by the word of an issuer: the way there and back.

use domain::identity::{Presented, SignIn};
use domain::oidc::{self, Answered, Begun, Purpose, Shown};
use domain::{ChallengeId, Error, ErrorKind, SecurityKind};
use poem::Request;
use poem::http::HeaderValue;
use poem::http::header::SET_COOKIE;
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};
use secrecy::{ExposeSecret as _, SecretString};

use super::model::cookies;
use super::second::SecondFactor;
use crate::auth::cookie::Kind;
use crate::auth::{Own, client_of, presented_by_cookies};
use crate::problem::{Failure, Problems};
use crate::routes::Tag;
use crate::state::{Shared, State};
use crate::wire::{Answer, Body, Done, See, Time};

/// Where a sign-in begins, and where it ends that failed.
const SIGN_IN: &str = "/sign-in";
/// Where identities are linked.
const SECURITY: &str = "/account/security";
/// In an address of the panel: what came of the way to the issuer, in a word.
const WORD: &str = "oidc";

/// What the word may be beside the codes that any operation may answer.
pub const WORDS: &[&str] = &[
    "signed_in",
    "second_factor",
    "linked",
    "verified",
    "account_disabled",
    "challenge_over",
    "factor_needed",
    "identity_taken",
    "oidc_declined",
    "oidc_email_taken",
    "oidc_no_email",
    "oidc_not_again",
    "oidc_not_offered",
    "oidc_other_person",
    "oidc_refused",
    "oidc_unavailable",
    "registration_by_invitation",
    "registration_closed",
    "too_many_identities",
];

/// Where a browser wants to be afterwards.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Leave {
    /// A page of the panel, such as `/account/security`.
    #[oai(validator(max_length = 500))]
    pub(super) back: Option<String>,
}

/// Where to send the browser.
#[derive(Debug, Object)]
pub struct Away {
    /// The issuer's page.
    #[oai(validator(max_length = 8000))]
    address: String,
    /// Until when the browser must be back.
    expires_at: Time,
}

/// Why no browser is sent away.
pub struct LeaveProblems;

impl Problems for LeaveProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "oidc_not_offered"), (503, "oidc_unavailable")];
}

/// Why a person is not sent away to show again who they are.
pub struct StepUpProblems;

impl Problems for StepUpProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (409, "factor_needed"),
        (409, "no_identity"),
        (409, "oidc_not_offered"),
        (409, "password_needed"),
        (503, "oidc_unavailable"),
    ];
}

/// Why nothing is asked.
pub struct PendingProblems;

impl Problems for PendingProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "challenge_over")];
}

/// The answer that sends a browser away, with the cookie by which it is known when it returns.
pub(super) fn away<const STATUS: u16>(app: &State, begun: Begun) -> Answer<Away, STATUS> {
    let age_s = oidc::AWAY.num_seconds();
    let cookie = app.cookies.set(Kind::Oidc, begun.browser.expose_secret(), age_s);
    Answer::new(Away { address: begun.address, expires_at: begun.expires_at.into() }).with(SET_COOKIE, cookie)
}

/// The operations of signing in by an issuer.
pub struct OidcApi;

#[OpenApi]
impl OidcApi {
    /// Begin to sign in elsewhere
    ///
    /// Says where to send the browser: to the issuer of identities that the panel trusts. It comes back to
    /// `GET /api/auth/oidc/callback`, within ten minutes and with the cookie that this answer sets.
    #[oai(path = "/api/auth/oidc/start", method = "post", operation_id = "startOidc", tag = "Tag::Auth")]
    async fn start(&self, app: Data<&Shared>, request: &Request, body: Body<Leave>) -> Done<Away, LeaveProblems> {
        let presented = presented_by_cookies(&app, request);
        let begun = oidc::begin_sign_in(&app.ctx, &presented, body.0.back.as_deref()).await?;
        Ok(away(&app, begun))
    }

    /// Begin to show again elsewhere who one is
    ///
    /// For who has neither a second factor nor a password: the issuer asks them to sign in again. When the browser is
    /// back, the session may do for ten minutes what is refused with `step_up_required`, once its tokens were renewed.
    #[oai(path = "/api/auth/oidc/verify", method = "post", operation_id = "startOidcVerify", tag = "Tag::Auth")]
    async fn verify(&self, own: Own, app: Data<&Shared>, body: Body<Leave>) -> Done<Away, StepUpProblems> {
        let begun = oidc::begin_step_up(&app.ctx, &own.actor(), body.0.back.as_deref()).await?;
        Ok(away(&app, begun))
    }

    /// Come back from the issuer
    ///
    /// For browsers alone: the issuer sends them here. The answer leads to a page of the panel and sets the session's
    /// cookies where a person signed in. What came of it stands in the address as a word, `oidc`: an error's code, or
    /// `signed_in`, `second_factor`, `linked`, `verified`. No secret is ever in that address.
    #[oai(path = "/api/auth/oidc/callback", method = "get", operation_id = "finishOidc", tag = "Tag::Auth")]
    async fn callback(
        &self,
        app: Data<&Shared>,
        request: &Request,
        /// What the browser left with.
        state: Query<Option<String>>,
        /// What the issuer gave it.
        code: Query<Option<String>>,
        /// Why the issuer gave it nothing.
        error: Query<Option<String>>,
        /// The issuer, as it names itself.
        iss: Query<Option<String>>,
    ) -> Result<See, Failure> {
        let shown = app.cookies.read(request.headers(), Kind::Oidc).zip(state.0).map(|(browser, state)| Shown {
            browser,
            state: SecretString::from(state),
            code: code.0.map(SecretString::from),
            refusal: error.0,
            issuer: iss.0,
        });
        Ok(come_back(&app, request, shown).await)
    }

    /// Read what a sign-in elsewhere must still answer
    ///
    /// For a browser that came back with the word `second_factor`: the challenge, which goes to `POST /api/auth/mfa` or
    /// `POST /api/auth/passkey/start`.
    #[oai(path = "/api/auth/oidc/pending", method = "get", operation_id = "getOidcPending", tag = "Tag::Auth")]
    async fn pending(&self, app: Data<&Shared>, request: &Request) -> Done<SecondFactor, PendingProblems> {
        let kept = app.cookies.read(request.headers(), Kind::Oidc);
        // Any other cookie of that name is no challenge's id, and no challenge is found by a made-up one.
        let id = kept.and_then(|kept| kept.expose_secret().parse::<ChallengeId>().ok());
        let id = id.unwrap_or(ChallengeId(uuid::Uuid::nil()));
        Ok(Answer::new(domain::factor::waiting(&app.ctx, id).await?.into()))
    }
}

/// What came of it: where to go, and which cookies.
struct Outcome {
    to: String,
    cookies: Vec<HeaderValue>,
}

async fn come_back(app: &State, request: &Request, shown: Option<Shown>) -> See {
    let client = client_of(request);
    let gone = || app.cookies.clear(Kind::Oidc);
    let begun = async {
        let attempt = app.limits.passkey(&app.ctx, client.ip).await;
        let attempt = attempt.inspect_err(|_| app.security.note(SecurityKind::LimitHit, None, client.ip))?;
        let shown = shown.ok_or_else(domain::factor::challenge_over)?;
        let answered = oidc::answer(&app.ctx, &shown).await;
        let failed = |answered: &domain::Result<Answered>| {
            let error = answered.as_ref().map_or_else(Some, |answered| answered.named.as_ref().err());
            error.is_some_and(|error| error.kind == ErrorKind::Unauthenticated)
        };
        attempt.judge(answered, failed).await
    };
    let answered = match begun.await {
        Ok(answered) => answered,
        Err(error) => return See::other(&with_word(SIGN_IN, word(&error), None)).with(gone()),
    };
    if answered.named.as_ref().is_err_and(|error| error.code == "oidc_refused") {
        app.security.note(SecurityKind::IdentityRefused, None, client.ip);
    }
    let (purpose, back) = (answered.purpose, answered.back.clone());
    match conclude(app, request, answered).await {
        Ok(Outcome { to, cookies }) if cookies.is_empty() => See::other(&to).with(gone()),
        Ok(Outcome { to, cookies }) => cookies.into_iter().fold(See::other(&to), See::with),
        Err(error) => {
            let to = match purpose {
                Purpose::SignIn => with_word(SIGN_IN, word(&error), back.as_deref()),
                Purpose::Link(..) | Purpose::StepUp(..) => {
                    with_word(back.as_deref().unwrap_or(SECURITY), word(&error), None)
                }
            };
            See::other(&to).with(gone())
        }
    }
}

async fn conclude(app: &State, request: &Request, answered: Answered) -> domain::Result<Outcome> {
    let Answered { purpose, back, ends, asked_at, named } = answered;
    let named = named?;
    let security = || back.as_deref().unwrap_or(SECURITY);
    let quiet = |to| Outcome { to, cookies: Vec::new() };
    match purpose {
        Purpose::Link(user, session) => {
            oidc::link(&app.ctx, &named, user, session).await?;
            Ok(quiet(with_word(security(), "linked", None)))
        }
        Purpose::StepUp(user, session) => {
            oidc::verify(&app.ctx, &named, user, session, asked_at).await?;
            Ok(quiet(with_word(security(), "verified", None)))
        }
        Purpose::SignIn => {
            let presented = Presented { session: ends, refresh_token: None };
            match enter(app, request, &named, &presented).await? {
                SignIn::Done(grant) => {
                    let mut cookies = cookies(app, &grant).map_err(|failure| failure.0)?.to_vec();
                    cookies.push(app.cookies.clear(Kind::Oidc));
                    Ok(Outcome { to: with_word(SIGN_IN, "signed_in", back.as_deref()), cookies })
                }
                SignIn::Second(asked) => {
                    let age_s = domain::factor::CHALLENGE_TTL.as_secs().try_into().unwrap_or(0);
                    let cookies = vec![app.cookies.set(Kind::Oidc, &asked.id.to_string(), age_s)];
                    Ok(Outcome { to: with_word(SIGN_IN, "second_factor", back.as_deref()), cookies })
                }
            }
        }
    }
}

/// Signs in who is known, and registers who is not, within the limit on registrations.
async fn enter(app: &State, request: &Request, named: &oidc::Named, presented: &Presented) -> domain::Result<SignIn> {
    let client = client_of(request);
    if oidc::holder(&app.ctx, named).await?.is_some() {
        return oidc::enter(&app.ctx, named, presented, &client).await;
    }
    let attempt = app.limits.registration(&app.ctx, client.ip).await;
    let attempt = attempt.inspect_err(|_| app.security.note(SecurityKind::LimitHit, None, client.ip))?;
    let registered = oidc::register(&app.ctx, named, presented, &client).await;
    let grant = attempt.judge(registered, Result::is_ok).await?;
    Ok(SignIn::Done(Box::new(grant)))
}

/// The error's code. Its cause is in the log, as with any answer.
fn word(error: &Error) -> &'static str {
    if let Some(cause) = &error.cause {
        tracing::error!(code = error.code, cause = %cause, "a sign-in elsewhere failed");
    }
    error.code
}

/// A page of the panel with the word, and where the person wanted to go.
fn with_word(page: &str, word: &str, next: Option<&str>) -> String {
    let join = if page.contains('?') { '&' } else { '?' };
    let next = next.map(|next| format!("&next={}", escaped(next))).unwrap_or_default();
    format!("{page}{join}{WORD}={word}{next}")
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_stands_behind_what_is_there() {
        assert_eq!(with_word("/sign-in", "oidc_refused", None), "/sign-in?oidc=oidc_refused");
        assert_eq!(with_word("/a?b=c", "linked", None), "/a?b=c&oidc=linked");
        assert_eq!(
            with_word("/sign-in", "second_factor", Some("/o/org_1/servers?page=2")),
            "/sign-in?oidc=second_factor&next=%2Fo%2Forg_1%2Fservers%3Fpage%3D2"
        );
    }
}
