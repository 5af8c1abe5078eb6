//! Another price for servers that run: from the first hour that begins at or after a moment, and never for hours that
//! were charged.

use chrono::{DateTime, Utc};
use entity::{JobId, MoveId, OrgId, SegmentId, VpsId};
use sea_orm::ConnectionTrait;

use crate::error::Result;
use crate::ledger::{self, Charge, NextPrice};
use crate::rating::{Price, Rule};
use crate::{Ctx, db};

db::row! {
    /// A move that is due.
    struct Due {
        id: MoveId,
        from_at: DateTime<Utc>,
    }
}

/// Moves the servers of these organisations, or one of them alone, to the prices that are due at an instant. Their
/// hours until then are charged first, at the price that they had. A server that was moved before is left as it is.
///
/// # Errors
/// When the database refuses it.
pub(super) async fn apply_moves(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    orgs: &[OrgId],
    only: Option<VpsId>,
    at: DateTime<Utc>,
    job: JobId,
) -> Result<()> {
    for due in select_due(at).all(tx).await? {
        let moved = select_moved(due.id, orgs, only).all(tx).await?;
        if moved.is_empty() {
            continue;
        }
        let mut of: Vec<OrgId> = moved.iter().map(|server| server.org_id).collect();
        of.dedup();
        // The job that moves them charges them once: what it has moved is not found again.
        let key = format!("usage:{}:{job}", due.id);
        let ending: Vec<SegmentId> = moved.iter().map(|server| server.segment_id).collect();
        let charge = Charge { orgs: &of, only, ending: &ending, at: due.from_at, key: &key, job };
        ledger::charge_usage(tx, charge).await?;
        for server in moved {
            let id = ctx.chance.id(at);
            ledger::follow_usage(tx, server.segment_id, id, server.price(), due.from_at).await?;
        }
    }
    Ok(())
}

db::row! {
    /// A server that gets another price.
    struct Moved {
        segment_id: SegmentId,
        org_id: OrgId,
        month_micros: i64,
        hours_per_month: i32,
        capped: bool,
        minimum_s: Option<i32>,
        version: Option<i32>,
        list_micros: i64,
    }
}

impl Moved {
    fn price(&self) -> NextPrice {
        let rule = Rule::of(self.hours_per_month, self.capped, self.minimum_s);
        let price = Price { month_micros: self.month_micros, rule };
        NextPrice { price, version: self.version, list_micros: self.list_micros }
    }
}

/// Marks moves as done whose moment every organisation has been charged past.
///
/// # Errors
/// When the database refuses it.
pub(super) async fn end_moves(tx: &impl ConnectionTrait) -> Result<()> {
    end_done_moves().exec(tx).await?;
    Ok(())
}

db::statement! {
    fn select_due(at: DateTime<Utc>) -> Due =
        "select id, from_at from price_move
         where from_at <= $1 and done_at is null and cancelled_at is null order by from_at, id limit 100";

    /// Servers are locked before wallets, as everywhere.
    fn select_moved(id: MoveId, orgs: &[OrgId], only: Option<VpsId>) -> Moved =
        "select s.id as segment_id, s.org_id, n.month_micros, n.hours_per_month, n.capped, n.minimum_s, n.version,
           n.list_micros",
        file "moved.sql",
        "and s.org_id = any($2) and ($3::uuid is null or s.vps_id = $3)
         order by s.org_id, s.id
         for no key update of v";

    fn end_done_moves() = file "end_done_moves.sql";
}
