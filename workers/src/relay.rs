//! The relay: rings for jobs that are due. Any number of processes may run one; a row is rung by
//! whoever locks it first.

use std::sync::Arc;
use std::time::Duration;

use apalis_redis::{ConnectionManager, RedisStorage};
use domain::Queue;
use domain::activity::{Listener, Notice};
use domain::jobs::Rung;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::bell::{self, Ring};
use crate::wake::Wakes;
use crate::{Shared, execute};

/// Without any notification, due jobs are looked for this often.
const SLOW_POLL: Duration = Duration::from_secs(1);
/// Jobs rung in one go.
const BATCH: i64 = 500;
/// Wake-ups that wait at most: a relay that is behind looks at its queues anyway.
const WAITING_WAKES: usize = 64;
/// Done rings are removed from Redis this often.
const PRUNE: Duration = Duration::from_secs(30);

/// Rings until `stop`.
pub async fn serve(shared: Shared, wakes: Wakes, stop: CancellationToken) {
    let (woken, mut wake) = mpsc::channel(WAITING_WAKES);
    let listening = tokio::spawn(listen(shared.clone(), woken, stop.clone()));
    let mut relay = Relay::new(shared, wakes);
    let mut full_at = Instant::now() + relay.pass().await;
    loop {
        let queues = tokio::select! {
            () = stop.cancelled() => break,
            queue = wake.recv() => together(queue.flatten(), &mut wake),
            () = sleep(full_at.saturating_duration_since(Instant::now())) => None,
        };
        if let Some(queues) = queues {
            if relay.ring_these(&queues).await {
                full_at = Instant::now();
            }
        } else {
            full_at = Instant::now() + relay.pass().await;
        }
    }
    listening.abort();
}

/// All queues that were named by now; none when any queue may have new jobs.
fn together(first: Option<Queue>, wake: &mut mpsc::Receiver<Option<Queue>>) -> Option<Vec<Queue>> {
    let mut queues = vec![first?];
    while let Ok(next) = wake.try_recv() {
        let next = next?;
        if !queues.contains(&next) {
            queues.push(next);
        }
    }
    Some(queues)
}

/// Turns notifications into wake-ups. When more wait than are worth keeping, one for all stands
/// in: the relay then looks at every queue.
async fn listen(shared: Shared, woken: mpsc::Sender<Option<Queue>>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match Listener::jobs(&shared.env.ctx).await {
            Ok(mut listener) => loop {
                match listener.next().await {
                    Ok(Notice::Rung(queue)) => drop(woken.try_send(queue)),
                    Ok(Notice::Missed) => drop(woken.try_send(None)),
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(%error, "notifications of new jobs were lost; polling until they are back");
                        break;
                    }
                }
            },
            Err(error) => tracing::warn!(%error, "new jobs can't be listened for; polling"),
        }
        sleep(Duration::from_secs(1)).await;
    }
}

struct Relay {
    shared: Shared,
    wakes: Wakes,
    redis: Option<ConnectionManager>,
    retry_redis_at: Instant,
    pruned_at: Instant,
    /// How many rings may be outstanding, by queue; read at each full pass.
    windows: Vec<(Queue, i64)>,
    /// Slots for jobs that are run without Redis, by queue.
    direct: Vec<(Queue, Arc<Semaphore>)>,
}

impl Relay {
    fn new(shared: Shared, wakes: Wakes) -> Self {
        let direct =
            shared.options.queues.iter().map(|(queue, slots)| (*queue, Arc::new(Semaphore::new(*slots)))).collect();
        Self {
            shared,
            wakes,
            redis: None,
            retry_redis_at: Instant::now(),
            pruned_at: Instant::now(),
            windows: Vec::new(),
            direct,
        }
    }

    /// Rings all queues once, and says how long nothing will be due.
    async fn pass(&mut self) -> Duration {
        self.connect().await;
        let queues: Vec<_> = self.wakes.queues().collect();
        self.read_windows(&queues).await;
        let more = self.ring_these(&queues).await;
        self.prune().await;
        if more {
            return Duration::from_millis(5);
        }
        domain::jobs::next_due(&self.shared.env.ctx, SLOW_POLL).await.unwrap_or(SLOW_POLL)
    }

    async fn read_windows(&mut self, queues: &[Queue]) {
        self.windows.clear();
        for queue in queues {
            match domain::jobs::window(&self.shared.env.ctx, *queue).await {
                Ok(window) => self.windows.push((*queue, window)),
                Err(error) => tracing::warn!(%queue, %error, "the queue's window could not be read"),
            }
        }
    }

    /// Rings these queues, as far as this process has pools for them. True when there is more.
    async fn ring_these(&mut self, queues: &[Queue]) -> bool {
        let mut more = false;
        for queue in queues.iter().filter(|queue| self.wakes.queues().any(|mine| mine == **queue)).collect::<Vec<_>>() {
            match self.ring(*queue).await {
                Ok(rung) => more |= rung >= BATCH,
                Err(error) => tracing::warn!(%queue, %error, "jobs could not be rung; they are tried again"),
            }
        }
        more
    }

    async fn connect(&mut self) {
        if self.redis.is_some() || Instant::now() < self.retry_redis_at {
            return;
        }
        match tokio::time::timeout(Duration::from_secs(2), bell::connect(&self.shared.options.redis_url)).await {
            Ok(Ok(connection)) => self.redis = Some(connection),
            outcome => {
                self.retry_redis_at = Instant::now() + Duration::from_secs(2);
                tracing::warn!(error = ?outcome.map(Result::err), "Redis can't be reached; jobs are taken from the table instead");
            }
        }
    }

    async fn ring(&mut self, queue: Queue) -> anyhow::Result<i64> {
        let ctx = self.shared.env.ctx.clone();
        let rering = self.shared.options.times.rering;
        let Some(mut connection) = self.redis.clone() else {
            let free = self.slots(queue).available_permits();
            let rung = domain::jobs::ring(&ctx, queue, i64::try_from(free)?, rering).await?;
            self.run_directly(queue, &rung);
            return Ok(0);
        };
        let prefix = self.shared.options.prefix.clone();
        let counted =
            tokio::time::timeout(Duration::from_secs(2), bell::outstanding(&mut connection, &prefix, queue)).await;
        let Ok(Ok(outstanding)) = counted else {
            return self.lose_redis(queue, &[]).await;
        };
        let window = self.windows.iter().find(|(known, _)| *known == queue).map_or(0, |(_, window)| *window);
        let room = window - outstanding;
        let rung = domain::jobs::ring(&ctx, queue, room.min(BATCH), rering).await?;
        if rung.is_empty() {
            return Ok(0);
        }
        let mut storage: RedisStorage<Ring> = bell::storage(connection, &prefix, queue, 1);
        match tokio::time::timeout(Duration::from_secs(2), bell::push(&mut storage, &rung)).await {
            Ok(Ok(())) => self.wakes.wake(queue),
            _ => return self.lose_redis(queue, &rung).await,
        }
        metrics::counter!("jobs_rung_total", "queue" => queue.as_str()).increment(rung.len() as u64);
        Ok(i64::try_from(rung.len())?)
    }

    /// Redis did not answer: these rings are taken back, and jobs are run without it for a while.
    async fn lose_redis(&mut self, queue: Queue, rung: &[Rung]) -> anyhow::Result<i64> {
        tracing::warn!(%queue, "Redis does not answer; jobs are taken from the table instead");
        self.redis = None;
        self.retry_redis_at = Instant::now() + Duration::from_secs(2);
        let ids: Vec<_> = rung.iter().map(|rung| rung.id).collect();
        domain::jobs::mark_lost(&self.shared.env.ctx, &ids).await?;
        Ok(0)
    }

    fn slots(&self, queue: Queue) -> Arc<Semaphore> {
        self.direct
            .iter()
            .find(|(known, _)| *known == queue)
            .map_or_else(|| Arc::new(Semaphore::new(0)), |(_, slots)| slots.clone())
    }

    fn run_directly(&self, queue: Queue, rung: &[Rung]) {
        for rung in rung {
            let Ok(slot) = self.slots(queue).try_acquire_owned() else {
                return;
            };
            let (shared, id) = (self.shared.clone(), rung.id);
            tokio::spawn(async move {
                execute(&shared.env, &shared.options.times, &shared.owner, id).await;
                drop(slot);
            });
        }
    }

    async fn prune(&mut self) {
        if self.pruned_at.elapsed() < PRUNE {
            return;
        }
        self.pruned_at = Instant::now();
        let Some(mut connection) = self.redis.clone() else {
            return;
        };
        for queue in self.wakes.queues().collect::<Vec<_>>() {
            if let Err(error) = bell::prune(&mut connection, &self.shared.options.prefix, queue).await {
                tracing::warn!(%queue, %error, "answered rings could not be removed from Redis");
            }
        }
    }
}
