//! From what the ledger charged to what a document says: hundredths that sum up, and tax on the sums.

use documents::{Line, Period, TaxLine, largest_remainder, round_cents};
use entity::billing_setting::PriceMode;

use crate::tax::{Rate, category, split_gross, tax_cents};

/// Micro-units in a hundredth.
pub(super) const PER_CENT: i64 = 10_000;

/// What the ledger charged for one thing at one rate.
#[derive(Clone, Debug)]
pub(super) struct Used {
    /// Its name.
    pub(super) name: String,
    /// More about it, in words of ours.
    pub(super) detail: &'static str,
    /// So many hours.
    pub(super) hours: i64,
    /// So many seconds of them, where that is not the whole of them.
    pub(super) seconds: Option<i64>,
    /// When.
    pub(super) period: Period,
    /// What it cost, in micro-units.
    pub(super) micros: i64,
    /// The tax that was posted with its hours, in micro-units.
    pub(super) taxed: i64,
    /// What of that was added to their prices.
    pub(super) added: i64,
    /// How it is taxed.
    pub(super) rate: Rate,
}

/// What a document says.
#[derive(Clone, Debug, Default)]
pub(super) struct Amounts {
    /// Its lines.
    pub(super) lines: Vec<Line>,
    /// The tax by rate.
    pub(super) taxes: Vec<TaxLine>,
    /// The sum of the lines.
    pub(super) net_cents: i64,
    /// The sum of the taxes.
    pub(super) tax_cents: i64,
    /// What the ledger charged, in micro-units.
    pub(super) exact_micros: i64,
}

impl Amounts {
    /// With tax.
    pub(super) fn total_cents(&self) -> i64 {
        self.net_cents + self.tax_cents
    }
}

/// The lines and sums of what was used.
pub(super) fn amounts(used: &[Used], prices: PriceMode) -> Amounts {
    let micros: Vec<i64> = used.iter().map(|used| used.micros).collect();
    let charged = largest_remainder(&micros);
    let mut rates: Vec<&Rate> = Vec::new();
    for used in used {
        if !rates.contains(&&used.rate) {
            rates.push(&used.rate);
        }
    }
    let mut net = charged.clone();
    let mut taxes = Vec::new();
    for rate in rates {
        let places: Vec<usize> = (0..used.len()).filter(|&place| used[place].rate == *rate).collect();
        let whole: i64 = places.iter().map(|&place| charged[place]).sum();
        let net_cents = match prices {
            PriceMode::Net => whole,
            PriceMode::Gross => {
                let net_whole = split_gross(whole, rate.basis_points);
                let weights: Vec<i64> = places.iter().map(|&place| charged[place]).collect();
                for (&place, part) in places.iter().zip(share(net_whole, &weights)) {
                    net[place] = part;
                }
                net_whole
            }
        };
        taxes.push(TaxLine {
            category: category(rate.category),
            basis_points: rate.basis_points,
            net_cents,
            tax_cents: tax_cents(net_cents, rate.basis_points),
            note: rate.note.clone(),
        });
    }
    let lines = used.iter().zip(&net).map(|(used, &net_cents)| line(used, net_cents)).collect();
    Amounts {
        lines,
        net_cents: taxes.iter().map(|tax| tax.net_cents).sum(),
        tax_cents: taxes.iter().map(|tax| tax.tax_cents).sum(),
        taxes: merged(taxes),
        exact_micros: micros.iter().sum(),
    }
}

/// Rates that differ in their words alone are one line of tax: EN 16931 wants one for each category and rate.
fn merged(taxes: Vec<TaxLine>) -> Vec<TaxLine> {
    let mut merged: Vec<TaxLine> = Vec::new();
    for tax in taxes {
        let same = |known: &&mut TaxLine| known.category == tax.category && known.basis_points == tax.basis_points;
        match merged.iter_mut().find(same) {
            Some(known) => {
                known.net_cents += tax.net_cents;
                known.tax_cents = tax_cents(known.net_cents, known.basis_points);
            }
            None => merged.push(tax),
        }
    }
    merged
}

fn line(used: &Used, net_cents: i64) -> Line {
    Line {
        name: used.name.clone(),
        detail: used.detail.to_owned(),
        hours: Some(used.hours),
        seconds: used.seconds,
        period: Some(used.period.clone()),
        net_cents,
        basis_points: used.rate.basis_points,
        category: category(used.rate.category),
        exact_micros: used.micros,
    }
}

/// A whole shared by weights: each part is rounded down, and what is missing goes to those that lost most.
pub(super) fn share(whole: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    if sum == 0 {
        let mut parts = vec![0; weights.len()];
        if let Some(first) = parts.first_mut() {
            *first = whole;
        }
        return parts;
    }
    let product = |weight: i64| i128::from(whole) * i128::from(weight);
    let mut parts: Vec<i64> =
        weights.iter().map(|&weight| i64::try_from(product(weight).div_euclid(sum)).unwrap_or_default()).collect();
    let missing = whole - parts.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&place| (-product(weights[place]).rem_euclid(sum), place));
    for place in order.into_iter().take(usize::try_from(missing).unwrap_or_default()) {
        parts[place] += 1;
    }
    parts
}

/// The hundredths that are still owed, of a debt in micro-units: a started one counts.
pub(super) fn due_cents(owed_micros: i64, total_cents: i64) -> i64 {
    let owed = (owed_micros + PER_CENT - 1).div_euclid(PER_CENT);
    owed.clamp(0, total_cents.max(0))
}

/// The hundredths of a credit.
pub(super) fn credited_cents(micros: i64) -> i64 {
    round_cents(micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::tax_rule::TaxCategory;
    use proptest::prelude::*;

    fn used(micros: i64, basis_points: i64) -> Used {
        Used {
            name: "web-1".to_owned(),
            detail: "Server",
            hours: 1,
            seconds: None,
            period: Period { from: String::new(), to: String::new() },
            micros,
            taxed: 0,
            added: 0,
            rate: Rate { category: TaxCategory::Standard, basis_points, note: None, rule: None },
        }
    }

    proptest! {
        #[test]
        fn a_document_always_adds_up(
            parts in prop::collection::vec(
                (0_i64..10_000_000_000, prop::sample::select(vec![0_i64, 700, 1_900])),
                0..40,
            ),
            gross: bool,
        ) {
            let prices = if gross { PriceMode::Gross } else { PriceMode::Net };
            let all: Vec<Used> = parts.iter().map(|&(micros, rate)| used(micros, rate)).collect();
            let said = amounts(&all, prices);
            prop_assert_eq!(said.lines.iter().map(|line| line.net_cents).sum::<i64>(), said.net_cents);
            for tax in &said.taxes {
                let of_rate = said.lines.iter().filter(|line| line.basis_points == tax.basis_points);
                prop_assert_eq!(of_rate.map(|line| line.net_cents).sum::<i64>(), tax.net_cents);
                prop_assert_eq!(tax.tax_cents, tax_cents(tax.net_cents, tax.basis_points));
            }
            prop_assert_eq!(said.exact_micros, parts.iter().map(|part| part.0).sum::<i64>());
            // Half a hundredth of the whole, and one more for each rate where tax is contained.
            let most = 5_000 + if gross { 10_000 * i64::try_from(said.taxes.len()).unwrap() } else { 0 };
            let whole = if gross { said.total_cents() } else { said.net_cents };
            let rounding = whole * PER_CENT - said.exact_micros;
            prop_assert!(rounding.abs() <= most, "{rounding}");
        }

        #[test]
        fn parts_are_shared_without_loss(
            whole in 0_i64..1_000_000,
            weights in prop::collection::vec(0_i64..1_000, 1..20),
        ) {
            prop_assert_eq!(share(whole, &weights).iter().sum::<i64>(), whole);
        }
    }

    #[test]
    fn a_debt_counts_whole_hundredths() {
        assert_eq!([due_cents(0, 600), due_cents(1, 600), due_cents(10_000_000, 600)], [0, 1, 600]);
    }
}
