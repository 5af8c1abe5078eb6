//! The relay: rings for jobs that are due. Any number of processes may run one; a queue is rung by
//! one at a time.
//!
//! A notification leads straight to its queue. Everything else (retries, delays, rings that nobody
//! answered, notifications that were lost) is found by one cheap question for all queues, so that a
//! relay without work costs next to nothing.

use std::sync::Arc;
use std::time::Duration;

use apalis_redis::{ConnectionManager, RedisStorage};
use domain::activity::{Listener, Notice};
use domain::queue::{self, Rung, Turn, Window};
use domain::work::known_kinds;
use domain::{Ctx, Queue};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::Shared;
use crate::bell::{self, Ring};
use crate::connection::{GuardedConnection, PATIENCE};
use crate::wake::Wakes;

/// Without any notification, due jobs are looked for this often.
const SLOW_POLL: Duration = Duration::from_secs(1);
/// When another process is ringing a queue, due jobs are looked for after this, in case that process
/// dies of it: it hears of new jobs as we do, and looks again by itself.
const CONTENDED: Duration = Duration::from_millis(100);
/// While rings go out as fast as they are answered, the next look follows after this.
const BUSY: Duration = Duration::from_millis(2);
/// A queue whose bounds hold jobs back is looked at again after this, and less and less often, down
/// to [`SLOW_POLL`], while nothing of it may be rung.
const HELD_BACK: Duration = Duration::from_millis(20);
/// The windows are read this often.
const WINDOWS: Duration = Duration::from_secs(1);
/// Redis is given so long for an answer, and left alone for as long when it gave none.
const REDIS_PATIENCE: Duration = Duration::from_secs(2);
/// A look is given up after this: Redis may be waited for thrice in it (connect, count, push) before
/// the database is silent.
const LOOK: Duration = Duration::from_secs(PATIENCE.as_secs() + 3 * REDIS_PATIENCE.as_secs());
/// Jobs rung in one go.
const BATCH: i64 = 500;
/// Wake-ups that wait at most: a relay that is behind looks at its queues anyway.
const WAITING_WAKES: usize = 64;

/// Rings until `stop`.
pub async fn serve(shared: Shared, wakes: Wakes, stop: CancellationToken) {
    let (woken, mut wake) = mpsc::channel(WAITING_WAKES);
    let db = Arc::new(GuardedConnection::new(&shared.env.ctx));
    let (read, windows) = watch::channel(windows_now(&db).await.unwrap_or_default());
    let helpers = [tokio::spawn(listen(shared.clone(), woken)), tokio::spawn(read_windows(db.clone(), read))];
    let mut relay = Relay::new(shared, wakes, windows);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            queue = wake.recv() => {
                relay.wake(queue.flatten());
                while let Ok(queue) = wake.try_recv() {
                    relay.wake(queue);
                }
            }
            () = sleep_until(relay.next_look()) => {}
        }
        // Whatever goes wrong in it is told there; without an answer it looks again.
        let look = async |ctx: Ctx| {
            relay.look(&ctx).await;
            Ok(())
        };
        drop(db.ask(LOOK, look).await);
    }
    for helper in helpers {
        helper.abort();
    }
}

/// Turns notifications into wake-ups. When more wait than are worth keeping, the rest is dropped:
/// what they were for is found by looking.
async fn listen(shared: Shared, woken: mpsc::Sender<Option<Queue>>) {
    loop {
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

/// Keeps the windows up to date, beside the relay: no ring waits for it.
async fn read_windows(db: Arc<GuardedConnection>, read: watch::Sender<Vec<Window>>) {
    loop {
        match windows_now(&db).await {
            Ok(windows) => drop(read.send(windows)),
            Err(error) => tracing::warn!(%error, "the queues' windows could not be read"),
        }
        sleep(WINDOWS).await;
    }
}

async fn windows_now(db: &GuardedConnection) -> domain::Result<Vec<Window>> {
    db.ask(PATIENCE, async |ctx| queue::windows(&ctx).await).await
}

/// A queue of this process.
#[derive(Debug)]
struct Line {
    queue: Queue,
    /// When it is rung next, if that is known.
    ring_at: Option<Instant>,
    /// Due jobs of it are left alone until then, as its bounds held them back.
    held_until: Option<Instant>,
    /// How long the next hold lasts.
    hold: Duration,
    /// Slots for jobs that are run without Redis.
    direct: Arc<Semaphore>,
}

/// What ringing a queue came to.
#[derive(Debug)]
enum Looked {
    /// So many were rung, and there was room for more.
    Rung(usize),
    /// There was no room for more.
    Full,
    /// Another process is ringing this queue.
    Contended,
    /// It can't be rung now.
    Closed,
}

struct Relay {
    shared: Shared,
    wakes: Wakes,
    redis: Option<ConnectionManager>,
    retry_redis_at: Instant,
    /// How many rings may be outstanding, by queue.
    windows: watch::Receiver<Vec<Window>>,
    lines: Vec<Line>,
    /// When due jobs of all queues are looked for.
    ask_at: Instant,
}

impl Relay {
    fn new(shared: Shared, wakes: Wakes, windows: watch::Receiver<Vec<Window>>) -> Self {
        let line = |(queue, slots): &(Queue, usize)| Line {
            queue: *queue,
            ring_at: Some(Instant::now()),
            held_until: None,
            hold: HELD_BACK,
            direct: Arc::new(Semaphore::new(*slots)),
        };
        Self {
            lines: shared.options.queues.iter().map(line).collect(),
            shared,
            wakes,
            redis: None,
            retry_redis_at: Instant::now(),
            windows,
            ask_at: Instant::now(),
        }
    }

    /// There is something new in this queue, or in any.
    fn wake(&mut self, queue: Option<Queue>) {
        for line in self.lines.iter_mut().filter(|line| queue.is_none_or(|queue| queue == line.queue)) {
            line.ring_at = Some(Instant::now());
        }
    }

    fn next_look(&self) -> Instant {
        self.lines.iter().filter_map(|line| line.ring_at).fold(self.ask_at, Instant::min)
    }

    fn ask_within(&mut self, pause: Duration) {
        self.ask_at = self.ask_at.min(Instant::now() + pause);
    }

    /// Rings what is to be rung by now.
    async fn look(&mut self, ctx: &Ctx) {
        if self.shared.is_quiet() {
            self.lines.iter_mut().for_each(|line| line.ring_at = None);
            self.ask_at = Instant::now() + SLOW_POLL;
            return;
        }
        self.connect().await;
        // First what is known: a notification waits for no question.
        for place in 0..self.lines.len() {
            if self.lines[place].ring_at.is_some_and(|at| at <= Instant::now()) {
                self.ring_line(ctx, place, false).await;
            }
        }
        if self.ask_at <= Instant::now() {
            self.ask(ctx).await;
        }
    }

    /// Looks for due jobs of all queues, and rings those.
    async fn ask(&mut self, ctx: &Ctx) {
        self.ask_at = Instant::now() + SLOW_POLL;
        let now = Instant::now();
        let queues: Vec<_> = self
            .lines
            .iter()
            .filter(|line| line.held_until.is_none_or(|until| until <= now))
            .map(|line| line.queue)
            .collect();
        let due = match queue::due(ctx, &queues, self.shared.options.times.rering, SLOW_POLL).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "due jobs could not be looked for; they are looked for again");
                return;
            }
        };
        self.ask_within(due.next);
        for place in 0..self.lines.len() {
            if due.queues.contains(&self.lines[place].queue) {
                self.ring_line(ctx, place, true).await;
            }
        }
    }

    /// Rings a queue, and notes when to look at it again. `due`: there is something to ring, so that
    /// nothing rung means that the queue's bounds hold it back.
    async fn ring_line(&mut self, ctx: &Ctx, place: usize, due: bool) {
        self.lines[place].ring_at = None;
        let queue = self.lines[place].queue;
        let looked = match self.ring(ctx, queue, &self.lines[place].direct.clone()).await {
            Ok(looked) => looked,
            Err(error) => {
                tracing::warn!(%queue, %error, "jobs could not be rung; they are tried again");
                return;
            }
        };
        let line = &mut self.lines[place];
        match looked {
            Looked::Full => {
                line.ring_at = Some(Instant::now() + BUSY);
                (line.held_until, line.hold) = (None, HELD_BACK);
            }
            Looked::Contended => self.ask_within(CONTENDED),
            Looked::Rung(0) | Looked::Closed if due => {
                let hold = line.hold;
                line.held_until = Some(Instant::now() + hold);
                line.hold = (hold * 2).min(SLOW_POLL);
                self.ask_within(hold);
            }
            Looked::Rung(0) | Looked::Closed => {}
            // Its bounds may have held more of them back.
            Looked::Rung(_) => {
                (line.held_until, line.hold) = (None, HELD_BACK);
                self.ask_within(HELD_BACK);
            }
        }
    }

    async fn connect(&mut self) {
        if self.redis.is_some() || Instant::now() < self.retry_redis_at {
            return;
        }
        match timeout(REDIS_PATIENCE, bell::connect(&self.shared.options.redis_url)).await {
            Ok(Ok(connection)) => self.redis = Some(connection),
            outcome => {
                self.retry_redis_at = Instant::now() + REDIS_PATIENCE;
                tracing::warn!(error = ?outcome.map(Result::err), "Redis can't be reached; jobs are taken from the \
                                                                   table instead");
            }
        }
    }

    async fn ring(&mut self, ctx: &Ctx, queue: Queue, direct: &Arc<Semaphore>) -> anyhow::Result<Looked> {
        let rering = self.shared.options.times.rering;
        let window = self.windows.borrow().iter().find(|window| window.queue == queue).map_or(0, |window| window.rings);
        if window <= 0 {
            return Ok(Looked::Closed);
        }
        let Some(mut connection) = self.redis.clone() else {
            let free = i64::try_from(direct.available_permits())?;
            let Some(turn) = Turn::take(ctx, queue).await? else { return Ok(Looked::Contended) };
            let rung = turn.ring(free.min(window), rering, known_kinds()).await?;
            self.run_directly(queue, &rung, direct);
            return Ok(Looked::Rung(rung.len()));
        };
        let prefix = self.shared.options.prefix.clone();
        let Ok(Ok(outstanding)) = timeout(REDIS_PATIENCE, bell::outstanding(&mut connection, &prefix, queue)).await
        else {
            self.lose_redis(ctx, queue, &[]).await?;
            return Ok(Looked::Full);
        };
        let room = (window - outstanding).min(BATCH);
        if room <= 0 {
            return Ok(Looked::Full);
        }
        let Some(turn) = Turn::take(ctx, queue).await? else { return Ok(Looked::Contended) };
        let rung = turn.ring(room, rering, known_kinds()).await?;
        if rung.is_empty() {
            return Ok(Looked::Rung(0));
        }
        let mut storage: RedisStorage<Ring> = bell::storage(connection, &prefix, queue, 1);
        let Ok(Ok(())) = timeout(REDIS_PATIENCE, bell::push(&mut storage, &rung)).await else {
            self.lose_redis(ctx, queue, &rung).await?;
            return Ok(Looked::Full);
        };
        self.wakes.wake(queue);
        metrics::counter!("jobs_rung_total", "queue" => queue.as_str()).increment(rung.len() as u64);
        Ok(if i64::try_from(rung.len())? >= room { Looked::Full } else { Looked::Rung(rung.len()) })
    }

    /// Redis did not answer: these rings are taken back, and jobs are run without it for a while.
    async fn lose_redis(&mut self, ctx: &Ctx, queue: Queue, rung: &[Rung]) -> anyhow::Result<()> {
        tracing::warn!(%queue, "Redis does not answer; jobs are taken from the table instead");
        self.redis = None;
        self.retry_redis_at = Instant::now() + REDIS_PATIENCE;
        let ids: Vec<_> = rung.iter().map(|rung| rung.id).collect();
        queue::mark_lost(ctx, &ids).await?;
        Ok(())
    }

    fn run_directly(&self, queue: Queue, rung: &[Rung], direct: &Arc<Semaphore>) {
        for rung in rung {
            let Ok(slot) = direct.clone().try_acquire_owned() else {
                return;
            };
            let (shared, id) = (self.shared.clone(), rung.id);
            tokio::spawn(async move {
                shared.run(queue, &shared.owner, id).await;
                drop(slot);
            });
        }
    }
}
