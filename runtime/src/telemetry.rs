//! Logs and metrics of the process.

mod json;
mod listener;
mod metrics;

pub use self::listener::serve_metrics;
pub use self::metrics::{MetricsHandle, metrics};

use anyhow::Context as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::settings::Log;

/// Starts the logs on standard error, so that standard output stays a command's own.
///
/// As text for people, or as one JSON object a line in which the fields of the event and of all spans around it
/// (`request_id`, `job_id`) stand side by side.
///
/// # Errors
/// When the filter cannot be read, or when logs were started before.
pub fn init(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter).context("RUST_LOG cannot be read")?;
    let layer = if log.json {
        fmt::layer()
            .event_format(json::JsonLine)
            .fmt_fields(fmt::format::JsonFields::new())
            .with_writer(std::io::stderr)
            .boxed()
    } else {
        fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .boxed()
    };
    tracing_subscriber::registry().with(filter).with(layer).try_init().context("logs were started before")
}
