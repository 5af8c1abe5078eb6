//! Token buckets in the database: every worker takes from the same ones, so that all together
//! stay below what the provider allows.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::ProviderAccountId;
use sea_orm::FromQueryResult;

use crate::error::Result;
use crate::{Ctx, db};

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
pub async fn take(ctx: &Ctx, account: ProviderAccountId, bucket: Bucket) -> Result<Option<Duration>> {
    let taken: Option<Taken> = db::one(
        &ctx.db,
        db::sql(
            TAKE,
            [account.into(), bucket.name.into(), bucket.capacity.into(), bucket.per_s.into(), bucket.reserve.into()],
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
  insert into provider_budget (provider_account_id, bucket, capacity, per_s, tokens) select $1, $2, $3, $4, $3 - 1 from quick
  on conflict (provider_account_id, bucket) do update set
    tokens = case
      when provider_budget.blocked_until > clock_timestamp() or level(provider_budget, $3, $4) < 1 + $5 then level(provider_budget, $3, $4)
      else level(provider_budget, $3, $4) - 1 end,
    granted = coalesce(provider_budget.blocked_until, '-infinity') <= clock_timestamp() and level(provider_budget, $3, $4) >= 1 + $5,
    capacity = $3, per_s = $4, filled_at = clock_timestamp()
  returning granted, tokens, blocked_until
)
select granted, greatest(extract(epoch from blocked_until - clock_timestamp()), (1 + $5 - tokens) / $4, 0)::float8 as wait_s from made";

/// The provider refused a call: nothing more is asked of this bucket for so long.
///
/// # Errors
/// When the database does not answer.
pub async fn block(ctx: &Ctx, account: ProviderAccountId, bucket: &str, pause: Duration) -> Result<()> {
    db::exec(
        &ctx.db,
        db::sql(
            "update provider_budget set blocked_until = greatest(blocked_until, clock_timestamp() + make_interval(secs => $3)), tokens = 0, filled_at = clock_timestamp() \
             where provider_account_id = $1 and bucket = $2",
            [account.into(), bucket.into(), pause.as_secs_f64().into()],
        ),
    )
    .await?;
    Ok(())
}

/// What the provider said is left: ours is never more. Others may use the same token.
///
/// # Errors
/// When the database does not answer.
pub async fn said(ctx: &Ctx, account: ProviderAccountId, bucket: &str, remaining: i32) -> Result<()> {
    db::exec(
        &ctx.db,
        db::sql(
            "with quick as (select set_config('synchronous_commit', 'off', true)) \
             update provider_budget b set remaining = $3, tokens = least(level(b, b.capacity, b.per_s), $3), filled_at = clock_timestamp() from quick \
             where b.provider_account_id = $1 and b.bucket = $2",
            [account.into(), bucket.into(), remaining.into()],
        ),
    )
    .await?;
    Ok(())
}

/// A bucket as an operator sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BudgetView {
    /// The account that it belongs to.
    pub account: ProviderAccountId,
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

/// The buckets of these accounts that were used so far, by account.
///
/// # Errors
/// When the database does not answer.
pub async fn budgets(ctx: &Ctx, accounts: &[ProviderAccountId]) -> Result<Vec<BudgetView>> {
    db::all(
        &ctx.db,
        db::sql(
            "select provider_account_id as account, bucket, capacity, per_s, level(b, capacity, per_s) as tokens, remaining, case when blocked_until > clock_timestamp() then blocked_until end as blocked_until \
             from provider_budget b where provider_account_id = any($1) order by provider_account_id, bucket",
            [db::uuids(accounts)],
        ),
    )
    .await
}
