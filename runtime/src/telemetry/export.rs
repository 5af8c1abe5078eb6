//! How spans leave the process: a bounded queue, a thread of its own, and a collector that may be unreachable.
//!
//! Ending a span never waits: a full queue drops it. The thread posts what has gathered, and gives up after
//! [`MAX_POST`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{Key, KeyValue};
use opentelemetry_otlp::{Protocol, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider, SpanData, SpanExporter,
};
use secrecy::ExposeSecret as _;

use crate::settings::Traces;

/// Spans that wait to be posted; about 2 MB. Those beyond it are dropped.
const MAX_QUEUE: usize = 2_048;
/// Spans of one post.
const MAX_BATCH: usize = 512;
/// Spans are posted this often, or when a batch is full.
const EVERY: Duration = Duration::from_secs(2);
/// A post and its repetitions end after this.
const MAX_POST: Duration = Duration::from_secs(3);
/// Spans that are left when the process stops are posted within this.
const MAX_FLUSH: Duration = Duration::from_secs(2);
/// Log lines that one span carries with it.
const MAX_EVENTS: u32 = 64;
/// Attributes of one span.
const MAX_ATTRIBUTES: u32 = 64;

/// Traces being exported. Dropping it posts what is left, for at most 2 s.
#[must_use = "dropping it ends the traces"]
#[derive(Debug)]
pub struct Exporting(Option<SdkTracerProvider>);

impl Exporting {
    /// Starts to export, if the settings name an endpoint.
    pub(super) fn start(traces: &Traces, process: &str) -> anyhow::Result<Self> {
        let Some(endpoint) = &traces.endpoint else {
            return Ok(Self(None));
        };
        let headers: HashMap<_, _> =
            traces.headers.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect();
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint.as_str())
            .with_timeout(MAX_POST)
            .with_headers(headers)
            .build()
            .context("traces cannot be exported")?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(MAX_QUEUE)
            .with_max_export_batch_size(MAX_BATCH)
            .with_scheduled_delay(EVERY)
            .build();
        let watched = Watched { inner: exporter, away: AtomicBool::new(false) };
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(watched).with_batch_config(batches).build())
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(traces.share))))
            .with_max_events_per_span(MAX_EVENTS)
            .with_max_attributes_per_span(MAX_ATTRIBUTES)
            .with_resource(resource(traces, process))
            .build();
        Ok(Self(Some(provider)))
    }

    /// Creates spans; none where nothing is traced.
    pub(super) fn tracer(&self) -> Option<SdkTracer> {
        self.0.as_ref().map(|provider| provider.tracer("skypanel"))
    }
}

impl Drop for Exporting {
    fn drop(&mut self) {
        // It fails where the collector is unreachable, which was logged.
        let _ = self.0.as_ref().map(|provider| provider.shutdown_with_timeout(MAX_FLUSH));
    }
}

fn resource(traces: &Traces, process: &str) -> Resource {
    let service = traces.service.clone().unwrap_or_else(|| format!("skypanel-{process}"));
    Resource::builder_empty()
        .with_service_name(service)
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attribute(KeyValue::new(Key::from_static_str("process.pid"), i64::from(std::process::id())))
        .build()
}

/// Logs once when the collector becomes unreachable and once when it is back, and counts the spans lost meanwhile.
#[derive(Debug)]
struct Watched {
    inner: opentelemetry_otlp::SpanExporter,
    away: AtomicBool,
}

impl SpanExporter for Watched {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        let posted = self.inner.export(batch).await;
        let outcome = if posted.is_ok() { "sent" } else { "lost" };
        metrics::counter!("trace_spans_total", "outcome" => outcome).increment(spans);
        match &posted {
            Ok(()) if self.away.swap(false, Ordering::Relaxed) => tracing::info!("traces are exported again"),
            Err(error) if !self.away.swap(true, Ordering::Relaxed) => {
                tracing::warn!(%error, spans, "traces cannot be exported; spans are lost until the collector is back");
            }
            _ => {}
        }
        posted
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Instant;

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    fn traces(endpoint: &str) -> Traces {
        Traces { endpoint: Some(endpoint.parse().expect("an address")), headers: Vec::new(), service: None, share: 1.0 }
    }

    /// Ends more spans than the queue holds, and says how long that took and how long the end took.
    fn burst(endpoint: &str) -> (Duration, Duration) {
        crate::crypto::install();
        let exporting = Exporting::start(&traces(endpoint), "test").expect("started");
        let layer = tracing_opentelemetry::layer().with_tracer(exporting.tracer().expect("traced"));
        let began = Instant::now();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            (0..10 * MAX_QUEUE).for_each(|number| drop(tracing::info_span!("work", number).entered()));
        });
        let (worked, ending) = (began.elapsed(), Instant::now());
        drop(exporting);
        (worked, ending.elapsed())
    }

    /// With room for a busy machine: spans that waited would have taken a post for each batch beyond the queue, and an
    /// end that waited one for each batch in it.
    fn assert_held_up_by_nobody(worked: Duration, ended: Duration) {
        let batches = u32::try_from(MAX_QUEUE / MAX_BATCH).expect("few");
        assert!(worked < batches * MAX_POST, "ending spans waited for the collector: {worked:?}");
        assert!(ended + MAX_POST < batches * MAX_POST, "the end waited for the collector: {ended:?}");
    }

    #[test]
    fn a_collector_that_takes_and_never_answers_holds_up_nobody() {
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let (worked, ended) = burst(&format!("http://{}/v1/traces", silent.local_addr().expect("an address")));
        assert_held_up_by_nobody(worked, ended);
        assert!(silent.accept().is_ok(), "it was asked at all");
    }

    #[test]
    fn a_collector_that_is_not_there_holds_up_nobody() {
        let (worked, ended) = burst("http://127.0.0.1:1/v1/traces");
        assert_held_up_by_nobody(worked, ended);
    }

    #[test]
    fn without_an_endpoint_there_is_no_tracer() {
        let traces = Traces { endpoint: None, ..traces("http://127.0.0.1:1") };
        assert!(Exporting::start(&traces, "test").expect("nothing to start").tracer().is_none());
    }
}
