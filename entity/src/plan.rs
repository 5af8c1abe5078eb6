//! Plans: what the price list sells.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{CloudId, PlanId};

/// A row of `plan`. The cost is the provider's, read from `cloud_type`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan")]
pub struct Model {
    /// Orders name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlanId,
    /// The cloud that its servers are created on.
    pub cloud_id: CloudId,
    /// The size, as `cloud_type.id`.
    pub type_id: String,
    /// 1 to 100 characters; unique among undeleted plans, whatever the case.
    pub name: String,
    /// Added to the provider's price of a month, in micro-units of USD: 0 to 50,000 USD.
    pub markup_month_micros: i64,
    /// Whether it can be ordered.
    pub active: bool,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// Set for deleted plans: the row stays for its servers.
    pub deleted_at: Option<DateTimeUtc>,
    /// What the provider charged for a month when an administrator last set the plan, in micro-units of USD.
    pub known_cost_micros: Option<i64>,
    /// Its place on the price list, from the smallest; plans of one place are by price.
    pub position: i32,
    /// Hours after which a month's price is reached: 730 or 672.
    pub hours_per_month: i32,
    /// Whether a calendar month (UTC) costs its price at most.
    pub capped: bool,
    /// The fewest seconds that are charged, where time is charged by the second; none where a started hour counts
    /// whole.
    pub minimum_s: Option<i32>,
}
no_relations!();
