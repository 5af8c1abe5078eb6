//! Removes from Redis what apalis keeps of answered rings.

use std::time::Duration;

use redis::RedisResult;
use tokio_util::sync::CancellationToken;

use crate::{Shared, bell};

/// Answered rings are removed this often.
const EVERY: Duration = Duration::from_secs(30);

/// Prunes until `stop`. Any number of processes may: each takes others.
pub async fn serve(shared: Shared, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = prune(&shared).await {
            tracing::warn!(%error, "answered rings could not be removed from Redis; they are removed later");
        }
    }
}

async fn prune(shared: &Shared) -> RedisResult<()> {
    let mut connection = bell::connect(&shared.options.redis_url).await?;
    for (queue, _) in &shared.options.queues {
        bell::prune(&mut connection, &shared.options.prefix, *queue).await?;
    }
    Ok(())
}
