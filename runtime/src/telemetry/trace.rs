//! Joins spans across processes, by the header `traceparent` (W3C Trace Context).

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The one field that we read.
const TRACEPARENT: &str = "traceparent";

/// Makes a span the child of one elsewhere. Before the span is entered, and once.
///
/// Without traces, without a parent, or with one that is not a W3C `traceparent`, nothing happens.
pub fn follow(span: &Span, traceparent: Option<&str>) {
    let Some(text) = traceparent else { return };
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &Header(text));
    if parent.span().span_context().is_valid() {
        // It fails where nothing is traced or this span is not: there is nothing to join then.
        let _ = span.set_parent(parent);
    }
}

/// How others name this span as their parent; none where it is not traced.
#[must_use]
pub fn traceparent(span: &Span) -> Option<String> {
    let context = span.context();
    let span = context.span();
    let own = span.span_context();
    own.is_valid().then(|| format!("00-{}-{}-{:02x}", own.trace_id(), own.span_id(), own.trace_flags().to_u8()))
}

struct Header<'h>(&'h str);

impl Extractor for Header<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT).then_some(self.0)
    }
    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn traced(act: impl FnOnce()) {
        let provider = SdkTracerProvider::builder().build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), act);
    }

    #[test]
    fn a_span_follows_its_parent_and_names_itself() {
        traced(|| {
            let span = tracing::info_span!("job");
            follow(&span, Some(PARENT));
            let own = traceparent(&span).expect("traced");
            assert_eq!((&own[..36], &own[53..]), (&PARENT[..36], "01"), "{own}");
            assert_ne!(own[36..52], PARENT[36..52], "a child has a name of its own");
            let within = span.in_scope(|| traceparent(&tracing::info_span!("inner"))).expect("traced");
            assert_eq!(within[..36], PARENT[..36], "children stay in the trace");
        });
    }

    #[test]
    fn a_caller_who_does_not_sample_is_obeyed() {
        traced(|| {
            let span = tracing::info_span!("job");
            follow(&span, Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"));
            assert!(traceparent(&span).expect("traced").ends_with("-00"));
        });
    }

    #[test]
    fn what_is_no_parent_is_left_alone() {
        traced(|| {
            for bad in ["", "x", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", &PARENT[..50]] {
                let span = tracing::info_span!("job");
                follow(&span, Some(bad));
                follow(&span, None);
                let own = traceparent(&span).expect("a trace of its own");
                assert_ne!(own[3..35], PARENT[3..35], "{bad}");
            }
        });
    }

    #[test]
    fn without_traces_nothing_happens() {
        let span = tracing::info_span!("job");
        follow(&span, Some(PARENT));
        assert_eq!(traceparent(&span), None);
    }
}
