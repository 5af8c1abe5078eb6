//! Every metric, once: its name, its kind, its labels and what it says. The recorder describes them from this table,
//! and tests hold the sources, the alerts, the dashboard and `docs/observability.md` to it.

#[cfg(test)]
mod tests;

use metrics::Unit;

/// What a metric does over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows, until its process starts anew.
    Counter,
    /// What is now.
    Gauge,
    /// Seconds, in the buckets of the recorder.
    Histogram,
}

/// One metric of ours.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// As Prometheus knows it; a histogram's ends in `_seconds`.
    pub name: &'static str,
    /// What it does over time.
    pub kind: MetricKind,
    /// Its labels. Each has few values: never an id, never what a client made up.
    pub labels: &'static [&'static str],
    /// What it says, as HELP.
    pub help: &'static str,
}

/// Every metric that a process of ours records.
pub const METRICS: &[Metric] = &[
    gauge("skypanel_build_info", &["version"], "1, with the version of the program as its label."),
    counter("http_requests_total", &["method", "route", "status"], "HTTP requests."),
    histogram("http_request_duration_seconds", &["route"], "How long HTTP requests took until their answer began."),
    gauge("sse_streams", &[], "Open streams of live events."),
    gauge("queue_due_jobs", &["queue"], "Jobs that could begin now; counted up to 100,000."),
    gauge("queue_running_jobs", &["queue"], "Jobs held by workers."),
    gauge("queue_oldest_due_seconds", &["queue"], "Age of the oldest job that could begin now; 0 where there is none."),
    gauge("queue_slots", &["queue"], "Jobs that all live workers together may run at the same time."),
    gauge("queue_paused", &["queue"], "1 where somebody paused the queue, else 0."),
    gauge("jobs_stuck", &[], "Jobs that go no further until somebody decides."),
    gauge("jobs_attention", &[], "Failed or stuck jobs that nobody has seen to."),
    counter(
        "jobs_total",
        &["kind", "outcome"],
        "Runs of jobs; the outcome is done, wait, retry, failed, cancelled, stuck or fenced.",
    ),
    histogram("job_wait_seconds", &["kind"], "From the moment a job could begin until it began."),
    histogram("job_run_seconds", &["kind"], "How long runs of jobs took."),
    counter("jobs_lapsed_total", &[], "Leases whose worker vanished."),
    counter("jobs_rung_total", &["queue"], "Rings sent to Redis."),
    counter("worker_pool_rebuilds_total", &["queue"], "Pools that died and were rebuilt."),
    counter("database_silences_total", &[], "Connections to PostgreSQL that a worker gave up because no answer came."),
    gauge("workers_live", &["version"], "Worker processes that showed life within a minute."),
    gauge("schedule_late_seconds", &["schedule"], "How long ago a schedule should have ticked; 0 when it is on time."),
    counter(
        "provider_calls_total",
        &["class", "status"],
        "Calls of providers, by what they do and the HTTP status of the answer; none where no answer came.",
    ),
    counter("trace_spans_total", &["outcome"], "Spans posted to the collector: sent or lost."),
];

/// Gives every metric its HELP, for the recorder that is installed.
pub(super) fn describe() {
    for metric in METRICS {
        let unit = if metric.name.ends_with("_seconds") { Unit::Seconds } else { Unit::Count };
        match metric.kind {
            MetricKind::Counter => metrics::describe_counter!(metric.name, unit, metric.help),
            MetricKind::Gauge => metrics::describe_gauge!(metric.name, unit, metric.help),
            MetricKind::Histogram => metrics::describe_histogram!(metric.name, unit, metric.help),
        }
    }
}

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Counter, labels, help }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Gauge, labels, help }
}

const fn histogram(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Histogram, labels, help }
}
