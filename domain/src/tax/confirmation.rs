//! Customers' numbers for tax: what is known of one, and what an administrator confirmed of it.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{OrgId, UserId};
use sea_orm::ConnectionTrait;

use super::{VatId, vat_id};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::org::Profile;
use crate::{Actor, Ctx, EventStatus, access, db, org, text};

/// What is known of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxIdState {
    /// There is none.
    None,
    /// It has no form that we know.
    FormatWrong,
    /// It has the form of its country.
    FormatOk,
    /// An administrator noted that the tax office confirmed it.
    Confirmed,
}

impl TaxIdState {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::None, Self::FormatWrong, Self::FormatOk, Self::Confirmed];

    /// The word for this value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::FormatWrong => "format_wrong",
            Self::FormatOk => "format_ok",
            Self::Confirmed => "confirmed",
        }
    }
}

db::row! {
    /// What an administrator confirmed of a number.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Confirmation {
        /// The number.
        pub tax_id: String,
        /// What the tax office answered with.
        pub reference: String,
        /// When it answered.
        pub confirmed_on: NaiveDate,
    }
}

/// Notes that a customer's present number was confirmed by the tax office.
///
/// # Errors
/// Field errors; `tax_id_missing` when the customer has no number of the right form; `not_found`; `forbidden` for
/// others than administrators; `step_up_required`.
pub async fn confirm(
    ctx: &Ctx,
    actor: &Actor,
    customer: OrgId,
    reference: &str,
    confirmed_on: NaiveDate,
) -> Result<Confirmation> {
    let admin = actor.admin()?;
    let reference = text::line("/reference", reference, 1, 100)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let profile = org::profile_of(&tx, customer).await?;
    let number = number_of(&profile).filter(|number| number.format_ok).ok_or_else(|| {
        Error::conflict("tax_id_missing", "The customer has no VAT ID of the right form, so none can be confirmed.")
    })?;
    let now = ctx.clock.now(&tx).await?;
    upsert_confirmation(customer, &number.number, &reference, confirmed_on, admin, now).exec(&tx).await?;
    let event = Event::new("billing.tax_id", EventStatus::Info, "A VAT ID was confirmed").by(actor);
    activity::record(&tx, event.entity("org", customer)).await?;
    tx.commit().await?;
    Ok(Confirmation { tax_id: number.number, reference, confirmed_on })
}

db::row! {
    /// The last confirmation of a customer's number, with who noted it.
    #[derive(Clone, Debug)]
    pub struct Confirmed {
        /// What was confirmed.
        #[sea_orm(nested)]
        pub what: Confirmation,
        /// The administrator who noted it; none for the operator, and where they were erased.
        pub confirmed_by: Option<UserId>,
        /// That administrator's name.
        pub confirmed_by_name: Option<String>,
        /// When they did.
        pub noted_at: DateTime<Utc>,
    }
}

/// A customer's number for tax, and what is known of it.
#[derive(Clone, Debug)]
pub struct TaxIdView {
    /// As invoices write it now.
    pub tax_id: Option<String>,
    /// What is known of that one.
    pub state: TaxIdState,
    /// The last confirmation, which may be of another number.
    pub confirmed: Option<Confirmed>,
}

/// A customer's number for tax with its confirmation, for an administrator.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn tax_id(ctx: &Ctx, actor: &Actor, customer: OrgId) -> Result<TaxIdView> {
    actor.admin()?;
    select_customer(customer).one(&ctx.db).await?.ok_or_else(|| Error::not_found("organisation"))?;
    let profile = org::profile_of(&ctx.db, customer).await?;
    let (number, confirmed) = (number_of(&profile), select_confirmed(customer).one(&ctx.db).await?);
    let present = confirmed.as_ref().is_some_and(|found| {
        number.as_ref().is_some_and(|number| number.format_ok && number.number == found.what.tax_id)
    });
    let state = state_of(number.as_ref(), present);
    let written = number.filter(|number| number.format_ok).map(|number| number.number);
    let tax_id = written.or(profile.tax_id);
    Ok(TaxIdView { tax_id, state, confirmed })
}

pub(super) fn number_of(profile: &Profile) -> Option<VatId> {
    profile.tax_id.as_deref().map(|text| vat_id(text, profile.country.as_deref()))
}

/// What is known of a number.
pub(super) fn state_of(number: Option<&VatId>, confirmed: bool) -> TaxIdState {
    match number {
        None => TaxIdState::None,
        Some(_) if confirmed => TaxIdState::Confirmed,
        Some(number) if number.format_ok => TaxIdState::FormatOk,
        Some(_) => TaxIdState::FormatWrong,
    }
}

/// What was confirmed of a customer's number last.
pub(super) async fn confirmation(db: &impl ConnectionTrait, customer: OrgId) -> Result<Option<Confirmation>> {
    select_confirmation(customer).one(db).await
}

db::statement! {
    fn select_confirmation(org: OrgId) -> Confirmation =
        "select tax_id, reference, confirmed_on from tax_confirmation where org_id = $1";

    fn select_customer(org: OrgId) -> OrgId = "select id from org where id = $1";

    fn select_confirmed(org: OrgId) -> Confirmed = file "select_confirmed.sql";

    fn upsert_confirmation(
        org: OrgId,
        tax_id: &str,
        reference: &str,
        confirmed_on: NaiveDate,
        admin: Option<UserId>,
        now: DateTime<Utc>,
    ) = file "upsert_confirmation.sql";
}
