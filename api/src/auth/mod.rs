//! From a session to a `domain::Actor`.

pub mod claims;
pub mod client;
pub mod cookie;
pub mod epochs;
pub mod gates;
pub mod origin;
pub mod token;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::UserId;
use domain::identity::{Client, Presented, other_user};
use poem::Request;
use poem::http::{HeaderMap, HeaderName, header};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use secrecy::ExposeSecret;

use crate::state::State;
use cookie::Kind;
pub use gates::{Admin, AdminVerified, Own, OwnVerified, SignedIn, may};
use token::Claims;

/// How a request proves who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// By the `Authorization` header, which only programs set.
    Bearer,
    /// By the cookie, which browsers add to every request.
    Cookie,
}

/// Names the user whom the request is meant for: the one whom the page shows. Tabs share cookies, so another tab may
/// have signed in as another user since.
pub const MEANT_FOR: HeaderName = HeaderName::from_static("x-skypanel-for");

/// Whom a request is meant for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MeantFor {
    /// It does not say.
    #[default]
    Anybody,
    /// This user.
    User(UserId),
    /// It says what is no user's id: then it is meant for nobody who can sign in.
    Nobody,
}

impl MeantFor {
    /// Whom the headers name.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut named = headers.get_all(MEANT_FOR).iter();
        match (named.next(), named.next()) {
            (None, _) => Self::Anybody,
            (Some(one), None) => one.to_str().ok().and_then(|id| id.parse().ok()).map_or(Self::Nobody, Self::User),
            (Some(_), Some(_)) => Self::Nobody,
        }
    }

    /// The user, if the request names one.
    ///
    /// # Errors
    /// `other_user` when it is meant for nobody.
    pub fn user(self) -> domain::Result<Option<UserId>> {
        match self {
            Self::Anybody => Ok(None),
            Self::User(user) => Ok(Some(user)),
            Self::Nobody => Err(other_user()),
        }
    }

    /// Lets a request of this user pass.
    ///
    /// # Errors
    /// `other_user` when it is meant for another.
    pub fn check(self, signed_in: UserId) -> domain::Result<()> {
        if self.user()?.is_none_or(|meant| meant == signed_in) { Ok(()) } else { Err(other_user()) }
    }
}

/// What is known about the sender of a request before any handler sees it.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The address, as far as the proxies in front are trusted.
    pub ip: Option<IpAddr>,
    /// The session, if a valid token came.
    pub session: Option<Session>,
    /// Whom the request is meant for.
    pub meant_for: MeantFor,
}

/// A proven session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What the token says.
    pub claims: Claims,
    /// How it came.
    pub via: Via,
}

/// Tells from a request's headers whose it is.
pub type Identify = Box<dyn Fn(&State, &HeaderMap, DateTime<Utc>) -> Option<Session> + Send + Sync>;

/// The session that a request's headers prove. A bearer token takes precedence over the cookie,
/// even when it is invalid: a client that sends one does not mean the cookie.
#[must_use]
pub fn identify(state: &State, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Session> {
    let good = |token: &str| state.tokens.check(token, now).filter(|claims| !state.epochs.revoked(claims));
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        let claims = scheme.eq_ignore_ascii_case("bearer").then(|| good(token.trim())).flatten()?;
        return Some(Session { claims, via: Via::Bearer });
    }
    let token = state.cookies.read(headers, Kind::Access)?;
    Some(Session { claims: good(token.expose_secret())?, via: Via::Cookie })
}

/// The client's address and program, for the record of a session.
#[must_use]
pub fn client_of(request: &Request) -> Client {
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Client { ip: request.data::<Sender>().and_then(|sender| sender.ip), user_agent: user_agent.map(str::to_owned) }
}

/// What the request proves of a session that exists, for ending it.
#[must_use]
pub fn presented(state: &State, request: &Request) -> Presented {
    let session = request.data::<Sender>().and_then(|sender| sender.session.as_ref());
    Presented {
        session: session.map(|session| session.claims.sid),
        refresh_token: state.cookies.read(request.headers(), Kind::Refresh),
    }
}

/// The same of its cookies alone: an answer that sets cookies replaces those, and no `Authorization` header.
#[must_use]
pub fn presented_by_cookies(state: &State, request: &Request) -> Presented {
    let bearer = request.headers().contains_key(header::AUTHORIZATION);
    let presented = presented(state, request);
    Presented { session: presented.session.filter(|_| !bearer), ..presented }
}

/// Whom the request is meant for.
#[must_use]
pub fn meant_for(request: &Request) -> MeantFor {
    request.data::<Sender>().map(|sender| sender.meant_for).unwrap_or_default()
}

/// The names of the schemes in the document.
pub const BEARER: &str = "bearer";
/// See [`BEARER`].
pub const COOKIE: &str = "cookie";

fn register_schemes(registry: &mut Registry) {
    let scheme = |ty, description| MetaSecurityScheme {
        ty,
        description: Some(description),
        name: None,
        key_in: None,
        scheme: None,
        bearer_format: None,
        flows: None,
        openid_connect_url: None,
    };
    registry.create_security_scheme(
        BEARER,
        MetaSecurityScheme {
            scheme: Some("bearer"),
            bearer_format: Some("JWT"),
            ..scheme(
                "http",
                "An access token from `POST /api/auth/token`, used as RFC 8725 advises; it is valid for ten minutes, \
                 and void within seconds once its session ends or the user's role or password changes.",
            )
        },
    );
    registry.create_security_scheme(
        COOKIE,
        MetaSecurityScheme {
            name: Some("sp_access"),
            key_in: Some("cookie"),
            ..scheme(
                "apiKey",
                "The browser's session, set by signing in; named `__Host-sp_access` over https. Changes then need \
                 the panel's own Origin. A page sends `X-SkyPanel-For` with the id of the user whom it shows.",
            )
        },
    );
}
