//! Who sells, how prices are meant, and which tax is owed where.

use domain::tax::{self, BillingSettings, NewRule, RuleRow, SettingsChange};
use domain::{BusinessBy, BuyerKind, PriceMode, TaxCategory, TaxRuleId};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use crate::auth::{Admin, AdminVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Created, Day, Done, Gone, Id, List, NoContent, Vocabulary, Word};

macro_rules! vocabulary {
    ($($name:ident: $about:literal;)+) => { $(
        impl Vocabulary for $name {
            const NAME: &'static str = stringify!($name);
            const ABOUT: &'static str = $about;
            fn all() -> Vec<Self> { Self::ALL.to_vec() }
            fn word(self) -> &'static str { self.as_str() }
        }
    )+ };
}

vocabulary! {
    PriceMode: "Whether the prices of the pages are without tax or with it.";
    BusinessBy: "What suffices to be treated as a business.";
    BuyerKind: "Whether a business buys, or a consumer.";
    TaxCategory: "How a supply is taxed, by the codes of EN 16931.";
}

/// Who sells, and how prices are meant.
#[derive(Debug, Object)]
pub struct BillingDetails {
    /// The seller's name; the panel's name while it is null.
    #[oai(validator(max_length = 100))]
    seller_name: Option<String>,
    /// Street and number, in up to three lines.
    #[oai(validator(max_length = 300))]
    address_lines: Option<String>,
    /// The city.
    #[oai(validator(max_length = 100))]
    city: Option<String>,
    /// The postcode.
    #[oai(validator(max_length = 20))]
    postcode: Option<String>,
    /// Two capitals of ISO 3166-1.
    #[oai(validator(max_length = 2))]
    country: Option<String>,
    /// The number for value added tax.
    #[oai(validator(max_length = 40))]
    tax_id: Option<String>,
    /// The number in a register of companies.
    #[oai(validator(max_length = 60))]
    registration: Option<String>,
    /// Where questions about invoices are read.
    #[oai(validator(max_length = 254))]
    email: Option<String>,
    /// Whether the prices of the pages are without tax or with it.
    prices: Word<PriceMode>,
    /// What suffices to be treated as a business.
    business_by: Word<BusinessBy>,
}

impl From<BillingSettings> for BillingDetails {
    fn from(settings: BillingSettings) -> Self {
        Self {
            seller_name: settings.seller_name,
            address_lines: settings.address_lines,
            city: settings.city,
            postcode: settings.postcode,
            country: settings.country,
            tax_id: settings.tax_id,
            registration: settings.registration,
            email: settings.email,
            prices: Word(settings.prices),
            business_by: Word(settings.business_by),
        }
    }
}

/// What shall be different; what is left out stays, and an empty text removes it.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeBillingDetails {
    /// The seller's name.
    #[oai(validator(max_length = 100))]
    seller_name: Option<String>,
    /// Street and number, in up to three lines.
    #[oai(validator(max_length = 300))]
    address_lines: Option<String>,
    /// The city.
    #[oai(validator(max_length = 100))]
    city: Option<String>,
    /// The postcode.
    #[oai(validator(max_length = 20))]
    postcode: Option<String>,
    /// Two letters of ISO 3166-1.
    #[oai(validator(max_length = 2))]
    country: Option<String>,
    /// The number for value added tax.
    #[oai(validator(max_length = 40))]
    tax_id: Option<String>,
    /// The number in a register of companies.
    #[oai(validator(max_length = 60))]
    registration: Option<String>,
    /// Where questions about invoices are read.
    #[oai(validator(max_length = 254))]
    email: Option<String>,
    /// Whether the prices of the pages are without tax or with it.
    prices: Option<Choice<PriceMode>>,
    /// What suffices to be treated as a business.
    business_by: Option<Choice<BusinessBy>>,
}

/// Which tax is owed where.
#[derive(Debug, Object)]
pub struct TaxRule {
    /// Its id.
    id: Id<TaxRuleId>,
    /// Two capitals of ISO 3166-1; `ZZ` for countries without a rule of their own.
    #[oai(validator(max_length = 2))]
    country: String,
    /// For whom.
    buyer: Word<BuyerKind>,
    /// The rate, in hundredths of a per cent.
    basis_points: i32,
    /// How it is taxed.
    category: Word<TaxCategory>,
    /// What invoices say about it.
    #[oai(validator(max_length = 300))]
    note: Option<String>,
    /// The first day.
    valid_from: Day,
    /// The day after the last; null while it holds.
    valid_to: Option<Day>,
}

impl From<RuleRow> for TaxRule {
    fn from(rule: RuleRow) -> Self {
        Self {
            id: Id(rule.id),
            country: rule.country,
            buyer: Word(rule.buyer),
            basis_points: rule.basis_points,
            category: Word(rule.category),
            note: rule.note,
            valid_from: Day(rule.valid_from),
            valid_to: rule.valid_to.map(Day),
        }
    }
}

/// A rule to write.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct WriteTaxRule {
    /// Two letters of ISO 3166-1; `ZZ` for countries without a rule of their own.
    #[oai(validator(min_length = 2, max_length = 2))]
    country: String,
    /// For whom.
    buyer: Choice<BuyerKind>,
    /// The rate, in hundredths of a per cent.
    #[oai(validator(minimum(value = "0"), maximum(value = "10000")))]
    basis_points: i32,
    /// How it is taxed.
    category: Choice<TaxCategory>,
    /// What invoices say about it; needed where there is no tax.
    #[oai(validator(max_length = 300))]
    note: Option<String>,
    /// The first day.
    valid_from: Day,
    /// The day after the last.
    valid_to: Option<Day>,
}

/// When a rule ends.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct EndTaxRule {
    /// The first day without it.
    valid_to: Day,
}

/// Why a rule is not written.
pub struct RuleProblems;

impl Problems for RuleProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "tax_rule_overlaps")];
}

/// Operations on tax.
pub struct TaxApi;

#[OpenApi]
impl TaxApi {
    /// Read the billing details
    ///
    /// Who sells, and how prices are meant.
    #[oai(path = "/api/admin/billing/details", method = "get", operation_id = "getBillingDetails", tag = "Tag::Admin")]
    async fn details(&self, admin: Admin, app: Data<&Shared>) -> Done<BillingDetails> {
        Ok(Answer::new(tax::settings(&app.ctx, &admin.actor()).await?.into()))
    }

    /// Change the billing details
    ///
    /// Documents that were issued keep what they say.
    #[oai(
        path = "/api/admin/billing/details",
        method = "patch",
        operation_id = "changeBillingDetails",
        tag = "Tag::Admin"
    )]
    async fn change(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        body: Body<ChangeBillingDetails>,
    ) -> Done<BillingDetails> {
        let body = body.0;
        let change = SettingsChange {
            seller_name: body.seller_name,
            address_lines: body.address_lines,
            city: body.city,
            postcode: body.postcode,
            country: body.country,
            tax_id: body.tax_id,
            registration: body.registration,
            email: body.email,
            prices: body.prices.map(|prices| prices.0),
            business_by: body.business_by.map(|by| by.0),
        };
        Ok(Answer::new(tax::change(&app.ctx, &admin.actor(), &change).await?.into()))
    }

    /// List tax rules
    ///
    /// By country, then the newest first.
    #[oai(path = "/api/admin/billing/tax", method = "get", operation_id = "listTaxRules", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<TaxRule>> {
        Ok(Answer::new(List::of(tax::list(&app.ctx, &admin.actor()).await?, TaxRule::from)))
    }

    /// Write a tax rule
    ///
    /// Rules of one country and kind of buyer do not overlap: end the one before first.
    #[oai(path = "/api/admin/billing/tax", method = "post", operation_id = "createTaxRule", tag = "Tag::Admin")]
    async fn create(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        body: Body<WriteTaxRule>,
    ) -> Created<TaxRule, RuleProblems> {
        let body = body.0;
        let new = NewRule {
            country: body.country,
            buyer: body.buyer.0,
            basis_points: body.basis_points,
            category: body.category.0,
            note: body.note,
            valid_from: body.valid_from.0,
            valid_to: body.valid_to.map(|day| day.0),
        };
        Ok(Answer::new(tax::create(&app.ctx, &admin.actor(), &new).await?.into()))
    }

    /// End a tax rule
    ///
    /// From the day on, another rule may hold.
    #[oai(path = "/api/admin/billing/tax/:id", method = "patch", operation_id = "endTaxRule", tag = "Tag::Admin")]
    async fn end(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The rule's id.
        id: Path<Id<TaxRuleId>>,
        body: Body<EndTaxRule>,
    ) -> Done<TaxRule, RuleProblems> {
        Ok(Answer::new(tax::end(&app.ctx, &admin.actor(), id.0.0, body.0.valid_to.0).await?.into()))
    }

    /// Delete a tax rule
    ///
    /// Documents that were issued keep what they say.
    #[oai(path = "/api/admin/billing/tax/:id", method = "delete", operation_id = "deleteTaxRule", tag = "Tag::Admin")]
    async fn delete(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The rule's id.
        id: Path<Id<TaxRuleId>>,
    ) -> Gone {
        tax::delete(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }
}
