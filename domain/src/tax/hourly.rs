//! Tax by the hour (ADR 43): which share of a price is tax, for whom, and from when.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use entity::OrgId;
use entity::billing_setting::{BusinessBy, PriceMode};
use sea_orm::ConnectionTrait;

use super::rules::{buyer_kind, rules};
use super::{Buyer, ELSEWHERE, Rate, RuleRow, WHOLE, rate_at, vat_id};
use crate::db;
use crate::error::Result;
use crate::rating::{Levy, Share};

db::row! {
    /// How prices are meant, and whether any rule taxes them.
    struct Meant {
        prices: PriceMode,
        business_by: BusinessBy,
        taxed: bool,
    }
}

db::row! {
    /// What decides an organisation's rate.
    struct Taxpayer {
        org_id: OrgId,
        country: Option<String>,
        tax_id: Option<String>,
        /// The number that an administrator confirmed.
        confirmed: Option<String>,
    }
}

/// The tax that some organisations owe on hours. Empty where no rule taxes anything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levies {
    added: bool,
    of: Vec<(OrgId, Levy)>,
    changes: Vec<DateTime<Utc>>,
}

/// Shares as a statement takes them: an organisation, a part and a whole each.
pub(crate) type Columns = (Vec<OrgId>, Vec<i64>, Vec<i64>);

impl Levies {
    /// Whether nobody of them owes any.
    pub(crate) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// What one of them owes.
    pub(crate) fn of(&self, org: OrgId) -> Levy {
        self.of.iter().find(|(id, _)| *id == org).map(|(_, levy)| levy.clone()).unwrap_or_default()
    }

    /// Whether it is added to prices, or contained in them.
    pub(crate) fn added(&self) -> bool {
        self.added
    }

    /// Moments after one and before another at which an organisation's share changes, the earliest first.
    pub(crate) fn changes(&self, after: DateTime<Utc>, before: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        self.changes.iter().copied().filter(move |at| after < *at && *at < before)
    }

    /// The shares of hours that began before an instant, and not before the last change ahead of it; those alone that
    /// are not zero.
    pub(crate) fn before(&self, at: DateTime<Utc>) -> Columns {
        let last = at - TimeDelta::microseconds(1);
        let mut columns = Columns::default();
        for (org, levy) in &self.of {
            let share = levy.at(last);
            if share.part > 0 {
                columns.0.push(*org);
                columns.1.push(share.part);
                columns.2.push(share.whole);
            }
        }
        columns
    }
}

/// The tax that organisations owe on hours.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn levies(db: &impl ConnectionTrait, orgs: &[OrgId]) -> Result<Levies> {
    let meant = select_meant().only(db).await?;
    if !meant.taxed {
        return Ok(Levies::default());
    }
    let rules = rules(db).await?;
    let mut known: Vec<(Buyer, Levy)> = Vec::new();
    let (mut of, mut changes) = (Vec::new(), Vec::new());
    for payer in select_taxpayers(orgs).all(db).await? {
        let number = payer.tax_id.as_deref().map(|text| vat_id(text, payer.country.as_deref()));
        let kind = buyer_kind(number.as_ref(), payer.confirmed.as_deref(), meant.business_by);
        let buyer = Buyer { country: payer.country, kind };
        let levy = if let Some((_, levy)) = known.iter().find(|(same, _)| *same == buyer) {
            levy.clone()
        } else {
            let levy = levy(&rules, &buyer, meant.prices);
            changes.extend(levy.steps.iter().skip(1).map(|(at, _)| *at));
            known.push((buyer, levy.clone()));
            levy
        };
        if !levy.steps.is_empty() {
            of.push((payer.org_id, levy));
        }
    }
    changes.sort_unstable();
    changes.dedup();
    Ok(Levies { added: meant.prices == PriceMode::Net, of, changes })
}

/// The tax that an organisation owes on hours.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn levy_of(db: &impl ConnectionTrait, org: OrgId) -> Result<Levy> {
    Ok(levies(db, &[org]).await?.of(org))
}

/// The share of a price that is tax at a rate.
pub(crate) const fn share(rate: &Rate, prices: PriceMode) -> Share {
    match prices {
        PriceMode::Net => Share { part: rate.basis_points, whole: WHOLE },
        PriceMode::Gross => Share { part: rate.basis_points, whole: WHOLE + rate.basis_points },
    }
}

/// What the rules say of a customer, from the beginning on; no steps where they never owe any.
fn levy(rules: &[RuleRow], buyer: &Buyer, prices: PriceMode) -> Levy {
    let mine = rules.iter().filter(|rule| {
        rule.buyer == buyer.kind && (rule.country == ELSEWHERE || Some(&rule.country) == buyer.country.as_ref())
    });
    let mut days: Vec<NaiveDate> = mine.flat_map(|rule| [Some(rule.valid_from), rule.valid_to]).flatten().collect();
    days.sort_unstable();
    days.dedup();
    let of_day = |day| share(&rate_at(rules, buyer, day), prices);
    let mut steps = vec![(DateTime::<Utc>::MIN_UTC, of_day(NaiveDate::MIN))];
    for day in days {
        let next = of_day(day);
        if steps.last().is_none_or(|(_, last)| *last != next) {
            steps.push((day.and_time(NaiveTime::MIN).and_utc(), next));
        }
    }
    if steps.iter().all(|(_, share)| share.part == 0) {
        steps.clear();
    }
    Levy { added: prices == PriceMode::Net, steps }
}

db::statement! {
    fn select_meant() -> Meant =
        "select prices, business_by, exists(select from tax_rule where basis_points > 0) as taxed
         from billing_setting where one";

    fn select_taxpayers(orgs: &[OrgId]) -> Taxpayer = file "select_taxpayers.sql";
}

#[cfg(test)]
mod tests {
    use entity::TaxRuleId;
    use entity::tax_rule::{BuyerKind, TaxCategory};

    use super::*;

    fn rule(country: &str, basis_points: i32, from: &str, to: Option<&str>) -> RuleRow {
        RuleRow {
            id: TaxRuleId(uuid::Uuid::nil()),
            country: country.to_owned(),
            buyer: BuyerKind::B2c,
            basis_points,
            category: TaxCategory::Standard,
            note: None,
            valid_from: from.parse().unwrap(),
            valid_to: to.map(|to| to.parse().unwrap()),
        }
    }

    #[test]
    fn a_share_changes_on_the_day_of_a_rule_and_rules_of_others_change_nothing() {
        let rules = [
            rule("DE", 1_600, "2020-07-01", Some("2021-01-01")),
            rule("DE", 1_900, "2021-01-01", None),
            rule("FR", 2_000, "2020-08-01", None),
        ];
        let buyer = |country: &str, kind| Buyer { country: Some(country.to_owned()), kind };
        let german = levy(&rules, &buyer("DE", BuyerKind::B2c), PriceMode::Net);
        let parts: Vec<i64> = german.steps.iter().map(|(_, share)| share.part).collect();
        assert_eq!(parts, [0, 1_600, 1_900]);
        let midnight: DateTime<Utc> = "2021-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(german.at(midnight).part, 1_900);
        assert_eq!(german.at(midnight - TimeDelta::microseconds(1)).part, 1_600);
        assert_eq!(levy(&rules, &buyer("DE", BuyerKind::B2b), PriceMode::Net).steps, []);
        let gross = levy(&rules, &buyer("FR", BuyerKind::B2c), PriceMode::Gross);
        assert_eq!((gross.added, gross.at(midnight)), (false, Share { part: 2_000, whole: 12_000 }));
        let all = Levies { added: true, of: vec![(OrgId(uuid::Uuid::nil()), german)], changes: Vec::new() };
        assert_eq!(all.before(midnight).1, [1_600], "hours that begin at the tick are not due yet");
    }
}
