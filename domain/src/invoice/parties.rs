//! Who buys and who sells, frozen into documents.

use documents::{Evidence, Head, Kind, Party, Snapshot};
use entity::OrgId;
use entity::billing_setting::PriceMode;
use sea_orm::ConnectionTrait;

use super::Office;
use crate::error::{Error, Result};
use crate::tax::{self, Buyer, RuleRow};
use crate::{db, org};

/// All that a document needs to know of both, and how they are taxed.
pub(super) struct Parties {
    /// Who sells.
    pub(super) seller: Party,
    /// Who buys.
    pub(super) buyer: Party,
    /// What the rules ask.
    pub(super) known: Buyer,
    /// The rules.
    pub(super) rules: Vec<RuleRow>,
    /// Whether prices are without tax or with it.
    pub(super) prices: PriceMode,
    /// Why the tax is as it is.
    pub(super) evidence: Evidence,
    hue: u16,
    verify_url: String,
}

/// Both parties as they are now.
pub(super) async fn parties(db: &impl ConnectionTrait, customer: OrgId, office: &Office) -> Result<Parties> {
    let settings = tax::read_settings(db).await?;
    let profile = org::profile_of(db, customer).await?;
    let name = select_name(customer).one(db).await?.ok_or_else(|| Error::not_found("organisation"))?;
    let known = tax::buyer(db, customer, &profile, settings.business_by).await?;
    let buyer = Party {
        name,
        contact: profile.billing_name.clone(),
        address_lines: profile.address_lines.clone(),
        postcode: profile.postcode.clone(),
        city: profile.city.clone(),
        country: profile.country.clone(),
        vat_id: known.vat_id.clone(),
        tax_number: known.tax_number.clone(),
        registration: None,
        email: profile.billing_email.clone(),
    };
    let seller = Party {
        name: settings.seller_name.clone().unwrap_or_else(|| office.company.clone()),
        contact: None,
        address_lines: settings.address_lines.clone(),
        postcode: settings.postcode.clone(),
        city: settings.city.clone(),
        country: settings.country.clone(),
        vat_id: settings.tax_id.clone(),
        tax_number: None,
        registration: settings.registration.clone(),
        email: settings.email.clone(),
    };
    let evidence = Evidence {
        buyer: known.buyer.kind.to_string(),
        country_from: if profile.country.is_some() { "address" } else { "unknown" }.to_owned(),
        vat_id: known.state.to_owned(),
        vat_reference: known.reference.clone(),
        prices: settings.prices.to_string(),
        rules: Vec::new(),
    };
    Ok(Parties {
        seller,
        buyer,
        known: known.buyer,
        rules: tax::rules(db).await?,
        prices: settings.prices,
        evidence,
        hue: office.hue,
        verify_url: office.verify_url.clone(),
    })
}

impl Parties {
    /// A document of both without anything in it.
    pub(super) fn blank(self, kind: Kind, issued_on: String) -> Snapshot {
        Snapshot {
            kind,
            number: String::new(),
            issued_on,
            period: None,
            currency: "USD".to_owned(),
            seller: self.seller,
            buyer: self.buyer,
            hue: self.hue,
            corrects: None,
            reason: None,
            lines: Vec::new(),
            taxes: Vec::new(),
            net_cents: 0,
            tax_cents: 0,
            total_cents: 0,
            paid_cents: 0,
            due_cents: 0,
            exact_micros: 0,
            evidence: self.evidence,
            chain: Head::default(),
            verify_url: self.verify_url,
        }
    }
}

/// The day of an instant, in UTC.
pub(super) fn day(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%d").to_string()
}

db::statement! {
    fn select_name(org: OrgId) -> String = "select name from org where id = $1";
}
