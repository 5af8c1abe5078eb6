//! Rounds of two measurements in turn, and their medians.

use anyhow::Result;

/// One after the other; the second first in every other round, because the first finds the machine as the
/// round before left it.
///
/// # Errors
/// The first that fails.
pub async fn in_turn<A, B>(
    round: usize,
    one: impl Future<Output = Result<A>>,
    other: impl Future<Output = Result<B>>,
) -> Result<(A, B)> {
    if round.is_multiple_of(2) {
        let one = one.await?;
        Ok((one, other.await?))
    } else {
        let other = other.await?;
        Ok((one.await?, other))
    }
}

/// The middle of the values; of an even number the lower. Nothing has no middle.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

/// Figures of the same thing, a pair a round: ours and the yardstick's.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Pairs {
    /// Adds a round.
    pub fn push(&mut self, ours: f64, theirs: f64) {
        self.ours.push(ours);
        self.theirs.push(theirs);
    }

    /// The median of ours.
    #[must_use]
    pub fn ours(&self) -> f64 {
        median(&self.ours).unwrap_or(f64::NAN)
    }

    /// The median of the yardstick's.
    #[must_use]
    pub fn theirs(&self) -> f64 {
        median(&self.theirs).unwrap_or(f64::NAN)
    }

    /// The median of the rounds' ratios, ours to the yardstick's.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        median(&self.ratios()).unwrap_or(f64::NAN)
    }

    /// The ratio in words, with the least and the greatest of the rounds.
    #[must_use]
    pub fn said(&self) -> String {
        let ratios = self.ratios();
        let (least, most) =
            ratios.iter().fold((f64::INFINITY, 0.0_f64), |(least, most), ratio| (least.min(*ratio), most.max(*ratio)));
        match ratios.len() {
            0 => "not measured".to_owned(),
            1 => format!("{:.2}", self.ratio()),
            rounds => format!("{:.2} (of {rounds} rounds {least:.2} to {most:.2})", self.ratio()),
        }
    }

    fn ratios(&self) -> Vec<f64> {
        self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| ours / theirs).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_median_of_the_rounds_own() {
        let mut pairs = Pairs::default();
        for (ours, theirs) in [(50.0, 100.0), (90.0, 100.0), (10.0, 10.0)] {
            pairs.push(ours, theirs);
        }
        assert!((pairs.ratio() - 0.9).abs() < 1e-9, "{pairs:?}");
        assert!((pairs.ours() - 50.0).abs() < 1e-9, "{pairs:?}");
        assert_eq!(pairs.said(), "0.90 (of 3 rounds 0.50 to 1.00)");
        assert_eq!(median(&[4.0, 1.0]), Some(1.0), "of an even number the lower");
        assert_eq!(median(&[]), None);
    }
}
