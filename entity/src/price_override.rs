//! Prices of single organisations.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{OrgId, OverrideId, PlanId};

/// A row of `price_override`: a price of its own for a plan, or a discount; one of the two.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "price_override")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OverrideId,
    /// References `org`.
    pub org_id: OrgId,
    /// The plan; every plan for a discount without one.
    pub plan_id: Option<PlanId>,
    /// What a month of the plan costs the organisation, in micro-units of USD.
    pub month_micros: Option<i64>,
    /// What is taken off the list's price, in hundredths of a percent: 1 to 10,000.
    pub discount_bp: Option<i32>,
    /// From when it counts; by business time.
    pub from_at: DateTimeUtc,
    /// Until when; none while it has no end.
    pub until_at: Option<DateTimeUtc>,
    /// By business time.
    pub created_at: DateTimeUtc,
}
no_relations!();
