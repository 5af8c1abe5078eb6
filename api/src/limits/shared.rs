//! The limiter that all processes share, in Redis: the one file of `api` that speaks to it ([ADR 26]).
//!
//! A question is one script, one round trip, by Redis' own clock. An answer is awaited for [`PATIENCE`]; without one,
//! the caller answers by itself and asks no more until a probe has found Redis again.
//!
//! [ADR 26]: ../../../docs/adr/0026-limits-in-redis.md

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult, Script, ScriptInvocation};
use runtime::settings::Redis;
use secrecy::ExposeSecret as _;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::bucket::{Bucket, Quota, Room, Verdict, Who};

/// How long an answer is awaited.
const PATIENCE: Duration = Duration::from_millis(50);
/// How often Redis is tried, whether it answers or not.
const PROBE: Duration = Duration::from_secs(1);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_millis(500);
/// For how long an attempt holds its room if nobody settles it: longer than any request may take.
const HELD: Duration = Duration::from_secs(30);

/// The shared limiter, and whether it can be asked.
pub struct Shared {
    client: Option<Client>,
    prefix: String,
    connection: RwLock<Option<MultiplexedConnection>>,
    /// Whether the last question was answered.
    answers: AtomicBool,
    /// Wakes the probe: Redis did not answer.
    lost: Notify,
    take: Script,
    begin: Script,
    settle: Script,
}

impl Shared {
    /// The limiter in this Redis. Nothing is asked before [`Shared::watch`] has found it.
    pub fn new(redis: &Redis) -> Self {
        Self {
            client: Client::open(redis.url.expose_secret()).ok(),
            prefix: redis.queue_prefix.clone(),
            connection: RwLock::default(),
            answers: AtomicBool::new(false),
            lost: Notify::new(),
            take: Script::new(include_str!("take.lua")),
            begin: Script::new(include_str!("begin.lua")),
            settle: Script::new(include_str!("settle.lua")),
        }
    }

    /// Whether questions are answered here, or by each process for itself.
    pub fn answers(&self) -> bool {
        self.answers.load(Ordering::Acquire)
    }

    /// Counts a request; nothing when Redis does not answer.
    pub async fn take(&self, bucket: &Bucket) -> Option<Verdict> {
        let asked = Instant::now();
        let verdict = self.ask(|connection| self.taken(connection, bucket)).await;
        metrics::histogram!("limiter_seconds").record(asked.elapsed().as_secs_f64());
        verdict
    }

    /// Holds room for an attempt in every bucket, or in none; nothing when Redis does not answer.
    pub async fn begin(&self, attempt: &str, buckets: &[Bucket]) -> Option<Room> {
        let waits: i64 = self
            .ask(|connection| async move {
                let mut script = self.begin.prepare_invoke();
                script.arg(attempt).arg(micros(HELD));
                self.name(&mut script, buckets);
                script.invoke_async(&mut { connection }).await
            })
            .await?;
        Some(match u64::try_from(waits) {
            Ok(0) => Room::Taken,
            Ok(wait) => Room::Full(Duration::from_micros(wait)),
            Err(_) => Room::Busy,
        })
    }

    /// Ends an attempt; nothing when Redis does not answer: then its room is free after a while, and it did not count.
    pub async fn settle(&self, attempt: &str, buckets: &[Bucket], failed: bool) -> Option<()> {
        self.ask(|connection| async move {
            let mut script = self.settle.prepare_invoke();
            script.arg(attempt).arg(u8::from(failed));
            self.name(&mut script, buckets);
            script.invoke_async(&mut { connection }).await
        })
        .await
    }

    /// Tries Redis each second, and at once when it did not answer. Runs until it is dropped.
    pub async fn watch(&self) {
        let mut turn = interval(PROBE);
        turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            turn.tick().await;
            self.probe().await;
            // At most one probe out of turn: a Redis that is away is tried once a second.
            tokio::select! {
                () = self.lost.notified() => self.probe().await,
                () = tokio::time::sleep(PROBE) => {}
            }
        }
    }

    /// Finds out whether Redis takes a request and keeps it.
    async fn probe(&self) {
        let known = self.connection.read().unwrap_or_else(PoisonError::into_inner).clone();
        let connection = match known {
            Some(connection) => Ok(connection),
            None => self.connect().await,
        };
        let answered = match connection {
            Ok(connection) => {
                let quota = Quota { burst: 1, period: Duration::from_micros(1) };
                let bucket = Bucket { tier: domain::RateTier::Anonymous, who: Who::Overflow, quota };
                let answer = in_time(self.taken(connection.clone(), &bucket)).await;
                answer.map(|_| connection)
            }
            Err(cause) => Err(cause),
        };
        match answered {
            Ok(connection) => {
                *self.connection.write().unwrap_or_else(PoisonError::into_inner) = Some(connection);
                self.found();
            }
            Err(cause) => self.lose(&cause, true),
        }
    }

    async fn connect(&self) -> Result<MultiplexedConnection, String> {
        let client = self.client.as_ref().ok_or("REDIS_URL cannot be used")?;
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(None);
        let connecting = client.get_multiplexed_async_connection_with_config(&config);
        timeout(CONNECT, connecting).await.map_err(|_| "no connection in time")?.map_err(|error| word(&error))
    }

    async fn taken(&self, mut connection: MultiplexedConnection, bucket: &Bucket) -> RedisResult<Verdict> {
        let mut script = self.take.key(bucket.name(&self.prefix));
        script.arg(micros(bucket.quota.period)).arg(bucket.quota.burst);
        let (wait, left, full): (u64, u32, u64) = script.invoke_async(&mut connection).await?;
        let passes = if wait == 0 { Ok(()) } else { Err(Duration::from_micros(wait)) };
        Ok(Verdict { passes, left, full: Duration::from_micros(full) })
    }

    fn name(&self, script: &mut ScriptInvocation<'_>, buckets: &[Bucket]) {
        for bucket in buckets {
            let name = bucket.name(&self.prefix);
            script.key(&name).key(format!("{name}:held"));
            script.arg(micros(bucket.quota.period)).arg(bucket.quota.burst);
        }
    }

    async fn ask<T, F: Future<Output = RedisResult<T>>>(
        &self,
        question: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Option<T> {
        if !self.answers() {
            return None;
        }
        let connection = self.connection.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        match in_time(question(connection)).await {
            Ok(answer) => Some(answer),
            Err(cause) => {
                self.lose(&cause, false);
                self.lost.notify_one();
                None
            }
        }
    }

    fn found(&self) {
        metrics::gauge!("limiter_shared").set(1.0);
        if !self.answers.swap(true, Ordering::AcqRel) {
            tracing::info!("request limits are shared by all processes, in Redis");
        }
    }

    /// Redis did not answer. The connection is given up only after a probe: one late answer does not break it.
    fn lose(&self, cause: &str, disconnect: bool) {
        if disconnect {
            *self.connection.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
        metrics::gauge!("limiter_shared").set(0.0);
        if self.answers.swap(false, Ordering::AcqRel) {
            metrics::counter!("limiter_losses_total").increment(1);
            tracing::warn!(cause, "Redis does not answer: this process limits requests by itself until it does");
        }
    }
}

async fn in_time<T>(answer: impl Future<Output = RedisResult<T>>) -> Result<T, String> {
    match timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(|error| word(&error)),
        Err(_) => Err(format!("no answer within {} ms", PATIENCE.as_millis())),
    }
}

/// What kind of error it was. Its own words may contain the address, with a password in it.
fn word(error: &redis::RedisError) -> String {
    format!("{:?}", error.kind())
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
