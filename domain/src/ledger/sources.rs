//! Where the money in a wallet came from: only what was paid and not spent can go back, to where it came from.
//!
//! Nothing is kept for it: the journals say it all. Credit that an administrator or a promotion gave is spent first,
//! then payments, the oldest first. What an order or a dispute sets aside is not spent yet.

use entity::{CaptureId, OrgId};
use sea_orm::ConnectionTrait;

use crate::db;
use crate::error::{Error, Result};

/// What one journal, or several in a row that only spend, did to what an organisation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Money that was never paid, or paid so that it can't go back.
    Given(i64),
    /// A payment.
    Paid(CaptureId, i64),
    /// Charges.
    Spent(i64),
    /// It was asked to go back to where it came from.
    Back(CaptureId, i64),
    /// It did not go back.
    Restored(CaptureId, i64),
    /// It was taken back without us: what was spent of it by then is taken from the rest.
    Reversed(CaptureId, i64),
}

/// What is left of payments, in micro-units, the oldest first; and of what was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// What is left of what was given.
    pub given: i64,
    /// What is left of each payment.
    pub paid: Vec<(CaptureId, i64)>,
}

impl Sources {
    /// What is left of a payment.
    #[must_use]
    pub fn of(&self, capture: CaptureId) -> i64 {
        self.paid.iter().find(|(one, _)| *one == capture).map_or(0, |(_, left)| *left)
    }

    fn slot(&mut self, capture: CaptureId) -> &mut i64 {
        let place = self.paid.iter().position(|(one, _)| *one == capture).unwrap_or_else(|| {
            self.paid.push((capture, 0));
            self.paid.len() - 1
        });
        &mut self.paid[place].1
    }

    fn spend(&mut self, mut micros: i64) {
        let mut take = |left: &mut i64| {
            let taken = micros.min((*left).max(0));
            *left -= taken;
            micros -= taken;
        };
        take(&mut self.given);
        self.paid.iter_mut().for_each(|(_, left)| take(left));
    }

    fn take_from(&mut self, capture: CaptureId, micros: i64) {
        let left = self.slot(capture);
        let taken = micros.min((*left).max(0));
        *left -= taken;
        self.spend(micros - taken);
    }
}

/// What is left of each source after these movements, in their order.
#[must_use]
pub fn remaining_sources(movements: impl IntoIterator<Item = Movement>) -> Sources {
    let mut sources = Sources::default();
    for movement in movements {
        match movement {
            Movement::Given(micros) => sources.given += micros,
            Movement::Paid(capture, micros) | Movement::Restored(capture, micros) => *sources.slot(capture) += micros,
            Movement::Spent(micros) => sources.spend(micros),
            Movement::Back(capture, micros) | Movement::Reversed(capture, micros) => {
                sources.take_from(capture, micros);
            }
        }
    }
    sources
}

db::row! {
    struct MovedRow {
        kind: String,
        capture: Option<String>,
        micros: i64,
    }
}

/// What is left of an organisation's payments. The wallet's lock makes it last until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn sources_of(tx: &impl ConnectionTrait, org: OrgId) -> Result<Sources> {
    let rows = select_moved(org).all(tx).await?;
    let movements = rows.iter().map(movement).collect::<Result<Vec<_>>>()?;
    Ok(remaining_sources(movements))
}

/// What an organisation was charged and was not given back, in micro-units.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn earned_of(tx: &impl ConnectionTrait, org: OrgId) -> Result<i64> {
    select_earned(org).only(tx).await
}

fn movement(row: &MovedRow) -> Result<Movement> {
    let capture = row.capture.as_deref().map(str::parse::<CaptureId>).transpose().map_err(Error::internal)?;
    let micros = row.micros;
    Ok(match (capture, row.kind.as_str()) {
        (Some(capture), "topup" | "allocation") => Movement::Paid(capture, micros),
        (Some(capture), "refund") => Movement::Back(capture, -micros),
        (Some(capture), "refund_back") => Movement::Restored(capture, micros),
        (Some(capture), "reversal") => Movement::Reversed(capture, -micros),
        _ if micros > 0 => Movement::Given(micros),
        _ => Movement::Spent(-micros),
    })
}

db::statement! {
    fn select_moved(org: OrgId) -> MovedRow = file "select_moved.sql";

    fn select_earned(org: OrgId) -> i64 =
        "select coalesce(sum(p.amount_micros), 0)::bigint
         from journal j join posting p on p.journal_id = j.id join account a on a.id = p.account_id
         where j.org_id = $1 and a.kind = 'revenue'";
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::Movement::*;
    use super::*;

    const A: CaptureId = CaptureId(Uuid::from_u128(1));
    const B: CaptureId = CaptureId(Uuid::from_u128(2));

    #[test]
    fn what_was_given_is_spent_first_then_the_oldest_payment() {
        let sources = remaining_sources([Paid(A, 100), Given(50), Paid(B, 30), Spent(60)]);
        assert_eq!((sources.given, sources.of(A), sources.of(B)), (0, 90, 30));
        let sources = remaining_sources([Paid(A, 100), Spent(60), Given(50), Paid(B, 30), Spent(100)]);
        assert_eq!((sources.given, sources.of(A), sources.of(B)), (0, 0, 20));
    }

    #[test]
    fn what_goes_back_is_of_its_own_payment_and_comes_back_there() {
        let back = [Paid(A, 100), Paid(B, 100), Back(B, 70)];
        let sources = remaining_sources(back);
        assert_eq!((sources.of(A), sources.of(B)), (100, 30));
        let sources = remaining_sources(back.into_iter().chain([Restored(B, 70)]));
        assert_eq!((sources.of(A), sources.of(B)), (100, 100));
    }

    #[test]
    fn a_reversal_of_what_was_spent_takes_from_the_rest() {
        let sources = remaining_sources([Paid(A, 100), Spent(80), Paid(B, 100), Reversed(A, 50)]);
        assert_eq!((sources.of(A), sources.of(B)), (0, 70));
    }

    proptest! {
        /// Nothing is below zero, and what is left is what came less what went, as far as there was something.
        #[test]
        fn nothing_is_created(steps in prop::collection::vec((0_u8..4, 0_u8..3, 1_i64..1000), 0..60)) {
            let mut held = 0_i64;
            let mut movements = Vec::new();
            for (what, which, micros) in steps {
                let capture = CaptureId(Uuid::from_u128(u128::from(which)));
                let left = remaining_sources(movements.clone());
                let movement = match what {
                    0 => Paid(capture, micros),
                    1 => Given(micros),
                    2 => Spent(micros.min(held)),
                    _ => Back(capture, micros.min(left.of(capture))),
                };
                held += match movement {
                    Paid(_, micros) | Given(micros) | Restored(_, micros) => micros,
                    Spent(micros) | Back(_, micros) | Reversed(_, micros) => -micros,
                };
                movements.push(movement);
            }
            let sources = remaining_sources(movements);
            prop_assert!(sources.given >= 0 && sources.paid.iter().all(|(_, left)| *left >= 0));
            prop_assert_eq!(sources.given + sources.paid.iter().map(|(_, left)| left).sum::<i64>(), held);
        }
    }
}
