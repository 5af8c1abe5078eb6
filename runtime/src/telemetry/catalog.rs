//! Every metric, once: its name, its kind, its labels and its meaning. The recorder describes them from this table,
//! and tests hold the sources, the alerts, the dashboard and `docs/observability.md` to it.

#[cfg(test)]
mod tests;

use metrics::Unit;

/// What a metric does over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows, until its process starts again.
    Counter,
    /// The value now.
    Gauge,
    /// Seconds, in the buckets of the recorder.
    Histogram,
}

/// One metric of ours.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name in Prometheus; a histogram's ends in `_seconds`.
    pub name: &'static str,
    /// Whether it counts, shows the present or measures times.
    pub kind: MetricKind,
    /// Its labels. Each has few values: never an id, never text from a client.
    pub labels: &'static [&'static str],
    /// Its HELP: one sentence of fewer than 120 characters.
    pub help: &'static str,
}

/// Every metric that a process of ours records.
pub const METRICS: &[Metric] = &[
    gauge("skypanel_build_info", &["version"], "1, with the version of the program as its label."),
    counter("http_requests_total", &["method", "route", "status"], "HTTP requests."),
    histogram("http_request_duration_seconds", &["route"], "Time until the answer to an HTTP request began."),
    counter(
        "http_connections_refused_total",
        &["why"],
        "Connections closed at once: the process or the address had as many as it may.",
    ),
    counter("http_untrusted_forwarded_total", &[], "Requests through a proxy that TRUST_PROXY does not name."),
    gauge("sse_streams", &[], "Open streams of live events."),
    counter(
        "security_events_total",
        &["kind"],
        "Refused sign-ins, requests beyond a limit, of a role or an origin, and reused tokens.",
    ),
    gauge(
        "limiter_shared",
        &[],
        "1 while all processes count requests together in Redis, 0 while this one counts alone.",
    ),
    counter(
        "payment_events_total",
        &["outcome"],
        "Messages of the payment provider: rang, known, parked, unverified or refused.",
    ),
    counter("limiter_losses_total", &[], "Times that Redis did not answer the limiter in time."),
    histogram("limiter_seconds", &[], "What asking Redis whether a request may pass added to it."),
    gauge("queue_due_jobs", &["queue"], "Jobs that could begin now; counted up to 100,000."),
    gauge("queue_running_jobs", &["queue"], "Jobs held by workers."),
    gauge(
        "queue_oldest_due_seconds",
        &["queue"],
        "How long the oldest job that could begin now has waited; 0 without one.",
    ),
    gauge("queue_slots", &["queue"], "Jobs that all live workers together may run at the same time."),
    gauge("queue_paused", &["queue"], "1 while the queue is paused, else 0."),
    gauge("jobs_stuck", &[], "Jobs that are stuck until an operator decides."),
    gauge("jobs_attention", &[], "Failed or stuck jobs that need attention."),
    gauge("invoice_missing_glyphs", &[], "Characters that documents lack, no font has and no administrator dismissed."),
    counter(
        "jobs_total",
        &["kind", "outcome"],
        "Runs of jobs; the outcome is done, wait, retry, failed, cancelled, stuck or fenced.",
    ),
    histogram("job_wait_seconds", &["kind"], "From the moment a job could begin until it began."),
    histogram("job_run_seconds", &["kind"], "How long each run of a job took."),
    counter("jobs_lapsed_total", &[], "Leases whose worker vanished."),
    counter("jobs_rung_total", &["queue"], "Rings sent to Redis."),
    counter("worker_pool_rebuilds_total", &["queue"], "Pools that died and were rebuilt."),
    counter(
        "database_silences_total",
        &[],
        "Connections to PostgreSQL that a worker gave up because no answer arrived.",
    ),
    gauge("workers_live", &["version"], "Worker processes that reported within the last minute."),
    gauge("schedule_late_seconds", &["schedule"], "How overdue a schedule's tick is; 0 when it is on time."),
    counter(
        "provider_calls_total",
        &["class", "status"],
        "Calls to providers, by what they do and the HTTP status of the answer; none if no answer arrived.",
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
