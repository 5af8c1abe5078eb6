//! Refusing work that could not be begun in time anyway.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use entity::job::Queue;

use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, db};

/// The queues are read no more often than this.
const FRESH: Duration = Duration::from_secs(2);

/// How far each queue is behind, as this process last read it.
#[derive(Clone, Debug, Default)]
pub struct Pressure(Arc<Mutex<Reading>>);

#[derive(Debug, Default)]
struct Reading {
    at: Option<Instant>,
    oldest: Vec<(Queue, Duration)>,
}

db::row! {
    struct Oldest {
        queue: Queue,
        age_s: f64,
    }
}

impl Pressure {
    /// Lets new work into a queue unless its oldest due job waits longer than it may. A paused queue takes work: an
    /// operator means it to wait.
    ///
    /// # Errors
    /// `overloaded`, with the time after which to ask again.
    pub async fn admit(&self, ctx: &Ctx, queue: Queue) -> Result<()> {
        if self.is_stale() {
            let oldest = oldest_due(ctx).await?;
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Reading { at: Some(Instant::now()), oldest };
        }
        let age = {
            let reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            reading.oldest.iter().find(|(known, _)| *known == queue).map_or(Duration::ZERO, |(_, age)| *age)
        };
        if age <= ctx.limits.oldest_due {
            return Ok(());
        }
        let words = "We are far behind with work like this. Nothing was changed and nothing was charged. Try again in \
                     a \
                     minute.";
        Err(Error::new(ErrorKind::Unavailable, "overloaded", words).after(Duration::from_mins(1)))
    }

    /// Marks the reading as fresh at once, so that of many callers one reads.
    fn is_stale(&self) -> bool {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = reading.at.is_none_or(|at| at.elapsed() >= FRESH);
        if stale {
            reading.at = Some(Instant::now());
        }
        stale
    }
}

/// The age of the oldest due job of each queue that is not paused.
async fn oldest_due(ctx: &Ctx) -> Result<Vec<(Queue, Duration)>> {
    let rows = select_oldest_due().all(&ctx.db).await?;
    Ok(rows.into_iter().map(|row| (row.queue, Duration::from_secs_f64(row.age_s.max(0.0)))).collect())
}

db::statement! {
    fn select_oldest_due() -> Oldest =
        "select queue, extract(epoch from now() - since)::float8 as age_s from (select c.queue, (",
        file "front.sql",
        ") as since from queue_control c where not c.paused) q where since is not null";
}
