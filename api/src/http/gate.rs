//! Everything that happens before and after a handler, in one place and in one order.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Ctx, ErrorKind, SecurityKind};
use futures::FutureExt;
use poem::endpoint::BoxEndpoint;
use poem::error::ReadBodyError;
use poem::http::{Method, StatusCode, header};
use poem::{Body, Endpoint, EndpointExt, IntoEndpoint, Request, Response};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use super::asked::Asked;
use super::docs::{Docs, Reader};
use super::encoding::Wanted;
use super::health::Health;
use super::trace::Traced;
use super::{cors, headers, health, nul, paths, refusal, sender, spa, webhook};
use crate::Options;
use crate::auth::cookie::Kind;
use crate::auth::gates::For;
use crate::auth::origin::mutates;
use crate::auth::{Caller, Identify, RefusedKey, Sender, Via, identify};
use crate::limits::Counted;
use crate::problem::{Failure, Problem};
use crate::state::{Shared, State};

/// The largest body, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// How long a body may take to arrive.
const MAX_ARRIVAL: Duration = Duration::from_secs(15);
/// How long a handler may take.
const MAX_TIME: Duration = Duration::from_secs(15);

/// The whole interface as one endpoint.
pub struct App {
    state: Shared,
    identify: Identify,
    api: BoxEndpoint<'static, Response>,
    health: Arc<Health>,
    docs: Docs,
}

/// The interface over a context. Live events and revocations need [`super::serve`] or
/// [`super::bind`], which run what listens.
#[must_use]
pub fn app(ctx: Ctx, options: Options, stop: CancellationToken) -> impl Endpoint<Output = Response> {
    App::new(State::new(ctx, options, stop))
}

impl App {
    /// The interface over a state.
    #[must_use]
    pub fn new(state: Shared) -> Self {
        Self::identifying(state, Box::new(identify))
    }

    /// The interface with another way to tell whose a request is: for measuring what ours costs.
    #[must_use]
    pub fn identifying(state: Shared, identify: Identify) -> Self {
        paths::prepare();
        crate::wire::schema::prepare();
        let api = crate::routes::service().into_endpoint().data(state.clone()).map_to_response().boxed();
        Self { state, identify, api, health: Arc::default(), docs: Docs::default() }
    }

    async fn dispatch(&self, request: Request, sender: Sender, request_id: &str) -> Response {
        let nonce = || STANDARD.encode(self.state.ctx.chance.bytes::<16>());
        if let Some(problem) = nul::refuse(request.uri()) {
            return problem.response(request_id);
        }
        let path = request.uri().path().to_owned();
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        match path.as_str() {
            "/livez" if reads => health::live(),
            "/readyz" if reads => self.health.ready(&self.state).await,
            "/api/openapi.json" | "/api/docs" | "/api/admin/openapi.json" | "/api/admin/docs" if reads => {
                let counted = self.count(&sender).await;
                let admitted = self.admit(&request, &sender, counted.as_ref());
                let mut response = match admitted.and_then(|()| reader_of(&path, &sender)) {
                    Err(problem) => problem.response(request_id),
                    Ok(reader) if path.ends_with("/docs") => self.docs.page(reader, &self.state.brand, &nonce()),
                    Ok(reader) => self.docs.json(reader, &self.state.brand),
                };
                tell(counted, &mut response);
                response
            }
            "/livez"
            | "/readyz"
            | "/api/openapi.json"
            | "/api/docs"
            | "/api/admin/openapi.json"
            | "/api/admin/docs" => only_read().response(request_id),
            webhook::PATH if *request.method() == Method::POST => {
                webhook::answer(&self.state, request, request_id).await
            }
            _ if path == "/api" || path.starts_with("/api/") => self.call_api(request, sender, request_id).await,
            _ => spa::answer(&self.state.brand, request.method(), &path, request.headers(), &nonce(), request_id),
        }
    }

    async fn call_api(&self, mut request: Request, sender: Sender, request_id: &str) -> Response {
        let origin = cors::listed(&self.state.http.cors_origins, request.headers());
        let mut response = if cors::is_preflight(&request) && origin.is_some() {
            cors::preflight()
        } else {
            let counted = self.count(&sender).await;
            let mut response = if let Err(problem) = self.admit(&request, &sender, counted.as_ref()) {
                problem.response(request_id)
            } else {
                request.set_data(sender.clone());
                self.run(request, &sender, request_id).await
            };
            tell(counted, &mut response);
            response
        };
        cors::admit(&mut response, origin);
        response
    }

    /// Who sends the request.
    async fn sender(&self, request: &Request) -> Result<Sender, Box<Problem>> {
        sender::of(&self.state, &self.identify, request).await
    }

    fn note(&self, kind: SecurityKind, sender: &Sender) {
        let user = sender.caller.as_ref().map(Caller::user);
        self.state.security.note(kind, user, sender.ip);
    }

    /// Counts a request against its sender's limit.
    async fn count(&self, sender: &Sender) -> Option<Counted> {
        self.state.limits.request(&self.state.ctx, sender::class(sender)).await
    }

    /// Lets a request pass unless its sender sends too many or it comes from the wrong page.
    fn admit(&self, request: &Request, sender: &Sender, counted: Option<&Counted>) -> Result<(), Box<Problem>> {
        if let Some(Err(wait)) = counted.map(|counted| counted.verdict.passes) {
            self.note(SecurityKind::LimitHit, sender);
            return Err(Box::new(Problem::rate_limited(wait)));
        }
        if sender.refused_key == Some(RefusedKey::FromElsewhere) {
            self.note(SecurityKind::RoleRefused, sender);
        }
        sender::key_counts(sender)?;
        let by_cookie = sender.session().is_some_and(|session| session.via == Via::Cookie);
        if mutates(request.method()) && !self.comes_from_own_page(request, by_cookie) {
            self.note(SecurityKind::OriginRefused, sender);
            let problem = Problem::new(
                StatusCode::FORBIDDEN,
                "forbidden",
                "This request was not sent by a page of this panel. Nothing was changed.",
            );
            return Err(Box::new(problem));
        }
        Ok(())
    }

    /// A change by cookie must be proven to come from our own pages; a request that sets or clears
    /// cookies must at least not come from another site's page.
    fn comes_from_own_page(&self, request: &Request, by_cookie: bool) -> bool {
        let (app, headers) = (&self.state, request.headers());
        let bearer = headers.contains_key(header::AUTHORIZATION);
        let has_cookie =
            [Kind::Access, Kind::Refresh].into_iter().any(|kind| app.cookies.read(headers, kind).is_some());
        if by_cookie || (has_cookie && !bearer) {
            return app.origins.proven(headers);
        }
        let gives_cookies = matches!(
            request.uri().path(),
            "/api/auth/login"
                | "/api/auth/register"
                | "/api/auth/refresh"
                | "/api/auth/logout"
                | "/api/auth/oidc/start"
        );
        !gives_cookies || !app.origins.denied(headers)
    }

    async fn run(&self, mut request: Request, sender: &Sender, request_id: &str) -> Response {
        let asked = Asked::of(&request);
        let body = match arrived(MAX_ARRIVAL, request.take_body()).await {
            Ok(body) => body,
            Err(Late::Never(problem)) => return problem.response(request_id),
            Err(Late::Refused(error)) => return refusal::answer(error, request_id, &asked),
        };
        request.set_body(body);
        let work = self.api.call(request);
        match within(MAX_TIME, work).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                if error.downcast_ref().is_some_and(|Failure(error): &Failure| error.kind == ErrorKind::Forbidden) {
                    self.note(SecurityKind::RoleRefused, sender);
                }
                refusal::answer(error, request_id, &asked)
            }
            Err(problem) => problem.response(request_id),
        }
    }
}

/// Which of the two documents an address means, and whether this sender may read it.
fn reader_of(path: &str, sender: &Sender) -> Result<Reader, Box<Problem>> {
    if !path.starts_with("/api/admin/") {
        return Ok(Reader::Public);
    }
    match &sender.caller {
        None => Err(Box::new(Problem::from(&domain::Error::unauthenticated()))),
        Some(caller) if !caller.is_admin() => Err(Box::new(Problem::from(&domain::Error::forbidden()))),
        Some(_) => Ok(Reader::Admin),
    }
}

/// Says in an answer what is left of its sender's limit.
fn tell(counted: Option<Counted>, response: &mut Response) {
    if let Some(counted) = counted {
        counted.tell(response);
    }
}

/// A method's name; unknown methods share one, or a client could invent any number of names.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        _ => "other",
    }
}

/// Why a body is not there.
enum Late {
    /// It did not arrive in time.
    Never(Problem),
    /// It is too large, or ended early.
    Refused(poem::Error),
}

/// The whole body. That it is slow is the client's own line: no fault of ours, and nothing was begun.
async fn arrived(time: Duration, body: Body) -> Result<hyper::body::Bytes, Late> {
    match timeout(time, body.into_bytes_limit(MAX_BODY)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(ReadBodyError::PayloadTooLarge)) => Err(Late::Refused(ReadBodyError::PayloadTooLarge.into())),
        Ok(Err(_)) => Err(Late::Refused(poem::Error::from_status(StatusCode::BAD_REQUEST))),
        Err(_) => Err(Late::Never(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "The rest of the request did not arrive in time. Nothing was changed. Check your connection, then try \
             again.",
        ))),
    }
}

fn only_read() -> Problem {
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This address can only be read.");
    Problem { allow: Some("GET, HEAD".to_owned()), ..problem }
}

/// The result of the work; a problem when it took too long or panicked.
async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Result<T, Problem> {
    match timeout(time, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(panic)) => {
            let said = panic
                .downcast_ref::<&str>()
                .map(|said| (*said).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned());
            tracing::error!(panic = said.as_deref().unwrap_or("a value that is not text"), "a handler panicked");
            Err(Problem::internal())
        }
        Err(_) => {
            tracing::error!(after_ms = time.as_millis(), "a handler took too long");
            let problem = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "timeout",
                "This took too long. Check whether it was done before you try again.",
            );
            Err(Problem { retry_after: Some(Duration::from_secs(2)), ..problem })
        }
    }
}

impl Endpoint for App {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let began = Instant::now();
        let request_id = self.state.ctx.chance.id::<Uuid>(self.state.ctx.clock.estimate()).simple().to_string();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let (sender, refused) = match self.sender(&request).await {
            Ok(sender) => (sender, None),
            Err(problem) => (Sender::nobody(), Some(problem)),
        };
        let org = match For::of(&request) {
            For::Org(org) => Some(org.to_string()),
            For::TheOnlyOne | For::Nonsense => None,
        };
        let user = sender.caller.as_ref().map(|caller| caller.user().to_string());
        let key = sender.caller.as_ref().and_then(Caller::key).map(|key| key.id.to_string());
        let client = sender.ip.map(|ip| ip.to_string());
        let (label, route) = (label(&method), paths::route(&path));
        let wanted = Wanted::of(&method, &path, request.headers());
        let traced = Traced::begin(&self.state.ctx.chance, &request, label, route, &request_id);
        // Boxed once: each wrapper around a future of this size would copy it.
        let work = async {
            match refused {
                Some(problem) => problem.response(&request_id),
                None => self.dispatch(request, sender, &request_id).await,
            }
        };
        let work = Box::pin(work).instrument(traced.span.clone());
        let response = domain::trace::scope(Some(traced.traceparent.clone()), work).await;
        let mut response = wanted.apply(response).await;
        headers::secure(&mut response, path.starts_with("/api"), self.state.cookies.secure, &request_id);
        traced.end(response.status());
        let (status, took) = (response.status().as_u16(), began.elapsed());
        metrics::counter!("http_requests_total", "method" => label, "route" => route, "status" => status.to_string())
            .increment(1);
        metrics::histogram!("http_request_duration_seconds", "route" => route).record(took.as_secs_f64());
        tracing::info!(
            target: "api::access",
            method = label,
            route,
            status,
            ms = took.as_millis(),
            request_id,
            trace_id = traced.id(),
            client,
            user_id = user,
            key_id = key,
            org_id = org,
            "request"
        );
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt as _;

    #[tokio::test]
    async fn a_slow_body_is_the_clients_fault() {
        let stalled = futures::stream::iter([Ok::<_, std::io::Error>(b"{".to_vec())]).chain(futures::stream::pending());
        let late = arrived(Duration::from_millis(20), Body::from_bytes_stream(stalled)).await;
        let Err(Late::Never(problem)) = late else { panic!("it never arrived") };
        assert_eq!((problem.status, problem.code), (StatusCode::REQUEST_TIMEOUT, "request_timeout"));
        assert_eq!(arrived(MAX_ARRIVAL, Body::from("{}")).await.ok().as_deref(), Some(&b"{}"[..]));
    }

    #[tokio::test]
    async fn panics_and_slowness_become_problems() {
        let panicked: Result<(), _> = within(MAX_TIME, async { panic!("a secret of the handler") }).await;
        let problem = panicked.unwrap_err();
        assert_eq!((problem.status, problem.code), (StatusCode::INTERNAL_SERVER_ERROR, "internal"));
        assert!(!problem.detail.contains("secret"));
        let slow = within(Duration::from_millis(1), std::future::pending::<()>()).await.unwrap_err();
        assert_eq!((slow.status, slow.code), (StatusCode::SERVICE_UNAVAILABLE, "timeout"));
        assert_eq!(within(MAX_TIME, async { 7 }).await.ok(), Some(7));
    }
}
