//! The state that every handler receives.

use std::sync::Arc;

use domain::Ctx;
use domain::mail::Letterhead;
use runtime::settings::{Brand, Http, Redis, SignIn};
use tokio_util::sync::CancellationToken;

use crate::Options;
use crate::auth::client::Forwarded;
use crate::auth::cookie::Cookies;
use crate::auth::epochs::Epochs;
use crate::auth::keys::Keys;
use crate::auth::origin::OwnOrigins;
use crate::auth::policies::Policies;
use crate::auth::token::Tokens;
use crate::http::connections::{Connections, Times};
use crate::limits::Limits;
use crate::security::SecurityLog;
use crate::sse::Hub;

/// One process's state: the rules' context, and what HTTP adds to it.
pub struct State {
    /// The rules' context.
    pub ctx: Ctx,
    /// Where we listen, and which proxies are in front.
    pub http: Http,
    /// How the panel presents itself.
    pub brand: Brand,
    /// What every mail says.
    pub head: Letterhead,
    /// What a sign-in takes.
    pub sign_in: SignIn,
    /// Where the doorbell is, for readiness.
    pub redis: Redis,
    /// The newest migration that this build knows.
    pub expected_schema: String,
    /// Cancelled when the process is to end.
    pub stop: CancellationToken,
    /// The key of access tokens.
    pub tokens: Tokens,
    /// How cookies are named and flagged.
    pub cookies: Cookies,
    /// The origins that are our own.
    pub origins: OwnOrigins,
    /// Which tokens are void before their time.
    pub epochs: Epochs,
    /// API keys in use.
    pub keys: Keys,
    /// What organisations demand of who uses them.
    pub policies: Policies,
    /// How many requests a client may send.
    pub limits: Limits,
    /// What was refused, until it is written.
    pub security: SecurityLog,
    /// The open streams of live events.
    pub hub: Hub,
    /// The open connections.
    pub connections: Connections,
    /// Whether requests arrive through a proxy that the settings don't list.
    pub forwarded: Forwarded,
}

/// The state, shared.
pub type Shared = Arc<State>;

impl State {
    /// The state that the options describe.
    #[must_use]
    pub fn new(ctx: Ctx, options: Options, stop: CancellationToken) -> Shared {
        let secure = options.http.secure_cookies;
        let limits = Limits::new(&options.limits, &options.redis, ctx.chance.clone());
        Arc::new(Self {
            ctx,
            tokens: Tokens::new(&options.jwt),
            cookies: Cookies { secure },
            origins: OwnOrigins { client: options.http.client_url.origin().ascii_serialization(), secure },
            epochs: Epochs::default(),
            keys: Keys::default(),
            policies: Policies::default(),
            limits,
            security: SecurityLog::default(),
            hub: Hub::default(),
            forwarded: Forwarded::default(),
            connections: Connections::new(&options.http, Times::of(&options.http), runtime::files::limit()),
            head: crate::letterhead(&options.brand, &options.http.client_url),
            http: options.http,
            brand: options.brand,
            sign_in: options.sign_in,
            redis: options.redis,
            expected_schema: options.expected_schema,
            stop,
        })
    }
}
