//! The doorbell in Redis: apalis' queues, with the settings that its defects ask for.
//!
//! `docs/queue.md` lists each defect of apalis-redis 1.0.0 with the guard that answers it.

use std::time::Duration;

use apalis::prelude::*;
use apalis_redis::{Client, Config, ConnectionManager, RedisStorage};
use domain::JobId;
use domain::Queue;
use domain::queue::Rung;
use redis::aio::ConnectionManagerConfig;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// Rings pushed by one script at most; a longer one holds up Redis.
const PUSH_CHUNK: usize = 500;
/// Done rings removed by one script.
const PRUNE_CHUNK: usize = 1_000;

/// What Redis carries: which job, and which ring of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ring {
    /// The job's id.
    pub job: JobId,
    /// How often it was rung.
    pub dispatch: i32,
}

/// A connection that survives restarts of Redis and slow answers.
pub async fn connect(url: &SecretString) -> redis::RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(Duration::from_secs(10)))
        .set_connection_timeout(Some(Duration::from_secs(3)))
        .set_number_of_retries(2)
        .set_max_delay(Duration::from_secs(1));
    Client::open(url.expose_secret())?.get_connection_manager_with_config(config).await
}

/// A queue's name in Redis.
pub fn name(prefix: &str, queue: Queue) -> String {
    format!("{prefix}-{queue}")
}

/// A queue in Redis for a pool of so many slots. A drain hangs when more than four times the batch
/// that it began with are running.
pub fn storage(connection: ConnectionManager, prefix: &str, queue: Queue, slots: usize) -> RedisStorage<Ring> {
    RedisStorage::new(connection).with_config(
        Config::default()
            .queue(name(prefix, queue).as_str())
            .batch_size(slots)
            .heartbeat_interval(Duration::from_secs(5))
            .missed_heartbeats(4)
            .lock_tasks(false)
            .persist_results(true)
            .emit_events(false)
            .idempotency_ttl(Some(Duration::from_mins(10))),
    )
}

/// How many rings nobody has taken yet.
pub async fn outstanding(connection: &mut ConnectionManager, prefix: &str, queue: Queue) -> redis::RedisResult<i64> {
    let name = name(prefix, queue);
    let (scheduled, active): (i64, i64) = redis::pipe()
        .cmd("ZCARD")
        .arg(format!("{name}:scheduled"))
        .cmd("LLEN")
        .arg(format!("{name}:active"))
        .query_async(connection)
        .await?;
    Ok(scheduled + active)
}

/// Rings. The task's id is the job's and the ring's number, so the same ring is stored once.
pub async fn push(storage: &mut RedisStorage<Ring>, rungs: &[Rung]) -> Result<(), BoxDynError> {
    for chunk in rungs.chunks(PUSH_CHUNK) {
        let tasks: Vec<_> = chunk
            .iter()
            .map(|rung| {
                let ring = Ring { job: rung.id, dispatch: rung.dispatch };
                TaskBuilder::new(ring)
                    .task_id(TaskId::from_string(format!("{}.{}", rung.id.0.simple(), rung.dispatch)))
                    .build()
            })
            .collect();
        storage.push_all(futures::stream::iter(tasks)).await?;
    }
    Ok(())
}

/// Removes what apalis keeps of rings that were answered; it would keep them forever.
pub async fn prune(connection: &mut ConnectionManager, prefix: &str, queue: Queue) -> redis::RedisResult<u64> {
    let script = redis::Script::new(
        r"local ids = redis.call('spop', KEYS[1], ARGV[1])
          for _, id in ipairs(ids) do redis.call('hdel', KEYS[2], id) redis.call('del', KEYS[3] .. ':' .. id) end
          return #ids",
    );
    let name = name(prefix, queue);
    let mut removed = 0;
    for set in ["done", "dead"] {
        loop {
            let batch: u64 = script
                .key(format!("{name}:{set}"))
                .key(format!("{name}:data"))
                .key(format!("{name}:meta"))
                .arg(PRUNE_CHUNK)
                .invoke_async(connection)
                .await?;
            removed += batch;
            if batch < PRUNE_CHUNK as u64 {
                break;
            }
        }
    }
    Ok(removed)
}

/// Takes out of the line what has no data: an id that another program put there, or whose data were
/// lost. A worker that fetches such an id dies of it, together with what was fetched beside it.
pub async fn drop_junk(connection: &mut ConnectionManager, prefix: &str, queue: Queue) -> redis::RedisResult<u64> {
    let script = redis::Script::new(
        r"local removed = 0
          for _, id in ipairs(redis.call('lrange', KEYS[1], 0, 4095)) do
            if redis.call('hexists', KEYS[3], id) == 0 then removed = removed + redis.call('lrem', KEYS[1], 0, id) end
          end
          for _, id in ipairs(redis.call('zrange', KEYS[2], 0, 4095)) do
            if redis.call('hexists', KEYS[3], id) == 0 then removed = removed + redis.call('zrem', KEYS[2], id) end
          end
          return removed",
    );
    let name = name(prefix, queue);
    script
        .key(format!("{name}:active"))
        .key(format!("{name}:scheduled"))
        .key(format!("{name}:data"))
        .invoke_async(connection)
        .await
}
