//! The price book: versions of plans' prices, and servers that move to one.

use domain::catalog::{self, NewMove, PlanVersion};
use domain::{MoveId, OrgId, OverrideId, PlanId};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use crate::auth::{Admin, AdminVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::plans::Price;
use crate::routes::quote::{OrPrices, would};
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id, List, Money, Paged, Quoted, Time, page};

/// What a plan cost from a moment on.
#[derive(Debug, Object)]
pub struct PriceVersion {
    /// From 1.
    version: i32,
    /// What customers paid, where a region had no price of its own.
    price: Price,
    /// What the provider charged for a month.
    cost_monthly: Money,
    /// What was added to it.
    markup_monthly: Money,
    /// From when orders were placed at it.
    since: Time,
    /// Servers that pay it now.
    servers: i64,
}

impl From<PlanVersion> for PriceVersion {
    fn from(row: PlanVersion) -> Self {
        Self {
            version: row.version,
            price: row.price().into(),
            cost_monthly: Money::usd(row.cost_month_micros),
            markup_monthly: Money::usd(row.markup_month_micros),
            since: row.since.into(),
            servers: row.servers,
        }
    }
}

/// Servers that get another price from a moment on.
#[derive(Debug, Object)]
pub struct PriceMove {
    /// Its id.
    id: Id<MoveId>,
    /// The plan; null for all plans of an organisation.
    plan_id: Option<Id<PlanId>>,
    /// The plan's name.
    #[oai(validator(max_length = 100))]
    plan_name: Option<String>,
    /// The version; null where an organisation's own price begins or ends.
    version: Option<i32>,
    /// The organisation; null for all.
    org_id: Option<Id<OrgId>>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    org_name: Option<String>,
    /// The organisation's own price that begins or ends with it.
    override_id: Option<Id<OverrideId>>,
    /// From the first hour that begins then.
    from: Time,
    /// When it was set.
    created_at: Time,
    /// When it was taken back.
    cancelled_at: Option<Time>,
    /// When it was carried out for all.
    done_at: Option<Time>,
    /// Servers that it is about.
    servers: i64,
}

impl From<catalog::PriceMove> for PriceMove {
    fn from(row: catalog::PriceMove) -> Self {
        Self {
            id: Id(row.id),
            plan_id: row.plan_id.map(Id),
            plan_name: row.plan_name,
            version: row.version,
            org_id: row.org_id.map(Id),
            org_name: row.org_name,
            override_id: row.override_id.map(Id),
            from: row.from_at.into(),
            created_at: row.created_at.into(),
            cancelled_at: row.cancelled_at.map(Time),
            done_at: row.done_at.map(Time),
            servers: row.servers,
        }
    }
}

/// Servers of a plan that are to pay a version of its price.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct MovePrice {
    /// The version.
    #[oai(validator(minimum(value = "1")))]
    version: i32,
    /// Only the servers of this organisation.
    org_id: Option<Id<OrgId>>,
    /// From the first hour that begins then: a moment that is still to come, within two years.
    from: Time,
    /// The reason, which is recorded.
    #[oai(validator(min_length = 3, max_length = 500))]
    reason: String,
}

/// Why a move is not taken back.
pub struct CancelProblems;

impl Problems for CancelProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "move_begun")];
}

/// Operations on the price book, for administrators.
pub struct PricesApi;

#[OpenApi]
impl PricesApi {
    /// List the versions of a plan's price
    ///
    /// A change of the price or its rule is a version, by the provider too; the newest first. Servers keep the version
    /// that they were ordered at.
    #[oai(path = "/api/admin/plans/:id/prices", method = "get", operation_id = "listPlanPrices", tag = "Tag::Admin")]
    async fn versions(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The plan's id.
        id: Path<Id<PlanId>>,
    ) -> Done<List<PriceVersion>> {
        Ok(Answer::new(List::of(catalog::versions(&app.ctx, &admin.actor(), id.0.0).await?, PriceVersion::from)))
    }

    /// List moves of prices
    ///
    /// Of a plan, of an organisation, or all; the newest first.
    #[oai(path = "/api/admin/price-moves", method = "get", operation_id = "listPriceMoves", tag = "Tag::Admin")]
    async fn moves(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only of this plan.
        plan: Query<Option<Id<PlanId>>>,
        /// Only of this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<PriceMove>> {
        let of = (plan.0.map(|id| id.0), org.0.map(|id| id.0));
        let found = catalog::moves(&app.ctx, &admin.actor(), of, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, PriceMove::from)))
    }

    /// Move servers to a version of their plan's price
    ///
    /// From the first hour that begins at the moment. Those who look after the money of their organisations are told at
    /// once, by mail. Hours that were charged are not touched. With `dry_run` the response is 200 with what it would
    /// mean for servers that run.
    #[oai(path = "/api/admin/plans/:id/prices", method = "post", operation_id = "movePlanPrice", tag = "Tag::Admin")]
    async fn move_price(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The plan's id.
        id: Path<Id<PlanId>>,
        /// When true, the answer is what it would mean, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<MovePrice>,
    ) -> OrPrices<PriceMove, 201> {
        let MovePrice { version, org_id, from, reason } = body.0;
        let new = NewMove { plan: id.0.0, version, org: org_id.map(|id| id.0), from_at: from.0 };
        if dry_run.0 == Some(true) {
            return would(catalog::quote_move(&app.ctx, &admin.actor(), &new, &reason).await?);
        }
        Ok(Quoted::Did(Answer::new(catalog::move_price(&app.ctx, &admin.actor(), &new, &reason).await?.into())))
    }

    /// Take a move of prices back
    ///
    /// Before its moment. Those who were told of it are told of that too.
    #[oai(
        path = "/api/admin/price-moves/:id/cancel",
        method = "post",
        operation_id = "cancelPriceMove",
        tag = "Tag::Admin"
    )]
    async fn cancel(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The move's id.
        id: Path<Id<MoveId>>,
    ) -> Done<PriceMove, CancelProblems> {
        Ok(Answer::new(catalog::cancel_move(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }
}
