//! Who sells, and how prices are meant: one row for the installation.

use chrono::{DateTime, Utc};
use entity::billing_setting::{BusinessBy, PriceMode};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::vat_id;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, access, db, org, text};

db::row! {
    /// Who sells, and how prices are meant.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct BillingSettings {
        /// The seller's name; the panel's name while none is given.
        pub seller_name: Option<String>,
        /// Street and number, in up to three lines.
        pub address_lines: Option<String>,
        /// The city.
        pub city: Option<String>,
        /// The postcode.
        pub postcode: Option<String>,
        /// Two capitals of ISO 3166-1.
        pub country: Option<String>,
        /// The number for value added tax.
        pub tax_id: Option<String>,
        /// The number in a register of companies.
        pub registration: Option<String>,
        /// Where questions about invoices are read.
        pub email: Option<String>,
        /// Whether the prices of the pages are without tax or with it.
        pub prices: PriceMode,
        /// What suffices to be treated as a business.
        pub business_by: BusinessBy,
    }
}

/// What shall be different; what is left out stays, and an empty text removes it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the parts of `BillingSettings`, which says what they are")]
pub struct SettingsChange {
    pub seller_name: Option<String>,
    pub address_lines: Option<String>,
    pub city: Option<String>,
    pub postcode: Option<String>,
    pub country: Option<String>,
    pub tax_id: Option<String>,
    pub registration: Option<String>,
    pub email: Option<String>,
    pub prices: Option<PriceMode>,
    pub business_by: Option<BusinessBy>,
}

/// Who sells, and how prices are meant.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn settings(ctx: &Ctx, actor: &Actor) -> Result<BillingSettings> {
    actor.admin()?;
    read(&ctx.db).await
}

pub(crate) async fn read(db: &impl ConnectionTrait) -> Result<BillingSettings> {
    select_settings().only(db).await
}

/// Changes who sells, and how prices are meant. Documents that were issued keep what they say.
///
/// # Errors
/// Field errors; `forbidden` for others than administrators; `step_up_required`.
pub async fn change(ctx: &Ctx, actor: &Actor, change: &SettingsChange) -> Result<BillingSettings> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    lock_settings().only(&tx).await?;
    let mut now_so = read(&tx).await?;
    apply(&mut now_so, change)?;
    if let Some(number) = &now_so.tax_id {
        let number = vat_id(number, now_so.country.as_deref());
        if !number.format_ok {
            return Err(Error::field("/tax_id", "write a VAT ID with its country, such as DE123456789"));
        }
        now_so.tax_id = Some(number.number);
    } else if count_taxed().only(&tx).await? > 0 {
        return Err(Error::field("/tax_id", "rules that charge or explain tax need your VAT ID; delete them first"));
    }
    let now = ctx.clock.now(&tx).await?;
    update_settings(json_of(&now_so), now_so.prices, now_so.business_by, now).exec(&tx).await?;
    let event = Event::new("billing.settings", EventStatus::Info, "The billing settings were changed").by(actor);
    activity::record(&tx, event).await?;
    tx.commit().await?;
    Ok(now_so)
}

fn apply(to: &mut BillingSettings, change: &SettingsChange) -> Result<()> {
    let line = |pointer: &'static str, max| move |text: &str| text::line(pointer, text, 1, max);
    org::set(&mut to.seller_name, change.seller_name.as_deref(), line("/seller_name", 100))?;
    org::set(&mut to.address_lines, change.address_lines.as_deref(), org::address_lines)?;
    org::set(&mut to.city, change.city.as_deref(), line("/city", 100))?;
    org::set(&mut to.postcode, change.postcode.as_deref(), line("/postcode", 20))?;
    org::set(&mut to.country, change.country.as_deref(), org::country)?;
    org::set(&mut to.tax_id, change.tax_id.as_deref(), line("/tax_id", 40))?;
    org::set(&mut to.registration, change.registration.as_deref(), line("/registration", 60))?;
    org::set(&mut to.email, change.email.as_deref(), |email| text::email("/email", email))?;
    to.prices = change.prices.unwrap_or(to.prices);
    to.business_by = change.business_by.unwrap_or(to.business_by);
    Ok(())
}

fn json_of(settings: &BillingSettings) -> Json {
    json!({
        "seller_name": settings.seller_name, "address_lines": settings.address_lines, "city": settings.city,
        "postcode": settings.postcode, "country": settings.country, "tax_id": settings.tax_id,
        "registration": settings.registration, "email": settings.email,
    })
}

db::statement! {
    fn select_settings() -> BillingSettings = file "select_settings.sql";

    fn lock_settings() -> bool = "select one from billing_setting for update";

    fn count_taxed() -> i64 = "select count(*) from tax_rule where category <> 'O'";

    fn update_settings(seller: Json, prices: PriceMode, business_by: BusinessBy, now: DateTime<Utc>) =
        file "update_settings.sql";
}
