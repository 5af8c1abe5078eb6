//! Making, reading, changing and deleting an organisation.

use domain::OrgId;
use domain::org::{self, BillingChange, OrgChange};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::model::Org;
use crate::auth::{Own, may};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Created, Done, Gone, Id, NoContent};

/// A new organisation.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct CreateOrg {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}

/// What shall be different of an organisation; what is left out stays as it is, and an empty text removes it.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeOrg {
    /// Its name, which can't be removed.
    #[oai(validator(max_length = 100))]
    name: Option<String>,
    /// Its page on the web, such as `https://example.com`.
    #[oai(validator(max_length = 200))]
    website: Option<String>,
    /// Street and number, in up to three lines.
    #[oai(validator(max_length = 300))]
    address_lines: Option<String>,
    /// The city.
    #[oai(validator(max_length = 100))]
    city: Option<String>,
    /// The postcode.
    #[oai(validator(max_length = 20))]
    postcode: Option<String>,
    /// The country by its two letters (ISO 3166-1).
    #[oai(validator(max_length = 2))]
    country: Option<String>,
}

/// What shall be different of what invoices are addressed to; what is left out stays as it is, and an empty text
/// removes it.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeOrgBilling {
    /// The organisation's number for taxes.
    #[oai(validator(max_length = 40))]
    tax_id: Option<String>,
    /// Whom invoices are addressed to.
    #[oai(validator(max_length = 100))]
    billing_name: Option<String>,
    /// Where they read mail.
    #[oai(validator(max_length = 254))]
    billing_email: Option<String>,
}

/// The confirmation of a deletion.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct DeleteOrg {
    /// The organisation's name, exactly as it is shown.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}

/// Why an organisation is not created.
pub struct CreateOrgProblems;

impl Problems for CreateOrgProblems {
    const OWN: &'static [(u16, &'static str)] = &[(403, "reads_only"), (409, "too_many_organisations")];
}

/// Why an organisation is not deleted.
pub struct DeleteOrgProblems;

impl Problems for DeleteOrgProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "in_debt"), (409, "org_has_money"), (409, "org_has_servers")];
}

/// The operations on an organisation itself.
pub struct OrgsApi;

#[OpenApi]
impl OrgsApi {
    /// Create an organisation
    ///
    /// With an empty wallet; the user who creates it is its owner. A person has created at most 20 that still exist.
    #[oai(path = "/api/orgs", method = "post", operation_id = "createOrg", tag = "Tag::Orgs")]
    async fn create(&self, own: Own, app: Data<&Shared>, body: Body<CreateOrg>) -> Created<Org, CreateOrgProblems> {
        Ok(Answer::new(org::create(&app.ctx, &own.actor(), &body.0.name).await?.into()))
    }

    /// Read an organisation
    ///
    /// What it says of itself, and its quotas with what it uses of them.
    #[oai(path = "/api/orgs/:org", method = "get", operation_id = "getOrg", tag = "Tag::Orgs")]
    async fn get(
        &self,
        member: may::MembersRead,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
    ) -> Done<Org> {
        Ok(Answer::new(org::get(&app.ctx, &member.actor()).await?.into()))
    }

    /// Change an organisation
    ///
    /// Its name, its website and its address.
    #[oai(path = "/api/orgs/:org", method = "patch", operation_id = "changeOrg", tag = "Tag::Orgs")]
    async fn change(
        &self,
        member: may::OrgWrite,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
        body: Body<ChangeOrg>,
    ) -> Done<Org> {
        let ChangeOrg { name, website, address_lines, city, postcode, country } = body.0;
        let change = OrgChange { name, website, address_lines, city, postcode, country };
        Ok(Answer::new(org::change(&app.ctx, &member.actor(), &change).await?.into()))
    }

    /// Change billing details
    ///
    /// What invoices are addressed to, besides the organisation's address. Invoices that exist stay as they are.
    #[oai(path = "/api/orgs/:org/billing", method = "patch", operation_id = "changeOrgBilling", tag = "Tag::Orgs")]
    async fn change_billing(
        &self,
        member: may::BillingWrite,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
        body: Body<ChangeOrgBilling>,
    ) -> Done<Org> {
        let ChangeOrgBilling { tax_id, billing_name, billing_email } = body.0;
        let change = BillingChange { tax_id, billing_name, billing_email };
        Ok(Answer::new(org::change_billing(&app.ctx, &member.actor(), &change).await?.into()))
    }

    /// Delete an organisation
    ///
    /// Only without servers and money. The body confirms the organisation's name; its members lose access within
    /// seconds.
    #[oai(path = "/api/orgs/:org", method = "delete", operation_id = "deleteOrg", tag = "Tag::Orgs")]
    async fn delete(
        &self,
        member: may::OrgDelete,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
        body: Body<DeleteOrg>,
    ) -> Gone<DeleteOrgProblems> {
        org::delete(&app.ctx, &member.actor(), &body.0.name).await?;
        Ok(NoContent::default())
    }
}
