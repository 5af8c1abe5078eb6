//! Retention: ended jobs move to a monthly archive, and whole months are dropped.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;

use super::Claim;
use crate::error::Result;
use crate::{Ctx, db, jobs};

/// Jobs moved by one statement.
const BATCH: i64 = 5_000;

/// How long things are kept. Chosen so that a month's questions are answered from the tables at
/// hand, and a year's from the archive.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Days that jobs stay at hand after they succeeded.
    pub succeeded_days: i32,
    /// Days that jobs stay at hand after they failed or were cancelled.
    pub failed_days: i32,
    /// Months that the archive keeps.
    pub archive_months: i32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { succeeded_days: 7, failed_days: 30, archive_months: 13 }
    }
}

/// What one batch moved.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Moved {
    /// Jobs.
    pub jobs: i64,
    /// Their steps.
    pub steps: i64,
}

#[derive(FromQueryResult)]
struct Month {
    month: DateTime<Utc>,
}

/// Moves some ended jobs with their steps into the archive, and forgets their provider calls.
/// Nothing is left to move when the answer is 0.
///
/// # Errors
/// `fenced`.
pub async fn archive_batch(ctx: &Ctx, claim: &Claim, keep: Retention) -> Result<Moved> {
    let tx = ctx.begin().await?;
    jobs::fence(&tx, claim).await?;
    let months: Vec<Month> = db::all(
        &tx,
        db::sql(
            format!("select distinct date_trunc('month', finished_at, 'UTC') as month from job where id in ({OLD}) order by 1"),
            [keep.succeeded_days.into(), keep.failed_days.into(), BATCH.into()],
        ),
    )
    .await?;
    for month in months {
        db::exec(&tx, db::sql("select archive_prepare($1)", [month.month.into()])).await?;
    }
    let moved: Option<Moved> = db::one(
        &tx,
        db::sql(
            format!(
                "with old as ({OLD}), \
                 gone as (delete from job using old where job.id = old.id returning job.*), \
                 kept as (insert into job_archive select * from gone), \
                 steps as (delete from job_step s using gone where s.job_id = gone.id returning s.*, gone.finished_at), \
                 kept_steps as (insert into job_step_archive select * from steps), \
                 calls as (delete from provider_call c using gone where c.job_id = gone.id) \
                 select (select count(*) from gone) as jobs, (select count(*) from steps) as steps"
            ),
            [keep.succeeded_days.into(), keep.failed_days.into(), BATCH.into()],
        ),
    )
    .await?;
    tx.commit().await?;
    Ok(moved.unwrap_or(Moved { jobs: 0, steps: 0 }))
}

/// Ids begin with their instant, so the oldest stand in front of the primary key. A failed job
/// that waits for a person stays until they have seen to it.
const OLD: &str = "select id from job where finished_at < now() - make_interval(days => case when state = 'succeeded' then $1 else $2 end) \
     and (state <> 'failed' or discarded_at is not null or finished_at < now() - make_interval(days => 3 * $2) \
          or exists (select from job r where r.retry_of = job.id)) \
     order by id limit $3";

/// Drops the months of the archive that are past their time, and whatever else grows: ticks,
/// statistics, workers that are gone, findings that are settled. Ends the job.
///
/// # Errors
/// `fenced`.
pub async fn drop_old(ctx: &Ctx, claim: &Claim, keep: Retention) -> Result<i32> {
    let tx = ctx.begin().await?;
    jobs::fence(&tx, claim).await?;
    let months: Option<i32> = db::scalar(
        &tx,
        db::sql("select archive_drop(now() - make_interval(months => $1))", [keep.archive_months.into()]),
    )
    .await?;
    for statement in [
        "delete from schedule_tick where tick_at < business_now() - interval '90 days'",
        "delete from job_stat where (step_s = 60 and at < now() - interval '26 hours') or at < now() - interval '9 days'",
        "delete from worker where seen_at < clock_timestamp() - interval '1 day'",
        "delete from cloud_finding where settled_at < clock_timestamp() - interval '90 days'",
        "delete from job_bulk where created_at < business_now() - interval '90 days'",
    ] {
        db::exec(&tx, db::sql(statement, [])).await?;
    }
    jobs::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(months.unwrap_or(0))
}
