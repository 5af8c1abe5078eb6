//! The price book: what plans cost, and from when.

use sea_orm::entity::prelude::*;

use crate::PlanId;
use crate::table::no_relations;

/// A row of `plan_price`, which is never changed: another price is another version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_price")]
pub struct Model {
    /// References `plan`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: PlanId,
    /// From 1, one higher with each change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The provider's price of a month, in micro-units of USD.
    pub cost_month_micros: i64,
    /// What is added to it, in micro-units of USD: 0 to 50,000 USD.
    pub markup_month_micros: i64,
    /// The provider's price of a month by region, where it differs, in micro-units of USD.
    #[sea_orm(column_type = "JsonBinary")]
    pub region_costs: Json,
    /// Hours after which a month's price is reached: 730 or 672.
    pub hours_per_month: i32,
    /// Whether a calendar month (UTC) costs its price at most.
    pub capped: bool,
    /// From when orders were placed at it; by business time.
    pub since: DateTimeUtc,
    /// The fewest seconds that are charged, where time is charged by the second; none where a started hour counts
    /// whole.
    pub minimum_s: Option<i32>,
}
no_relations!();
