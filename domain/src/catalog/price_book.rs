//! The price book: versions of what plans cost. A change is a new version; what runs keeps the one that it was ordered
//! at.

use chrono::{DateTime, Utc};
use entity::{CloudId, PlanId};
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;

use crate::error::Result;
use crate::rating::{Price, Rule};
use crate::{Actor, Ctx, db};

db::row! {
    /// What a plan cost from a moment on.
    #[derive(Clone, Debug)]
    pub struct PlanVersion {
        /// From 1.
        pub version: i32,
        /// What the provider charged for a month, in micro-units.
        pub cost_month_micros: i64,
        /// What we added to it, in micro-units.
        pub markup_month_micros: i64,
        /// The provider's price of a month by region, in micro-units, where it differed.
        pub region_costs: Json,
        /// Hours after which the month's price is reached.
        pub hours_per_month: i32,
        /// Whether a calendar month (UTC) cost it at most.
        pub capped: bool,
        /// The fewest seconds that are charged, where time is charged by the second; none where a started hour counts
        /// whole.
        pub minimum_s: Option<i32>,
        /// From when orders were placed at it.
        pub since: DateTime<Utc>,
        /// Servers that pay it now.
        pub servers: i64,
    }
}

impl PlanVersion {
    /// What customers paid where a region had no price of its own, and by which rule.
    #[must_use]
    pub fn price(&self) -> Price {
        Price {
            month_micros: self.cost_month_micros.saturating_add(self.markup_month_micros),
            rule: Rule::of(self.hours_per_month, self.capped, self.minimum_s),
        }
    }
}

/// The versions of a plan's price, the newest first; at most 500.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn versions(ctx: &Ctx, actor: &Actor, plan: PlanId) -> Result<Vec<PlanVersion>> {
    actor.admin()?;
    select_versions(plan).all(&ctx.db).await
}

/// Writes a version for each plan of a cloud whose price or rule is another than its last version says. In the
/// transaction that changed it, whether an administrator or the provider did.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn keep_versions(tx: &impl ConnectionTrait, cloud: CloudId) -> Result<()> {
    insert_versions(cloud).exec(tx).await?;
    Ok(())
}

db::statement! {
    fn select_versions(plan: PlanId) -> PlanVersion = file "select_versions.sql";

    fn insert_versions(cloud: CloudId) = file "insert_versions.sql";
}
