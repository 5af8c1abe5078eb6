//! One pool: apalis fetches rings and runs the handler, a supervisor rebuilds it when it dies.

use std::sync::Arc;
use std::time::Duration;

use apalis::prelude::*;
use domain::Queue;
use futures::FutureExt as _;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::Shared;
use crate::bell::{self, Ring};
use crate::feed::Feed;
use crate::wake::Wake;

/// The pause before a dead pool is rebuilt grows to this.
const MAX_REBUILD_PAUSE: Duration = Duration::from_secs(5);

/// Serves a queue until `stop`. Any error of Redis ends an apalis worker and drops its handlers
/// mid-await; their leases go back at once and the pool is rebuilt, under a new name.
pub async fn serve(shared: Shared, queue: Queue, slots: usize, bell: watch::Receiver<u64>, stop: CancellationToken) {
    let mut pause = Duration::from_millis(100);
    let mut life = 0_u32;
    while !stop.is_cancelled() {
        if shared.is_quiet() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = shared.until_quiet(false) => {}
            }
        }
        life += 1;
        let owner: Arc<str> = format!("{}/{queue}-{life}", shared.owner).into();
        match live(&shared, queue, slots, &owner, bell.clone(), &stop).await {
            Ok(()) if shared.is_quiet() => continue,
            Ok(()) => pause = Duration::from_millis(100),
            Err(error) if stop.is_cancelled() => {
                tracing::info!(%queue, %error, "pool ended while stopping");
            }
            Err(error) => {
                metrics::counter!("worker_pool_rebuilds_total", "queue" => queue.as_str()).increment(1);
                tracing::warn!(%queue, %error, "pool died; it is rebuilt");
            }
        }
        if let Err(error) = domain::queue::release(&shared.env.ctx.db, &owner).await {
            tracing::warn!(%queue, %error, "leases of a dead pool could not be given back; they lapse");
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = sleep(pause) => pause = (pause * 2).min(MAX_REBUILD_PAUSE),
        }
    }
}

async fn live(
    shared: &Shared,
    queue: Queue,
    slots: usize,
    owner: &Arc<str>,
    bell: watch::Receiver<u64>,
    stop: &CancellationToken,
) -> Result<(), String> {
    let mut connection = bell::connect(&shared.options.redis_url).await.map_err(|error| error.to_string())?;
    let junk =
        bell::drop_junk(&mut connection, &shared.options.prefix, queue).await.map_err(|error| error.to_string())?;
    if junk > 0 {
        tracing::warn!(%queue, junk, "ids without a ring were dropped from the list");
    }
    let storage = bell::storage(connection, &shared.options.prefix, queue, slots);
    let busy = shared.busy.clone();
    let feed = Feed::new(storage, move || busy.free(queue));
    let worker = WorkerBuilder::new(&**owner)
        .backend(feed.poll_with_strategy(Wake::new(bell)))
        .data(Answering { shared: shared.clone(), queue, owner: owner.clone() })
        .concurrency(slots)
        .retry(apalis::layers::retry::RetryPolicy::retries(0))
        .catch_panic()
        .build(answer);
    let (stopped, quiet) = (stop.clone(), shared.clone());
    let drain = shared.options.drain;
    // Told to stop or to be quiet, apalis takes no more and lets what runs finish.
    let run = worker.run_until(async move {
        tokio::select! {
            () = stopped.cancelled() => {}
            () = quiet.until_quiet(true) => {}
        }
        Ok::<(), std::io::Error>(())
    });
    let overtime = async {
        stop.cancelled().await;
        sleep(drain).await;
    };
    tokio::select! {
        ended = run.boxed() => ended.map_err(|error| error.to_string()),
        () = overtime => Err("the drain time is over".to_owned()),
    }
}

#[derive(Clone)]
struct Answering {
    shared: Shared,
    queue: Queue,
    owner: Arc<str>,
}

/// Answers a ring. It never fails in apalis' eyes: retries are the table's business.
async fn answer(ring: Ring, answer: Data<Answering>) -> Result<(), BoxDynError> {
    answer.shared.run(answer.queue, &answer.owner, ring.job).await;
    Ok(())
}
