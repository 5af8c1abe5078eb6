//! The relay: rings for jobs that are due. Any number of processes may run one; a row is rung by
//! whoever locks it first.

use std::sync::Arc;
use std::time::Duration;

use apalis_redis::{ConnectionManager, RedisStorage};
use domain::Queue;
use domain::activity::{Listener, Notice};
use domain::jobs::{Rung, Window};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::Shared;
use crate::bell::{self, Ring};
use crate::wake::Wakes;

/// Without any notification, due jobs are looked for this often.
const SLOW_POLL: Duration = Duration::from_secs(1);
/// When another process is ringing a queue, it is looked at again after this, in case that process
/// dies of it: it hears of new jobs as we do, and looks again by itself.
const CONTENDED: Duration = Duration::from_millis(50);
/// While rings go out as fast as they are answered, the next look follows after this.
const BUSY: Duration = Duration::from_millis(2);
/// Windows and leases of the doorbell are looked at this often.
const CONTROLS: Duration = Duration::from_secs(1);
/// Jobs that nobody takes are looked for this often.
const GIVE_UP: Duration = Duration::from_mins(1);
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
    let mut next = Instant::now();
    loop {
        let queues = tokio::select! {
            () = stop.cancelled() => break,
            queue = wake.recv() => together(queue.flatten(), &mut wake),
            () = sleep(next.saturating_duration_since(Instant::now())) => None,
        };
        let pause = match queues {
            Some(queues) => relay.ring_these(&queues).await,
            None => Some(relay.pass().await),
        };
        // A wake-up puts the next look off at no time.
        if let Some(pause) = pause {
            let at = Instant::now() + pause;
            next = if next <= Instant::now() { at } else { next.min(at) };
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
    gave_up_at: Instant,
    /// How many rings may be outstanding, by queue.
    windows: Vec<Window>,
    windows_at: Option<Instant>,
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
            gave_up_at: Instant::now(),
            windows: Vec::new(),
            windows_at: None,
            direct,
        }
    }

    /// Rings all queues once, and says how long nothing will be due.
    async fn pass(&mut self) -> Duration {
        self.connect().await;
        self.read_windows().await;
        let queues: Vec<_> = self.wakes.queues().collect();
        let soon = self.ring_these(&queues).await;
        self.prune().await;
        self.give_up().await;
        if let Some(pause) = soon {
            return pause;
        }
        domain::jobs::next_due(&self.shared.env.ctx, SLOW_POLL).await.unwrap_or(SLOW_POLL)
    }

    async fn read_windows(&mut self) {
        if self.windows_at.is_some_and(|at| at.elapsed() < CONTROLS) {
            return;
        }
        match domain::jobs::windows(&self.shared.env.ctx).await {
            Ok(windows) => {
                self.windows = windows;
                self.windows_at = Some(Instant::now());
            }
            Err(error) => tracing::warn!(%error, "the queues' windows could not be read"),
        }
    }

    /// Rings these queues, as far as this process has pools for them. Says when to look again, if
    /// that is soon.
    async fn ring_these(&mut self, queues: &[Queue]) -> Option<Duration> {
        if self.shared.is_quiet() {
            return None;
        }
        self.read_windows().await;
        let mut soon: Option<Duration> = None;
        for queue in queues.iter().filter(|queue| self.wakes.queues().any(|mine| mine == **queue)).collect::<Vec<_>>() {
            match self.ring(*queue).await {
                Ok(next) => soon = soon.into_iter().chain(next).min(),
                Err(error) => tracing::warn!(%queue, %error, "jobs could not be rung; they are tried again"),
            }
        }
        soon
    }

    async fn give_up(&mut self) {
        if self.gave_up_at.elapsed() < GIVE_UP {
            return;
        }
        self.gave_up_at = Instant::now();
        match domain::jobs::give_up(&self.shared.env.ctx).await {
            Ok(0) => {}
            Ok(jobs) => tracing::warn!(jobs, "no worker took these jobs before their deadline; they need a person"),
            Err(error) => tracing::warn!(%error, "jobs that nobody takes could not be looked for"),
        }
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

    /// Rings a queue; answers when to look again, if that is soon.
    async fn ring(&mut self, queue: Queue) -> anyhow::Result<Option<Duration>> {
        let ctx = self.shared.env.ctx.clone();
        let rering = self.shared.options.times.rering;
        let window = self.windows.iter().find(|window| window.queue == queue).map_or(0, |window| window.rings);
        let Some(mut connection) = self.redis.clone() else {
            let free = i64::try_from(self.slots(queue).available_permits())?;
            let Some(rung) = domain::jobs::ring(&ctx, queue, free.min(window), rering).await? else {
                return Ok(Some(CONTENDED));
            };
            self.run_directly(queue, &rung);
            return Ok(None);
        };
        let prefix = self.shared.options.prefix.clone();
        let counted =
            tokio::time::timeout(Duration::from_secs(2), bell::outstanding(&mut connection, &prefix, queue)).await;
        let Ok(Ok(outstanding)) = counted else {
            self.lose_redis(queue, &[]).await?;
            return Ok(None);
        };
        let room = (window - outstanding).min(BATCH);
        if room <= 0 {
            return Ok((window > 0).then_some(BUSY));
        }
        let Some(rung) = domain::jobs::ring(&ctx, queue, room, rering).await? else {
            return Ok(Some(CONTENDED));
        };
        if rung.is_empty() {
            return Ok(None);
        }
        let mut storage: RedisStorage<Ring> = bell::storage(connection, &prefix, queue, 1);
        let Ok(Ok(())) = tokio::time::timeout(Duration::from_secs(2), bell::push(&mut storage, &rung)).await else {
            self.lose_redis(queue, &rung).await?;
            return Ok(None);
        };
        self.wakes.wake(queue);
        metrics::counter!("jobs_rung_total", "queue" => queue.as_str()).increment(rung.len() as u64);
        Ok((i64::try_from(rung.len())? >= room).then_some(BUSY))
    }

    /// Redis did not answer: these rings are taken back, and jobs are run without it for a while.
    async fn lose_redis(&mut self, queue: Queue, rung: &[Rung]) -> anyhow::Result<()> {
        tracing::warn!(%queue, "Redis does not answer; jobs are taken from the table instead");
        self.redis = None;
        self.retry_redis_at = Instant::now() + Duration::from_secs(2);
        let ids: Vec<_> = rung.iter().map(|rung| rung.id).collect();
        domain::jobs::mark_lost(&self.shared.env.ctx, &ids).await?;
        Ok(())
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
                shared.run(queue, &shared.owner, id).await;
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
