//! Gives lapsed leases back, and marks jobs as stuck that no worker takes.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::Shared;

/// Jobs that no worker takes are looked for this often.
const GIVE_UP: Duration = Duration::from_mins(1);

/// Sweeps until `stop`. Any number of processes may: rows are locked one by one.
pub async fn serve(shared: Shared, stop: CancellationToken) {
    let (mut sweep, mut given_up) = (interval(shared.options.times.sweep), interval(GIVE_UP));
    for timer in [&mut sweep, &mut given_up] {
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        timer.reset();
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = sweep.tick() => give_back(&shared).await,
            _ = given_up.tick() => give_up(&shared).await,
        }
    }
}

async fn give_back(shared: &Shared) {
    match domain::queue::sweep(&shared.env.ctx).await {
        Ok((0, 0)) => {}
        Ok((again, stuck)) => {
            metrics::counter!("jobs_lapsed_total").increment(again + stuck);
            tracing::warn!(again, stuck, "leases lapsed: their workers vanished");
        }
        Err(error) => tracing::warn!(%error, "lapsed leases could not be looked for"),
    }
}

async fn give_up(shared: &Shared) {
    match domain::queue::give_up(&shared.env.ctx).await {
        Ok(0) => {}
        Ok(jobs) => tracing::warn!(jobs, "no worker took these jobs before their deadline; they need attention"),
        Err(error) => tracing::warn!(%error, "jobs that no worker takes could not be looked for"),
    }
}
