//! The span of a request, joined to the caller's trace.

use domain::chance::Chance;
use domain::trace;
use poem::Request;
use poem::http::{HeaderMap, StatusCode};
use runtime::telemetry;
use tracing::Span;
use tracing::field::Empty;

/// Where a caller says which trace the request belongs to (W3C Trace Context).
const TRACEPARENT: &str = "traceparent";

/// One request as traces see it.
#[derive(Debug)]
pub struct Traced {
    /// Its span. It carries the route, never the path or the query: those hold ids and may hold secrets.
    pub span: Span,
    /// What the request's jobs carry on. Created here when nothing is traced.
    pub traceparent: String,
}

impl Traced {
    /// Opens the span of a request; as a child, where the caller named a parent.
    #[must_use]
    pub fn begin(chance: &Chance, request: &Request, method: &str, route: &str, request_id: &str) -> Self {
        let caller = caller(request.headers());
        let span = open(method, route, request_id);
        telemetry::trace::follow(&span, caller.as_deref());
        let traceparent = telemetry::trace::traceparent(&span).or(caller).unwrap_or_else(|| trace::fresh(chance));
        span.record("trace_id", trace::id(&traceparent));
        Self { span, traceparent }
    }

    /// The trace's id, for the log.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        trace::id(&self.traceparent)
    }

    /// Writes how the request ended. Only our own failures count as errors, as OpenTelemetry has it for servers.
    pub fn end(&self, status: StatusCode) {
        self.span.record("http.response.status_code", status.as_u16());
        if status.is_server_error() {
            self.span.record("otel.status_code", "ERROR");
        }
    }
}

/// The API's requests are traced; files of the pages and probes are not worth a span each.
fn open(method: &str, route: &str, request_id: &str) -> Span {
    if !route.starts_with("/api/") {
        return tracing::info_span!(target: telemetry::UNTRACED, "request", request_id, trace_id = Empty);
    }
    tracing::info_span!(
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        request_id,
        trace_id = Empty
    )
}

/// The caller's trace, if exactly one header names one.
fn caller(headers: &HeaderMap) -> Option<String> {
    let mut found = headers.get_all(TRACEPARENT).iter();
    match (found.next(), found.next()) {
        (Some(header), None) => trace::parse(header.to_str().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn begin(headers: &[&str]) -> Traced {
        let mut request = Request::builder();
        for header in headers {
            request = request.header(TRACEPARENT, *header);
        }
        Traced::begin(&Chance::seeded(1), &request.finish(), "GET", "/api/vps", "r1")
    }

    #[test]
    fn a_callers_trace_goes_on_where_nobody_exports() {
        assert_eq!(begin(&[PARENT]).traceparent, PARENT);
        assert_eq!(begin(&[PARENT]).id(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
    }

    #[test]
    fn what_is_no_parent_begins_a_trace() {
        for bad in [&[][..], &["nonsense"], &[PARENT, PARENT], &["00-é"]] {
            let traced = begin(bad);
            assert_eq!(trace::parse(&traced.traceparent).as_deref(), Some(&*traced.traceparent), "{bad:?}");
            assert_ne!(traced.id(), Some("4bf92f3577b34da6a3ce929d0e0e4736"), "{bad:?}");
        }
    }
}
