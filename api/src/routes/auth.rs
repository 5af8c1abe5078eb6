//! Signing in and out.

use domain::identity::{self, Grant, Registration};
use domain::{Actor, Error, OrgId, Role, UserId};
use poem::Request;
use poem::http::header::SET_COOKIE;
use poem::web::Data;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use poem_openapi::{Enum, Object, OpenApi};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::Tag;
use crate::auth::cookie::Kind;
use crate::auth::token::ACCESS_TTL_S;
use crate::auth::{Reader, client_of};
use crate::problem::{Failure, Problems};
use crate::state::{Shared, State};
use crate::wire::{Answer, Body, Created, Done, Gone, Id, NoContent, Secret, Word};

/// A newcomer.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Register {
    /// Where to reach them, and what they sign in with.
    #[oai(validator(min_length = 3, max_length = 254))]
    email: String,
    /// Their password: 12 to 256 characters, none of the first that are guessed.
    #[oai(validator(min_length = 12, max_length = 256))]
    password: Secret,
    /// Their name.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// Their organisation's name; their own name when left out.
    #[oai(validator(max_length = 100))]
    organisation: Option<String>,
}

/// Who signs in.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Login {
    /// The e-mail address.
    #[oai(validator(min_length = 1, max_length = 254))]
    email: String,
    /// The password.
    #[oai(validator(min_length = 1, max_length = 256))]
    password: Secret,
}

/// The signed-in person.
#[derive(Debug, Object)]
pub struct User {
    /// The person.
    pub id: Id<UserId>,
    /// Their e-mail address.
    #[oai(validator(max_length = 254))]
    pub email: String,
    /// Their name.
    #[oai(validator(max_length = 100))]
    pub name: String,
}

/// An organisation by its name.
#[derive(Debug, Object)]
pub struct Organisation {
    /// The organisation.
    pub id: Id<OrgId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    pub name: String,
}

/// Who is signed in, for whom, and as what.
#[derive(Debug, Object)]
pub struct Me {
    /// The person.
    user: User,
    /// Their organisation.
    organisation: Organisation,
    /// What they may do.
    role: Word<Role>,
}

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

/// Tokens for an e-mail address and a password.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct PasswordGrant {
    /// Always `password`.
    grant_type: PasswordGrantType,
    /// The e-mail address.
    #[oai(validator(min_length = 1, max_length = 254))]
    email: String,
    /// The password.
    #[oai(validator(min_length = 1, max_length = 256))]
    password: Secret,
}

/// Tokens for a refresh token, which is then used up.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RefreshGrant {
    /// Always `refresh_token`.
    grant_type: RefreshGrantType,
    /// The refresh token of the answer before.
    #[oai(validator(min_length = 1, max_length = 512))]
    refresh_token: Secret,
}

/// What a program asks tokens for.
#[derive(Debug)]
pub enum TokenRequest {
    /// A sign-in.
    Password(PasswordGrant),
    /// A renewal.
    Refresh(RefreshGrant),
}

/// Tokens for a program.
#[derive(Debug, Object)]
pub struct TokenPair {
    /// For the `Authorization` header.
    #[oai(validator(max_length = 2048))]
    access_token: String,
    /// For the next pair; good for seven days, once.
    refresh_token: Secret,
    /// Always `Bearer`.
    #[oai(validator(max_length = 6))]
    token_type: String,
    /// How long the access token is good, in seconds.
    expires_in_s: i32,
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
            MetaSchema { description: Some("What a program asks tokens for."), one_of, ..MetaSchema::ANY }
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

/// Why a registration is refused.
pub struct RegisterProblems;

impl Problems for RegisterProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "email_taken"), (503, "overloaded")];
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

/// Operations on sessions.
pub struct AuthApi;

#[OpenApi]
impl AuthApi {
    /// Register
    ///
    /// Makes a user with an organisation and an empty wallet, and signs them in: the answer sets
    /// the session's cookies.
    #[oai(path = "/api/auth/register", method = "post", operation_id = "register", tag = "Tag::Auth")]
    async fn register(
        &self,
        app: Data<&Shared>,
        request: &Request,
        body: Body<Register>,
    ) -> Created<Me, RegisterProblems> {
        let (new, client) = (body.0, client_of(request));
        app.limits.login(client.ip, &new.email)?;
        let registration =
            Registration { email: new.email, password: new.password.0, name: new.name, organisation: new.organisation };
        let grant = identity::register(&app.ctx, registration, &client).await?;
        Ok(signed_in(&app, &grant).await?)
    }

    /// Sign in
    ///
    /// For browsers: the answer sets the session's cookies and tells no token. An unknown address
    /// and a wrong password are refused alike.
    #[oai(path = "/api/auth/login", method = "post", operation_id = "login", tag = "Tag::Auth")]
    async fn login(&self, app: Data<&Shared>, request: &Request, body: Body<Login>) -> Done<Me, SignInProblems> {
        let client = client_of(request);
        app.limits.login(client.ip, &body.0.email)?;
        let grant = identity::authenticate(&app.ctx, &body.0.email, &body.0.password.0, &client).await?;
        Ok(signed_in(&app, &grant).await?)
    }

    /// Get tokens
    ///
    /// For programs: an access token of ten minutes and a refresh token of seven days. A refresh
    /// token is used up by its use; using it twice ends the session.
    #[oai(path = "/api/auth/token", method = "post", operation_id = "createToken", tag = "Tag::Auth")]
    async fn token(
        &self,
        app: Data<&Shared>,
        request: &Request,
        body: Body<TokenRequest>,
    ) -> Done<TokenPair, SignInProblems> {
        let grant = match body.0 {
            TokenRequest::Password(login) => {
                let client = client_of(request);
                app.limits.login(client.ip, &login.email)?;
                identity::authenticate(&app.ctx, &login.email, &login.password.0, &client).await?
            }
            TokenRequest::Refresh(renewal) => identity::refresh(&app.ctx, &renewal.refresh_token.0).await?,
        };
        Ok(Answer::new(TokenPair {
            access_token: app.tokens.issue(&grant, app.ctx.clock.estimate())?,
            refresh_token: grant.refresh_token.into(),
            token_type: "Bearer".to_owned(),
            expires_in_s: i32::try_from(ACCESS_TTL_S).unwrap_or(i32::MAX),
        }))
    }

    /// Renew the session
    ///
    /// For browsers: takes the refresh cookie and sets both cookies anew.
    #[oai(path = "/api/auth/refresh", method = "post", operation_id = "refreshSession", tag = "Tag::Auth")]
    async fn refresh(&self, app: Data<&Shared>, request: &Request) -> Done<Me, RenewalProblems> {
        let token = app.cookies.read(request.headers(), Kind::Refresh).ok_or_else(Error::unauthenticated)?;
        let grant = identity::refresh(&app.ctx, &token).await?;
        Ok(signed_in(&app, &grant).await?)
    }

    /// Sign out
    ///
    /// Ends the session of the refresh cookie and takes both cookies away. Without a session it
    /// does nothing.
    #[oai(path = "/api/auth/logout", method = "post", operation_id = "logout", tag = "Tag::Auth")]
    async fn logout(&self, app: Data<&Shared>, request: &Request) -> Gone {
        if let Some(token) = app.cookies.read(request.headers(), Kind::Refresh) {
            identity::log_out(&app.ctx, &token).await?;
        }
        Ok(NoContent::default()
            .with(SET_COOKIE, app.cookies.clear(Kind::Access))
            .with(SET_COOKIE, app.cookies.clear(Kind::Refresh)))
    }

    /// Read who is signed in
    ///
    /// The person, their organisation and their role.
    #[oai(path = "/api/auth/me", method = "get", operation_id = "getMe", tag = "Tag::Auth")]
    async fn me(&self, reader: Reader, app: Data<&Shared>) -> Done<Me> {
        Ok(Answer::new(me(&app, &reader.actor()).await?))
    }
}

async fn me(app: &State, actor: &Actor) -> Result<Me, Failure> {
    let me = identity::me(&app.ctx, actor).await?;
    Ok(Me {
        user: User { id: Id(me.user_id), email: me.email, name: me.name },
        organisation: Organisation { id: Id(me.org_id), name: me.org_name },
        role: Word(me.role),
    })
}

async fn signed_in<const STATUS: u16>(app: &State, grant: &Grant) -> Result<Answer<Me, STATUS>, Failure> {
    let access = app.tokens.issue(grant, app.ctx.clock.estimate())?;
    let me = me(app, &Actor::of(grant.user, grant.org, grant.role)).await?;
    Ok(Answer::new(me)
        .with(SET_COOKIE, app.cookies.set(Kind::Access, &access))
        .with(SET_COOKIE, app.cookies.set(Kind::Refresh, grant.refresh_token.expose_secret())))
}
