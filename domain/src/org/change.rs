//! Changing what an organisation is called and says of itself.

use super::lock::lock;
use super::profile::{self, address_lines, country, line, set, website};
use super::view::{OrgView, read};
use crate::activity::{self, Event};
use crate::error::Result;
use crate::{Actor, Ctx, EventStatus, OrgId, Perm, access, db, text};

/// What shall be different; what is left out stays, and an empty text removes it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the parts of `Profile`, which says what they are")]
pub struct OrgChange {
    pub name: Option<String>,
    pub website: Option<String>,
    pub address_lines: Option<String>,
    pub city: Option<String>,
    pub postcode: Option<String>,
    pub country: Option<String>,
}

/// What shall be different of what invoices are addressed to; likewise.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the parts of `Profile`, which says what they are")]
pub struct BillingChange {
    pub tax_id: Option<String>,
    pub billing_name: Option<String>,
    pub billing_email: Option<String>,
}

/// Changes an organisation's name, website and address.
///
/// # Errors
/// Field errors; `forbidden`.
pub async fn change(ctx: &Ctx, actor: &Actor, change: &OrgChange) -> Result<OrgView> {
    let org = actor.may(Perm::OrgWrite)?;
    let name = change.name.as_deref().map(|name| text::line("/name", name, 1, 100)).transpose()?;
    let tx = ctx.begin().await?;
    lock(&tx, org).await?;
    access::confirm(&tx, actor, Perm::OrgWrite).await?;
    let now = ctx.clock.now(&tx).await?;
    let mut profile = profile::of(&tx, org).await?;
    set(&mut profile.website, change.website.as_deref(), website)?;
    set(&mut profile.address_lines, change.address_lines.as_deref(), address_lines)?;
    set(&mut profile.city, change.city.as_deref(), line("/city", 100))?;
    set(&mut profile.postcode, change.postcode.as_deref(), line("/postcode", 20))?;
    set(&mut profile.country, change.country.as_deref(), country)?;
    profile::write(&tx, org, &profile, actor.user(), now).await?;
    if let Some(name) = name {
        rename(org, name).exec(&tx).await?;
    }
    let event = Event::new("org.update", EventStatus::Info, "Organisation changed").org(org).by(actor);
    activity::record(&tx, event.entity("org", org)).await?;
    let changed = read(&tx, org).await?;
    tx.commit().await?;
    Ok(changed)
}

/// Changes what invoices of the organisation are addressed to.
///
/// # Errors
/// Field errors; `forbidden`.
pub async fn change_billing(ctx: &Ctx, actor: &Actor, change: &BillingChange) -> Result<OrgView> {
    let org = actor.may(Perm::BillingWrite)?;
    let tx = ctx.begin().await?;
    lock(&tx, org).await?;
    access::confirm(&tx, actor, Perm::BillingWrite).await?;
    let now = ctx.clock.now(&tx).await?;
    let mut profile = profile::of(&tx, org).await?;
    set(&mut profile.tax_id, change.tax_id.as_deref(), line("/tax_id", 40))?;
    set(&mut profile.billing_name, change.billing_name.as_deref(), line("/billing_name", 100))?;
    set(&mut profile.billing_email, change.billing_email.as_deref(), |email| text::email("/billing_email", email))?;
    profile::write(&tx, org, &profile, actor.user(), now).await?;
    let event = Event::new("org.billing", EventStatus::Info, "Billing details changed").org(org).by(actor);
    activity::record(&tx, event.entity("org", org)).await?;
    let changed = read(&tx, org).await?;
    tx.commit().await?;
    Ok(changed)
}

db::statement! {
    fn rename(org: OrgId, name: String) = "update org set name = $2 where id = $1";
}
