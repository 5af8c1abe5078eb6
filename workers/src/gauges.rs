//! Figures of the queues for the metrics page and for charts.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Shared;

/// Gauges are read this often.
const EVERY: Duration = Duration::from_secs(15);
/// What was run is written down this often.
const TALLY: Duration = Duration::from_secs(5);

/// Sets the gauges, and writes down what was run, until `stop`.
pub async fn serve(shared: Shared, stop: CancellationToken) {
    let mut versions = BTreeMap::new();
    let (mut gauges, mut tally) = (tokio::time::interval(EVERY), tokio::time::interval(TALLY));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = gauges.tick() => set(&shared, &mut versions).await,
            _ = tally.tick() => write_tally(&shared).await,
        }
    }
}

/// A version that no longer runs keeps its gauge, so `versions` remembers which were seen.
async fn set(shared: &Shared, versions: &mut BTreeMap<String, i64>) {
    let ctx = &shared.env.ctx;
    match domain::queue::all_queues(ctx).await {
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
    match domain::worker::versions(ctx).await {
        Ok(live) => {
            for count in versions.values_mut() {
                *count = 0;
            }
            versions.extend(live);
            for (version, count) in &*versions {
                metrics::gauge!("workers_live", "version" => version.clone()).set(as_f64(*count));
            }
        }
        Err(error) => tracing::debug!(%error, "the workers could not be counted"),
    }
    match domain::work::attention(ctx).await {
        Ok(count) => metrics::gauge!("jobs_attention").set(as_f64(count)),
        Err(error) => tracing::debug!(%error, "jobs that need attention could not be counted"),
    }
    match domain::work::stuck(ctx).await {
        Ok(count) => metrics::gauge!("jobs_stuck").set(as_f64(count)),
        Err(error) => tracing::debug!(%error, "stuck jobs could not be counted"),
    }
    match domain::invoice::count_missing(ctx).await {
        Ok(count) => metrics::gauge!("invoice_missing_glyphs").set(as_f64(count)),
        Err(error) => tracing::debug!(%error, "characters that no font has could not be counted"),
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
