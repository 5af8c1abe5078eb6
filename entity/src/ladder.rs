//! Servers that were stopped because funds ended.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{LadderId, OrgId, VpsId};

text_enum! {
    /// How it ended.
    pub enum LadderOutcome {
        /// Funds came, and the servers run again.
        Resumed = "resumed",
        /// The servers were deleted.
        Deleted = "deleted",
    }
}

/// A row of `ladder`; an organisation has at most one that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ladder")]
pub struct Model {
    /// The cause of what it does.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LadderId,
    /// References `org`.
    pub org_id: OrgId,
    /// When the servers were stopped; by business time.
    pub began_at: DateTimeUtc,
    /// When they are deleted; at least a day later, and only ever moved later.
    pub delete_at: DateTimeUtc,
    /// Servers that ran.
    pub stopped: Vec<VpsId>,
    /// When their deletion began; by business time.
    pub deleting_at: Option<DateTimeUtc>,
    /// By business time.
    pub ended_at: Option<DateTimeUtc>,
    /// How it ended.
    pub outcome: Option<LadderOutcome>,
}
no_relations!();
