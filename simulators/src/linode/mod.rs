//! The simulated Linode API, version 4.

mod account;
mod addresses;
mod backups;
mod catalog;
mod events;
pub(crate) mod faults;
mod filter;
mod instances;
pub(crate) mod keeper;
pub(crate) mod limits;
pub(crate) mod market;
mod operations;
mod order;
mod page;
mod reply;
mod router;
mod saved;
mod state;
pub(crate) mod strays;
pub(crate) mod timing;
mod traffic;
pub(crate) mod truth;
mod view;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use poem::{Endpoint, Request, Response, http::StatusCode};
use tokio::time::Instant;

use self::{
    faults::{DEFAULT_DELAY_MS, Delivery, Fault, FaultKind},
    keeper::Keeper,
    limits::{LimitClass, LimitSettings},
    market::Market,
    page::PageQuery,
    reply::{ApiError, ApiResult, Reply},
    router::Call,
    saved::Saved,
    state::State,
    strays::Stray,
    timing::Timing,
    traffic::Load,
    truth::{Traffic, Truth, TruthRequest},
};
use crate::{config::Config, gate::Gate, http};

/// How long a request hangs before its connection is cut: longer than any client waits.
const MAX_HANG: Duration = Duration::from_mins(10);

/// The cloud: its memory behind a lock, the file that outlives it, and the gate its connections come through.
pub(crate) struct Cloud {
    config: Config,
    gate: Arc<Gate>,
    load: Arc<Load>,
    keeper: Keeper,
    state: Mutex<State>,
}

/// Where requests come in.
pub(crate) struct Door(pub(crate) Arc<Cloud>);

/// What becomes of one request.
struct Served {
    reply: Reply,
    request_id: String,
    delay: Option<Duration>,
    fate: Fate,
}

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Told,
    Cut,
    Hang,
}

/// What of a request survives reading its body.
struct Head {
    method: String,
    path: String,
    query: Option<String>,
    filter: Option<String>,
    authorization: Option<String>,
}

impl Cloud {
    /// A cloud with the machines saved in the state file.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let mut state = State::new(config, config.seed);
        if let Some(saved) = Saved::read(config.state.as_deref()).await? {
            state.restore(saved, Instant::now())?;
        }
        Ok(Self {
            gate: Arc::new(Gate::default()),
            load: Arc::new(Load::default()),
            keeper: Keeper::new(config.state.clone()),
            state: Mutex::new(state),
            config: config.clone(),
        })
    }

    pub(crate) fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.gate)
    }

    pub(crate) fn truth(&self) -> Truth {
        let mut state = self.lock();
        state.settle(Instant::now());
        let mut truth = state.truth();
        drop(state);
        truth.traffic = self.with_load(truth.traffic);
        truth
    }

    pub(crate) fn traffic(&self) -> Traffic {
        let counted = self.lock().traffic();
        self.with_load(counted)
    }

    fn with_load(&self, counted: Traffic) -> Traffic {
        let (concurrent, max_concurrent) = self.load.read();
        Traffic { concurrent, max_concurrent, connections: self.gate.accepted(), ..counted }
    }

    pub(crate) fn reset(&self, seed: Option<u64>) {
        let mut state = self.lock();
        *state = State::new(&self.config, seed.unwrap_or(self.config.seed));
        self.keeper.touch();
        drop(state);
        self.gate.set_down(false);
        self.gate.forget();
        self.load.reset();
    }

    pub(crate) fn add_stray(&self, stray: Stray) -> Result<u64, String> {
        let mut state = self.lock();
        let added = state.add_stray(stray, Instant::now());
        self.keeper.touch();
        added
    }

    pub(crate) fn vanish(&self, id: u64) -> bool {
        let mut state = self.lock();
        let gone = state.vanish(id, Instant::now());
        self.keeper.touch();
        gone
    }

    pub(crate) fn hide(&self, id: u64, hidden: bool) {
        self.lock().hide(id, hidden);
    }

    /// Waits until every change made so far is saved.
    pub(crate) async fn kept(&self) {
        self.keeper.kept().await;
    }

    pub(crate) fn arm(&self, fault: Fault) -> Result<Fault, String> {
        self.lock().faults.arm(fault)
    }

    pub(crate) fn faults(&self) -> Vec<Fault> {
        self.lock().faults.list()
    }

    pub(crate) fn disarm(&self) {
        self.lock().faults.clear();
    }

    pub(crate) fn timing(&self) -> Timing {
        self.lock().timing
    }

    pub(crate) fn set_timing(&self, timing: Timing) {
        self.lock().timing = timing;
    }

    pub(crate) fn limits(&self) -> LimitSettings {
        self.lock().limits.settings
    }

    /// Sets the limits and restarts the counters.
    pub(crate) fn set_limits(&self, settings: LimitSettings) {
        self.lock().limits = limits::Limits::new(settings);
    }

    pub(crate) fn market(&self) -> Market {
        self.lock().market.clone()
    }

    pub(crate) fn set_market(&self, market: Market) {
        self.lock().market = market;
    }

    /// Makes a token valid, of the account with the machines or of an empty one by its `euuid`.
    pub(crate) fn accept_token(&self, token: &str, account: Option<&str>) {
        self.lock().tokens.insert(token.to_owned(), account.unwrap_or(account::HOME).to_owned());
    }

    pub(crate) fn refuse_token(&self, token: &str) {
        self.lock().tokens.remove(token);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn delivery(&self, head: &Head) -> Delivery {
        let mut state = self.lock();
        let delivery = state.faults.delivery(&head.method, &head.path);
        if matches!(delivery, Delivery::Cut | Delivery::Hang) {
            let request_id = state.request_id();
            let at = state.clock.wall_now().to_rfc3339();
            state.record(head.recorded(0, true, request_id, at));
        }
        delivery
    }

    /// The effect of a request and its answer, in one step under the lock.
    fn judge(&self, head: &Head, body: Result<Vec<u8>, StatusCode>) -> Served {
        let now = Instant::now();
        let mut state = self.lock();
        state.settle(now);
        let request_id = state.request_id();
        let (method, path) = (head.method.as_str(), head.path.as_str());
        let slow = state.faults.take(FaultKind::Slow, method, path);
        let delay = slow.map(|fault| Duration::from_millis(fault.delay_ms.unwrap_or(DEFAULT_DELAY_MS)));
        let reply = answer(&mut state, head, body, now);
        let fate = if !reply.status.is_success() {
            Fate::Told
        } else if state.faults.take(FaultKind::LostAnswer, method, path).is_some() {
            Fate::Cut
        } else if state.faults.take_at(FaultKind::Hang, true, method, path).is_some() {
            Fate::Hang
        } else {
            Fate::Told
        };
        let at = state.clock.wall(now).to_rfc3339();
        state.record(head.recorded(reply.status.as_u16(), fate != Fate::Told, request_id.clone(), at));
        if method != "GET" && reply.status != StatusCode::UNAUTHORIZED {
            self.keeper.touch();
        }
        Served { reply, request_id, delay, fate }
    }

    /// The answer to send, after the effect is done and saved; `None` when there is none.
    async fn answer(self: Arc<Self>, head: Head, body: Result<Vec<u8>, StatusCode>) -> Option<Response> {
        match self.delivery(&head) {
            Delivery::Prompt => {}
            Delivery::Late(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
            Delivery::Cut => return None,
            Delivery::Hang => {
                tokio::time::sleep(MAX_HANG).await;
                return None;
            }
        }
        let verdict = self.judge(&head, body);
        self.kept().await;
        if let Some(delay) = verdict.delay {
            tokio::time::sleep(delay).await;
        }
        match verdict.fate {
            Fate::Told => Some(verdict.reply.into_response(&verdict.request_id)),
            Fate::Cut => None,
            Fate::Hang => {
                tokio::time::sleep(MAX_HANG).await;
                None
            }
        }
    }
}

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let cloud = Arc::clone(&self.0);
        let _underway = cloud.load.enter();
        let body = http::body(&mut request).await;
        let head = Head::of(&request);
        // A task of its own: a late effect happens although the caller has disconnected.
        let answer = tokio::spawn(Arc::clone(&cloud).answer(head, body)).await;
        let response = answer.map_err(poem::error::InternalServerError)?;
        if response.is_none()
            && let Some(peer) = request.remote_addr().as_socket_addr()
        {
            cloud.gate.cut(*peer);
        }
        Ok(response.unwrap_or_else(|| Reply::none().into_response("")))
    }
}

impl Head {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().as_str().to_owned(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(str::to_owned),
            filter: request.header("X-Filter").map(str::to_owned),
            authorization: request.header("Authorization").map(str::to_owned),
        }
    }

    /// The token that it carries.
    fn token(&self) -> Option<&str> {
        let (scheme, token) = self.authorization.as_deref()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    fn recorded(&self, status: u16, lost: bool, request_id: String, at: String) -> TruthRequest {
        TruthRequest {
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            filter: self.filter.clone(),
            status,
            lost,
            request_id,
            at,
        }
    }
}

fn answer(state: &mut State, head: &Head, body: Result<Vec<u8>, StatusCode>, now: Instant) -> Reply {
    let (method, path) = (head.method.as_str(), head.path.as_str());
    if let Some(fault) = state.faults.take(FaultKind::RateLimited, method, path) {
        return Reply::too_many(Some(fault.retry_after_s.unwrap_or(1)));
    }
    if let Some(fault) = state.faults.take_at(FaultKind::ServerError, false, method, path) {
        return broken(state, &fault);
    }
    let below = path.strip_prefix("/v4/").unwrap_or_default();
    let segments: Vec<&str> = below.split('/').collect();
    let caller = match caller(state, head, router::is_public(method, &segments)) {
        Ok(caller) => caller,
        Err(refusal) => return Reply::from(Err(refusal)),
    };
    let class = LimitClass::of(method, &segments);
    let wall = state.clock.wall(now);
    let standing = state.limits.count(&caller, class, now, wall);
    let mut reply = match standing {
        Some(standing) if standing.over => Reply::too_many(standing.retry_after_s),
        _ => Reply::from(operate(state, head, &segments, body, now)),
    };
    reply.standing = standing;
    if reply.status.is_success()
        && let Some(fault) = state.faults.take_at(FaultKind::ServerError, true, method, path)
    {
        reply = broken(state, &fault);
    }
    reply
}

fn operate(
    state: &mut State,
    head: &Head,
    segments: &[&str],
    body: Result<Vec<u8>, StatusCode>,
    now: Instant,
) -> ApiResult {
    let body = body.map_err(|status| ApiError::new(status, "Request body is too large"))?;
    let wanted = PageQuery { query: head.query.as_deref(), filter: head.filter.as_deref() };
    let (method, path) = (head.method.as_str(), head.path.as_str());
    // What is public is answered alike to everybody.
    let account = head.token().and_then(|token| state.tokens.get(token)).cloned().unwrap_or_default();
    router::route(state, &Call { method, path, segments, wanted, body: &body, now, account: &account })
}

/// The token, or nothing where none is needed.
fn caller(state: &State, head: &Head, public: bool) -> Result<String, ApiError> {
    let refused = || ApiError::new(StatusCode::UNAUTHORIZED, "Invalid Token");
    if head.authorization.is_none() && public {
        return Ok(String::new());
    }
    let token = head.token().filter(|token| state.tokens.contains_key(*token));
    token.map(ToOwned::to_owned).ok_or_else(refused)
}

fn broken(state: &mut State, fault: &Fault) -> Reply {
    let status = match fault.status {
        Some(status) => status,
        None => state.broken_status(),
    };
    Reply::server_error(status)
}
