//! Hours of servers that were charged, one line an hour.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{OrgId, SegmentId};

/// A row of `usage_line`; append-only.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "usage_line")]
pub struct Model {
    /// References `usage_segment`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub segment_id: SegmentId,
    /// The hour of the segment, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour_no: i32,
    /// The server's.
    pub org_id: OrgId,
    /// Charged for the hour, in micro-units of USD; not negative.
    pub micros: i64,
    /// References the `journal` that charged it.
    pub journal_id: i64,
    /// The tax of the hour, in micro-units; none where none was posted with it.
    pub tax_micros: Option<i64>,
    /// Whether the tax was added to the price, or is contained in it.
    pub tax_added: Option<bool>,
}
no_relations!();
