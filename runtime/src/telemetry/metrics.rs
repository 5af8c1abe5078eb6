//! The recorder of the process's metrics, read by Prometheus.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Seconds: from a query of the database to the slowest boot of a server.
const BUCKETS: [f64; 15] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0];
/// Samples wait in memory until somebody drains them; this is how often we do, whether or not anybody reads.
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

/// Installs the recorder behind `metrics::counter!`, `gauge!` and `histogram!` (buckets in seconds), once a process;
/// called again it gives the same handle.
///
/// # Errors
/// When another recorder was installed by somebody else.
pub fn metrics() -> anyhow::Result<MetricsHandle> {
    static INSTALLED: Mutex<Option<MetricsHandle>> = Mutex::new(None);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if installed.is_none() {
        *installed = Some(install()?);
    }
    installed.clone().context("no recorder")
}

fn install() -> anyhow::Result<MetricsHandle> {
    let handle = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
    let upkeep = handle.clone();
    // A thread, not a task: whoever installs the recorder need not be inside a runtime.
    std::thread::Builder::new().name("metrics-upkeep".into()).spawn(move || {
        loop {
            std::thread::sleep(UPKEEP);
            upkeep.run_upkeep();
        }
    })?;
    metrics::describe_gauge!("skypanel_build_info", "1, with the version of the program as its label");
    metrics::gauge!("skypanel_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(MetricsHandle(handle))
}
