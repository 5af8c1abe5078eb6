//! Access and refresh tokens for programs.

use domain::identity::SignIn;
use domain::{Error, ErrorKind};
use poem::Request;
use poem::web::Data;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use poem_openapi::{Enum, Object, OpenApi};
use serde_json::Value;

use super::session::{renew, sign_in};
use crate::auth::token::ACCESS_TTL_S;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Secret};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
enum PasswordGrantType {
    Password,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
enum RefreshGrantType {
    RefreshToken,
}

/// A request for tokens with an e-mail address and a password.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct PasswordGrant {
    /// Always `password`.
    grant_type: PasswordGrantType,
    /// The user's e-mail address.
    #[oai(validator(min_length = 1, max_length = 254))]
    email: String,
    /// The user's password, in any Unicode form.
    #[oai(validator(min_length = 1, max_length = 1024))]
    password: Secret,
}

/// A request for tokens with a refresh token, which is then used up.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RefreshGrant {
    /// Always `refresh_token`.
    grant_type: RefreshGrantType,
    /// The refresh token of the previous response.
    #[oai(validator(min_length = 1, max_length = 512))]
    refresh_token: Secret,
}

/// A request for tokens.
#[derive(Debug)]
pub enum TokenRequest {
    /// A sign-in.
    Password(PasswordGrant),
    /// A renewal.
    Refresh(RefreshGrant),
}

impl Type for TokenRequest {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;
    fn name() -> std::borrow::Cow<'static, str> {
        "TokenRequest".into()
    }
    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("TokenRequest".to_owned())
    }
    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>("TokenRequest".to_owned(), |registry| {
            PasswordGrant::register(registry);
            RefreshGrant::register(registry);
            let one_of = vec![PasswordGrant::schema_ref(), RefreshGrant::schema_ref()];
            MetaSchema { description: Some("A request for tokens."), one_of, ..MetaSchema::ANY }
        });
    }
    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for TokenRequest {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        match value.get("grant_type").and_then(Value::as_str) {
            Some("password") => {
                PasswordGrant::parse_from_json(Some(value)).map(Self::Password).map_err(ParseError::propagate)
            }
            Some("refresh_token") => {
                RefreshGrant::parse_from_json(Some(value)).map(Self::Refresh).map_err(ParseError::propagate)
            }
            _ => Err(ParseError::custom("neither of its shapes")),
        }
    }
}

impl ToJSON for TokenRequest {
    fn to_json(&self) -> Option<Value> {
        match self {
            Self::Password(grant) => grant.to_json(),
            Self::Refresh(grant) => grant.to_json(),
        }
    }
}

/// An access token and a refresh token.
#[derive(Debug, Object)]
pub struct TokenPair {
    /// The token for the `Authorization` header.
    #[oai(validator(max_length = 2048))]
    access_token: String,
    /// The token for the next request of tokens; used once, valid for seven days, at most until thirty days after the
    /// sign-in.
    refresh_token: Secret,
    /// Always `Bearer`.
    #[oai(validator(max_length = 6))]
    token_type: String,
    /// How long the access token is valid, in seconds.
    expires_in_s: i32,
}

/// Why no tokens are given.
pub struct TokenProblems;

impl Problems for TokenProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (401, "bad_credentials"),
        (401, "unauthenticated"),
        (401, "token_reused"),
        (403, "account_disabled"),
        (403, "second_factor_required"),
        (409, "other_user"),
        (503, "overloaded"),
    ];
}

/// A program can show no second factor, and a password alone is not enough for who has one.
fn second_factor_required() -> Error {
    Error::new(
        ErrorKind::Forbidden,
        "second_factor_required",
        "This account has a second factor, so its password alone gives no tokens. Create an API key in your account \
                     and          use that.",
    )
}

/// The operation that issues tokens.
pub struct TokenApi;

#[OpenApi]
impl TokenApi {
    /// Get tokens
    ///
    /// For programs: an access token of ten minutes and a refresh token. The refresh token is valid for seven days,
    /// each next one for seven more, and the session for thirty days at most. A refresh token is used once: shown again
    /// within 30 seconds it gets the same successor, as after a lost answer; later it ends the session. A session that
    /// the request carries ends with a sign-in.
    ///
    /// Signing in here with a password is deprecated: programs use an API key (`POST /api/keys`), which does less,
    /// ends, and is revoked alone.
    #[oai(path = "/api/auth/token", method = "post", operation_id = "createToken", tag = "Tag::Auth")]
    async fn token(
        &self,
        app: Data<&Shared>,
        request: &Request,
        body: Body<TokenRequest>,
    ) -> Done<TokenPair, TokenProblems> {
        let grant = match body.0 {
            TokenRequest::Password(login) => match sign_in(&app, request, &login.email, &login.password).await? {
                SignIn::Done(grant) => *grant,
                SignIn::Second(_) => return Err(second_factor_required().into()),
            },
            TokenRequest::Refresh(renewal) => renew(&app, request, &renewal.refresh_token).await?,
        };
        let now = app.ctx.clock.estimate();
        let expires_in_s = grant.expires_at.signed_duration_since(now).num_seconds().clamp(0, ACCESS_TTL_S);
        Ok(Answer::new(TokenPair {
            access_token: app.tokens.issue(&grant, now)?,
            refresh_token: grant.refresh_token.into(),
            token_type: "Bearer".to_owned(),
            expires_in_s: i32::try_from(expires_in_s).unwrap_or(i32::MAX),
        }))
    }
}
