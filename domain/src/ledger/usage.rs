//! Usage: the hours of servers as lines of journals. When a segment opens and closes, and what an hour costs, is
//! decided in [`crate::billing`].

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId, SegmentId, VpsId};
use sea_orm::ConnectionTrait;

use super::Cause;
use super::hold::Captured;
use crate::db;
use crate::error::Result;
use crate::rating::Price;
use crate::tax::{self, Levies};

/// A server's price from an instant on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewSegment {
    /// Its id.
    pub(crate) id: SegmentId,
    /// The server.
    pub(crate) vps: VpsId,
    /// What a month costs, and by which rule.
    pub(crate) price: Price,
    /// The version of the plan's price that it is; none before there were versions.
    pub(crate) version: Option<i32>,
    /// Its hours count from here, in business time.
    pub(crate) started_at: DateTime<Utc>,
}

/// A price that follows another.
#[derive(Clone, Copy, Debug)]
pub struct NextPrice {
    /// What a month costs the organisation, and by which rule.
    pub price: Price,
    /// The version of the plan's price that it is.
    pub version: Option<i32>,
    /// What a month costs on the list, in micro-units: without what the organisation has of its own.
    pub list_micros: i64,
}

db::row! {
    /// What was charged by one call.
    #[derive(Clone, Copy, Debug, Default)]
    pub(crate) struct Usage {
        /// Organisations that were charged.
        pub(crate) orgs: i64,
        /// What they were charged in all, in micro-units.
        pub(crate) micros: i64,
        /// Those of them whose wallet could not pay all of it.
        pub(crate) in_debt: i64,
        /// Hours that were charged.
        pub(crate) lines: i64,
    }
}

db::row! {
    /// With how many seconds a segment ends that is charged by the second.
    struct Ends {
        id: SegmentId,
        seconds: i64,
    }
}

/// Opens a segment by the hour whose hour 1 was paid by a journal.
///
/// # Errors
/// When the server has an open segment already.
pub(crate) async fn open_usage(tx: &impl ConnectionTrait, cause: Cause, new: NewSegment, paid: Captured) -> Result<()> {
    let NewSegment { id, vps, price: Price { month_micros, rule }, version, started_at } = new;
    let Captured { journal, micros, tax } = paid;
    let (hours, capped) = (rule.hours_per_month, rule.capped);
    let (tax_micros, added) = (tax.map(|tax| tax.micros), tax.map(|tax| tax.added));
    insert_segment(
        id,
        vps,
        cause.org,
        month_micros,
        hours,
        started_at,
        micros,
        journal,
        capped,
        version,
        tax_micros,
        added,
    )
    .exec(tx)
    .await?;
    Ok(())
}

/// Opens a segment of which no hour is paid yet.
///
/// # Errors
/// When the server has an open segment already.
pub(crate) async fn open_unheld_usage(tx: &impl ConnectionTrait, org: OrgId, new: NewSegment) -> Result<()> {
    let NewSegment { id, vps, price: Price { month_micros, rule }, version, started_at } = new;
    let (hours, capped, minimum_s) = (rule.hours_per_month, rule.capped, rule.increment.minimum_s());
    insert_unheld_segment(id, vps, org, month_micros, hours, started_at, capped, version, minimum_s).exec(tx).await?;
    Ok(())
}

/// Resumes a segment by the hour that had ended: its hours count from where they always did.
///
/// # Errors
/// When the server has an open segment already.
pub(crate) async fn reopen_usage(tx: &impl ConnectionTrait, segment: SegmentId) -> Result<()> {
    reopen_segment(segment).exec(tx).await?;
    Ok(())
}

/// Ends a segment's price at the next hour that begins at or after `from` and is not charged yet, and begins another
/// there, of the segment `next`. By the second, the segment has ended, and the other begins where it did. The server's
/// row has the new price from now on. Harmless for a segment by the hour that ended.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn follow_usage(
    tx: &impl ConnectionTrait,
    segment: SegmentId,
    next: SegmentId,
    to: NextPrice,
    from: DateTime<Utc>,
) -> Result<()> {
    let NextPrice { price: Price { month_micros, rule }, version, list_micros } = to;
    let (hours, capped, minimum_s) = (rule.hours_per_month, rule.capped, rule.increment.minimum_s());
    follow_segment(segment, next, from, month_micros, hours, capped, version, list_micros, minimum_s).exec(tx).await?;
    Ok(())
}

/// What is charged by one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge<'a> {
    /// Whose servers, in the order of their ids.
    pub(crate) orgs: &'a [OrgId],
    /// One server alone.
    pub(crate) only: Option<VpsId>,
    /// Segments whose price ends at `at`: those by the second are ended there and charged to the second, at least their
    /// minimum. Those by the hour are charged as others are.
    pub(crate) ending: &'a [SegmentId],
    /// Up to this instant.
    pub(crate) at: DateTime<Utc>,
    /// The cause: what it charged before is not charged again.
    pub(crate) key: &'a str,
    /// The job that charges.
    pub(crate) job: JobId,
}

/// Charges what is due at an instant of open segments, with the tax on it. The wallet pays what it can, and the rest
/// becomes a debt.
///
/// # Errors
/// When the database refuses it; a deadlock's victim may try again.
pub(crate) async fn charge_usage(tx: &impl ConnectionTrait, charge: Charge<'_>) -> Result<Usage> {
    let Charge { orgs, only, ending, at, key, .. } = charge;
    lock_wallets(orgs).all(tx).await?;
    let ends = if ending.is_empty() { Vec::new() } else { select_ends(ending, at).all(tx).await? };
    let levies = tax::levies(tx, orgs).await?;
    let mut charged = Usage::default();
    if !levies.is_empty() {
        // After an outage in which a rate changed: what began before is charged first, by the rate of then.
        let oldest = select_oldest_due(orgs, only).only(tx).await?.unwrap_or(at);
        for change in levies.changes(oldest, at) {
            let key = format!("{key}:{}", change.format("%Y%m%d"));
            charged = charged.and(charge_begun(tx, Charge { key: &key, ..charge }, change, &ends, &levies).await?);
        }
    }
    charged = charged.and(charge_begun(tx, charge, at, &ends, &levies).await?);
    if !ends.is_empty() {
        let (ids, seconds) = columns(&ends);
        end_by_second(&ids, seconds).exec(tx).await?;
    }
    Ok(charged)
}

fn columns(ends: &[Ends]) -> (Vec<SegmentId>, Vec<i64>) {
    ends.iter().map(|one| (one.id, one.seconds)).unzip()
}

/// The same, of hours that began before an instant and have one share of tax each.
async fn charge_begun(
    tx: &impl ConnectionTrait,
    Charge { orgs, only, at, key, job, .. }: Charge<'_>,
    before: DateTime<Utc>,
    ends: &[Ends],
    levies: &Levies,
) -> Result<Usage> {
    let (owing, part, whole) = levies.before(before);
    let (ids, seconds) = columns(ends);
    charge_segments(orgs, before, key, job, only, &owing, part, whole, levies.added(), at, &ids, seconds).only(tx).await
}

impl Usage {
    /// Together with a later charge of the same organisations.
    fn and(self, later: Self) -> Self {
        Self {
            orgs: self.orgs.max(later.orgs),
            micros: self.micros + later.micros,
            in_debt: self.in_debt.max(later.in_debt),
            lines: self.lines + later.lines,
        }
    }
}

/// Ends a segment. What it owes is charged before; one by the second was ended by that.
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
        capped: bool,
        version: Option<i32>,
        tax_micros: Option<i64>,
        tax_added: Option<bool>,
    ) = file "insert_segment.sql";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_unheld_segment(
        id: SegmentId,
        vps: VpsId,
        org: OrgId,
        month_micros: i64,
        hours_per_month: i32,
        started_at: DateTime<Utc>,
        capped: bool,
        version: Option<i32>,
        minimum_s: Option<i32>,
    ) =
        "insert into usage_segment (
           id, vps_id, org_id, month_micros, hours_per_month, started_at, capped, price_version, minimum_s)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    fn reopen_segment(id: SegmentId) = "update usage_segment set ended_at = null where id = $1";

    fn lock_wallets(orgs: &[OrgId]) -> i64 =
        "select id from account where kind = 'wallet' and currency = 'USD' and org_id = any($1)
         order by id for update";

    /// When the oldest hour began that is not charged yet.
    fn select_oldest_due(orgs: &[OrgId], only: Option<VpsId>) -> Option<DateTime<Utc>> =
        "select min(started_at + make_interval(hours => billed_hours)) from usage_segment
         where org_id = any($1) and ended_at is null and ($2::uuid is null or vps_id = $2)";

    fn select_ends(ids: &[SegmentId], at: DateTime<Utc>) -> Ends = file "select_ends.sql";

    fn end_by_second(ids: &[SegmentId], seconds: Vec<i64>) =
        "update usage_segment s set ended_at = s.started_at + make_interval(secs => e.seconds)
         from unnest($1::uuid[], $2::bigint[]) as e(id, seconds) where s.id = e.id";

    #[expect(clippy::too_many_arguments, reason = "what is charged, and three columns of who owes which tax")]
    fn charge_segments(
        orgs: &[OrgId],
        at: DateTime<Utc>,
        key: &str,
        job: JobId,
        only: Option<VpsId>,
        owing: &[OrgId],
        part: Vec<i64>,
        whole: Vec<i64>,
        added: bool,
        until: DateTime<Utc>,
        ending: &[SegmentId],
        seconds: Vec<i64>,
    ) -> Usage =
        file "charge_segments.sql";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn follow_segment(
        id: SegmentId,
        next: SegmentId,
        from: DateTime<Utc>,
        month_micros: i64,
        hours_per_month: i32,
        capped: bool,
        version: Option<i32>,
        list_micros: i64,
        minimum_s: Option<i32>,
    ) = file "follow_segment.sql";

    fn end_segment(id: SegmentId, at: DateTime<Utc>) =
        "update usage_segment set ended_at = greatest(started_at, $2) where id = $1 and ended_at is null";
}
