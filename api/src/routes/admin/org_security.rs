//! What a customer's organisation demands of who uses it, and help for owners who shut themselves out.

use domain::{OrgId, org};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::queues::Reason;
use crate::auth::{Admin, AdminVerified};
use crate::routes::Tag;
use crate::routes::orgs::security::OrgSecurity;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id};

/// Operations on customers' security.
pub struct CustomerSecurityApi;

#[OpenApi]
impl CustomerSecurityApi {
    /// Read a customer's security
    ///
    /// Whether the organisation's members need a second factor, and from where it may be used.
    #[oai(
        path = "/api/admin/customers/:org/security",
        method = "get",
        operation_id = "getCustomerSecurity",
        tag = "Tag::Admin"
    )]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
    ) -> Done<OrgSecurity> {
        Ok(Answer::new(org::security_of_customer(&app.ctx, &admin.actor(), org.0.0).await?.into()))
    }

    /// Lift a customer's list of networks
    ///
    /// For an organisation whose owners shut themselves out: it may be used from anywhere again, within five seconds.
    /// Its members read in their activity that it was done. One without a list stays as it is.
    #[oai(
        path = "/api/admin/customers/:org/lift-networks",
        method = "post",
        operation_id = "liftCustomerNetworks",
        tag = "Tag::Admin"
    )]
    async fn lift(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        body: Body<Reason>,
    ) -> Done<OrgSecurity> {
        let lifted = org::lift_networks(&app.ctx, &admin.actor(), org.0.0, &body.0.reason).await?;
        Ok(Answer::new(lifted.into()))
    }
}
