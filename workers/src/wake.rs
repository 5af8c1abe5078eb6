//! When a pool looks into Redis: at each tick, and when this process's relay has rung: at once, and
//! once more soon after.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use apalis::prelude::*;
use domain::Queue;
use futures::Stream;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, Sleep, interval, sleep};
use tokio_stream::wrappers::WatchStream;

/// Rings of other processes are found at the latest after this; those of its own at once.
const TICK: Duration = Duration::from_millis(100);

/// A bell that falls into a look that is on its way is not heard by it. The look after this finds
/// the ring; it would lie until the next tick.
const ECHO: Duration = Duration::from_millis(3);

/// One bell a queue, heard by this process's pool.
#[derive(Debug)]
pub struct Wakes(Vec<(Queue, watch::Sender<u64>)>);

impl Wakes {
    /// Bells for these queues.
    pub fn new(queues: &[(Queue, usize)]) -> Self {
        Self(queues.iter().map(|(queue, _)| (*queue, watch::channel(0).0)).collect())
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

/// Polls at each tick, and at each bell and its echo.
pub struct Wake {
    tick: Interval,
    bell: Pin<Box<dyn Stream<Item = u64> + Send>>,
    echo: Option<Pin<Box<Sleep>>>,
}

impl Wake {
    /// A strategy that hears this bell.
    pub fn new(bell: watch::Receiver<u64>) -> Self {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { tick, bell: Box::pin(WatchStream::from_changes(bell)), echo: None }
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
            self.echo = Some(Box::pin(sleep(ECHO)));
        }
        if self.echo.as_mut().is_some_and(|echo| echo.as_mut().poll(cx).is_ready()) {
            fired = true;
            self.echo = None;
        }
        if fired { Poll::Ready(Some(())) } else { Poll::Pending }
    }
}
