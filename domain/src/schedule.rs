//! Schedules: a tick is a unique row, so any number of schedulers may run without a leader.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;

use crate::error::Result;
use crate::jobs::{self, Job, NewJob};
use crate::{Ctx, db};

/// A schedule as the database keeps it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Cursor {
    /// Its last tick, in business time.
    pub last_tick: DateTime<Utc>,
    /// Whether it is paused.
    pub paused: bool,
    /// Business time now.
    pub now: DateTime<Utc>,
}

/// Makes sure that a schedule has its row; a new one begins now.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure(ctx: &Ctx, name: &str, cron: &str, catch_up: Duration) -> Result<()> {
    db::exec(
        &ctx.db,
        db::sql(
            "insert into schedule (name, cron, catch_up, last_tick) values ($1, $2, make_interval(secs => $3), business_now()) \
             on conflict (name) do update set cron = excluded.cron, catch_up = excluded.catch_up where (schedule.cron, schedule.catch_up) is distinct from (excluded.cron, excluded.catch_up)",
            [name.into(), cron.into(), catch_up.as_secs_f64().into()],
        ),
    )
    .await?;
    Ok(())
}

/// Where a schedule stands.
///
/// # Errors
/// When the database does not answer.
pub async fn cursor(ctx: &Ctx, name: &str) -> Result<Option<Cursor>> {
    db::one(
        &ctx.db,
        db::sql("select last_tick, paused, business_now() as now from schedule where name = $1", [name.into()]),
    )
    .await
}

/// Records a tick with its job, once, whoever comes first. Returns whether it was this caller.
///
/// # Errors
/// When the database does not answer.
pub async fn tick(ctx: &Ctx, name: &str, at: DateTime<Utc>, job: Job) -> Result<bool> {
    let tx = ctx.begin().await?;
    let claimed = db::exec(
        &tx,
        db::sql(
            "insert into schedule_tick (name, tick_at) values ($1, $2) on conflict do nothing",
            [name.into(), at.into()],
        ),
    )
    .await?;
    if claimed == 1 {
        let id = jobs::enqueue(ctx, &tx, NewJob::new(job)).await?;
        db::exec(
            &tx,
            db::sql(
                "update schedule_tick set job_id = $3 where name = $1 and tick_at = $2",
                [name.into(), at.into(), id.into()],
            ),
        )
        .await?;
    }
    db::exec(
        &tx,
        db::sql("update schedule set last_tick = greatest(last_tick, $2) where name = $1", [name.into(), at.into()]),
    )
    .await?;
    tx.commit().await?;
    Ok(claimed == 1)
}
