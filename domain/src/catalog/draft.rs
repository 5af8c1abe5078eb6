//! What a plan would cost and earn, before it is saved.

use entity::{CloudId, Money};

use super::plans::{MIN_PRICE_MICROS, PlanRule, markup_micros};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, db};

/// A plan that is being set up: a size, and what is added to its cost.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The cloud that it is sold from.
    pub cloud: CloudId,
    /// The provider's id of the size.
    pub type_id: String,
    /// What is added to the cost of a month, as in [`NewPlan`](super::NewPlan).
    pub markup: Money,
    /// How its month would become hours.
    pub rule: PlanRule,
}

/// What a draft would cost us and customers. Amounts are in micro-units.
#[derive(Clone, Debug)]
pub struct DraftPrice {
    /// What the provider charges for a month.
    pub cost_month_micros: i64,
    /// What we add to it.
    pub markup_month_micros: i64,
    /// What customers pay for a month.
    pub month_micros: i64,
    /// How a month would become hours.
    pub rule: PlanRule,
    /// Regions where the provider charges something else; at most 500.
    pub regions: Vec<DraftRegion>,
}

db::row! {
    /// A region with a cost of its own.
    #[derive(Clone, Debug)]
    pub struct DraftRegion {
        /// The provider's id.
        pub id: String,
        /// The provider's name for it.
        pub label: String,
        /// What the provider charges for a month there, in micro-units.
        pub cost_month_micros: i64,
    }
}

/// What a plan would cost us and customers. Changes nothing.
///
/// # Errors
/// Field errors, as when it is added; `forbidden` for others than administrators.
pub async fn preview(ctx: &Ctx, actor: &Actor, draft: &Draft) -> Result<DraftPrice> {
    actor.admin()?;
    let (markup, rule) = (markup_micros(&draft.markup)?, draft.rule.checked()?);
    let type_id = draft.type_id.replace('\0', "");
    let cost = select_draft_cost(draft.cloud, &type_id)
        .one(&ctx.db)
        .await?
        .ok_or_else(|| Error::field("/type_id", "this cloud doesn't offer such a size; read its catalog again"))?;
    if cost + markup < MIN_PRICE_MICROS {
        return Err(Error::field("/markup_monthly/amount", "the price of a month must be at least 0.01"));
    }
    let regions = select_draft_regions(draft.cloud, &type_id).all(&ctx.db).await?;
    Ok(DraftPrice { cost_month_micros: cost, markup_month_micros: markup, month_micros: cost + markup, rule, regions })
}

db::statement! {
    /// Also of a size that is no longer sold: its plan may still be edited.
    fn select_draft_cost(cloud: CloudId, type_id: &str) -> i64 =
        "select t.month_micros from cloud_type t join cloud c on c.id = t.cloud_id
         where c.id = $1 and c.deleted_at is null and t.id = $2";

    fn select_draft_regions(cloud: CloudId, type_id: &str) -> DraftRegion = file "select_draft_regions.sql";
}
