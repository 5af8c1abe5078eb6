//! Leaving another person's place.

use domain::impersonation;
use poem::web::Data;
use poem_openapi::OpenApi;

use super::model::{Me, signed_in};
use crate::auth::SignedIn;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::Done;

/// Why nobody leaves.
pub struct ExitProblems;

impl Problems for ExitProblems {
    const OWN: &'static [(u16, &'static str)] = &[(401, "unauthenticated"), (409, "not_impersonating")];
}

/// The operation that ends a stay in another's place.
pub struct ImpersonationApi;

#[OpenApi]
impl ImpersonationApi {
    /// Leave another's place
    ///
    /// For an administrator in a user's place: ends the stay, and sets the cookies of their own session again, which
    /// stayed meanwhile. When the stay runs out, renewing does the same. A 401 means that their own session is over
    /// too; the stay has ended all the same.
    #[oai(
        path = "/api/auth/impersonation/exit",
        method = "post",
        operation_id = "exitImpersonation",
        tag = "Tag::Auth"
    )]
    async fn exit(&self, guest: SignedIn, app: Data<&Shared>) -> Done<Me, ExitProblems> {
        let grant = impersonation::exit(&app.ctx, guest.session.claims.sid).await?;
        Ok(signed_in(&app, &grant).await?)
    }
}
