//! A simulated issuer of identities: `OpenID` Connect with the authorization code flow and PKCE, by which the person
//! who was chosen signs in at once, or chooses on a page who they are. It lies on demand.

mod door;
mod keys;
mod person;
mod token;

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::clock::Clock;

pub(crate) use door::Door;
use keys::Keys;
pub use keys::SigningAlg;
pub use person::{Lie, LieKind, Person};

/// Codes and access tokens that are remembered; the oldest is forgotten first.
const MAX_REMEMBERED: usize = 1_000;
/// Requests that [`OidcTruth`] shows.
const MAX_REQUESTS: usize = 200;
/// How long a code may be traded.
const CODE_TTL: TimeDelta = TimeDelta::seconds(60);

/// The name and the secret of the one client that it knows.
pub const OIDC_CLIENT_ID: &str = "skypanel";
/// See [`OIDC_CLIENT_ID`].
pub const OIDC_CLIENT_SECRET: &str = "a-simulated-secret-that-opens-nothing-real";

/// What really happened at the issuer.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OidcTruth {
    /// The last requests: method and path.
    pub requests: Vec<String>,
    /// The address that a browser was last sent here with, without what names nobody.
    pub last_question: HashMap<String, String>,
    /// Codes that were traded.
    pub traded: u64,
    /// Codes that were refused.
    pub refused: u64,
}

/// What a code stands for.
struct Grant {
    client_id: String,
    redirect_uri: String,
    nonce: Option<String>,
    challenge: String,
    person: Person,
    signed_in_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

#[derive(Default)]
struct State {
    person: Option<Person>,
    /// When the person signed in here before.
    session_since: Option<DateTime<Utc>>,
    lie: Option<Lie>,
    ahead: TimeDelta,
    alg: SigningAlg,
    keys: Keys,
    codes: VecDeque<(String, Grant)>,
    tokens: VecDeque<(String, Person)>,
    truth: OidcTruth,
}

/// The issuer.
pub(crate) struct Issuer {
    /// Exactly as its tokens name it.
    name: String,
    clock: Clock,
    state: Mutex<State>,
}

impl Issuer {
    pub(crate) fn new(name: String) -> Self {
        Self { name, clock: Clock::start(), state: Mutex::default() }
    }

    pub(crate) fn truth(&self) -> OidcTruth {
        self.lock().truth.clone()
    }

    /// Signs this person in whenever a browser comes; with nobody, a page asks.
    pub(crate) fn set_person(&self, person: Option<Person>) {
        let now = self.now();
        let mut state = self.lock();
        state.person = person;
        state.session_since = Some(now);
    }

    pub(crate) fn set_lie(&self, lie: Option<Lie>) {
        self.lock().lie = lie.filter(|lie| lie.times > 0);
    }

    pub(crate) fn set_ahead(&self, ahead: TimeDelta) {
        self.lock().ahead = ahead;
    }

    /// Signs with a new key from now on, and no longer shows the one before.
    pub(crate) fn rotate(&self, alg: SigningAlg) {
        let mut state = self.lock();
        state.alg = alg;
        state.keys = Keys::default();
    }

    pub(crate) fn reset(&self) {
        *self.lock() = State::default();
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.wall_now() + self.lock().ahead
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether it lies in this way now, which then counts.
    fn lies(&mut self, kind: LieKind) -> bool {
        let Some(lie) = &mut self.lie else { return false };
        if lie.kind != kind {
            return false;
        }
        lie.times -= 1;
        if lie.times == 0 {
            self.lie = None;
        }
        true
    }
}

/// 192 random bits.
fn random() -> String {
    let mut bytes = [0; 24];
    // The system's own source does not fail on the systems that tests run on; zeros would show at once.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn remember<T>(list: &mut VecDeque<(String, T)>, name: String, value: T) {
    list.push_back((name, value));
    if list.len() > MAX_REMEMBERED {
        list.pop_front();
    }
}
