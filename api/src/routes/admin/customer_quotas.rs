//! How much a customer may have.

use domain::OrgId;
use domain::org::{QuotaChange, quota};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::queues::Reason;
use crate::auth::Admin;
use crate::routes::Tag;
use crate::routes::orgs::model::Quotas;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id};

/// What a customer may have from now on; what is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeQuotas {
    /// Servers at the same time.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    servers: Option<i32>,
    /// Their vCPUs.
    #[oai(validator(minimum(value = "0"), maximum(value = "10000000")))]
    vcpus: Option<i32>,
    /// Their memory in MiB.
    #[oai(validator(minimum(value = "0"), maximum(value = "2000000000")))]
    memory_mib: Option<i32>,
    /// Their storage in GiB.
    #[oai(validator(minimum(value = "0"), maximum(value = "2000000000")))]
    storage_gib: Option<i32>,
    /// Members.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    members: Option<i32>,
    /// API keys of all members.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000")))]
    keys: Option<i32>,
    /// The reason, which is recorded.
    #[oai(validator(min_length = 3, max_length = 500))]
    reason: String,
}

/// Operations on customers' quotas.
pub struct CustomerQuotasApi;

#[OpenApi]
impl CustomerQuotasApi {
    /// Read a customer's quotas
    ///
    /// What the organisation has, and may have.
    #[oai(
        path = "/api/admin/customers/:org/quotas",
        method = "get",
        operation_id = "getCustomerQuotas",
        tag = "Tag::Admin"
    )]
    async fn quotas(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
    ) -> Done<Quotas> {
        Ok(Answer::new(quota::of_customer(&app.ctx, &admin.actor(), org.0.0).await?.into()))
    }

    /// Change a customer's quotas
    ///
    /// What the organisation has beyond a new quota stays; nothing is added to it.
    #[oai(
        path = "/api/admin/customers/:org/quotas",
        method = "patch",
        operation_id = "changeCustomerQuotas",
        tag = "Tag::Admin"
    )]
    async fn change_quotas(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        body: Body<ChangeQuotas>,
    ) -> Done<Quotas> {
        let ChangeQuotas { servers, vcpus, memory_mib, storage_gib, members, keys, reason } = body.0;
        let change = QuotaChange { servers, vcpus, memory_mib, storage_gib, members, keys };
        let changed = quota::change(&app.ctx, &admin.actor(), org.0.0, change, &reason).await?;
        Ok(Answer::new(changed.into()))
    }

    /// Reset a customer's quotas
    ///
    /// To what a new organisation may have. What the organisation has beyond stays; nothing is added to it.
    #[oai(
        path = "/api/admin/customers/:org/quotas/reset",
        method = "post",
        operation_id = "resetCustomerQuotas",
        tag = "Tag::Admin"
    )]
    async fn reset_quotas(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        body: Body<Reason>,
    ) -> Done<Quotas> {
        Ok(Answer::new(quota::reset(&app.ctx, &admin.actor(), org.0.0, &body.0.reason).await?.into()))
    }
}
