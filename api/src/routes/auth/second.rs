//! Signing in with a second factor, or with a passkey alone.

use std::net::IpAddr;

use domain::factor::{self, Typed};
use domain::security::Refusal;
use domain::{ChallengeId, Error, ErrorKind, SecurityKind};
use poem::Request;
use poem::http::header::SET_COOKIE;
use poem::web::Data;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use poem_openapi::{Object, OpenApi};

use super::model::{Me, signed_in};
use crate::auth::{client_of, presented};
use crate::limits::device;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::security::SecurityLog;
use crate::state::Shared;
use crate::wire::{Answer, Body, Document, Done, Id, Secret, Time, Word};

/// What a sign-in must still answer.
#[derive(Debug, Object)]
pub struct Challenge {
    /// To be sent with the answer; it opens nothing by itself.
    id: Id<ChallengeId>,
    /// The ways that are open, the strongest first. None when the user's passkeys were made for another address of the
    /// panel, and nothing else is left.
    #[oai(validator(max_items = 3))]
    kinds: Vec<Word<factor::FactorKind>>,
    /// Until when it may be answered.
    expires_at: Time,
}

/// The password was right, and a second factor is still to come.
#[derive(Debug, Object)]
pub struct SecondFactor {
    /// What must be answered.
    challenge: Challenge,
}

impl From<factor::SecondFactor> for SecondFactor {
    fn from(asked: factor::SecondFactor) -> Self {
        let kinds = asked.kinds.into_iter().map(Word).collect();
        Self { challenge: Challenge { id: Id(asked.id), kinds, expires_at: asked.expires_at.into() } }
    }
}

/// What a sign-in by password comes to.
#[derive(Debug)]
pub enum SignInAnswer {
    /// A session.
    Done(Box<Me>),
    /// A question.
    Second(SecondFactor),
}

impl Type for SignInAnswer {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;
    fn name() -> std::borrow::Cow<'static, str> {
        "SignInAnswer".into()
    }
    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("SignInAnswer".to_owned())
    }
    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>("SignInAnswer".to_owned(), |registry| {
            Me::register(registry);
            SecondFactor::register(registry);
            let one_of = vec![Me::schema_ref(), SecondFactor::schema_ref()];
            let description = Some("Who signed in, or the second factor that is still to come.");
            MetaSchema { description, one_of, ..MetaSchema::ANY }
        });
    }
    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for SignInAnswer {
    fn to_json(&self) -> Option<serde_json::Value> {
        match self {
            Self::Done(me) => me.to_json(),
            Self::Second(second) => second.to_json(),
        }
    }
}

/// The answer to a challenge: one of the two.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct AnswerChallenge {
    /// The challenge of the sign-in.
    challenge: Id<ChallengeId>,
    /// The six digits of an authenticator app; spaces are borne.
    #[oai(validator(min_length = 1, max_length = 64))]
    code: Option<Secret>,
    /// A recovery code; spaces, hyphens and small letters are borne.
    #[oai(validator(min_length = 1, max_length = 128))]
    recovery_code: Option<Secret>,
}

/// Which sign-in a passkey is for.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct StartPasskey {
    /// The challenge of a sign-in by password; without one, the passkey alone signs in.
    challenge: Option<Id<ChallengeId>>,
}

/// What the browser is asked.
#[derive(Debug, Object)]
pub struct AskedPasskey {
    /// To be sent with what the browser answers.
    id: Id<ChallengeId>,
    /// For `navigator.credentials`, as `WebAuthn` writes them in JSON.
    options: Document,
    /// Until when it may be answered.
    expires_at: Time,
}

impl From<factor::AskedPasskey> for AskedPasskey {
    fn from(asked: factor::AskedPasskey) -> Self {
        Self { id: Id(asked.id), options: Document::of(asked.options), expires_at: asked.expires_at.into() }
    }
}

/// What the browser answered.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct PasskeyAnswer {
    /// The id of what it was asked.
    pub(super) id: Id<ChallengeId>,
    /// The credential that it gave, as `WebAuthn` writes it in JSON.
    pub(super) credential: Document,
}

/// Why a code is refused.
pub struct AnswerProblems;

impl Problems for AnswerProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (401, "wrong_code"),
        (401, "code_used"),
        (401, "clock_off"),
        (403, "account_disabled"),
        (409, "challenge_over"),
        (429, "too_many_codes"),
    ];
}

/// Why no passkey is asked for.
pub struct AskProblems;

impl Problems for AskProblems {
    const OWN: &'static [(u16, &'static str)] =
        &[(409, "challenge_over"), (409, "no_passkey"), (409, "passkeys_not_offered")];
}

/// Why a passkey is refused.
pub struct PasskeyProblems;

impl Problems for PasskeyProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (401, "passkey_refused"),
        (401, "passkey_changed"),
        (401, "passkey_copied"),
        (401, "passkey_elsewhere"),
        (403, "account_disabled"),
        (409, "challenge_over"),
        (409, "passkeys_not_offered"),
    ];
}

/// What was typed, if exactly one thing was.
pub(super) fn typed(code: Option<Secret>, recovery_code: Option<Secret>) -> domain::Result<Typed> {
    match (code, recovery_code) {
        (Some(code), None) => Ok(Typed::Code(code.0)),
        (None, Some(code)) => Ok(Typed::Recovery(code.0)),
        _ => Err(Error::field("/code", "send either a code or a recovery code")),
    }
}

/// The operations that complete a sign-in.
pub struct SecondApi;

#[OpenApi]
impl SecondApi {
    /// Answer the second factor
    ///
    /// Completes a sign-in by password, and sets the session's cookies. A challenge may be answered for five minutes
    /// and tried five times; a user may have twenty wrong codes a day. A code of an authenticator app is accepted once.
    #[oai(path = "/api/auth/mfa", method = "post", operation_id = "answerSecondFactor", tag = "Tag::Auth")]
    async fn answer(
        &self,
        app: Data<&Shared>,
        request: &Request,
        body: Body<AnswerChallenge>,
    ) -> Done<Me, AnswerProblems> {
        let AnswerChallenge { challenge, code, recovery_code } = body.0;
        let typed = typed(code, recovery_code)?;
        let client = client_of(request);
        let outcome = factor::answer(&app.ctx, challenge.0, &typed, &presented(&app, request), &client).await;
        let grant = outcome.inspect_err(|error| tell(error, client.ip))?;
        let device = device::remember(&app.ctx, app.cookies, request.headers(), grant.user);
        Ok(signed_in(&app, &grant).await?.with(SET_COOKIE, device))
    }

    /// Begin to sign in with a passkey
    ///
    /// Without a challenge the browser may offer any passkey that it has for the panel: all who ask get the
    /// same answer. With the challenge of a sign-in by password, that user's passkeys.
    #[oai(path = "/api/auth/passkey/start", method = "post", operation_id = "startPasskey", tag = "Tag::Auth")]
    async fn start(&self, app: Data<&Shared>, body: Body<StartPasskey>) -> Done<AskedPasskey, AskProblems> {
        let after = body.0.challenge.map(|id| id.0);
        Ok(Answer::new(factor::ask_passkey(&app.ctx, after).await?.into()))
    }

    /// Sign in with a passkey
    ///
    /// Sets the session's cookies. The device must have checked who holds it, so the passkey is both factors. What was
    /// asked is spent, whatever comes of it. A session that the request carries ends.
    #[oai(path = "/api/auth/passkey/finish", method = "post", operation_id = "finishPasskey", tag = "Tag::Auth")]
    async fn finish(
        &self,
        app: Data<&Shared>,
        request: &Request,
        body: Body<PasskeyAnswer>,
    ) -> Done<Me, PasskeyProblems> {
        let PasskeyAnswer { id, credential } = body.0;
        let (answer, client) = (credential.into_json(), client_of(request));
        let attempt = app.limits.passkey(&app.ctx, client.ip).await;
        let attempt = attempt.inspect_err(|_| app.security.note(SecurityKind::LimitHit, None, client.ip))?;
        let outcome = factor::answer_passkey(&app.ctx, id.0, &answer, &presented(&app, request), &client).await;
        let failed = |error: &Error| error.kind == ErrorKind::Unauthenticated;
        let outcome = attempt.judge(outcome, |outcome| outcome.as_ref().is_err_and(failed)).await;
        let grant = outcome.inspect_err(|error| tell(error, client.ip))?;
        let device = device::remember(&app.ctx, app.cookies, request.headers(), grant.user);
        Ok(signed_in(&app, &grant).await?.with(SET_COOKIE, device))
    }
}

/// Counts and logs a refused factor; the rules have put it on record.
fn tell(error: &Error, ip: Option<IpAddr>) {
    let kind = match error.code {
        "wrong_code" | "code_used" | "clock_off" | "too_many_codes" => SecurityKind::CodeRefused,
        "passkey_copied" => SecurityKind::PasskeyCopied,
        "passkey_refused" | "passkey_changed" | "passkey_elsewhere" => SecurityKind::PasskeyRefused,
        _ => return,
    };
    SecurityLog::tell(&Refusal { kind, user: None, email: None, ip });
}
