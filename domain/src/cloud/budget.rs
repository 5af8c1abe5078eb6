//! Token buckets in the database: every worker takes from the same ones, so that all together
//! stay below what the provider allows.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::CloudId;
use sea_orm::FromQueryResult;

use crate::error::Result;
use crate::{Actor, Ctx, db};

/// A bucket as the provider's limit defines it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Its name: the class of calls that the provider counts together.
    pub name: &'static str,
    /// Calls that may be made at once.
    pub capacity: f64,
    /// Calls a second that it fills with.
    pub per_s: f64,
    /// Calls left for those who may go below: deletions.
    pub reserve: f64,
}

#[derive(FromQueryResult)]
struct Taken {
    granted: bool,
    wait_s: f64,
}

/// Takes one call from a bucket, or says how long to wait for one.
///
/// # Errors
/// When the database does not answer.
pub async fn take(ctx: &Ctx, cloud: CloudId, bucket: Bucket) -> Result<Option<Duration>> {
    let taken: Option<Taken> = db::one(
        &ctx.db,
        db::sql(
            TAKE,
            [cloud.into(), bucket.name.into(), bucket.capacity.into(), bucket.per_s.into(), bucket.reserve.into()],
        ),
    )
    .await?;
    Ok(taken.filter(|taken| !taken.granted).map(|taken| Duration::from_secs_f64(taken.wait_s.clamp(0.05, 900.0))))
}

/// The row is locked first and judged after: two takers never share a token. The mark need not
/// survive a crash.
const TAKE: &str = "
with quick as (select set_config('synchronous_commit', 'off', true)),
made as (
  insert into cloud_budget (cloud_id, bucket, capacity, per_s, tokens) select $1, $2, $3, $4, $3 - 1 from quick
  on conflict (cloud_id, bucket) do update set
    tokens = case
      when cloud_budget.blocked_until > clock_timestamp() or level(cloud_budget, $3, $4) < 1 + $5 then level(cloud_budget, $3, $4)
      else level(cloud_budget, $3, $4) - 1 end,
    granted = coalesce(cloud_budget.blocked_until, '-infinity') <= clock_timestamp() and level(cloud_budget, $3, $4) >= 1 + $5,
    capacity = $3, per_s = $4, filled_at = clock_timestamp()
  returning granted, tokens, blocked_until
)
select granted, greatest(extract(epoch from blocked_until - clock_timestamp()), (1 + $5 - tokens) / $4, 0)::float8 as wait_s from made";

/// The provider refused a call: nothing more is asked of this bucket for so long.
///
/// # Errors
/// When the database does not answer.
pub async fn block(ctx: &Ctx, cloud: CloudId, bucket: &str, pause: Duration) -> Result<()> {
    db::exec(
        &ctx.db,
        db::sql(
            "update cloud_budget set blocked_until = greatest(blocked_until, clock_timestamp() + make_interval(secs => $3)), tokens = 0, filled_at = clock_timestamp() \
             where cloud_id = $1 and bucket = $2",
            [cloud.into(), bucket.into(), pause.as_secs_f64().into()],
        ),
    )
    .await?;
    Ok(())
}

/// What the provider said is left: ours is never more. Others may use the same token.
///
/// # Errors
/// When the database does not answer.
pub async fn said(ctx: &Ctx, cloud: CloudId, bucket: &str, remaining: i32) -> Result<()> {
    db::exec(
        &ctx.db,
        db::sql(
            "with quick as (select set_config('synchronous_commit', 'off', true)) \
             update cloud_budget b set remaining = $3, tokens = least(level(b, b.capacity, b.per_s), $3), filled_at = clock_timestamp() from quick \
             where b.cloud_id = $1 and b.bucket = $2",
            [cloud.into(), bucket.into(), remaining.into()],
        ),
    )
    .await?;
    Ok(())
}

/// A bucket as an operator sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BudgetView {
    /// The cloud that it belongs to.
    pub cloud: CloudId,
    /// The class of calls.
    pub bucket: String,
    /// Calls that may be made at once.
    pub capacity: f64,
    /// Calls a second.
    pub per_s: f64,
    /// Calls that may be made now.
    pub tokens: f64,
    /// As the provider last said it.
    pub remaining: Option<i32>,
    /// Until when the provider wants to hear nothing more.
    pub blocked_until: Option<DateTime<Utc>>,
}

/// The buckets of these clouds that were used so far, by cloud.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn budgets(ctx: &Ctx, actor: &Actor, clouds: &[CloudId]) -> Result<Vec<BudgetView>> {
    actor.admin()?;
    db::all(
        &ctx.db,
        db::sql(
            "select cloud_id as cloud, bucket, capacity, per_s, level(b, capacity, per_s) as tokens, remaining, case when blocked_until > clock_timestamp() then blocked_until end as blocked_until \
             from cloud_budget b where cloud_id = any($1) order by cloud_id, bucket",
            [db::uuids(clouds)],
        ),
    )
    .await
}
