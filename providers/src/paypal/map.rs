//! From PayPal's words to ours.

use chrono::{DateTime, Utc};

use super::{money, wire};
use crate::error::{ErrorClass, ProviderError, code};
use crate::payment::{
    Capture, CaptureState, Dispute, DisputeState, OrderState, PayAmount, PayOrder, Refund, RefundState, ReportRow,
};

type Mapped<T> = Result<T, ProviderError>;

fn unknown(what: &str, word: &str) -> ProviderError {
    let word: String = word.chars().filter(char::is_ascii_graphic).take(40).collect();
    ProviderError::new(ErrorClass::Transient, code::BAD_ANSWER, format!("{what} that is not known: {word}"))
}

fn amount(money: &wire::Money) -> Mapped<PayAmount> {
    money::read(&money.currency_code, &money.value)
}

/// A time; what cannot be read is none.
fn time(text: Option<&String>) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text?).ok().map(|at| at.to_utc())
}

/// The last part of the path that a thing's link `up` leads to.
fn up(links: &[wire::Link], folder: &str) -> Option<String> {
    let href = &links.iter().find(|link| link.rel == "up" && link.href.contains(folder))?.href;
    let path = href.split(['?', '#']).next()?;
    path.trim_end_matches('/').rsplit('/').next().filter(|id| !id.is_empty()).map(str::to_owned)
}

/// An order: both births, and whatever of it is told.
pub(super) fn order(order: wire::Order) -> Mapped<PayOrder> {
    let state = match order.status.as_str() {
        "CREATED" | "SAVED" | "PAYER_ACTION_REQUIRED" => OrderState::Open,
        "APPROVED" => OrderState::Approved,
        "COMPLETED" => OrderState::Completed,
        "VOIDED" => OrderState::Gone,
        word => return Err(unknown("an order's status", word)),
    };
    let leads = |link: &&wire::Link| ["payer-action", "approve"].contains(&link.rel.as_str());
    let approve_url = order.links.iter().find(leads).map(|link| link.href.clone());
    let wallet = order.payment_source.as_ref().and_then(|source| source.paypal.as_ref());
    let place = wallet.and_then(|wallet| wallet.address.as_ref());
    let place = place.or(order.payer.as_ref().and_then(|payer| payer.address.as_ref()));
    let country = place.and_then(|place| place.country_code.clone());
    let payer = wallet.and_then(|wallet| wallet.account_id.clone());
    let payer = payer.or(order.payer.as_ref().and_then(|payer| payer.payer_id.clone()));
    let mut mapped = PayOrder {
        id: order.id,
        state,
        approve_url,
        payment: None,
        amount: None,
        payee: None,
        captures: Vec::new(),
        refunds: Vec::new(),
    };
    for unit in order.purchase_units {
        if let Some(money) = &unit.amount {
            mapped.amount = Some(amount(money)?);
        }
        mapped.payment = mapped.payment.or(unit.custom_id);
        mapped.payee = mapped.payee.or(unit.payee.and_then(|payee| payee.merchant_id.or(payee.email_address)));
        let payments = unit.payments.unwrap_or_default();
        for taken in payments.captures {
            let found = capture(taken)?;
            let (payer, payer_country) = (payer.clone(), country.clone());
            let order = found.order.clone().or_else(|| Some(mapped.id.clone()));
            mapped.captures.push(Capture { order, payer_country, payer, ..found });
        }
        let only = mapped.captures.first().map(|capture| capture.id.clone());
        for given in payments.refunds {
            mapped.refunds.push(refund(given, only.as_deref())?);
        }
    }
    Ok(mapped)
}

pub(super) fn capture(capture: wire::Capture) -> Mapped<Capture> {
    let state = match capture.status.as_str() {
        // A mere dispute can look like a partial refund: what was given back is in the refunds.
        "COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED" => CaptureState::Completed,
        "PENDING" => CaptureState::Pending,
        "DECLINED" | "FAILED" => CaptureState::Declined,
        word => return Err(unknown("a capture's status", word)),
    };
    let breakdown = capture.seller_receivable_breakdown.as_ref();
    let part = |money: Option<&wire::Money>| money.map(amount).transpose();
    let related = capture.supplementary_data.and_then(|data| data.related_ids).and_then(|ids| ids.order_id);
    let reason = capture.status_details.and_then(|details| details.reason);
    Ok(Capture {
        id: capture.id,
        state,
        reason: reason.or(capture.processor_response.and_then(|response| response.response_code)),
        amount: amount(&capture.amount)?,
        fee: part(breakdown.and_then(|it| it.paypal_fee.as_ref()))?,
        net: part(breakdown.and_then(|it| it.net_amount.as_ref()))?,
        payment: capture.custom_id,
        order: related.or_else(|| up(&capture.links, "/checkout/orders/")),
        payer_country: None,
        payer: None,
        at: time(capture.create_time.as_ref()),
    })
}

/// A refund; `known` is its capture where the refund itself does not say.
///
/// A refund that we asked for carries its id in two places. One that was given by hand, or that a bank took, carries
/// what the capture carries: the payment's id and its invoice's, which differ.
pub(super) fn refund(refund: wire::Refund, known: Option<&str>) -> Mapped<Refund> {
    let state = match refund.status.as_str() {
        "COMPLETED" => RefundState::Completed,
        "PENDING" => RefundState::Pending,
        "FAILED" | "CANCELLED" => RefundState::Failed,
        word => return Err(unknown("a refund's status", word)),
    };
    let capture = up(&refund.links, "/payments/captures/").or_else(|| known.map(str::to_owned));
    let capture = capture.ok_or_else(|| unknown("a refund of a capture", &refund.id))?;
    let fee = refund.seller_payable_breakdown.and_then(|it| it.paypal_fee);
    let fee_returned = fee.as_ref().map(amount).transpose()?;
    Ok(Refund {
        id: refund.id,
        state,
        capture,
        amount: amount(&refund.amount)?,
        fee_returned,
        // The refund itself does not tell: the message about it has another name, and the report another code.
        reversal: false,
        ours: refund.custom_id.filter(|id| refund.invoice_id.as_ref() == Some(id)),
        at: time(refund.create_time.as_ref()),
    })
}

/// A dispute. In no document that we hold: as PayPal's pages describe it.
pub(super) fn dispute(dispute: wire::Dispute) -> Mapped<Dispute> {
    let outcome = dispute.outcome.and_then(|outcome| outcome.outcome_code);
    let state = match (dispute.status.as_str(), outcome.as_deref()) {
        ("RESOLVED", Some("RESOLVED_BUYER_FAVOUR" | "ACCEPTED")) => DisputeState::Lost,
        ("RESOLVED", Some(_)) => DisputeState::Won,
        _ => DisputeState::Open,
    };
    let captures = dispute.disputed_transactions.into_iter().filter_map(|it| it.seller_transaction_id).collect();
    Ok(Dispute {
        id: dispute.id,
        state,
        stage: dispute.stage.unwrap_or_else(|| "INQUIRY".to_owned()),
        captures,
        amount: dispute.amount.as_ref().map(amount).transpose()?,
        due_at: time(dispute.seller_response_due_date.as_ref()),
    })
}

/// A line of the report; none for what moved nothing.
pub(super) fn row(row: wire::Row) -> Mapped<Option<ReportRow>> {
    let info = row.transaction_info;
    // S: done; V: done, and taken back by another line. What is pending or was denied moved nothing.
    if !["S", "V"].contains(&info.transaction_status.as_str()) {
        return Ok(None);
    }
    let Some(money) = &info.transaction_amount else { return Ok(None) };
    Ok(Some(ReportRow {
        id: info.transaction_id,
        kind: info.transaction_event_code,
        amount: amount(money)?,
        fee: info.fee_amount.as_ref().map(amount).transpose()?,
        payment: info.custom_field,
        at: report_time(&info.transaction_initiation_date)?,
    }))
}

/// Reports write the offset without a colon.
fn report_time(text: &str) -> Mapped<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z"))
        .map(|at| at.to_utc())
        .map_err(|_| unknown("a time", text))
}
