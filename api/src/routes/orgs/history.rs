//! What an organisation said of itself before, as its invoices froze it.

use domain::OrgId;
use domain::org::{self, ProfileVersion};
use domain::vault::{Counter, Vault};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use crate::auth::may;
use crate::routes::Tag;
use crate::routes::activity::Person;
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, Number, Paged, Time, page};

/// What an organisation said of itself for some time.
#[derive(Debug, Object)]
pub struct BillingVersion {
    /// Its number, which tells nothing of how many there are.
    id: Number,
    /// Since when.
    changed_at: Time,
    /// Until when; null for what it says now.
    until: Option<Time>,
    /// Who said so; null for an erasure, for former members, and where it is not known.
    by: Option<Person>,
    /// The parts that differ from before, by the names that they have here.
    #[oai(validator(max_items = 8, max_length = 20))]
    changed: Vec<String>,
    /// Its page on the web.
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
    /// Its number for taxes.
    #[oai(validator(max_length = 40))]
    tax_id: Option<String>,
    /// Whom invoices are addressed to.
    #[oai(validator(max_length = 100))]
    billing_name: Option<String>,
    /// Where they read mail.
    #[oai(validator(max_length = 254))]
    billing_email: Option<String>,
    /// How many receipts, invoices and credit notes were issued meanwhile.
    documents: i64,
}

impl BillingVersion {
    /// A version as it is shown.
    #[must_use]
    pub fn of(version: ProfileVersion, vault: &Vault) -> Self {
        let ProfileVersion { id, profile, changed, changed_at, until, changed_by, changed_by_name, documents } =
            version;
        Self {
            id: Number(vault.veil(Counter::Version, id)),
            changed_at: changed_at.into(),
            until: until.map(Into::into),
            by: Person::of(changed_by, changed_by_name),
            changed,
            website: profile.website,
            address_lines: profile.address_lines,
            city: profile.city,
            postcode: profile.postcode,
            country: profile.country,
            tax_id: profile.tax_id,
            billing_name: profile.billing_name,
            billing_email: profile.billing_email,
            documents,
        }
    }
}

/// The operation on what an organisation said before.
pub struct OrgHistoryApi;

#[OpenApi]
impl OrgHistoryApi {
    /// List billing details
    ///
    /// What the organisation said of itself, and since when, the newest first: each change, with who made it.
    #[oai(
        path = "/api/orgs/:org/billing/history",
        method = "get",
        operation_id = "listOrgBillingHistory",
        tag = "Tag::Orgs"
    )]
    async fn list(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many changes, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<BillingVersion>> {
        let found = org::profile_history(&app.ctx, &member.actor(), &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, |version| BillingVersion::of(version, &app.ctx.vault))))
    }
}
