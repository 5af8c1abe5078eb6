//! The simulated Linode API, version 4.

mod account;
mod addresses;
mod backups;
mod catalog;
mod events;
pub(crate) mod faults;
mod filter;
mod instances;
pub(crate) mod limits;
mod operations;
mod order;
mod page;
mod reply;
mod router;
mod state;
pub(crate) mod timing;
pub(crate) mod truth;
mod view;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use poem::{Endpoint, Request, Response, http::StatusCode};
use tokio::time::Instant;

use self::{
    faults::{Fault, FaultKind},
    limits::{Class, LimitSettings},
    page::Wanted,
    reply::{Outcome, Refusal, Reply},
    router::Call,
    state::State,
    timing::Timing,
    truth::{Truth, TruthRequest},
};
use crate::{config::Config, gate::Gate, http};

const DEFAULT_DELAY_MS: u64 = 3000;

/// The cloud: its memory behind a lock, and the gate its connections come through.
pub(crate) struct Cloud {
    config: Config,
    gate: Arc<Gate>,
    state: Mutex<State>,
}

/// What becomes of one request.
struct Verdict {
    reply: Reply,
    request_id: String,
    delay: Option<Duration>,
    lost: bool,
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
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            gate: Arc::new(Gate::default()),
            state: Mutex::new(State::new(config, config.seed)),
            config: config.clone(),
        }
    }

    pub(crate) fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.gate)
    }

    pub(crate) fn truth(&self) -> Truth {
        let mut state = self.lock();
        state.settle(Instant::now());
        state.truth()
    }

    pub(crate) fn reset(&self, seed: Option<u64>) {
        *self.lock() = State::new(&self.config, seed.unwrap_or(self.config.seed));
        self.gate.set_down(false);
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

    /// Sets the limits; the counters start again.
    pub(crate) fn set_limits(&self, settings: LimitSettings) {
        self.lock().limits = limits::Limits::new(settings);
    }

    pub(crate) fn set_token(&self, token: &str, valid: bool) {
        let mut state = self.lock();
        if valid {
            state.tokens.insert(token.to_owned());
        } else {
            state.tokens.remove(token);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The effect of a request and its answer, in one step under the lock.
    fn judge(&self, head: &Head, body: Result<Vec<u8>, StatusCode>) -> Verdict {
        let now = Instant::now();
        let mut state = self.lock();
        state.settle(now);
        let request_id = state.request_id();
        let (method, path) = (head.method.as_str(), head.path.as_str());
        let slow = state.faults.take(FaultKind::Slow, method, path);
        let delay = slow.map(|fault| Duration::from_millis(fault.delay_ms.unwrap_or(DEFAULT_DELAY_MS)));
        let reply = answer(&mut state, head, body, now);
        let lost = reply.status.is_success() && state.faults.take(FaultKind::LostAnswer, method, path).is_some();
        let at = state.clock.wall(now).to_rfc3339();
        state.record(TruthRequest {
            method: head.method.clone(),
            path: head.path.clone(),
            query: head.query.clone(),
            filter: head.filter.clone(),
            status: reply.status.as_u16(),
            lost,
            request_id: request_id.clone(),
            at,
        });
        Verdict { reply, request_id, delay, lost }
    }
}

impl Endpoint for Cloud {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = http::body(&mut request).await;
        let head = Head::of(&request);
        let verdict = self.judge(&head, body);
        if let Some(delay) = verdict.delay {
            tokio::time::sleep(delay).await;
        }
        if verdict.lost
            && let Some(peer) = request.remote_addr().as_socket_addr()
        {
            self.gate.cut(*peer);
        }
        Ok(verdict.reply.into_response(&verdict.request_id))
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
}

fn answer(state: &mut State, head: &Head, body: Result<Vec<u8>, StatusCode>, now: Instant) -> Reply {
    let (method, path) = (head.method.as_str(), head.path.as_str());
    if let Some(fault) = state.faults.take(FaultKind::RateLimited, method, path) {
        return Reply::too_many(fault.retry_after_s.unwrap_or(1));
    }
    if let Some(fault) = state.faults.take_server_error(false, method, path) {
        return broken(state, &fault);
    }
    let below = path.strip_prefix("/v4/").unwrap_or_default();
    let segments: Vec<&str> = below.split('/').collect();
    let caller = match caller(state, head, router::is_public(method, &segments)) {
        Ok(caller) => caller,
        Err(refusal) => return Reply::from(Err(refusal)),
    };
    let class = Class::of(method, &segments);
    let wall = state.clock.wall(now);
    let standing = state.limits.count(&caller, class, now, wall);
    let mut reply = match standing.and_then(|standing| standing.retry_after_s) {
        Some(seconds) => Reply::too_many(seconds),
        None => Reply::from(operate(state, head, &segments, body, now)),
    };
    reply.standing = standing;
    if reply.status.is_success()
        && let Some(fault) = state.faults.take_server_error(true, method, path)
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
) -> Outcome {
    let body = body.map_err(|status| Refusal::new(status, "Request body is too large"))?;
    let wanted = Wanted { query: head.query.as_deref(), filter: head.filter.as_deref() };
    router::route(state, &Call { method: &head.method, path: &head.path, segments, wanted, body: &body, now })
}

/// The token, or nothing where none is needed.
fn caller(state: &State, head: &Head, public: bool) -> Result<String, Refusal> {
    let refused = || Refusal::new(StatusCode::UNAUTHORIZED, "Invalid Token");
    let Some(authorization) = &head.authorization else {
        return if public { Ok(String::new()) } else { Err(refused()) };
    };
    let (scheme, token) = authorization.split_once(' ').ok_or_else(refused)?;
    let valid = scheme.eq_ignore_ascii_case("bearer") && state.tokens.contains(token.trim());
    if valid { Ok(token.trim().to_owned()) } else { Err(refused()) }
}

fn broken(state: &mut State, fault: &Fault) -> Reply {
    let status = match fault.status {
        Some(status) => status,
        None => state.broken_status(),
    };
    Reply::server_error(status)
}
