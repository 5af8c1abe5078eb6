//! Plans as administrators see them: with what they cost at the provider.

use domain::billing::HOURS_PER_MONTH;
use domain::catalog::{self, Draft, DraftPrice, NewPlan, PlanChange, PlanRule, PlanUnit};
use domain::rating::{ChargedBy, Rule};
use domain::{CloudId, PlanId, rating};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::plans::{Plan, Price};
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Created, Done, Gone, Id, List, Money, NoContent, Time};

/// A plan to sell.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct AddPlan {
    /// The cloud on which its servers are created.
    cloud_id: Id<CloudId>,
    /// The provider's id of the size.
    #[oai(validator(min_length = 1, max_length = 100))]
    type_id: String,
    /// Its name on the price list.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// What is added to the provider's price of a month.
    markup_monthly: Money,
    /// Hours after which a month's price is reached: 730, which is left out, or 672.
    #[oai(validator(minimum(value = "672"), maximum(value = "730")))]
    hours_per_month: Option<i32>,
    /// Whether a calendar month (UTC) costs its price at most; it does when this is left out.
    capped: Option<bool>,
    /// In which unit time is charged; hours when this is left out.
    charged_by: Option<Choice<ChargedBy>>,
    /// The fewest seconds that a server is charged for, where it is charged by the second: 60 when this is left out.
    #[oai(validator(minimum(value = "1"), maximum(value = "3600")))]
    minimum_s: Option<i32>,
}

/// Changes to a plan; what is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangePlan {
    /// A new name on the price list.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: Option<String>,
    /// A new markup, for orders from now on.
    markup_monthly: Option<Money>,
    /// Whether customers can order it.
    active: Option<bool>,
    /// Another number of hours, for orders from now on: 730 or 672.
    #[oai(validator(minimum(value = "672"), maximum(value = "730")))]
    hours_per_month: Option<i32>,
    /// Whether a calendar month (UTC) costs its price at most, for orders from now on.
    capped: Option<bool>,
    /// In which unit time is charged, for orders from now on.
    charged_by: Option<Choice<ChargedBy>>,
    /// The fewest seconds that a server is charged for, where it is charged by the second, for orders from now on.
    #[oai(validator(minimum(value = "1"), maximum(value = "3600")))]
    minimum_s: Option<i32>,
}

/// A plan that is being set up.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct TryPlan {
    /// The cloud on which its servers would be created.
    cloud_id: Id<CloudId>,
    /// The provider's id of the size.
    #[oai(validator(min_length = 1, max_length = 100))]
    type_id: String,
    /// What would be added to the provider's price of a month.
    markup_monthly: Money,
}

/// A region where a plan would have a price of its own.
#[derive(Debug, Object)]
pub struct TriedRegion {
    /// Its id.
    #[oai(validator(max_length = 100))]
    id: String,
    /// Its name.
    #[oai(validator(max_length = 200))]
    label: String,
    /// What the provider charges for a month there.
    cost_monthly: Money,
    /// What customers would pay there.
    price: Price,
    /// The markup's share of that price, in percent with one decimal.
    #[oai(validator(max_length = 8))]
    margin_percent: String,
}

/// What a plan would cost and earn.
#[derive(Debug, Object)]
pub struct TriedPlan {
    /// What customers would pay.
    price: Price,
    /// What the provider charges for a month.
    cost_monthly: Money,
    /// What would be earned in a month.
    margin_monthly: Money,
    /// The markup's share of the price, in percent with one decimal.
    #[oai(validator(max_length = 8))]
    margin_percent: String,
    /// Whether nothing would be earned: the price is not above the cost.
    at_cost: bool,
    /// The regions where the provider charges something else, the dearest first.
    #[oai(validator(max_items = 500))]
    regions: Vec<TriedRegion>,
}

impl From<DraftPrice> for TriedPlan {
    fn from(found: DraftPrice) -> Self {
        let markup = found.markup_month_micros;
        let regions = found.regions.into_iter().map(|region| {
            let month = region.cost_month_micros.saturating_add(markup);
            TriedRegion {
                id: region.id,
                label: region.label,
                cost_monthly: Money::usd(region.cost_month_micros),
                price: drafted(month),
                margin_percent: margin_percent(markup, month),
            }
        });
        Self {
            price: drafted(found.month_micros),
            cost_monthly: Money::usd(found.cost_month_micros),
            margin_monthly: Money::usd(markup),
            margin_percent: margin_percent(markup, found.month_micros),
            at_cost: markup <= 0,
            regions: regions.collect(),
        }
    }
}

/// All plans in an order.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct PlanOrder {
    /// Every plan, each once, in the order in which customers are to see them.
    #[oai(validator(min_items = 1, max_items = 500))]
    ids: Vec<Id<PlanId>>,
}

/// Why an order of plans is not taken.
pub struct PlanOrderProblems;

impl Problems for PlanOrderProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "plans_changed")];
}

/// A plan with what it costs at the provider.
#[derive(Debug, Object)]
pub struct AdminPlan {
    /// Its id.
    id: Id<PlanId>,
    /// Its name on the price list.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Number of virtual processors.
    vcpus: i32,
    /// Memory in MiB.
    memory_mib: i32,
    /// Disk in GiB.
    disk_gib: i32,
    /// Monthly transfer in GB.
    transfer_gb: i32,
    /// What customers pay for it.
    price: Price,
    /// The cloud on which its servers are created.
    cloud_id: Id<CloudId>,
    /// That cloud's name.
    #[oai(validator(max_length = 100))]
    cloud_name: String,
    /// The provider's id of the size.
    #[oai(validator(max_length = 100))]
    type_id: String,
    /// The provider's price of a month.
    cost_monthly: Money,
    /// The provider's price of a month when the plan was last added or changed; another than
    /// `cost_monthly` after the provider changed it.
    known_cost_monthly: Money,
    /// What is added to the provider's price of a month.
    markup_monthly: Money,
    /// The markup's share of the price in percent, with one decimal.
    #[oai(validator(max_length = 12))]
    margin_percent: String,
    /// Whether customers can order it, while the provider sells the size.
    active: bool,
    /// Since when the provider no longer sells the size, so that nobody can order the plan.
    size_gone_at: Option<Time>,
    /// Undeleted servers that were ordered from it.
    servers: i64,
    /// When it was created.
    created_at: Time,
}

impl From<catalog::AdminPlan> for AdminPlan {
    fn from(row: catalog::AdminPlan) -> Self {
        let price = row.plan.price().into();
        Self {
            id: Id(row.plan.id),
            name: row.plan.name,
            vcpus: row.plan.vcpus,
            memory_mib: row.plan.memory_mib,
            disk_gib: row.plan.disk_gib,
            transfer_gb: row.plan.transfer_gb,
            price,
            cloud_id: Id(row.cloud_id),
            cloud_name: row.cloud_name,
            type_id: row.type_id,
            cost_monthly: Money::usd(row.cost_month_micros),
            known_cost_monthly: Money::usd(row.known_cost_micros.unwrap_or(row.cost_month_micros)),
            markup_monthly: Money::usd(row.markup_month_micros),
            margin_percent: margin_percent(row.markup_month_micros, row.plan.month_micros),
            active: row.active,
            size_gone_at: row.size_gone_at.map(Time),
            servers: row.servers,
            created_at: row.created_at.into(),
        }
    }
}

/// A price as a plan is drafted with: by the rule of new plans.
fn drafted(month_micros: i64) -> Price {
    rating::Price { month_micros, rule: Rule::CAPPED }.into()
}

fn unit(charged_by: Option<Choice<ChargedBy>>, minimum_s: Option<i32>) -> PlanUnit {
    PlanUnit { charged_by: charged_by.map(|choice| choice.0), minimum_s }
}

/// The markup's share of the price, rounded to a tenth of a percent.
fn margin_percent(markup_micros: i64, price_micros: i64) -> String {
    let tenths = (i128::from(markup_micros) * 1000 + i128::from(price_micros) / 2)
        .checked_div(i128::from(price_micros))
        .unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Why a plan is not added or changed.
pub struct PlanProblems;

impl Problems for PlanProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "name_taken")];
}

/// Operations on plans, for administrators.
pub struct AdminPlansApi;

#[OpenApi]
impl AdminPlansApi {
    /// List all plans
    ///
    /// Plans on sale and plans that are not, with what they cost at the provider, in the order of the price list.
    #[oai(path = "/api/admin/plans", method = "get", operation_id = "listAdminPlans", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<AdminPlan>> {
        Ok(Answer::new(List::of(catalog::admin_plans(&app.ctx, &admin.actor()).await?, AdminPlan::from)))
    }

    /// Read the price list
    ///
    /// The plans on sale as customers see them, in their order; for administrators who belong to no organisation.
    #[oai(path = "/api/admin/plans/on-sale", method = "get", operation_id = "readPriceList", tag = "Tag::Admin")]
    async fn on_sale(&self, admin: Admin, app: Data<&Shared>) -> Done<List<Plan>> {
        Ok(Answer::new(List::of(catalog::plans(&app.ctx, &admin.actor()).await?, Plan::from)))
    }

    /// Preview a plan
    ///
    /// What customers would pay for it, and what it would earn. Changes nothing.
    #[oai(path = "/api/admin/plans/preview", method = "post", operation_id = "previewPlan", tag = "Tag::Admin")]
    async fn preview(&self, admin: Admin, app: Data<&Shared>, body: Body<TryPlan>) -> Done<TriedPlan> {
        let draft = Draft { cloud: body.0.cloud_id.0, type_id: body.0.type_id, markup: body.0.markup_monthly.0 };
        Ok(Answer::new(catalog::preview(&app.ctx, &admin.actor(), &draft).await?.into()))
    }

    /// Order the plans
    ///
    /// In which customers see them. A list that is not of all plans is refused, and nothing is changed.
    #[oai(path = "/api/admin/plans/order", method = "post", operation_id = "orderPlans", tag = "Tag::Admin")]
    async fn order(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        body: Body<PlanOrder>,
    ) -> Done<List<AdminPlan>, PlanOrderProblems> {
        let ids = body.0.ids.into_iter().map(|id| id.0).collect();
        Ok(Answer::new(List::of(catalog::reorder_plans(&app.ctx, &admin.actor(), ids).await?, AdminPlan::from)))
    }

    /// Add a plan
    ///
    /// Puts a provider's size on the price list, at the provider's price plus a markup.
    #[oai(path = "/api/admin/plans", method = "post", operation_id = "addPlan", tag = "Tag::Admin")]
    async fn add(&self, admin: Admin, app: Data<&Shared>, body: Body<AddPlan>) -> Created<AdminPlan, PlanProblems> {
        let new = NewPlan {
            cloud: body.0.cloud_id.0,
            type_id: body.0.type_id,
            name: body.0.name,
            markup: body.0.markup_monthly.0,
            rule: PlanRule {
                hours_per_month: body.0.hours_per_month.unwrap_or(HOURS_PER_MONTH),
                capped: body.0.capped.unwrap_or(true),
                minimum_s: unit(body.0.charged_by, body.0.minimum_s).over(None)?,
            },
        };
        Ok(Answer::new(catalog::add_plan(&app.ctx, &admin.actor(), new).await?.into()))
    }

    /// Change a plan
    ///
    /// For orders from now on: existing servers keep their price. The provider's price counts as known
    /// from then on.
    #[oai(path = "/api/admin/plans/:id", method = "patch", operation_id = "changePlan", tag = "Tag::Admin")]
    async fn change(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The plan's id.
        id: Path<Id<PlanId>>,
        body: Body<ChangePlan>,
    ) -> Done<AdminPlan, PlanProblems> {
        let change = PlanChange {
            name: body.0.name,
            markup: body.0.markup_monthly.map(|markup| markup.0),
            active: body.0.active,
            hours_per_month: body.0.hours_per_month,
            capped: body.0.capped,
            unit: unit(body.0.charged_by, body.0.minimum_s),
        };
        Ok(Answer::new(catalog::change_plan(&app.ctx, &admin.actor(), id.0.0, change).await?.into()))
    }

    /// Remove a plan
    ///
    /// Takes it off the price list. Existing servers keep their price.
    #[oai(path = "/api/admin/plans/:id", method = "delete", operation_id = "removePlan", tag = "Tag::Admin")]
    async fn remove(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The plan's id.
        id: Path<Id<PlanId>>,
    ) -> Gone {
        catalog::remove_plan(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_is_a_share_of_the_price() {
        assert_eq!(margin_percent(1_000_000, 6_000_000), "16.7");
        assert_eq!(margin_percent(0, 5_000_000), "0.0");
        assert_eq!(margin_percent(5_000_000, 5_000_000), "100.0");
        assert_eq!(margin_percent(5, 0), "0.0");
    }
}
