//! Registering a user.

use domain::identity::{self, Registration};
use domain::{Error, ErrorKind, SecurityKind};
use poem::Request;
use poem::http::header::SET_COOKIE;
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::model::{Me, signed_in};
use crate::auth::{client_of, presented_by_cookies};
use crate::limits::device;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Body, Created, Secret};

/// A new user.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Register {
    /// The e-mail address with which they sign in.
    #[oai(validator(min_length = 3, max_length = 254))]
    email: String,
    /// Their password: 12 to 256 characters once composed (NFC), and not one that is easily guessed.
    #[oai(validator(min_length = 12, max_length = 1024))]
    password: Secret,
    /// How they are addressed.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// Their organisation's name; their own name when left out.
    #[oai(validator(max_length = 100))]
    organisation: Option<String>,
}

/// Why a registration is refused.
pub struct RegisterProblems;

impl Problems for RegisterProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "email_taken"), (503, "overloaded")];
}

/// The operation that registers a user.
pub struct RegisterApi;

#[OpenApi]
impl RegisterApi {
    /// Register
    ///
    /// Creates a user with an organisation and an empty wallet, and signs them in: the response sets
    /// the session's cookies. A session whose cookies the request carries ends.
    #[oai(path = "/api/auth/register", method = "post", operation_id = "register", tag = "Tag::Auth")]
    async fn register(
        &self,
        app: Data<&Shared>,
        request: &Request,
        body: Body<Register>,
    ) -> Created<Me, RegisterProblems> {
        let (new, client) = (body.0, client_of(request));
        let attempt = app.limits.registration(&app.ctx, client.ip).await;
        let attempt =
            attempt.inspect_err(|_| app.security.note_typed(SecurityKind::LimitHit, &new.email, client.ip))?;
        let registration =
            Registration { email: new.email, password: new.password.0, name: new.name, organisation: new.organisation };
        let presented = presented_by_cookies(&app, request);
        let registered = identity::register(&app.ctx, registration, &presented, &client).await;
        let grant = attempt.judge(registered, |outcome| counts(outcome.as_ref().err())).await?;
        let device = device::remember(&app.ctx, app.cookies, request.headers(), grant.user);
        Ok(signed_in(&app, &grant).await?.with(SET_COOKIE, device))
    }
}

/// A caller who mistypes something may try again; what reached the list of users counts, done or not.
fn counts(error: Option<&Error>) -> bool {
    error.is_none_or(|error| !matches!(error.kind, ErrorKind::Invalid | ErrorKind::Unavailable))
}
