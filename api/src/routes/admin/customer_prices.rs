//! What a customer pays instead of the list's prices, and what happens when its funds end.

use domain::catalog::{self, NewOverride, OwnPrice};
use domain::prepaid::{self, Policy};
use domain::{FundsEnd, OrgId, OverrideId, PlanId};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use crate::auth::{Admin, AdminVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::quote::{OrPrices, would};
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Done, Id, List, Money, Quoted, Time, Word};

/// What a customer pays instead of the list's price.
#[derive(Debug, Object)]
pub struct CustomerPrice {
    /// Its id.
    id: Id<OverrideId>,
    /// The plan; null for a discount on all.
    plan_id: Option<Id<PlanId>>,
    /// The plan's name.
    #[oai(validator(max_length = 100))]
    plan_name: Option<String>,
    /// What a month of the plan costs; null for a discount.
    monthly: Option<Money>,
    /// What is taken off the list's price, in hundredths of a percent; null for a price.
    discount_bp: Option<i32>,
    /// From when it counts.
    from: Time,
    /// Until when; null without an end.
    until: Option<Time>,
    /// When it was set.
    created_at: Time,
}

impl From<catalog::Override> for CustomerPrice {
    fn from(row: catalog::Override) -> Self {
        Self {
            id: Id(row.id),
            plan_id: row.plan_id.map(Id),
            plan_name: row.plan_name,
            monthly: row.month_micros.map(Money::usd),
            discount_bp: row.discount_bp,
            from: row.from_at.into(),
            until: row.until_at.map(Time),
            created_at: row.created_at.into(),
        }
    }
}

/// A price for one customer: `monthly` or `discount_bp`, one of the two.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct AddCustomerPrice {
    /// The plan; left out for a discount on all.
    plan_id: Option<Id<PlanId>>,
    /// What a month of the plan costs.
    monthly: Option<Money>,
    /// What is taken off the list's price, in hundredths of a percent.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
    discount_bp: Option<i32>,
    /// From when it counts; now when left out.
    from: Option<Time>,
    /// Until when.
    until: Option<Time>,
    /// Whether servers that run get it too, from the first hour that begins then.
    running: bool,
    /// The reason, which is recorded.
    #[oai(validator(min_length = 3, max_length = 500))]
    reason: String,
}

/// What happens to a customer's servers when funds end.
#[derive(Debug, Object)]
pub struct FundsPolicy {
    /// What happens.
    funds_end: Word<FundsEnd>,
    /// Hours from the stop of servers to their deletion.
    ladder_hours: i32,
}

impl From<prepaid::Limits> for FundsPolicy {
    fn from(found: prepaid::Limits) -> Self {
        Self { funds_end: Word(found.funds_end), ladder_hours: found.ladder_hours }
    }
}

/// What is to happen to a customer's servers when funds end.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct SetFundsPolicy {
    /// What happens.
    funds_end: Choice<FundsEnd>,
    /// Hours from the stop of servers to their deletion.
    #[oai(validator(minimum(value = "24"), maximum(value = "720")))]
    ladder_hours: i32,
    /// The reason, which is recorded.
    #[oai(validator(min_length = 3, max_length = 500))]
    reason: String,
}

/// Why a price of a customer is not set.
pub struct CustomerPriceProblems;

impl Problems for CustomerPriceProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "too_many_overrides")];
}

/// Operations on customers' prices.
pub struct CustomerPricesApi;

#[OpenApi]
impl CustomerPricesApi {
    /// List a customer's own prices
    ///
    /// Those that ended too, the newest first.
    #[oai(
        path = "/api/admin/customers/:org/prices",
        method = "get",
        operation_id = "listCustomerPrices",
        tag = "Tag::Admin"
    )]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
    ) -> Done<List<CustomerPrice>> {
        Ok(Answer::new(List::of(catalog::overrides(&app.ctx, &admin.actor(), org.0.0).await?, CustomerPrice::from)))
    }

    /// Give a customer a price of its own
    ///
    /// A price of one plan, or a discount on one or all, from a moment until another. A price beats a discount, and of
    /// several discounts the largest counts. With `dry_run` the response is 200 with what its begin would mean for
    /// servers that run.
    #[oai(
        path = "/api/admin/customers/:org/prices",
        method = "post",
        operation_id = "addCustomerPrice",
        tag = "Tag::Admin"
    )]
    async fn add(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        /// When true, the answer is what it would mean, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<AddCustomerPrice>,
    ) -> OrPrices<CustomerPrice, 201, CustomerPriceProblems> {
        let AddCustomerPrice { plan_id, monthly, discount_bp, from, until, running, reason } = body.0;
        let new = NewOverride {
            plan: plan_id.map(|id| id.0),
            price: OwnPrice::read(monthly.map(|monthly| monthly.0), discount_bp)?,
            from_at: from.map(|at| at.0),
            until_at: until.map(|at| at.0),
            running,
        };
        let actor = admin.actor();
        if dry_run.0 == Some(true) {
            return would(catalog::quote_override(&app.ctx, &actor, org.0.0, &new, &reason).await?);
        }
        let added = catalog::add_override(&app.ctx, &actor, org.0.0, &new, &reason).await?;
        Ok(Quoted::Did(Answer::new(added.into())))
    }

    /// End a customer's own price
    ///
    /// Now. Servers that were moved to it are moved back, from the next hour on. With `dry_run` the response is what
    /// that would mean for them.
    #[oai(
        path = "/api/admin/customers/:org/prices/:id",
        method = "delete",
        operation_id = "endCustomerPrice",
        tag = "Tag::Admin"
    )]
    async fn end(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        /// The price's id.
        id: Path<Id<OverrideId>>,
        /// When true, the answer is what it would mean, and nothing is done.
        dry_run: Query<Option<bool>>,
    ) -> OrPrices<CustomerPrice, 200> {
        let actor = admin.actor();
        if dry_run.0 == Some(true) {
            return would(catalog::quote_end(&app.ctx, &actor, org.0.0, id.0.0).await?);
        }
        Ok(Quoted::Did(Answer::new(catalog::end_override(&app.ctx, &actor, org.0.0, id.0.0).await?.into())))
    }

    /// Read what happens when a customer's funds end
    ///
    /// Servers run on and the rest is owed, or they are stopped and later deleted.
    #[oai(
        path = "/api/admin/customers/:org/funds",
        method = "get",
        operation_id = "getFundsPolicy",
        tag = "Tag::Admin"
    )]
    async fn policy(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
    ) -> Done<FundsPolicy> {
        Ok(Answer::new(prepaid::policy(&app.ctx, &admin.actor(), org.0.0).await?.into()))
    }

    /// Decide what happens when a customer's funds end
    ///
    /// With `ladder`, orders need a reserve that pays the servers from their stop to their deletion.
    #[oai(
        path = "/api/admin/customers/:org/funds",
        method = "put",
        operation_id = "setFundsPolicy",
        tag = "Tag::Admin"
    )]
    async fn set_policy(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        body: Body<SetFundsPolicy>,
    ) -> Done<FundsPolicy> {
        let SetFundsPolicy { funds_end, ladder_hours, reason } = body.0;
        let to = Policy { funds_end: funds_end.0, ladder_hours };
        Ok(Answer::new(prepaid::set_policy(&app.ctx, &admin.actor(), org.0.0, to, &reason).await?.into()))
    }
}
