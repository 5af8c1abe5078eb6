//! Servers that get another price from a moment on.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{MoveId, OrgId, OverrideId, PlanId};

/// A row of `price_move`. The run that charges carries it out, from the first hour that begins at its moment.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "price_move")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MoveId,
    /// The plan whose servers are moved; those of any for an organisation's discount.
    pub plan_id: Option<PlanId>,
    /// The version that they are moved to; none for the version that each has.
    pub version: Option<i32>,
    /// The organisation whose servers are moved; every one when none is named.
    pub org_id: Option<OrgId>,
    /// The override that begins or ends at that moment.
    pub override_id: Option<OverrideId>,
    /// Hours that begin from here on have the new price; by business time.
    pub from_at: DateTimeUtc,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// When an administrator took it back; by business time.
    pub cancelled_at: Option<DateTimeUtc>,
    /// When every organisation had been charged past it; by business time.
    pub done_at: Option<DateTimeUtc>,
}
no_relations!();
