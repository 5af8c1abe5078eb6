//! Step-up: who is signed in shows again who they are.

use domain::Error;
use domain::factor::{self, Shown};
use domain::identity::Grant;
use poem::Request;
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::model::{Me, me, signed_in};
use super::second::{AskedPasskey, PasskeyAnswer, typed};
use super::session::renew;
use crate::auth::cookie::Kind;
use crate::auth::{Own, Via};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::{Shared, State};
use crate::wire::{Answer, Body, Done, Secret};

/// What shows who is there: one of the four.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Verify {
    /// The user's password: enough for who has no second factor.
    #[oai(validator(min_length = 1, max_length = 1024))]
    password: Option<Secret>,
    /// The six digits of an authenticator app; spaces are borne.
    #[oai(validator(min_length = 1, max_length = 64))]
    code: Option<Secret>,
    /// A recovery code; spaces, hyphens and small letters are borne.
    #[oai(validator(min_length = 1, max_length = 128))]
    recovery_code: Option<Secret>,
    /// A passkey's answer.
    passkey: Option<PasskeyAnswer>,
}

/// Why nothing was shown.
pub struct VerifyProblems;

impl Problems for VerifyProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (400, "wrong_password"),
        (400, "wrong_code"),
        (400, "code_used"),
        (400, "clock_off"),
        (400, "passkey_refused"),
        (400, "passkey_changed"),
        (400, "passkey_copied"),
        (400, "passkey_elsewhere"),
        (401, "token_reused"),
        (409, "challenge_over"),
        (409, "factor_needed"),
        (409, "passkeys_not_offered"),
        (429, "too_many_codes"),
        (503, "overloaded"),
    ];
}

/// Why no passkey is asked for.
pub struct AskProblems;

impl Problems for AskProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "no_passkey"), (409, "passkeys_not_offered")];
}

/// The operations of step-up.
pub struct VerifyApi;

#[OpenApi]
impl VerifyApi {
    /// Begin to show a passkey again
    ///
    /// Asks for one of the user's own passkeys; the answer goes to `POST /api/auth/verify`.
    #[oai(path = "/api/auth/verify/start", method = "post", operation_id = "startVerify", tag = "Tag::Auth")]
    async fn start(&self, own: Own, app: Data<&Shared>) -> Done<AskedPasskey, AskProblems> {
        Ok(Answer::new(factor::ask_step_up(&app.ctx, &own.actor()).await?.into()))
    }

    /// Show again who one is
    ///
    /// By a second factor, or by the password where there is none. For ten minutes the session may then do what is
    /// refused with `step_up_required`. A browser's tokens are replaced; a program renews its own.
    #[oai(path = "/api/auth/verify", method = "post", operation_id = "verify", tag = "Tag::Auth")]
    async fn verify(
        &self,
        own: Own,
        app: Data<&Shared>,
        request: &Request,
        body: Body<Verify>,
    ) -> Done<Me, VerifyProblems> {
        let shown = shown(body.0)?;
        factor::verify(&app.ctx, &own.actor(), &shown).await?;
        match renewed(&app, request, &own).await? {
            Some(grant) => Ok(signed_in(&app, &grant).await?),
            None => Ok(Answer::new(me(&app, &own.session.claims).await?)),
        }
    }
}

/// New tokens for a browser whose session changed; a program renews its own.
pub(super) async fn renewed(app: &State, request: &Request, own: &Own) -> domain::Result<Option<Grant>> {
    let token = app.cookies.read(request.headers(), Kind::Refresh).filter(|_| own.session.via == Via::Cookie);
    match token {
        Some(token) => renew(app, request, &token.into()).await.map(Some),
        None => Ok(None),
    }
}

fn shown(body: Verify) -> domain::Result<Shown> {
    match body {
        Verify { password: Some(password), code: None, recovery_code: None, passkey: None } => {
            Ok(Shown::Password(password.0))
        }
        Verify { passkey: Some(passkey), password: None, code: None, recovery_code: None } => {
            Ok(Shown::Passkey(passkey.id.0, passkey.credential.into_json()))
        }
        Verify { password: None, passkey: None, code, recovery_code } => typed(code, recovery_code).map(Shown::Typed),
        _ => Err(Error::field("/password", "send one of password, code, recovery code and passkey")),
    }
}
