//! Exchanges with PayPal: one token for its life, ids of requests, whole answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, Request, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use tracing::Instrument as _;
use url::Url;

use super::fault::{debug_id, refusal, undecodable};
use super::wire::Token;
use crate::error::{ErrorClass, ProviderError, code};
use crate::http::{self, Effect, MAX_BODY_BYTES, Reply};
use crate::meter::{CallClass, Meter, Pending};

/// A token is not used for the last part of its life.
const MARGIN: Duration = Duration::from_mins(5);
/// The longest that a token is kept, whatever it says.
const LONGEST: Duration = Duration::from_hours(9);
/// The longest name of a request.
const MAX_REQUEST_ID: usize = 108;

/// One request, before address and token are added.
pub(super) struct Draft<'a> {
    pub(super) method: Method,
    /// Path segments; each is encoded.
    pub(super) path: &'a [&'a str],
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Value>,
    /// Its `PayPal-Request-Id`.
    pub(super) request_id: Option<&'a str>,
}

impl<'a> Draft<'a> {
    pub(super) fn get(path: &'a [&'a str]) -> Self {
        Self { method: Method::GET, path, query: Vec::new(), body: None, request_id: None }
    }

    pub(super) fn post(path: &'a [&'a str], body: Value, request_id: &'a str) -> Self {
        Self { method: Method::POST, path, query: Vec::new(), body: Some(body), request_id: Some(request_id) }
    }

    /// A request that may have moved money is never called a plain failure.
    fn effect(&self) -> Effect {
        if self.method == Method::GET { Effect::Repeatable } else { Effect::Once }
    }

    /// What only asks is one class, and what asks for money another: the first can wait.
    fn class(&self) -> CallClass {
        if self.method == Method::GET { CallClass::Read } else { CallClass::Change }
    }
}

struct Held {
    authorization: HeaderValue,
    until: Instant,
}

/// The way to one account.
pub(super) struct PaypalClient {
    http: Client,
    base: Url,
    client_id: String,
    client_secret: SecretString,
    meter: Option<Arc<dyn Meter>>,
    token: Mutex<Option<Held>>,
}

impl PaypalClient {
    pub(super) fn new(
        http: Client,
        base: Url,
        (client_id, client_secret): (String, SecretString),
        meter: Option<Arc<dyn Meter>>,
    ) -> Self {
        Self { http, base, client_id, client_secret, meter, token: Mutex::new(None) }
    }

    /// Sends a request and decodes the body of its answer.
    pub(super) async fn fetch<T: DeserializeOwned>(&self, draft: Draft<'_>) -> Result<T, ProviderError> {
        let effect = draft.effect();
        let reply = self.send(draft).await?;
        if reply.status.is_success() { decode(&reply, effect) } else { Err(refusal(&reply, effect)) }
    }

    /// The same of something that may not exist.
    pub(super) async fn find<T: DeserializeOwned>(&self, draft: Draft<'_>) -> Result<Option<T>, ProviderError> {
        match self.fetch(draft).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.code == code::NOT_FOUND => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends a request, with another token if the first is refused. The answer may have any status.
    pub(super) async fn send(&self, draft: Draft<'_>) -> Result<Reply, ProviderError> {
        let authorization = self.authorization().await?;
        let reply = self.exchange(&draft, &authorization).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        self.forget(&authorization).await;
        let authorization = self.authorization().await?;
        self.exchange(&draft, &authorization).await
    }

    /// What is at an address of this account's host, without the token: a certificate.
    pub(super) async fn open(&self, url: &Url, max_bytes: usize) -> Result<Vec<u8>, ProviderError> {
        let request = Request::new(Method::GET, url.clone());
        self.allowed(CallClass::Read).await?;
        let reply = self.traced(request, Effect::Repeatable, CallClass::Read, max_bytes).await?;
        if reply.status != StatusCode::OK {
            return Err(refusal(&reply, Effect::Repeatable));
        }
        if reply.cut_short { Err(undecodable(&reply, Effect::Repeatable, "it is too long")) } else { Ok(reply.body) }
    }

    /// Fetches a token although one is held: checks the credentials.
    pub(super) async fn sign_in(&self) -> Result<(), ProviderError> {
        *self.token.lock().await = None;
        self.authorization().await.map(|_| ())
    }

    /// The token; who comes while one is fetched waits for that one.
    async fn authorization(&self) -> Result<HeaderValue, ProviderError> {
        let mut held = self.token.lock().await;
        if let Some(held) = held.as_ref().filter(|held| held.until > Instant::now()) {
            return Ok(held.authorization.clone());
        }
        let mut request = self.request(Method::POST, &["v1", "oauth2", "token"], &[])?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.basic()?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        *request.body_mut() = Some("grant_type=client_credentials".into());
        // One for hours of calls: it waits for no turn, and what waits holds no token.
        let reply = self.traced(request, Effect::Repeatable, CallClass::Change, MAX_BODY_BYTES).await?;
        if !reply.status.is_success() {
            return Err(refusal(&reply, Effect::Repeatable));
        }
        let token: Token = decode(&reply, Effect::Repeatable)?;
        let authorization = http::bearer(&SecretString::from(token.access_token))?;
        let life = Duration::from_secs(token.expires_in).min(LONGEST).saturating_sub(MARGIN);
        *held = Some(Held { authorization: authorization.clone(), until: Instant::now() + life });
        Ok(authorization)
    }

    async fn forget(&self, refused: &HeaderValue) {
        let mut held = self.token.lock().await;
        if held.as_ref().is_some_and(|held| held.authorization == refused) {
            *held = None;
        }
    }

    fn basic(&self) -> Result<HeaderValue, ProviderError> {
        let refused = || {
            let words = "the client's id or secret has characters that it cannot have";
            ProviderError::new(ErrorClass::Credentials, code::UNAUTHENTICATED, words)
        };
        // A request's own builder knows how to write the pair.
        let request = self.http.get(self.base.clone());
        let request = request.basic_auth(&self.client_id, Some(self.client_secret.expose_secret()));
        let mut header = request.build().map_err(|_| refused())?.headers().get(AUTHORIZATION).cloned();
        if let Some(header) = &mut header {
            header.set_sensitive(true);
        }
        header.ok_or_else(refused)
    }

    /// Waits until a call may be made, where there is a meter.
    async fn allowed(&self, class: CallClass) -> Result<(), ProviderError> {
        match &self.meter {
            Some(meter) => meter.before(class).await,
            None => Ok(()),
        }
    }

    async fn exchange(&self, draft: &Draft<'_>, authorization: &HeaderValue) -> Result<Reply, ProviderError> {
        self.allowed(draft.class()).await?;
        let mut request = self.request(draft.method.clone(), draft.path, &draft.query)?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, authorization.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(id) = draft.request_id {
            let named = HeaderValue::from_str(id).ok().filter(|_| (1..=MAX_REQUEST_ID).contains(&id.len()));
            let named = named.ok_or_else(|| ProviderError::invalid("PayPal-Request-Id", "1 to 108 characters"))?;
            headers.insert("PayPal-Request-Id", named);
            headers.insert("Prefer", HeaderValue::from_static("return=representation"));
        }
        if let Some(body) = &draft.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.to_string().into());
        }
        self.traced(request, draft.effect(), draft.class(), MAX_BODY_BYTES).await
    }

    /// One exchange inside its span, reported to the meter once.
    async fn traced(
        &self,
        request: Request,
        effect: Effect,
        class: CallClass,
        max_bytes: usize,
    ) -> Result<Reply, ProviderError> {
        let span = tracing::info_span!(
            "provider.call",
            "http.request.method" = %request.method(),
            "url.path" = request.url().path(),
            "http.response.status_code" = tracing::field::Empty,
            "provider.request_id" = tracing::field::Empty,
            "error.type" = tracing::field::Empty,
            "otel.kind" = "client",
        );
        let pending = Pending::begin(self.meter.clone(), class, &request, Instant::now(), span.clone());
        let outcome = http::exchange_within(&self.http, request, effect, max_bytes).instrument(span).await;
        match &outcome {
            Ok(reply) if reply.status.is_success() => pending.succeeded(reply.status.as_u16(), debug_id(reply)),
            // Its refusal may say how long to wait.
            Ok(reply) => pending.failed(&refusal(reply, effect)),
            Err(error) => pending.failed(error),
        }
        outcome
    }

    fn request(&self, method: Method, path: &[&str], query: &[(String, String)]) -> Result<Request, ProviderError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| ProviderError::invalid("endpoint", "it cannot have a path"))?
            .pop_if_empty()
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(Request::new(method, url))
    }
}

/// The value in a successful answer.
pub(super) fn decode<T: DeserializeOwned>(reply: &Reply, effect: Effect) -> Result<T, ProviderError> {
    if reply.cut_short {
        return Err(undecodable(reply, effect, "it is too long"));
    }
    // The decoder's own words could repeat a value from the body: only the place is reported.
    serde_json::from_slice(&reply.body).map_err(|error| {
        let (length, line, column) = (reply.body.len(), error.line(), error.column());
        undecodable(reply, effect, &format!("{length} bytes, wrong at line {line} column {column}"))
    })
}
