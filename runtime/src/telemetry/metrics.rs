//! The recorder of the process's metrics, read by Prometheus.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::catalog;

/// Seconds: from a job that found a free worker to one that waited for the slowest boot of a server. Each bucket is a
/// line of `/metrics` for each kind, so there are no more than queries need.
const BUCKETS: [f64; 16] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0];
/// What is asked before each request is measured more finely.
const FINE: (&str, [f64; 10]) =
    ("limiter_seconds", [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1]);
/// How the name of every histogram ends.
const HISTOGRAM: &str = "_seconds";
/// Samples wait in memory until they are drained; this is how often we do so, whether or not a scraper reads them.
const UPKEEP: Duration = Duration::from_secs(5);

/// Reads the metrics of this process. Cheap to clone.
#[derive(Clone)]
pub struct MetricsHandle(PrometheusHandle);

impl MetricsHandle {
    /// All metrics as Prometheus reads them (text format 0.0.4), with HELP for those that were described.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }
}

/// Installs the recorder behind `metrics::counter!`, `gauge!` and `histogram!` (buckets in seconds, 0.005 to 600), once
/// a process, and describes the metrics of [`super::METRICS`]; called again it gives the same handle.
///
/// # Errors
/// When another recorder was installed outside this function.
pub fn metrics() -> anyhow::Result<MetricsHandle> {
    static INSTALLED: Mutex<Option<MetricsHandle>> = Mutex::new(None);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if installed.is_none() {
        *installed = Some(install()?);
    }
    installed.clone().context("no recorder")
}

fn install() -> anyhow::Result<MetricsHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix(HISTOGRAM.to_owned()), &BUCKETS)?
        .set_buckets_for_metric(Matcher::Full(FINE.0.to_owned()), &FINE.1)?
        .install_recorder()?;
    let upkeep = handle.clone();
    // A thread, not a task: the recorder may be installed outside a runtime.
    std::thread::Builder::new().name("metrics-upkeep".into()).spawn(move || {
        loop {
            std::thread::sleep(UPKEEP);
            upkeep.run_upkeep();
        }
    })?;
    catalog::describe();
    metrics::gauge!("skypanel_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(MetricsHandle(handle))
}
