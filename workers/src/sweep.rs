//! Gives lapsed leases back.

use tokio_util::sync::CancellationToken;

use crate::Shared;

/// Sweeps until `stop`. Any number of processes may: rows are locked one by one.
pub async fn serve(shared: Shared, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(shared.options.times.sweep) => {}
        }
        match domain::jobs::sweep(&shared.env.ctx).await {
            Ok((0, 0)) => {}
            Ok((again, stuck)) => {
                metrics::counter!("jobs_lapsed_total").increment(again + stuck);
                tracing::warn!(again, stuck, "leases lapsed: their workers vanished");
            }
            Err(error) => tracing::warn!(%error, "lapsed leases could not be looked for"),
        }
    }
}
