//! A browser's session: signing in, renewing, signing out.

use domain::{Error, identity};
use poem::Request;
use poem::http::header::SET_COOKIE;
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::model::{Me, me, signed_in};
use crate::auth::cookie::Kind;
use crate::auth::{Reader, client_of};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Gone, NoContent, Secret};

/// A sign-in.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Login {
    /// The user's e-mail address.
    #[oai(validator(min_length = 1, max_length = 254))]
    email: String,
    /// The user's password.
    #[oai(validator(min_length = 1, max_length = 256))]
    password: Secret,
}

/// Why a sign-in is refused.
pub struct SignInProblems;

impl Problems for SignInProblems {
    const OWN: &'static [(u16, &'static str)] = &[(401, "bad_credentials"), (503, "overloaded")];
}

/// Why a session is not renewed.
pub struct RenewalProblems;

impl Problems for RenewalProblems {
    const OWN: &'static [(u16, &'static str)] = &[(401, "unauthenticated")];
}

/// The operations on a browser's session.
pub struct SessionApi;

#[OpenApi]
impl SessionApi {
    /// Sign in
    ///
    /// For browsers: the response sets the session's cookies and holds no token. An unknown address
    /// and a wrong password are refused in the same way.
    #[oai(path = "/api/auth/login", method = "post", operation_id = "login", tag = "Tag::Auth")]
    async fn login(&self, app: Data<&Shared>, request: &Request, body: Body<Login>) -> Done<Me, SignInProblems> {
        let client = client_of(request);
        app.limits.login(client.ip, &body.0.email)?;
        let grant = identity::authenticate(&app.ctx, &body.0.email, &body.0.password.0, &client).await?;
        Ok(signed_in(&app, &grant).await?)
    }

    /// Renew the session
    ///
    /// For browsers: takes the refresh cookie and sets both cookies again.
    #[oai(path = "/api/auth/refresh", method = "post", operation_id = "refreshSession", tag = "Tag::Auth")]
    async fn refresh(&self, app: Data<&Shared>, request: &Request) -> Done<Me, RenewalProblems> {
        let token = app.cookies.read(request.headers(), Kind::Refresh).ok_or_else(Error::unauthenticated)?;
        let grant = identity::refresh(&app.ctx, &token).await?;
        Ok(signed_in(&app, &grant).await?)
    }

    /// Sign out
    ///
    /// Ends the session of the refresh cookie and clears both cookies. Without a session it does
    /// nothing.
    #[oai(path = "/api/auth/logout", method = "post", operation_id = "logout", tag = "Tag::Auth")]
    async fn logout(&self, app: Data<&Shared>, request: &Request) -> Gone {
        if let Some(token) = app.cookies.read(request.headers(), Kind::Refresh) {
            identity::log_out(&app.ctx, &token).await?;
        }
        Ok(NoContent::default()
            .with(SET_COOKIE, app.cookies.clear(Kind::Access))
            .with(SET_COOKIE, app.cookies.clear(Kind::Refresh)))
    }

    /// Read the signed-in user
    ///
    /// The user, their organisation and their role.
    #[oai(path = "/api/auth/me", method = "get", operation_id = "getMe", tag = "Tag::Auth")]
    async fn me(&self, reader: Reader, app: Data<&Shared>) -> Done<Me> {
        Ok(Answer::new(me(&app, &reader.actor()).await?))
    }
}
