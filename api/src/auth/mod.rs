//! From a session or a key to a `domain::Actor`.

pub mod claims;
pub mod client;
pub mod cookie;
pub mod epochs;
pub mod gates;
pub mod keys;
pub mod origin;
pub mod policies;
pub mod token;

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::identity::{Client, Presented, other_user};
use domain::key::{KeyText, LiveKey};
use domain::org::Shows;
use domain::{Person, Role, UserId};
use poem::Request;
use poem::http::{HeaderMap, HeaderName, header};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use secrecy::ExposeSecret;

use crate::state::State;
use cookie::Kind;
pub use gates::{Admin, AdminVerified, Known, Own, OwnVerified, SignedIn, may};
use keys::Look;
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
    /// Who it is, if the request proves it.
    pub caller: Option<Caller>,
    /// Why the key that the request shows does not count.
    pub refused_key: Option<RefusedKey>,
    /// Whom the request is meant for.
    pub meant_for: MeantFor,
}

impl Sender {
    /// Nobody of whom anything is known.
    #[must_use]
    pub fn nobody() -> Self {
        Self { ip: None, caller: None, refused_key: None, meant_for: MeantFor::Anybody }
    }

    /// The session, if the request proves one.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.caller.as_ref().and_then(Caller::session)
    }
}

/// Why a key does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedKey {
    /// It is none, or none any more.
    Nobodys,
    /// It may not be used from the sender's address.
    FromElsewhere,
    /// The database did not say.
    Unread,
}

/// Who sends a request: a person by a session, or a program by a person's key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one for each request, and nearly always the large one")]
pub enum Caller {
    /// A person who signed in.
    Session(Session),
    /// A program.
    Key(Arc<LiveKey>),
}

impl Caller {
    /// The user: the one who signed in, or the key's maker.
    #[must_use]
    pub fn user(&self) -> UserId {
        match self {
            Self::Session(session) => session.claims.sub,
            Self::Key(key) => key.user,
        }
    }

    /// The user with what proves them.
    #[must_use]
    pub fn person(&self) -> Person {
        match self {
            Self::Session(session) => session.claims.person(),
            Self::Key(key) => key.person(),
        }
    }

    /// The session; a key has none.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::Session(session) => Some(session),
            Self::Key(_) => None,
        }
    }

    /// The key; a session has none.
    #[must_use]
    pub fn key(&self) -> Option<&LiveKey> {
        match self {
            Self::Session(_) => None,
            Self::Key(key) => Some(key),
        }
    }

    /// What it shows of itself to an organisation that demands something.
    #[must_use]
    pub fn shows(&self) -> Shows<'_> {
        match self {
            Self::Session(Session { claims, .. }) if claims.act.is_some() => Shows::Guest(&claims.amr),
            Self::Session(session) => Shows::Person(&session.claims.amr),
            Self::Key(key) => Shows::Key(key.second_factor),
        }
    }

    /// Whether an administrator signed in. A key is never one's.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.session().is_some_and(|session| session.claims.role == Role::Admin)
    }
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
pub type Identify = Box<dyn Fn(&State, &HeaderMap, DateTime<Utc>) -> Found + Send + Sync>;

/// Whom a request's headers prove, as far as this process knows.
#[derive(Debug)]
pub enum Found {
    /// Nobody.
    Nobody,
    /// This one.
    Caller(Caller),
    /// A key is shown that is none.
    NoKey,
    /// A key is shown of which nothing is known yet.
    Unread(KeyText),
}

/// Whom a request's headers prove. A bearer token takes precedence over the cookie, even when it is invalid: a client
/// that sends one does not mean the cookie.
#[must_use]
pub fn identify(state: &State, headers: &HeaderMap, now: DateTime<Utc>) -> Found {
    let good = |token: &str| state.tokens.check(token, now).filter(|claims| !state.epochs.revoked(claims));
    let session = |token: &str, via| {
        good(token).map_or(Found::Nobody, |claims| Found::Caller(Caller::Session(Session { claims, via })))
    };
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let Some((scheme, token)) = value.to_str().ok().and_then(|value| value.split_once(' ')) else {
            return Found::Nobody;
        };
        return match token.trim() {
            _ if !scheme.eq_ignore_ascii_case("bearer") => Found::Nobody,
            text if KeyText::is_meant(text) => by_key(state, text, now),
            token => session(token, Via::Bearer),
        };
    }
    state.cookies.read(headers, Kind::Access).map_or(Found::Nobody, |token| session(token.expose_secret(), Via::Cookie))
}

/// A mistyped key ends here, by its checksum.
fn by_key(state: &State, text: &str, now: DateTime<Utc>) -> Found {
    let Some(text) = KeyText::parse(text) else { return Found::NoKey };
    match state.keys.look(&text, now) {
        Look::Key(key) => Found::Caller(Caller::Key(key)),
        Look::Nobody => Found::NoKey,
        Look::Unread => Found::Unread(text),
    }
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
    let session = request.data::<Sender>().and_then(Sender::session);
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
            bearer_format: Some("an API key, or a JWT"),
            ..scheme(
                "http",
                "An API key (`sp_…`), made in the panel under Account, API keys: `Authorization: Bearer sp_…`. It is \
                 for one organisation, may do at most what its maker may there, and is refused within five seconds \
                 once it is revoked. Or an access token, as RFC 8725 advises; it is valid for ten minutes, and void \
                 within seconds once its session ends or the user's role or password changes.",
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
