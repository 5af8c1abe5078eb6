//! Stretches of time in which a server is charged at one price.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{OrgId, SegmentId, VpsId};

text_enum! {
    /// What a segment charges for.
    pub enum SegmentKind {
        /// The server itself.
        Vps = "vps",
        /// Its backups.
        Backup = "backup",
    }
}

/// A row of `usage_segment`. Segments of one kind do not overlap on a server.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "usage_segment")]
pub struct Model {
    /// Part of the cause of each hour's charge.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SegmentId,
    /// References `vps`.
    pub vps_id: VpsId,
    /// The server's.
    pub org_id: OrgId,
    /// `vps` unless given.
    pub kind: SegmentKind,
    /// The price of a month, in micro-units of USD: 0 to 100,000 USD.
    pub month_micros: i64,
    /// Hours after which a month's price is reached: those of the order.
    pub hours_per_month: i32,
    /// Hours are counted from here, not from the full hour; by business time.
    pub started_at: DateTimeUtc,
    /// None while the server is charged; by business time. By the second, the end of the last second that is charged.
    pub ended_at: Option<DateTimeUtc>,
    /// Hours charged so far: the one in progress counts whole; by the second, those that ended and the last one's part.
    pub billed_hours: i32,
    /// Charged for them in all, in micro-units of USD.
    pub billed_micros: i64,
    /// Whether a calendar month (UTC) costs its price at most.
    pub capped: bool,
    /// The version of the plan's price; none before there were versions.
    pub price_version: Option<i32>,
    /// What earlier prices of the server cost in the month in which it begins, in micro-units of USD.
    pub base_micros: i64,
    /// The most that this month costs, where an earlier price has a share in it, in micro-units of USD.
    pub cap_micros: Option<i64>,
    /// The provider's price of a month, in micro-units of USD; none where it is not known.
    pub cost_month_micros: Option<i64>,
    /// The fewest seconds that are charged, where time is charged by the second: those that the server's earlier prices
    /// left, and at least one. None where a started hour counts whole.
    pub minimum_s: Option<i32>,
}
no_relations!();
