//! A browser's session: signing in, renewing, signing out.

use domain::identity::{self, Grant, SignIn};
use domain::security::Refusal;
use domain::{Error, ErrorKind, SecurityKind};
use poem::Request;
use poem::http::header::{AUTHORIZATION, SET_COOKIE};
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::model::{Me, me, me_by_key, signed_in};
use super::second::SignInAnswer;
use crate::auth::cookie::Kind;
use crate::auth::{Caller, Known, Sender, client_of, meant_for, presented};
use crate::limits::device;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::security::SecurityLog;
use crate::state::{Shared, State};
use crate::wire::{Answer, Body, Done, Gone, NoContent, Secret};

/// A sign-in.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Login {
    /// The user's e-mail address.
    #[oai(validator(min_length = 1, max_length = 254))]
    email: String,
    /// The user's password, in any Unicode form.
    #[oai(validator(min_length = 1, max_length = 1024))]
    password: Secret,
}

/// Why a sign-in is refused.
pub struct SignInProblems;

impl Problems for SignInProblems {
    const OWN: &'static [(u16, &'static str)] =
        &[(401, "bad_credentials"), (403, "account_disabled"), (503, "overloaded")];
}

/// Why a session is not renewed.
pub struct RenewalProblems;

impl Problems for RenewalProblems {
    const OWN: &'static [(u16, &'static str)] = &[(401, "unauthenticated"), (401, "token_reused"), (409, "other_user")];
}

/// Why nobody is signed out.
pub struct SignOutProblems;

impl Problems for SignOutProblems {
    const OWN: &'static [(u16, &'static str)] = &[(401, "unauthenticated"), (409, "other_user")];
}

/// Checks what was typed, within the limit on attempts that fail. The session that the request carries ends.
pub(super) async fn sign_in(app: &State, request: &Request, email: &str, password: &Secret) -> domain::Result<SignIn> {
    let client = client_of(request);
    let noted = |kind| app.security.note_typed(kind, email, client.ip);
    let known = device::known(&app.ctx, app.cookies, request.headers());
    let attempt = app.limits.password(&app.ctx, client.ip, email, &known).await;
    let attempt = attempt.inspect_err(|_| noted(SecurityKind::LimitHit))?;
    let outcome = identity::authenticate(&app.ctx, email, &password.0, &presented(app, request), &client).await;
    let failed = |error: &Error| error.kind == ErrorKind::Unauthenticated;
    let grant = attempt.judge(outcome, |outcome| outcome.as_ref().is_err_and(failed)).await;
    grant.inspect_err(|error| {
        if failed(error) {
            noted(SecurityKind::SignInFailed);
        }
    })
}

/// Renews a session.
pub(super) async fn renew(app: &State, request: &Request, token: &Secret) -> domain::Result<Grant> {
    let ip = client_of(request).ip;
    let renewed = identity::refresh(&app.ctx, &token.0, meant_for(request).user()?, ip).await;
    renewed.inspect_err(|error| {
        if error.code == "token_reused" {
            let kind = SecurityKind::TokenReused;
            SecurityLog::tell(&Refusal { kind, user: None, email: None, ip });
        }
    })
}

/// The operations on a browser's session.
pub struct SessionApi;

#[OpenApi]
impl SessionApi {
    /// Sign in
    ///
    /// For browsers: the response sets the session's cookies and holds no token. The session ends seven days after its
    /// last renewal, and thirty days after the sign-in at the latest. An unknown address and a wrong password are
    /// refused in the same way; only such failures count against the limit. A session that the request carries ends.
    /// Who has a second factor is asked for it: the answer is then a challenge, which opens nothing by itself.
    #[oai(path = "/api/auth/login", method = "post", operation_id = "login", tag = "Tag::Auth")]
    async fn login(
        &self,
        app: Data<&Shared>,
        request: &Request,
        body: Body<Login>,
    ) -> Done<SignInAnswer, SignInProblems> {
        Ok(match sign_in(&app, request, &body.0.email, &body.0.password).await? {
            SignIn::Second(asked) => Answer::new(SignInAnswer::Second(asked.into())),
            SignIn::Done(grant) => {
                let device = device::remember(&app.ctx, app.cookies, request.headers(), grant.user);
                let answer = signed_in(&app, &grant).await?.with(SET_COOKIE, device);
                answer.map(|me| SignInAnswer::Done(Box::new(me)))
            }
        })
    }

    /// Renew the session
    ///
    /// For browsers: takes the refresh cookie and sets both cookies again. The refresh cookie is then valid for seven
    /// days, at most until thirty days after the sign-in, the access cookie for ten minutes. A used refresh cookie that
    /// comes again within 30 seconds gets the same new one, as when two tabs renew at the same time; later it ends the
    /// session. Only a 401 means that the session is over.
    #[oai(path = "/api/auth/refresh", method = "post", operation_id = "refreshSession", tag = "Tag::Auth")]
    async fn refresh(&self, app: Data<&Shared>, request: &Request) -> Done<Me, RenewalProblems> {
        let token = app.cookies.read(request.headers(), Kind::Refresh).ok_or_else(Error::unauthenticated)?;
        let grant = renew(&app, request, &token.into()).await?;
        Ok(signed_in(&app, &grant).await?)
    }

    /// Sign out
    ///
    /// Ends the session of the bearer token or of the cookies, and clears both cookies: access tokens of the session
    /// are void and its live streams end within five seconds. Without a session it does nothing; a bearer token that
    /// is not valid is refused, because nothing ended.
    #[oai(path = "/api/auth/logout", method = "post", operation_id = "logout", tag = "Tag::Auth")]
    async fn logout(&self, app: Data<&Shared>, request: &Request) -> Gone<SignOutProblems> {
        let sender = request.data::<Sender>();
        if request.headers().contains_key(AUTHORIZATION) && sender.is_none_or(|sender| sender.session().is_none()) {
            return Err(Error::unauthenticated().into());
        }
        identity::log_out(&app.ctx, &presented(&app, request), meant_for(request).user()?).await?;
        Ok(NoContent::default()
            .with(SET_COOKIE, app.cookies.clear(Kind::Access))
            .with(SET_COOKIE, app.cookies.clear(Kind::Refresh)))
    }

    /// Read the signed-in user
    ///
    /// The user, and each organisation that they belong to with their role and what they may do there. By an API key:
    /// its maker, and its one organisation with what the key may do there now.
    #[oai(path = "/api/auth/me", method = "get", operation_id = "getMe", tag = "Tag::Auth")]
    async fn me(&self, reader: Known, app: Data<&Shared>) -> Done<Me> {
        Ok(Answer::new(match &reader.caller {
            Caller::Session(session) => me(&app, &session.claims).await?,
            Caller::Key(key) => me_by_key(&app, key).await?,
        }))
    }
}
