//! Logs, metrics and traces of the process.

mod catalog;
mod export;
mod json;
mod listener;
mod metrics;
mod plain;
pub mod trace;

pub use self::catalog::{METRICS, Metric, MetricKind};
pub use self::export::Exporting;
pub use self::listener::serve_metrics;
pub use self::metrics::{MetricsHandle, metrics};

use anyhow::Context as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use self::plain::Plain;
use crate::settings::{Log, Traces};

/// Spans of these crates are exported. Those of libraries are not: an exporter that traces its own posts never stops.
const TRACED: [&str; 7] = ["api", "domain", "jobs", "providers", "scheduler", "skypanel", "workers"];
/// Target of requests that are not traced: files of the pages, probes of a load balancer.
pub const UNTRACED: &str = "api::untraced";

type Boxed = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts the logs on standard error, so that standard output stays a command's own; and the traces, if the settings
/// name an endpoint. `process` is the word for this process: api, worker, scheduler, all.
///
/// Logs are text for people, or one JSON object per line, with the fields of the event and of all spans around it
/// (`request_id`, `job.id`) side by side.
///
/// The returned value sends the last spans when it is dropped.
///
/// # Errors
/// When the filter cannot be read, the exporter cannot be made, or logs were started before.
pub fn init(log: &Log, traces: &Traces, process: &str) -> anyhow::Result<Exporting> {
    let exporting = Exporting::start(traces, process)?;
    let mut layers = vec![logs(log)?];
    layers.extend(exporting.tracer().map(|tracer| {
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(traced())
            .boxed()
    }));
    tracing_subscriber::registry().with(layers).try_init().context("logs were started before")?;
    Ok(exporting)
}

fn logs(log: &Log) -> anyhow::Result<Boxed> {
    let filter = EnvFilter::try_new(&log.filter).context("RUST_LOG cannot be read")?;
    Ok(if log.json {
        fmt::layer()
            .event_format(json::JsonLine)
            .fmt_fields(fmt::format::JsonFields::new())
            .with_writer(std::io::stderr)
            .with_filter(filter)
            .boxed()
    } else {
        fmt::layer()
            .fmt_fields(Plain)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .with_filter(filter)
            .boxed()
    })
}

/// What is exported does not depend on `RUST_LOG`: a quiet log must not cut traces in two.
fn traced() -> Targets {
    let ours = TRACED.map(|name| (name, LevelFilter::INFO));
    Targets::new().with_targets(ours).with_target(UNTRACED, LevelFilter::OFF)
}
