//! The administrator's rules, and what is known of a customer.

use chrono::{DateTime, NaiveDate, Utc};
use entity::billing_setting::{BusinessBy, PriceMode};
use entity::tax_rule::{BuyerKind, TaxCategory};
use entity::{OrgId, TaxRuleId};
use sea_orm::ConnectionTrait;

use super::confirmation::{TaxIdState, confirmation, number_of, state_of};
use super::{Buyer, ELSEWHERE, Rate, VatId, rate_at};
use crate::activity::{self, Event};
use crate::error::{Error, Result, sql_state};
use crate::org::Profile;
use crate::{Actor, Ctx, EventStatus, access, db, org, text};

/// The most rules: two for each country, for some decades.
const MAX_RULES: i64 = 2_000;

db::row! {
    /// A rule.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RuleRow {
        /// Names it.
        pub id: TaxRuleId,
        /// Two capitals; `ZZ` for countries without a rule of their own.
        pub country: String,
        /// For whom.
        pub buyer: BuyerKind,
        /// Hundredths of a per cent.
        pub basis_points: i32,
        /// How it is taxed.
        pub category: TaxCategory,
        /// What documents say about it.
        pub note: Option<String>,
        /// The first day.
        pub valid_from: NaiveDate,
        /// The day after the last; none while it holds.
        pub valid_to: Option<NaiveDate>,
    }
}

/// A rule to be written.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the parts of `RuleRow`, which says what they are")]
pub struct NewRule {
    pub country: String,
    pub buyer: BuyerKind,
    pub basis_points: i32,
    pub category: TaxCategory,
    pub note: Option<String>,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
}

/// All rules, by country, then the newest first.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<RuleRow>> {
    actor.admin()?;
    rules(&ctx.db).await
}

pub(crate) async fn rules(db: &impl ConnectionTrait) -> Result<Vec<RuleRow>> {
    select_rules(MAX_RULES).all(db).await
}

/// Writes a rule.
///
/// # Errors
/// Field errors; `tax_rule_overlaps` when another rule of the country and kind of buyer holds on one of its days;
/// `forbidden` for others than administrators; `step_up_required`.
pub async fn create(ctx: &Ctx, actor: &Actor, new: &NewRule) -> Result<RuleRow> {
    actor.admin()?;
    let country = if new.country == ELSEWHERE { ELSEWHERE.to_owned() } else { org::country(&new.country)? };
    let note = new.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    let note = note.map(|note| text::line("/note", note, 1, 300)).transpose()?;
    let taxed = new.category == TaxCategory::Standard;
    if !(0..=10_000).contains(&new.basis_points) || taxed != (new.basis_points > 0) {
        let words = "give a rate above 0 with category S, and 0 with every other one";
        return Err(Error::field("/basis_points", words));
    }
    if note.is_none() && !matches!(new.category, TaxCategory::Standard | TaxCategory::Zero) {
        return Err(Error::field("/note", "say why there is no tax, as invoices have to"));
    }
    if new.category == TaxCategory::ReverseCharge && new.buyer == BuyerKind::B2c {
        return Err(Error::field("/category", "only a business can owe the tax itself"));
    }
    if new.valid_to.is_some_and(|to| to <= new.valid_from) {
        return Err(Error::field("/valid_to", "it ends after it begins"));
    }
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    if new.category != TaxCategory::OutOfScope && super::settings::read(&tx).await?.tax_id.is_none() {
        return Err(Error::field("/category", "write your own VAT ID into the seller's details first"));
    }
    let now = ctx.clock.now(&tx).await?;
    let id: TaxRuleId = ctx.chance.id(now);
    let (rate, from, to) = (new.basis_points, new.valid_from, new.valid_to);
    insert_rule(id, country, new.buyer, rate, new.category, note, from, to, now).exec(&tx).await.map_err(overlap)?;
    let event = Event::new("billing.tax_rule", EventStatus::Info, "A tax rule was written").by(actor);
    activity::record(&tx, event).await?;
    let rule = select_rule(id).only(&tx).await?;
    tx.commit().await?;
    Ok(rule)
}

/// Ends a rule: a day is its first without it.
///
/// # Errors
/// A field error when it had not begun by then; `tax_rule_overlaps`; `not_found`; `forbidden`; `step_up_required`.
pub async fn end(ctx: &Ctx, actor: &Actor, rule: TaxRuleId, to: NaiveDate) -> Result<RuleRow> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let before = select_rule(rule).one(&tx).await?.ok_or_else(|| Error::not_found("tax rule"))?;
    if to <= before.valid_from {
        return Err(Error::field("/valid_to", "it ends after it begins; delete it instead"));
    }
    end_rule(rule, to).exec(&tx).await.map_err(overlap)?;
    let event = Event::new("billing.tax_rule", EventStatus::Info, "A tax rule was ended").by(actor);
    activity::record(&tx, event).await?;
    tx.commit().await?;
    Ok(RuleRow { valid_to: Some(to), ..before })
}

/// Deletes a rule. Documents keep what they say.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators; `step_up_required`.
pub async fn delete(ctx: &Ctx, actor: &Actor, rule: TaxRuleId) -> Result<()> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    if delete_rule(rule).exec(&tx).await? == 0 {
        return Err(Error::not_found("tax rule"));
    }
    let event = Event::new("billing.tax_rule", EventStatus::Info, "A tax rule was deleted").by(actor);
    activity::record(&tx, event).await?;
    tx.commit().await.map_err(Error::from)
}

fn overlap(error: Error) -> Error {
    let state = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<sea_orm::DbErr>()).and_then(sql_state);
    match state.as_deref() {
        Some("23P01") => Error::conflict(
            "tax_rule_overlaps",
            "Another rule for this country and these customers holds on some of these days. End that one first.",
        ),
        _ => error,
    }
}

/// The rate that an organisation owes at an instant, and whether prices are without tax or with it: for whatever shows
/// or sets aside a price. The day is UTC's.
///
/// # Errors
/// When the database does not answer.
pub async fn rate_of(db: &impl ConnectionTrait, customer: OrgId, at: DateTime<Utc>) -> Result<(Rate, PriceMode)> {
    let settings = super::settings::read(db).await?;
    let profile = org::profile_of(db, customer).await?;
    let known = buyer(db, customer, &profile, settings.business_by).await?;
    Ok((rate_at(&rules(db).await?, &known.buyer, at.date_naive()), settings.prices))
}

/// A customer as the rules see it, with what that rests on.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// What the rules ask.
    pub(crate) buyer: Buyer,
    /// The number for value added tax, if it has the right form.
    pub(crate) vat_id: Option<String>,
    /// Another number for taxes.
    pub(crate) tax_number: Option<String>,
    /// `none`, `format_wrong`, `format_ok` or `confirmed`.
    pub(crate) state: &'static str,
    /// What an administrator noted when they confirmed it.
    pub(crate) reference: Option<String>,
}

/// A customer as the rules see it: a business is one whose number suffices by the platform's setting.
pub(crate) async fn buyer(
    db: &impl ConnectionTrait,
    customer: OrgId,
    profile: &Profile,
    business_by: BusinessBy,
) -> Result<Known> {
    let confirmed = confirmation(db, customer).await?;
    let number = number_of(profile);
    let confirmed = confirmed.filter(|found| number.as_ref().is_some_and(|number| number.number == found.tax_id));
    let state = state_of(number.as_ref(), confirmed.is_some());
    let kind = kind_of(state, business_by);
    let (vat_id, tax_number) = match number {
        Some(VatId { number, format_ok: true }) => (Some(number), None),
        Some(VatId { .. }) => (None, profile.tax_id.clone()),
        None => (None, None),
    };
    Ok(Known {
        buyer: Buyer { country: profile.country.clone(), kind },
        vat_id,
        tax_number,
        state: state.as_str(),
        reference: confirmed.map(|found| format!("{} of {}", found.reference, found.confirmed_on)),
    })
}

fn kind_of(state: TaxIdState, business_by: BusinessBy) -> BuyerKind {
    let business = match state {
        TaxIdState::Confirmed => true,
        TaxIdState::FormatOk => business_by == BusinessBy::FormatOk,
        TaxIdState::None | TaxIdState::FormatWrong => false,
    };
    if business { BuyerKind::B2b } else { BuyerKind::B2c }
}

/// A business or a consumer, by the customer's number and the one that was confirmed.
pub(super) fn buyer_kind(number: Option<&VatId>, confirmed: Option<&str>, business_by: BusinessBy) -> BuyerKind {
    let confirmed = number.is_some_and(|number| confirmed == Some(number.number.as_str()));
    kind_of(state_of(number, confirmed), business_by)
}

db::statement! {
    fn select_rules(limit: i64) -> RuleRow =
        "select id, country, buyer, basis_points, category, note, valid_from, valid_to from tax_rule
         order by country, buyer, valid_from desc limit $1";

    fn select_rule(rule: TaxRuleId) -> RuleRow =
        "select id, country, buyer, basis_points, category, note, valid_from, valid_to from tax_rule where id = $1";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_rule(
        id: TaxRuleId,
        country: String,
        buyer: BuyerKind,
        basis_points: i32,
        category: TaxCategory,
        note: Option<String>,
        valid_from: NaiveDate,
        valid_to: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) =
        "insert into tax_rule
           (id, country, buyer, basis_points, category, note, valid_from, valid_to, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    fn end_rule(rule: TaxRuleId, to: NaiveDate) = "update tax_rule set valid_to = $2 where id = $1";

    fn delete_rule(rule: TaxRuleId) = "delete from tax_rule where id = $1";
}
