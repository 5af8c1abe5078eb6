//! When a pool looks into Redis: at each tick, and at once when this process's relay has rung.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use apalis::prelude::*;
use domain::Queue;
use futures::Stream;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_stream::wrappers::WatchStream;

/// Rings of other processes are found at the latest after this; those of its own at once.
const TICK: Duration = Duration::from_millis(100);

/// One bell a queue, heard by this process's pool.
#[derive(Debug)]
pub struct Wakes(Vec<(Queue, watch::Sender<u64>)>);

impl Wakes {
    /// Bells for these queues.
    pub fn new(queues: &[(Queue, usize)]) -> Self {
        Self(queues.iter().map(|(queue, _)| (*queue, watch::channel(0).0)).collect())
    }

    /// The queues that this process has pools for.
    pub fn queues(&self) -> impl Iterator<Item = Queue> {
        self.0.iter().map(|(queue, _)| *queue)
    }

    /// Listens to a queue's bell.
    pub fn listen(&self, queue: Queue) -> watch::Receiver<u64> {
        self.0
            .iter()
            .find(|(known, _)| *known == queue)
            .map_or_else(|| watch::channel(0).1, |(_, bell)| bell.subscribe())
    }

    /// Wakes the pool of a queue.
    pub fn wake(&self, queue: Queue) {
        if let Some((_, bell)) = self.0.iter().find(|(known, _)| *known == queue) {
            bell.send_modify(|rings| *rings += 1);
        }
    }
}

/// Polls at each tick and at each bell.
pub struct Wake {
    tick: Interval,
    bell: Pin<Box<dyn Stream<Item = u64> + Send>>,
}

impl Wake {
    /// A strategy that hears this bell.
    pub fn new(bell: watch::Receiver<u64>) -> Self {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { tick, bell: Box::pin(WatchStream::from_changes(bell)) }
    }
}

impl PollStrategy for Wake {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut fired = false;
        // Each is polled until it is pending, so that a waker is always registered: returning
        // early would lose the next wake-up.
        while self.tick.poll_tick(cx).is_ready() {
            fired = true;
        }
        while let Poll::Ready(Some(_)) = self.bell.as_mut().poll_next(cx) {
            fired = true;
        }
        if fired { Poll::Ready(Some(())) } else { Poll::Pending }
    }
}
