//! Figures of the queues for the metrics page and for charts.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Shared;

/// Gauges are read this often.
const EVERY: Duration = Duration::from_secs(15);
/// What was run is written down this often.
const TALLY: Duration = Duration::from_secs(5);

/// Sets the gauges, and writes down what was run, until `stop`.
pub async fn serve(shared: Shared, stop: CancellationToken) {
    describe();
    let (mut gauges, mut tally) = (tokio::time::interval(EVERY), tokio::time::interval(TALLY));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = gauges.tick() => set(&shared).await,
            _ = tally.tick() => write_tally(&shared).await,
        }
    }
}

fn describe() {
    metrics::describe_gauge!("queue_due_jobs", "Jobs that could begin now, by queue; counted up to 100,000.");
    metrics::describe_gauge!("queue_running_jobs", "Jobs held by workers, by queue.");
    metrics::describe_gauge!(
        "queue_oldest_due_seconds",
        metrics::Unit::Seconds,
        "Age of the first job in line that could begin now, by queue."
    );
    metrics::describe_gauge!("queue_slots", "Jobs that the live workers can run at the same time, by queue.");
    metrics::describe_gauge!("queue_paused", "1 while an operator has paused the queue.");
    metrics::describe_gauge!("workers_live", "Workers seen within a minute, by version.");
    metrics::describe_gauge!("jobs_attention", "Failed or stuck jobs that nobody has seen to.");
    metrics::describe_counter!("jobs_total", "Runs of jobs, by kind and outcome.");
    metrics::describe_counter!("jobs_rung_total", "Rings sent to Redis, by queue.");
    metrics::describe_counter!("jobs_lapsed_total", "Leases whose worker vanished.");
    metrics::describe_counter!("worker_pool_rebuilds_total", "Pools that died and were rebuilt, by queue.");
    metrics::describe_histogram!("job_run_seconds", metrics::Unit::Seconds, "How long runs of jobs took, by kind.");
    metrics::describe_histogram!(
        "job_wait_seconds",
        metrics::Unit::Seconds,
        "How long jobs waited from due to begun, by kind."
    );
    metrics::describe_counter!("provider_calls_total", "Requests to providers, by class and status.");
}

async fn set(shared: &Shared) {
    let ctx = &shared.env.ctx;
    match domain::jobs::queues(ctx).await {
        Ok(queues) => {
            for queue in queues {
                let name = queue.queue.as_str();
                metrics::gauge!("queue_due_jobs", "queue" => name).set(as_f64(queue.due));
                metrics::gauge!("queue_running_jobs", "queue" => name).set(as_f64(queue.running));
                metrics::gauge!("queue_oldest_due_seconds", "queue" => name).set(queue.oldest_due_s.unwrap_or(0.0));
                metrics::gauge!("queue_slots", "queue" => name).set(as_f64(queue.slots));
                metrics::gauge!("queue_paused", "queue" => name).set(f64::from(u8::from(queue.paused)));
            }
        }
        Err(error) => tracing::debug!(%error, "figures of the queues could not be read"),
    }
    match domain::fleet::versions(ctx).await {
        Ok(versions) => {
            for (version, count) in versions {
                metrics::gauge!("workers_live", "version" => version).set(as_f64(count));
            }
        }
        Err(error) => tracing::debug!(%error, "the workers could not be counted"),
    }
    match domain::jobs::attention(ctx).await {
        Ok(count) => metrics::gauge!("jobs_attention").set(as_f64(count)),
        Err(error) => tracing::debug!(%error, "jobs that want attention could not be counted"),
    }
}

/// Writes down what was run since the last time; what can't be written is lost to the charts.
pub async fn write_tally(shared: &Shared) {
    let tally = shared.runner.take_tally();
    if !tally.is_empty()
        && let Err(error) = tally.write(&shared.env.ctx).await
    {
        tracing::warn!(%error, "charts miss the runs of a few seconds");
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows, far below 2^52")]
fn as_f64(count: i64) -> f64 {
    count as f64
}
