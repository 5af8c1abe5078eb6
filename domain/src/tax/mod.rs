//! Tax: which rate an organisation owes at an instant, and how much that is (ADR 42). The rules are the
//! administrator's; none ships, and no tax office is asked.
//!
//! [`rate_at`], [`tax_cents`] and [`split_gross`] are pure. What hours, holds and forecasts need is a share of the
//! price (ADR 43): [`levies`] reads it for many organisations at once.

mod confirmation;
mod hourly;
mod rules;
mod settings;
mod vat_id;

pub use confirmation::{Confirmation, Confirmed, TaxIdState, TaxIdView, confirm, tax_id};
pub(crate) use hourly::{Levies, levies, levy_of, share};
pub use rules::{NewRule, RuleRow, create, delete, end, list, rate_of};
pub(crate) use rules::{buyer, rules};
pub(crate) use settings::read as read_settings;
pub use settings::{BillingSettings, SettingsChange, change, settings};
pub use vat_id::{VatId, vat_id};

use chrono::NaiveDate;
use documents::Category;
use entity::TaxRuleId;
use entity::tax_rule::{BuyerKind, TaxCategory};

/// The country of rules that hold where no other one does.
pub const ELSEWHERE: &str = "ZZ";
/// What documents say where no rule was written.
pub const NO_RULE: &str = "Not subject to VAT";
/// Hundredths of a per cent in a whole.
const WHOLE: i64 = 10_000;

/// What a customer is to the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buyer {
    /// Two capitals of ISO 3166-1; none where the customer said none.
    pub country: Option<String>,
    /// A business or a consumer.
    pub kind: BuyerKind,
}

/// A rate with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How it is taxed.
    pub category: TaxCategory,
    /// Hundredths of a per cent.
    pub basis_points: i64,
    /// What documents say about it.
    pub note: Option<String>,
    /// The rule; none where no rule was written.
    pub rule: Option<TaxRuleId>,
}

/// A stretch of days with one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// The rate.
    pub rate: Rate,
}

/// The rate that a customer owes on a day: by the rule of their country, else by the rule for elsewhere, else none.
#[must_use]
pub fn rate_at(rules: &[RuleRow], buyer: &Buyer, day: NaiveDate) -> Rate {
    let of = |country: &str| {
        rules.iter().find(|rule| {
            rule.country == country
                && rule.buyer == buyer.kind
                && rule.valid_from <= day
                && rule.valid_to.is_none_or(|to| day < to)
        })
    };
    let own = buyer.country.as_deref().and_then(of);
    match own.or_else(|| of(ELSEWHERE)) {
        Some(rule) => Rate {
            category: rule.category,
            basis_points: i64::from(rule.basis_points),
            note: rule.note.clone(),
            rule: Some(rule.id),
        },
        None => Rate { category: TaxCategory::OutOfScope, basis_points: 0, note: Some(NO_RULE.to_owned()), rule: None },
    }
}

/// The days from `from` to before `to`, split where the rate changes.
#[must_use]
pub fn spans(rules: &[RuleRow], buyer: &Buyer, from: NaiveDate, to: NaiveDate) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for day in from.iter_days().take_while(|day| *day < to) {
        let rate = rate_at(rules, buyer, day);
        let next = day.succ_opt().unwrap_or(to);
        match spans.last_mut() {
            Some(last) if last.rate == rate => last.to = next,
            _ => spans.push(Span { from: day, to: next, rate }),
        }
    }
    spans
}

/// The tax on a net amount in hundredths, half up: once for all lines of a rate, never line by line.
#[must_use]
pub const fn tax_cents(net_cents: i64, basis_points: i64) -> i64 {
    (net_cents * basis_points + WHOLE / 2).div_euclid(WHOLE)
}

/// The net part of a gross amount in hundredths. With [`tax_cents`] of it, it is the gross amount again or differs by
/// one hundredth: not every gross amount has a net one.
#[must_use]
pub const fn split_gross(gross_cents: i64, basis_points: i64) -> i64 {
    let divisor = WHOLE + basis_points;
    (gross_cents * WHOLE + divisor / 2).div_euclid(divisor)
}

/// The category as documents know it.
pub(crate) const fn category(category: TaxCategory) -> Category {
    match category {
        TaxCategory::Standard => Category::Standard,
        TaxCategory::Zero => Category::Zero,
        TaxCategory::Exempt => Category::Exempt,
        TaxCategory::ReverseCharge => Category::ReverseCharge,
        TaxCategory::OutOfScope => Category::OutOfScope,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rule(country: &str, buyer: BuyerKind, basis_points: i32, from: &str, to: Option<&str>) -> RuleRow {
        RuleRow {
            id: TaxRuleId(uuid::Uuid::from_u128(u128::try_from(basis_points).unwrap())),
            country: country.to_owned(),
            buyer,
            basis_points,
            category: if basis_points > 0 { TaxCategory::Standard } else { TaxCategory::ReverseCharge },
            note: None,
            valid_from: day(from),
            valid_to: to.map(day),
        }
    }

    #[test]
    fn the_own_country_comes_before_elsewhere_and_a_rate_ends_on_its_day() {
        let rules = [
            rule("DE", BuyerKind::B2c, 1_600, "2020-07-01", Some("2021-01-01")),
            rule("DE", BuyerKind::B2c, 1_900, "2021-01-01", None),
            rule(ELSEWHERE, BuyerKind::B2c, 500, "2020-01-01", None),
        ];
        let german = Buyer { country: Some("DE".to_owned()), kind: BuyerKind::B2c };
        assert_eq!(rate_at(&rules, &german, day("2020-12-31")).basis_points, 1_600);
        assert_eq!(rate_at(&rules, &german, day("2021-01-01")).basis_points, 1_900);
        let other = Buyer { country: Some("BR".to_owned()), kind: BuyerKind::B2c };
        assert_eq!(rate_at(&rules, &other, day("2021-01-01")).basis_points, 500);
        let business = Buyer { kind: BuyerKind::B2b, ..german.clone() };
        assert_eq!(rate_at(&rules, &business, day("2021-01-01")).category, TaxCategory::OutOfScope);
        let split = spans(&rules, &german, day("2020-12-15"), day("2021-01-15"));
        let shown: Vec<_> = split.iter().map(|span| (span.from, span.to, span.rate.basis_points)).collect();
        let change = day("2021-01-01");
        assert_eq!(shown, [(day("2020-12-15"), change, 1_600), (change, day("2021-01-15"), 1_900)]);
    }

    #[test]
    fn tax_is_rounded_once() {
        assert_eq!([tax_cents(835, 1_900), tax_cents(1, 1_900), tax_cents(3, 1_900)], [159, 0, 1]);
        for basis_points in [0, 500, 770, 1_900, 2_100, 2_700] {
            for gross in 0..2_000 {
                let net = split_gross(gross, basis_points);
                let again = net + tax_cents(net, basis_points);
                assert!((again - gross).abs() <= 1, "{gross} at {basis_points}: {net} gives {again}");
            }
        }
    }
}
