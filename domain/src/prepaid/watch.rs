//! The watch over wallets: computes when they are empty, tells those who pay, and climbs the ladders.

use chrono::{DateTime, Utc};
use entity::OrgId;
use entity::wallet_notice::NoticeKind;
use entity::wallet_policy::FundsEnd;

use super::limits::reserve_micros;
use super::{ladder, notice};
use crate::clock::month_start;
use crate::error::Result;
use crate::ledger::Forecast;
use crate::queue::Claim;
use crate::{Ctx, db, tax};

/// Wallets that are computed by one run at most; the next one takes the rest.
const MAX_COMPUTED: i64 = 5_000;
/// Organisations that are told by one run at most.
const MAX_TOLD: i64 = 5_000;
/// A new episode begins when a wallet lasts for longer than this, in hours.
const EPISODE_H: i32 = 80;

/// What a run of the watch did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watched {
    /// Wallets whose end was computed.
    pub computed: usize,
    /// Notices that were written.
    pub told: usize,
    /// Ladders that were begun, climbed or ended.
    pub climbed: usize,
}

db::row! {
    /// A wallet that money or prices moved.
    struct Stale {
        org_id: OrgId,
        moved: i64,
        funds_end: FundsEnd,
        ladder_hours: i32,
    }
}

db::row! {
    /// A wallet that lasts for less than a notice says.
    struct Low {
        org_id: OrgId,
        kind: NoticeKind,
        episode: String,
    }
}

/// Looks after all wallets, or after one. Each step is done once, however often this runs.
///
/// # Errors
/// When the database does not answer.
pub async fn watch(ctx: &Ctx, claim: &Claim, org: Option<OrgId>) -> Result<Watched> {
    let computed = compute(ctx, org).await?;
    let mut told = 0;
    let now = ctx.clock.now(&ctx.db).await?;
    let lows = select_low(org, MAX_TOLD).all(&ctx.db).await?;
    let spent = spent(ctx, org, now).await?;
    for Low { org_id, kind, episode } in lows.into_iter().chain(spent) {
        let tx = ctx.begin().await?;
        told += usize::from(notice::tell(ctx, &tx, org_id, kind, &episode).await?);
        tx.commit().await?;
    }
    let climbed = ladder::climb(ctx, claim, org).await?;
    Ok(Watched { computed, told, climbed })
}

/// Organisations that spent a share of their month's limit, with the tax that is added.
async fn spent(ctx: &Ctx, org: Option<OrgId>, now: DateTime<Utc>) -> Result<Vec<Low>> {
    let limited = select_limited(org).only(&ctx.db).await?;
    if limited.is_empty() {
        return Ok(Vec::new());
    }
    let levies = tax::levies(&ctx.db, &limited).await?;
    let (owing, part, whole) = if levies.added() { levies.before(now) } else { Default::default() };
    select_spent(org, month_start(now), MAX_TOLD, &owing, part, whole).all(&ctx.db).await
}

/// Computes when moved wallets are empty. One that moves meanwhile is computed again.
async fn compute(ctx: &Ctx, org: Option<OrgId>) -> Result<usize> {
    let moved = select_moved_wallets(org, MAX_COMPUTED).all(&ctx.db).await?;
    let orgs: Vec<OrgId> = moved.iter().map(|stale| stale.org_id).collect();
    let levies = tax::levies(&ctx.db, &orgs).await?;
    for Stale { org_id, moved, funds_end, ladder_hours } in &moved {
        let forecast = Forecast::under(&ctx.db, *org_id, levies.of(*org_id)).await?;
        let zero_at = match funds_end {
            FundsEnd::Continue => forecast.zero_at(),
            FundsEnd::Ladder => {
                forecast.spent_at(reserve_micros(forecast.with_tax(forecast.hour_micros()), *ladder_hours))
            }
        };
        update_forecast(*org_id, *moved, zero_at, EPISODE_H).exec(&ctx.db).await?;
    }
    Ok(moved.len())
}

db::statement! {
    fn select_moved_wallets(org: Option<OrgId>, limit: i64) -> Stale =
        "select f.org_id, f.moved, coalesce(p.funds_end, 'continue') as funds_end,
           coalesce(p.ladder_hours, 72) as ladder_hours from wallet_forecast f left join wallet_policy p using (org_id)
         where f.moved <> f.computed and ($1::uuid is null or f.org_id = $1) order by f.org_id limit $2";

    fn update_forecast(org: OrgId, moved: i64, zero_at: Option<DateTime<Utc>>, episode_h: i32) =
        file "update_forecast.sql";

    fn select_low(org: Option<OrgId>, limit: i64) -> Low = file "select_low.sql";

    fn select_limited(org: Option<OrgId>) -> Vec<OrgId> =
        "select coalesce(array_agg(org_id), '{}') from wallet_policy
         where month_cap_micros > 0 and ($1::uuid is null or org_id = $1)";

    fn select_spent(
        org: Option<OrgId>,
        month: DateTime<Utc>,
        limit: i64,
        owing: &[OrgId],
        part: Vec<i64>,
        whole: Vec<i64>,
    ) -> Low = file "select_spent.sql";
}
