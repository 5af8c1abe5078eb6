//! What a job costs while many others are due: the rate with the backlog held at a size.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use domain::db;
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use testkit::fixture::until;

use super::ours::{Ours, QUEUE, scalar};
use super::profile::Meter;
use crate::Scale;

/// How often the backlog is filled up again.
const FEED: Duration = Duration::from_millis(50);
/// A worker that has done nothing by then does nothing.
const FIRST: Duration = Duration::from_mins(2);

/// Milliseconds of wall time for each job at each size of the scale, from the rate over its seconds. Of each size the
/// cheapest round counts, since others use the machine too.
///
/// # Errors
/// When jobs are not done.
pub async fn measure(ours: &mut Ours, meter: &Meter, scale: Scale) -> Result<[f64; 4]> {
    let mut costs = [f64::INFINITY; 4];
    for _ in 0..scale.jobs.rounds {
        for (cost, size) in costs.iter_mut().zip(scale.jobs.backlog) {
            *cost = cost.min(at_size(ours, meter, size, scale).await?);
        }
    }
    ours.clear().await?;
    Ok(costs)
}

/// Jobs number $2 to $3 of a backlog whose first is due at $1. Their ids grow with time, as those of real jobs do.
const ADD: &str = "
insert into job (id, kind, queue, priority, max_attempts, deadline_at, run_at)
select (lpad(to_hex((extract(epoch from $1::timestamptz) * 1000)::bigint + n / 10), 12, '0')
            || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid,
       'platform.probe', 'mail', 1, 3, now() + interval '1 day',
       $1::timestamptz + n * interval '1 microsecond'
from (select n, md5(n::text) as h from generate_series($2::bigint, $3::bigint) n) s";

/// The number of the first that no worker has taken. It reads one entry of the index that the relay reads.
const FRONT: &str = "
select (extract(epoch from run_at - $1::timestamptz) * 1e6)::bigint
from job
where queue = $2 and org_id is null and state in ('queued', 'waiting', 'retry')
order by org_id, priority, run_at, id
limit 1";

/// A backlog in an order that says how much of it was taken: job number n is due n microseconds after
/// the first.
struct Backlog<'a> {
    db: &'a DatabaseConnection,
    since: DateTime<Utc>,
    made: i64,
}

impl Backlog<'_> {
    /// Adds jobs at its end.
    async fn add(&mut self, count: i64) -> Result<()> {
        let values = [self.since.into(), self.made.into(), (self.made + count - 1).into()];
        db::exec(self.db, db::sql(ADD, values)).await?;
        self.made += count;
        Ok(())
    }

    /// How many wait to be taken: those from the first waiting one on.
    async fn waiting(&self) -> Result<i64> {
        let front: Option<i64> = db::scalar(self.db, db::sql(FRONT, [self.since.into(), QUEUE.into()])).await?;
        Ok(self.made - front.unwrap_or(self.made))
    }

    /// Holds the backlog at a size for a while.
    async fn hold(&mut self, size: i64, time: Duration) -> Result<()> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            let short = size - self.waiting().await?;
            if short > 0 {
                self.add(short).await?;
            }
            tokio::time::sleep(FEED).await;
        }
        Ok(())
    }
}

async fn at_size(ours: &mut Ours, meter: &Meter, size: i64, scale: Scale) -> Result<f64> {
    ours.clear().await?;
    let owner = ours.owner.clone();
    let since = now(&owner).await? - chrono::Duration::hours(1);
    let mut backlog = Backlog { db: &owner, since, made: 0 };
    backlog.add(size).await?;
    owner.execute_unprepared("vacuum analyze job").await?;
    meter.checkpoint().await?;
    ours.start_workers()?;
    until(FIRST, async || Ok((backlog.waiting().await? < size).then_some(())))
        .await
        .with_context(|| format!("no job of {size} was begun"))?;
    backlog.hold(size, scale.jobs.warm_up).await?;
    let from = now(&owner).await?;
    backlog.hold(size, Duration::from_secs(scale.seconds)).await?;
    let to = now(&owner).await?;
    ours.stop_workers().await?;
    let done: Option<i64> = db::scalar(
        &owner,
        db::sql("select count(*) from job where finished_at between $1 and $2", [from.into(), to.into()]),
    )
    .await?;
    let done = done.filter(|done| *done > 0).with_context(|| format!("no job of {size} was done"))?;
    #[expect(clippy::cast_precision_loss, reason = "a count of jobs, and milliseconds")]
    let cost = (to - from).num_milliseconds() as f64 / done as f64;
    Ok(cost)
}

async fn now(db: &DatabaseConnection) -> Result<DateTime<Utc>> {
    scalar(db, "select clock_timestamp()").await?.context("the database's clock")
}
