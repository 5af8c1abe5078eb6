//! Figures of the queues for the metrics page.

use std::time::Duration;

use domain::Ctx;
use tokio_util::sync::CancellationToken;

/// Figures are read this often.
const EVERY: Duration = Duration::from_secs(15);

/// Sets the gauges until `stop`.
pub async fn serve(ctx: Ctx, stop: CancellationToken) {
    metrics::describe_gauge!("queue_due_jobs", "Jobs that could begin now, by queue.");
    metrics::describe_gauge!("queue_running_jobs", "Jobs held by workers, by queue.");
    metrics::describe_gauge!(
        "queue_oldest_due_seconds",
        metrics::Unit::Seconds,
        "Age of the oldest job that could begin now, by queue."
    );
    metrics::describe_counter!("jobs_total", "Runs of jobs, by kind and outcome.");
    metrics::describe_counter!("jobs_rung_total", "Rings sent to Redis, by queue.");
    metrics::describe_counter!("jobs_lapsed_total", "Leases whose worker vanished.");
    metrics::describe_counter!("worker_pool_rebuilds_total", "Pools that died and were rebuilt, by queue.");
    metrics::describe_histogram!("job_run_seconds", metrics::Unit::Seconds, "How long runs of jobs took, by kind.");
    loop {
        match domain::jobs::figures(&ctx).await {
            Ok(queues) => {
                for queue in queues {
                    let name = queue.queue.as_str();
                    metrics::gauge!("queue_due_jobs", "queue" => name).set(as_f64(queue.due));
                    metrics::gauge!("queue_running_jobs", "queue" => name).set(as_f64(queue.running));
                    metrics::gauge!("queue_oldest_due_seconds", "queue" => name).set(queue.oldest_due_s.unwrap_or(0.0));
                }
            }
            Err(error) => tracing::debug!(%error, "figures of the queues could not be read"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows, far below 2^52")]
fn as_f64(count: i64) -> f64 {
    count as f64
}
