//! The one door to the time: wall time is the start plus what has passed on tokio's clock, so in a paused test both
//! stand still.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// Turns instants into wall time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    wall: DateTime<Utc>,
    started: Instant,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "a simulated cloud has a clock of its own")]
    pub(crate) fn start() -> Self {
        Self { wall: SystemTime::now().into(), started: Instant::now() }
    }

    /// Wall time at an instant not before the start.
    pub(crate) fn wall(&self, at: Instant) -> DateTime<Utc> {
        self.wall + at.saturating_duration_since(self.started)
    }

    /// The instant of a wall time; `now` for one that has passed.
    pub(crate) fn instant(&self, wall: DateTime<Utc>, now: Instant) -> Instant {
        (wall - self.wall(now)).to_std().map_or(now, |ahead| now + ahead)
    }

    pub(crate) fn wall_now(&self) -> DateTime<Utc> {
        self.wall(Instant::now())
    }
}
