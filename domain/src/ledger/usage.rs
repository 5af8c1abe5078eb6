//! Usage: the hours of servers as lines of journals. When a segment opens and closes, and what an hour costs, is
//! decided in [`crate::billing`].

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId, SegmentId, VpsId};
use sea_orm::ConnectionTrait;

use super::Cause;
use crate::db;
use crate::error::Result;

/// A server's price from an instant on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewSegment {
    /// Its id.
    pub(crate) id: SegmentId,
    /// The server.
    pub(crate) vps: VpsId,
    /// A month's price in micro-units.
    pub(crate) month_micros: i64,
    /// Hours after which a month's price is reached.
    pub(crate) hours_per_month: i32,
    /// Its hours count from here, in business time.
    pub(crate) started_at: DateTime<Utc>,
}

/// What was charged by one call.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Organisations that were charged.
    pub(crate) orgs: u64,
    /// What they were charged in all, in micro-units.
    pub(crate) micros: i64,
}

/// Opens a segment whose hour 1 was paid by a journal of so many micro-units.
///
/// # Errors
/// When the server has an open segment already.
pub(crate) async fn open_usage(
    tx: &impl ConnectionTrait,
    cause: Cause,
    new: NewSegment,
    (journal, micros): (i64, i64),
) -> Result<()> {
    let NewSegment { id, vps, month_micros, hours_per_month, started_at } = new;
    insert_segment(id, vps, cause.org, month_micros, hours_per_month, started_at, micros, journal).exec(tx).await?;
    Ok(())
}

/// Opens a segment of which no hour is paid yet.
///
/// # Errors
/// When the server has an open segment already.
pub(crate) async fn open_unheld_usage(tx: &impl ConnectionTrait, org: OrgId, new: NewSegment) -> Result<()> {
    let NewSegment { id, vps, month_micros, hours_per_month, started_at } = new;
    insert_unheld_segment(id, vps, org, month_micros, hours_per_month, started_at).exec(tx).await?;
    Ok(())
}

/// Resumes a segment that had ended: its hours count from where they always did.
///
/// # Errors
/// When the server has an open segment already.
pub(crate) async fn reopen_usage(tx: &impl ConnectionTrait, segment: SegmentId) -> Result<()> {
    reopen_segment(segment).exec(tx).await?;
    Ok(())
}

/// Charges what is due at an instant of these organisations' open segments, or of one server's alone. The wallet pays
/// what it can, and the rest becomes a debt. `key` names the cause: what it charged before is not charged again.
///
/// # Errors
/// When the database refuses it; a deadlock's victim may try again.
pub(crate) async fn charge_usage(
    tx: &impl ConnectionTrait,
    orgs: &[OrgId],
    only: Option<VpsId>,
    at: DateTime<Utc>,
    key: &str,
    job: JobId,
) -> Result<Usage> {
    lock_wallets(orgs).all(tx).await?;
    let charged = charge_segments(orgs, at, key, job, only).all(tx).await?;
    Ok(Usage { orgs: charged.len() as u64, micros: charged.iter().sum() })
}

/// Ends a segment. What it owes is charged before.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn end_usage(tx: &impl ConnectionTrait, segment: SegmentId, at: DateTime<Utc>) -> Result<()> {
    end_segment(segment, at).exec(tx).await?;
    Ok(())
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_segment(
        id: SegmentId,
        vps: VpsId,
        org: OrgId,
        month_micros: i64,
        hours_per_month: i32,
        started_at: DateTime<Utc>,
        micros: i64,
        journal: i64,
    ) = file "insert_segment.sql";

    fn insert_unheld_segment(
        id: SegmentId,
        vps: VpsId,
        org: OrgId,
        month_micros: i64,
        hours_per_month: i32,
        started_at: DateTime<Utc>,
    ) =
        "insert into usage_segment (id, vps_id, org_id, month_micros, hours_per_month, started_at)
         values ($1, $2, $3, $4, $5, $6)";

    fn reopen_segment(id: SegmentId) = "update usage_segment set ended_at = null where id = $1";

    fn lock_wallets(orgs: &[OrgId]) -> i64 =
        "select id from account where kind = 'wallet' and currency = 'USD' and org_id = any($1)
         order by id for update";

    fn charge_segments(orgs: &[OrgId], at: DateTime<Utc>, key: &str, job: JobId, only: Option<VpsId>) -> i64 =
        file "charge_segments.sql";

    fn end_segment(id: SegmentId, at: DateTime<Utc>) =
        "update usage_segment set ended_at = greatest(started_at, $2) where id = $1 and ended_at is null";
}
