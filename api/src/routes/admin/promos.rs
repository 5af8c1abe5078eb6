//! Promo codes, as administrators make them.

use domain::promo::{self, NewPromo};
use domain::{OrgId, PromoId};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use crate::auth::{Admin, AdminVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Created, Done, Id, Money, Paged, Time, page};

/// A promo code.
#[derive(Debug, Object)]
pub struct Promo {
    /// Its id.
    id: Id<PromoId>,
    /// The code, in capitals.
    #[oai(validator(max_length = 32))]
    code: String,
    /// What each use gives.
    amount: Money,
    /// How many organisations may use it.
    max_uses: i32,
    /// How many did.
    uses: i32,
    /// Until when it counts; null without an end.
    expires_at: Option<Time>,
    /// When it was ended; null while it was not.
    ended_at: Option<Time>,
    /// Whether it can be used now.
    counts: bool,
    /// Who made it; null for the operator.
    #[oai(validator(max_length = 100))]
    created_by: Option<String>,
    /// When it was made.
    created_at: Time,
}

impl From<promo::Promo> for Promo {
    fn from(row: promo::Promo) -> Self {
        Self {
            id: Id(row.id),
            code: row.code,
            amount: Money::usd(row.amount_micros),
            max_uses: row.max_uses,
            uses: row.uses,
            expires_at: row.expires_at.map(Time),
            ended_at: row.ended_at.map(Time),
            counts: row.counts,
            created_by: row.created_by,
            created_at: row.created_at.into(),
        }
    }
}

/// A use of a promo code.
#[derive(Debug, Object)]
pub struct PromoUse {
    /// The organisation.
    org_id: Id<OrgId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    org_name: String,
    /// The member who typed it.
    #[oai(validator(max_length = 100))]
    used_by: String,
    /// When.
    used_at: Time,
}

impl From<promo::PromoUse> for PromoUse {
    fn from(row: promo::PromoUse) -> Self {
        Self { org_id: Id(row.org_id), org_name: row.org_name, used_by: row.used_by, used_at: row.used_at.into() }
    }
}

/// A code to make.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct CreatePromo {
    /// The code: 6 to 32 letters, digits and hyphens.
    #[oai(validator(min_length = 1, max_length = 64))]
    code: String,
    /// What each use gives: at most 1,000 US dollars, and where there are two administrators no more than what one of
    /// them gives alone.
    amount: Money,
    /// How many organisations may use it.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    max_uses: i32,
    /// Until when it counts; without an end when left out.
    expires_at: Option<Time>,
}

/// Why no code is made.
pub struct CreateProblems;

impl Problems for CreateProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "promo_taken")];
}

/// Operations on promo codes, for administrators.
pub struct PromosApi;

#[OpenApi]
impl PromosApi {
    /// List promo codes
    ///
    /// With how often each was used, the newest first.
    #[oai(path = "/api/admin/billing/promos", method = "get", operation_id = "listPromos", tag = "Tag::Admin")]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many codes, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Promo>> {
        let found = promo::list(&app.ctx, &admin.actor(), &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Promo::from)))
    }

    /// Make a promo code
    ///
    /// It can be used at once, by each organisation once.
    #[oai(path = "/api/admin/billing/promos", method = "post", operation_id = "createPromo", tag = "Tag::Admin")]
    async fn create(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        body: Body<CreatePromo>,
    ) -> Created<Promo, CreateProblems> {
        let body = body.0;
        let new = NewPromo {
            code: body.code,
            amount: body.amount.0,
            max_uses: body.max_uses,
            expires_at: body.expires_at.map(|at| at.0),
        };
        Ok(Answer::new(promo::create(&app.ctx, &admin.actor(), &new).await?.into()))
    }

    /// End a promo code
    ///
    /// No organisation can use it from now on. What it gave stays given.
    #[oai(path = "/api/admin/billing/promos/:id/end", method = "post", operation_id = "endPromo", tag = "Tag::Admin")]
    async fn end(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The code's id.
        id: Path<Id<PromoId>>,
    ) -> Done<Promo> {
        Ok(Answer::new(promo::end(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }

    /// List the uses of a promo code
    ///
    /// Which organisations used it, and when.
    #[oai(
        path = "/api/admin/billing/promos/:id/uses",
        method = "get",
        operation_id = "listPromoUses",
        tag = "Tag::Admin"
    )]
    async fn uses(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The code's id.
        id: Path<Id<PromoId>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many uses, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<PromoUse>> {
        let found = promo::uses(&app.ctx, &admin.actor(), id.0.0, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, PromoUse::from)))
    }
}
