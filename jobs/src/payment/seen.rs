//! What a payment provider tells, in the rules' words: amounts in micro-units, states that the rules know.

use domain::payment::{OrderState, SeenCapture, SeenDispute, SeenOrder, SeenRefund};
use domain::{CaptureState, Currency, DisputeState, Error, Money, RefundState};
use providers as pay;

use crate::outcome::JobError;

/// Currencies that have no smaller unit where these payments are made.
const WHOLE: [&str; 3] = ["HUF", "JPY", "TWD"];

/// Micro-units in a currency's smallest unit.
fn micros_of_minor(currency: &str) -> i64 {
    if WHOLE.contains(&currency) { 1_000_000 } else { 10_000 }
}

/// An amount in micro-units.
pub(super) fn money(amount: &pay::PayAmount) -> Result<Money, JobError> {
    let currency: Currency = amount.currency.parse().map_err(Error::internal)?;
    let micros = amount.minor.checked_mul(micros_of_minor(&amount.currency));
    Ok(Money { micros: micros.ok_or_else(|| Error::internal("an amount is beyond all bounds"))?, currency })
}

/// An amount of ours in the currency's smallest unit. Nothing smaller is ever paid.
pub(super) fn amount(money: Money) -> Result<pay::PayAmount, JobError> {
    let unit = micros_of_minor(money.currency.code());
    if money.micros % unit != 0 {
        return Err(Error::internal(format!("{money:?} has a fraction that can't be paid")).into());
    }
    Ok(pay::PayAmount { minor: money.micros / unit, currency: money.currency.code().to_owned() })
}

/// An order.
pub(super) fn order(order: &pay::PayOrder) -> Result<SeenOrder, JobError> {
    Ok(SeenOrder {
        state: match order.state {
            pay::OrderState::Open => OrderState::Open,
            pay::OrderState::Approved => OrderState::Approved,
            pay::OrderState::Completed => OrderState::Completed,
            pay::OrderState::Gone => OrderState::Gone,
        },
        payee: order.payee.clone(),
        captures: order.captures.iter().map(capture).collect::<Result<_, _>>()?,
        refunds: order.refunds.iter().map(refund).collect::<Result<_, _>>()?,
    })
}

fn capture(capture: &pay::Capture) -> Result<SeenCapture, JobError> {
    let taken = money(&capture.amount)?;
    let fee = capture.fee.as_ref().map(money).transpose()?;
    Ok(SeenCapture {
        provider_ref: capture.id.clone(),
        state: match capture.state {
            pay::CaptureState::Completed => CaptureState::Completed,
            pay::CaptureState::Pending => CaptureState::Pending,
            pay::CaptureState::Declined => CaptureState::Declined,
        },
        reason: capture.reason.clone(),
        micros: taken.micros,
        currency: taken.currency,
        // A fee in another currency is in the report alone.
        fee_micros: fee.filter(|fee| fee.currency == taken.currency).map(|fee| fee.micros),
        payment: capture.payment.clone(),
        payer: capture.payer.clone(),
        payer_country: capture.payer_country.clone().filter(|country| country.len() == 2),
        at: capture.at,
    })
}

/// A refund.
pub(super) fn refund(refund: &pay::Refund) -> Result<SeenRefund, JobError> {
    let back = money(&refund.amount)?;
    let fee = refund.fee_returned.as_ref().map(money).transpose()?;
    Ok(SeenRefund {
        provider_ref: refund.id.clone(),
        state: match refund.state {
            pay::RefundState::Completed => RefundState::Done,
            pay::RefundState::Pending => RefundState::Pending,
            pay::RefundState::Failed => RefundState::Failed,
        },
        capture_ref: refund.capture.clone(),
        micros: back.micros,
        currency: back.currency,
        fee_micros: fee.filter(|fee| fee.currency == back.currency).map_or(0, |fee| fee.micros),
        reversal: refund.reversal,
        ours: refund.ours.clone(),
    })
}

/// A dispute.
pub(super) fn dispute(dispute: &pay::Dispute) -> Result<SeenDispute, JobError> {
    let amount = dispute.amount.as_ref().map(money).transpose()?;
    Ok(SeenDispute {
        provider_ref: dispute.id.clone(),
        state: match dispute.state {
            pay::DisputeState::Open => DisputeState::Open,
            pay::DisputeState::Won => DisputeState::Won,
            pay::DisputeState::Lost => DisputeState::Lost,
        },
        stage: dispute.stage.clone(),
        micros: amount.filter(|amount| amount.currency == Currency::USD).map(|amount| amount.micros),
        due_at: dispute.due_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_worth_both_ways() {
        for (minor, currency, micros) in [(1_999, "USD", 19_990_000), (550, "JPY", 550_000_000), (1, "EUR", 10_000)] {
            let told = pay::PayAmount { minor, currency: currency.to_owned() };
            let known = money(&told).unwrap();
            assert_eq!((known.micros, known.currency.code()), (micros, currency));
            assert_eq!(amount(known).unwrap(), told);
        }
        assert!(amount(Money::usd(19_990_001)).is_err(), "no fraction of a cent is ever rounded away");
        let yen = Money { micros: 5_500_000, currency: "JPY".parse().unwrap() };
        assert!(amount(yen).is_err());
    }
}
