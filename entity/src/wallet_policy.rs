//! What organisations limit themselves to, and what happens when funds end.

use sea_orm::entity::prelude::*;

use crate::OrgId;
use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// What happens to servers when the wallet can't pay them.
    pub enum FundsEnd {
        /// They run on, and what they cost becomes a debt.
        Continue = "continue",
        /// They are stopped, and deleted after a while.
        Ladder = "ladder",
    }
}

/// A row of `wallet_policy`; an organisation without one has no limits, and its servers run on.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wallet_policy")]
pub struct Model {
    /// References `org`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org_id: OrgId,
    /// The most that a calendar month (UTC) may cost by its orders, in micro-units of USD.
    pub month_cap_micros: Option<i64>,
    /// The most that all servers may cost in an hour, in micro-units of USD.
    pub hour_cap_micros: Option<i64>,
    /// What happens when funds end.
    pub funds_end: FundsEnd,
    /// Hours from the stop of servers to their deletion: 24 to 720.
    pub ladder_hours: i32,
    /// By business time.
    pub updated_at: DateTimeUtc,
}
no_relations!();
