//! Resetting a user's second factors.

use domain::{UserId, factor};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use crate::auth::AdminVerified;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::auth::FactorReset;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id};

/// Why factors are reset.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ResetFactors {
    /// For the record; the user does not see it.
    #[oai(validator(min_length = 1, max_length = 500))]
    reason: String,
}

/// Why they are not.
pub struct ResetProblems;

impl Problems for ResetProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "no_factor")];
}

/// The operation on a user's factors.
pub struct FactorsApi;

#[OpenApi]
impl FactorsApi {
    /// Reset a user's second factors
    ///
    /// For who has lost them all. The user is told by mail at once, and it is done a day later, unless they sign in
    /// with one of them before. Asked for again while it waits, nothing changes.
    #[oai(
        path = "/api/admin/users/:id/factors/reset",
        method = "post",
        operation_id = "resetFactors",
        tag = "Tag::Admin"
    )]
    async fn reset(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The user.
        id: Path<Id<UserId>>,
        body: Body<ResetFactors>,
    ) -> Done<FactorReset, ResetProblems> {
        Ok(Answer::new(factor::request_reset(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?.into()))
    }
}
