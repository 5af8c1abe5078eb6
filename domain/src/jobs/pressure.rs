//! Refusing work that could not be begun in time anyway.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use entity::job::Queue;
use sea_orm::FromQueryResult;

use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, db};

/// The queues are looked at no more often than this.
const FRESH: Duration = Duration::from_secs(2);

/// How far each queue is behind, as this process last saw it.
#[derive(Clone, Debug, Default)]
pub struct Pressure(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    at: Option<Instant>,
    oldest: Vec<(Queue, Duration)>,
}

#[derive(FromQueryResult)]
struct Oldest {
    queue: Queue,
    age_s: f64,
}

impl Pressure {
    /// Lets new work into a queue unless its oldest due job waits longer than it may. A paused
    /// queue takes work: somebody means it to wait.
    ///
    /// # Errors
    /// `overloaded`, with the time after which to ask again.
    pub async fn admit(&self, ctx: &Ctx, queue: Queue) -> Result<()> {
        if self.is_stale() {
            let oldest = oldest_due(ctx).await?;
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Seen { at: Some(Instant::now()), oldest };
        }
        let age = {
            let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            seen.oldest.iter().find(|(known, _)| *known == queue).map_or(Duration::ZERO, |(_, age)| *age)
        };
        if age <= ctx.limits.oldest_due {
            return Ok(());
        }
        let mut error = Error::new(
            ErrorKind::Unavailable,
            "overloaded",
            "We are far behind with work like this. Nothing was changed and nothing was charged. Try again in a minute.",
        );
        error.retry_after = Some(Duration::from_mins(1));
        Err(error)
    }

    /// Marks the look as fresh at once, so that of many callers one looks.
    fn is_stale(&self) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = seen.at.is_none_or(|at| at.elapsed() >= FRESH);
        if stale {
            seen.at = Some(Instant::now());
        }
        stale
    }
}

/// The age of the oldest due job of each queue that is not paused: of each organisation the first
/// job in line, which a scan over organisations finds without reading the rest.
async fn oldest_due(ctx: &Ctx) -> Result<Vec<(Queue, Duration)>> {
    let rows: Vec<Oldest> = db::all(
        &ctx.db,
        db::sql(
            format!("select queue, extract(epoch from now() - since)::float8 as age_s from (select c.queue, {FRONT} as since from queue_control c where not c.paused) q where since is not null"),
            [],
        ),
    )
    .await?;
    Ok(rows.into_iter().map(|row| (row.queue, Duration::from_secs_f64(row.age_s.max(0.0)))).collect())
}

/// The instant since which the first due job in any organisation's line of queue `c` waits.
pub(super) const FRONT: &str = "(
  with recursive orgs as (
    (select org_id from job where queue = c.queue and state in ('queued', 'waiting', 'retry') and org_id is not null order by org_id limit 1)
    union all
    select (select j.org_id from job j where j.queue = c.queue and j.state in ('queued', 'waiting', 'retry') and j.org_id > orgs.org_id order by j.org_id limit 1)
    from orgs where orgs.org_id is not null
  )
  select min(front.run_at) from (
    select f.run_at from orgs cross join lateral (
      select j.run_at from job j left join cloud a on a.id = j.cloud_id
      where j.queue = c.queue and j.state in ('queued', 'waiting', 'retry') and j.org_id = orgs.org_id and j.run_at <= now() and a.paused_at is null
      order by j.org_id, j.priority, j.run_at limit 1) f
    union all
    (select j.run_at from job j left join cloud a on a.id = j.cloud_id
     where j.queue = c.queue and j.state in ('queued', 'waiting', 'retry') and j.org_id is null and j.run_at <= now() and a.paused_at is null
     order by j.org_id, j.priority, j.run_at limit 1)
  ) front)";
