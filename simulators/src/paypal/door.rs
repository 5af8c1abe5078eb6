//! The simulated PayPal over HTTP.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use poem::http::StatusCode;
use poem::{Endpoint, Request, Response};
use serde_json::json;

use super::reply::Reply;
use super::state::{PaypalRequest, State};
use super::{PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, PayPal, form};
use crate::http;
use crate::linode::faults::{DEFAULT_DELAY_MS, Delivery, FaultKind};

/// How long a token counts.
const TOKEN_TTL: TimeDelta = TimeDelta::seconds(32_400);
/// What the application may do.
const SCOPE: &str = "https://uri.paypal.com/services/payments/payment \
     https://uri.paypal.com/services/reporting/search/read";
/// Tokens known at once.
const MAX_TOKENS: usize = 1_000;
/// A request without an answer is held this long.
const MAX_HANG: Duration = Duration::from_mins(2);

/// Serves the simulated PayPal.
pub(crate) struct Door(pub(crate) Arc<PayPal>);

/// A request as it arrived.
struct Head {
    method: String,
    path: String,
    query: HashMap<String, String>,
    authorization: Option<String>,
    request_id: Option<String>,
    whole: bool,
    mock: Option<String>,
}

/// A request of a known caller.
pub(super) struct Call<'a> {
    pub(super) path: &'a str,
    pub(super) query: &'a HashMap<String, String>,
    pub(super) request_id: Option<&'a str>,
    pub(super) body: &'a [u8],
    pub(super) now: DateTime<Utc>,
    pub(super) base: &'a str,
    /// Whether the answer is to be the whole thing.
    pub(super) whole: bool,
    /// An issue that the caller asks to be refused with.
    pub(super) mock: Option<String>,
}

impl Call<'_> {
    pub(super) fn time(&self, name: &str) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(self.query.get(name)?).ok().map(|at| at.to_utc())
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.query.get(name)?.parse().ok()
    }
}

impl Head {
    fn of(request: &Request) -> Self {
        let header = |name: &str| request.header(name).map(str::to_owned);
        let mock = header("PayPal-Mock-Response").and_then(|text| {
            let value: serde_json::Value = serde_json::from_str(&text).ok()?;
            value.get("mock_application_codes")?.as_str().map(str::to_owned)
        });
        Self {
            method: request.method().as_str().to_owned(),
            path: request.uri().path().to_owned(),
            query: form::fields(request.uri().query().unwrap_or_default()),
            authorization: header("Authorization"),
            request_id: header("PayPal-Request-Id"),
            whole: header("Prefer").is_some_and(|prefer| prefer == "return=representation"),
            mock,
        }
    }

    fn recorded(&self, status: u16) -> PaypalRequest {
        let (method, path) = (self.method.clone(), self.path.clone());
        PaypalRequest { method, path, request_id: self.request_id.clone(), status }
    }
}

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = http::body(&mut request).await;
        let head = Head::of(&request);
        let paypal = Arc::clone(&self.0);
        let peer = request.remote_addr().as_socket_addr().copied();
        // A task of its own: a late effect happens although the caller has disconnected.
        let answer = tokio::spawn(async move { paypal.answer(head, body).await }).await;
        let reply = answer.map_err(poem::error::InternalServerError)?;
        if reply.is_none()
            && let Some(peer) = peer
        {
            self.0.gate.cut(peer);
        }
        let debug = super::id(13).to_lowercase();
        Ok(reply.unwrap_or(Reply::server_error(503)).into_response(&debug))
    }
}

impl PayPal {
    async fn answer(self: Arc<Self>, head: Head, body: Result<Vec<u8>, StatusCode>) -> Option<Reply> {
        let delivery = self.lock().faults.delivery(&head.method, &head.path);
        match delivery {
            Delivery::Prompt => {}
            Delivery::Late(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
            Delivery::Cut | Delivery::Hang => {
                self.lock().record(head.recorded(0));
                if delivery == Delivery::Hang {
                    tokio::time::sleep(MAX_HANG).await;
                }
                return None;
            }
        }
        let Ok(body) = body else {
            return Some(Reply::refusal(StatusCode::PAYLOAD_TOO_LARGE, "INVALID_REQUEST", None));
        };
        let (method, path) = (head.method.as_str(), head.path.as_str());
        let slow = self.lock().faults.take(FaultKind::Slow, method, path);
        let reply = self.judge(&head, &body).await;
        if let Some(fault) = slow {
            tokio::time::sleep(Duration::from_millis(fault.delay_ms.unwrap_or(DEFAULT_DELAY_MS))).await;
        }
        self.told(&head, reply).await
    }

    /// The answer as it arrives, if it does.
    async fn told(&self, head: &Head, mut reply: Reply) -> Option<Reply> {
        let (method, path) = (head.method.as_str(), head.path.as_str());
        let (mut lost, mut hangs) = (false, false);
        {
            let mut state = self.lock();
            if reply.is_success() {
                if let Some(fault) = state.faults.take_at(FaultKind::ServerError, true, method, path) {
                    reply = Reply::server_error(fault.status.unwrap_or(500));
                } else {
                    lost = state.faults.take(FaultKind::LostAnswer, method, path).is_some();
                    hangs = !lost && state.faults.take_at(FaultKind::Hang, true, method, path).is_some();
                }
            }
            let status = if lost || hangs { 0 } else { reply.status().as_u16() };
            state.record(head.recorded(status));
        }
        if hangs {
            tokio::time::sleep(MAX_HANG).await;
        }
        (!lost && !hangs).then_some(reply)
    }

    /// The effect of a request and its answer.
    async fn judge(self: &Arc<Self>, head: &Head, body: &[u8]) -> Reply {
        let (method, path) = (head.method.as_str(), head.path.as_str());
        {
            let mut state = self.lock();
            if let Some(fault) = state.faults.take(FaultKind::RateLimited, method, path) {
                return Reply::Slower(fault.retry_after_s);
            }
            if state.faults.take(FaultKind::Conflict, method, path).is_some() {
                return Reply::conflict();
            }
            if let Some(fault) = state.faults.take_at(FaultKind::ServerError, false, method, path) {
                return Reply::server_error(fault.status.unwrap_or(500));
            }
        }
        if let Some(name) = path.strip_prefix("/v1/notifications/certs/") {
            return self.shown_certificate(name).await;
        }
        match (method, path) {
            ("GET", "/checkoutnow") => return self.page(head.query.get("token").map_or("", String::as_str)),
            ("POST", "/checkoutnow") => return self.decide(body),
            ("POST", "/v1/oauth2/token") => return self.token(head, body),
            _ => {}
        }
        self.change(|state, now| {
            if let Err(refusal) = known_caller(state, head, now) {
                return refusal;
            }
            let call = Call {
                path,
                query: &head.query,
                request_id: head.request_id.as_deref(),
                body,
                now,
                base: &self.base,
                whole: head.whole || method == "GET",
                mock: head.mock.clone(),
            };
            route(state, method, &call)
        })
    }

    async fn shown_certificate(self: &Arc<Self>, name: &str) -> Reply {
        if name == "CERT-redirect" {
            return Reply::Elsewhere(format!("{}/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270", self.base));
        }
        let (paypal, name) = (Arc::clone(self), name.to_owned());
        // The first certificate waits for a key to be made.
        let made = tokio::task::spawn_blocking(move || paypal.authority.certificate(&name)).await;
        match made.ok().flatten() {
            Some(pem) => Reply::Text(StatusCode::OK, "application/x-pem-file", pem),
            None => Reply::not_found(),
        }
    }

    fn token(&self, head: &Head, body: &[u8]) -> Reply {
        let basic = head.authorization.as_deref().and_then(|value| value.strip_prefix("Basic "));
        let pair = basic.and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
        let asked = form::fields(&String::from_utf8_lossy(body));
        if pair != format!("{PAYPAL_CLIENT_ID}:{PAYPAL_CLIENT_SECRET}").as_bytes() {
            let words = json!({
                "error": "invalid_client", "error_description": "Client Authentication failed",
            });
            return Reply::Json(StatusCode::UNAUTHORIZED, words);
        }
        if asked.get("grant_type").map(String::as_str) != Some("client_credentials") {
            let words = json!({ "error": "unsupported_grant_type", "error_description": "unsupported grant_type" });
            return Reply::Json(StatusCode::BAD_REQUEST, words);
        }
        let token = format!("A21AA{}", super::id(64));
        self.change(|state, now| {
            state.tokens.retain(|_, until| *until > now);
            if state.tokens.len() < MAX_TOKENS {
                state.tokens.insert(token.clone(), now + TOKEN_TTL);
            }
        });
        Reply::ok(json!({
            "scope": SCOPE,
            "access_token": token,
            "token_type": "Bearer",
            "app_id": "APP-80W284485P519543T",
            "expires_in": TOKEN_TTL.num_seconds(),
            "nonce": super::id(20),
        }))
    }
}

fn known_caller(state: &State, head: &Head, now: DateTime<Utc>) -> Result<(), Reply> {
    let token = head.authorization.as_deref().and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if state.tokens.get(token).is_some_and(|until| *until > now) {
        return Ok(());
    }
    let words = json!({ "error": "invalid_token", "error_description": "Token signature verification failed" });
    Err(Reply::Json(StatusCode::UNAUTHORIZED, words))
}

fn route(state: &mut State, method: &str, call: &Call<'_>) -> Reply {
    let segments: Vec<&str> = call.path.trim_matches('/').split('/').collect();
    match (method, segments.as_slice()) {
        ("POST", ["v2", "checkout", "orders"]) => state.create_order(call),
        ("GET", ["v2", "checkout", "orders", id]) => state.show_order(id, call, StatusCode::OK),
        ("POST", ["v2", "checkout", "orders", id, "capture"]) => state.capture_order(id, call),
        ("GET", ["v2", "payments", "captures", id]) => state.show_capture(id, call),
        ("POST", ["v2", "payments", "captures", id, "refund"]) => state.refund_capture(id, call),
        ("GET", ["v2", "payments", "refunds", id]) => state.show_refund(id, call, StatusCode::OK),
        ("GET", ["v1", "customer", "disputes", id]) => state.show_dispute(id, call),
        ("GET", ["v1", "notifications", "webhooks", id]) => state.show_webhook(id),
        ("GET", ["v1", "notifications", "webhooks-events"]) => state.list_events(call),
        ("GET", ["v1", "notifications", "webhooks-events", id]) => state.show_event(id),
        ("POST", ["v1", "notifications", "webhooks-events", id, "resend"]) => state.resend(id),
        ("GET", ["v1", "reporting", "transactions"]) => state.report(call),
        _ => Reply::not_found(),
    }
}
