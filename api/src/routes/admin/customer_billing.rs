//! What invoices say of a customer: their VAT ID with its confirmation, and what they said of themselves before.

use domain::tax::{self, Confirmation, TaxIdState, TaxIdView};
use domain::{OrgId, org};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use crate::auth::{Admin, AdminVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::activity::Person;
use crate::routes::orgs::history::BillingVersion;
use crate::state::Shared;
use crate::wire::{Answer, Body, Day, Done, Id, Paged, Time, Vocabulary, Word, page};

impl Vocabulary for TaxIdState {
    const NAME: &'static str = "TaxIdState";
    const ABOUT: &'static str = "What is known of a number for tax.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// What the tax office answered.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ConfirmTaxId {
    /// The reference of its answer.
    #[oai(validator(min_length = 1, max_length = 100))]
    reference: String,
    /// The day of its answer.
    confirmed_on: Day,
}

/// A number that was confirmed.
#[derive(Debug, Object)]
pub struct ConfirmedTaxId {
    /// The number.
    #[oai(validator(max_length = 40))]
    tax_id: String,
    /// The reference of the answer.
    #[oai(validator(max_length = 100))]
    reference: String,
    /// The day of the answer.
    confirmed_on: Day,
}

impl From<Confirmation> for ConfirmedTaxId {
    fn from(confirmed: Confirmation) -> Self {
        let Confirmation { tax_id, reference, confirmed_on } = confirmed;
        Self { tax_id, reference, confirmed_on: Day(confirmed_on) }
    }
}

/// The last confirmation of a customer's number, which may be of another one than they have now.
#[derive(Debug, Object)]
pub struct NotedTaxId {
    /// What was confirmed.
    confirmed: ConfirmedTaxId,
    /// The administrator who noted it; null for the command line.
    by: Option<Person>,
    /// When they did.
    noted_at: Time,
}

/// A customer's number for tax, and what is known of it.
#[derive(Debug, Object)]
pub struct TaxNumber {
    /// As invoices write it now; null where the customer has none.
    #[oai(validator(max_length = 60))]
    tax_id: Option<String>,
    /// What is known of that one.
    state: Word<TaxIdState>,
    /// The last confirmation; null where there was none.
    last: Option<NotedTaxId>,
}

impl From<TaxIdView> for TaxNumber {
    fn from(view: TaxIdView) -> Self {
        let last = view.confirmed.map(|noted| NotedTaxId {
            confirmed: noted.what.into(),
            by: Person::of(noted.confirmed_by, noted.confirmed_by_name),
            noted_at: noted.noted_at.into(),
        });
        Self { tax_id: view.tax_id, state: Word(view.state), last }
    }
}

/// Why a number is not confirmed.
pub struct ConfirmProblems;

impl Problems for ConfirmProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "tax_id_missing")];
}

/// Operations on what invoices say of a customer.
pub struct CustomerBillingApi;

#[OpenApi]
impl CustomerBillingApi {
    /// Confirm a customer's VAT ID
    ///
    /// What the tax office answered, for the number as it is now; another number is not confirmed.
    #[oai(path = "/api/admin/customers/:org/tax-id", method = "put", operation_id = "confirmTaxId", tag = "Tag::Admin")]
    async fn confirm(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        body: Body<ConfirmTaxId>,
    ) -> Done<ConfirmedTaxId, ConfirmProblems> {
        let ConfirmTaxId { reference, confirmed_on } = body.0;
        let confirmed = tax::confirm(&app.ctx, &admin.actor(), org.0.0, &reference, confirmed_on.0).await?;
        Ok(Answer::new(confirmed.into()))
    }

    /// Read a customer's VAT ID
    ///
    /// As it is now, and its last confirmation: who noted it and when, for which number, by which answer.
    #[oai(path = "/api/admin/customers/:org/tax-id", method = "get", operation_id = "getTaxId", tag = "Tag::Admin")]
    async fn read(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
    ) -> Done<TaxNumber> {
        Ok(Answer::new(tax::tax_id(&app.ctx, &admin.actor(), org.0.0).await?.into()))
    }

    /// List a customer's billing details
    ///
    /// What the organisation said of itself, and since when, the newest first: each change, with who made it.
    #[oai(
        path = "/api/admin/customers/:org/billing/history",
        method = "get",
        operation_id = "listCustomerBillingHistory",
        tag = "Tag::Admin"
    )]
    async fn history(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many changes, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<BillingVersion>> {
        let request = page(cursor.0, limit.0);
        let found = org::profile_history_of_customer(&app.ctx, &admin.actor(), org.0.0, &request).await?;
        Ok(Answer::new(Paged::of(found, |version| BillingVersion::of(version, &app.ctx.vault))))
    }
}
