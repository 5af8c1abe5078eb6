//! What a message of the provider is about. It only says where to look: no amount and no status of it is read.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::error::{Error, Result};

/// A message, as far as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// The provider's id of it.
    pub(super) id: String,
    /// What it tells of, in the provider's word.
    pub(super) kind: String,
    /// When what it tells of happened, as the provider says.
    pub(super) at: Option<DateTime<Utc>>,
    /// What it is about.
    pub(super) about: About,
}

/// What a message is about, by ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// Our id of the payment, as it says it.
    pub(super) payment: Option<String>,
    /// The provider's id of the order.
    pub(super) order: Option<String>,
    /// The provider's id of the capture.
    pub(super) capture: Option<String>,
    /// The provider's id of the refund.
    pub(super) refund: Option<String>,
    /// The provider's id of the dispute.
    pub(super) dispute: Option<String>,
}

/// Whether it tells that a payer approved an order.
pub(super) const APPROVED: &str = "CHECKOUT.ORDER.APPROVED";

/// Reads a message.
///
/// # Errors
/// `invalid` when it is no JSON, or names no id.
pub(super) fn read(body: &[u8]) -> Result<Told> {
    let unreadable = || Error::invalid("the message can't be read");
    let json: Json = serde_json::from_slice(body).map_err(|_| unreadable())?;
    let id = word(&json["id"]).ok_or_else(unreadable)?;
    let kind = word(&json["event_type"]).unwrap_or_default();
    let about = about(&kind, &json["resource"]);
    let at = json["create_time"].as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    Ok(Told { id, kind, at: at.map(|at| at.to_utc()), about })
}

fn about(kind: &str, resource: &Json) -> About {
    let id = word(&resource["id"]);
    if kind.starts_with("CUSTOMER.DISPUTE.") {
        let capture = word(&resource["disputed_transactions"][0]["seller_transaction_id"]);
        return About { dispute: word(&resource["dispute_id"]).or(id), capture, ..About::default() };
    }
    if kind.starts_with("CHECKOUT.") {
        let order = word(&resource["order_id"]).or(id);
        return About { payment: word(&resource["purchase_units"][0]["custom_id"]), order, ..About::default() };
    }
    if kind.starts_with("PAYMENT.CAPTURE.") {
        let payment = word(&resource["custom_id"]);
        let order = word(&resource["supplementary_data"]["related_ids"]["order_id"]);
        // Those of refunds and reversals are about the refund, which names its capture by a link.
        let links = resource["links"].as_array().map(Vec::as_slice).unwrap_or_default();
        let up = links.iter().find(|link| link["rel"] == "up").and_then(|link| word(&link["href"]));
        let up = up.as_deref().and_then(|href| href.split_once("/captures/")).map(|(_, capture)| capture.to_owned());
        if matches!(kind, "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.CAPTURE.REVERSED") {
            return About { payment, order, capture: up, refund: id, dispute: None };
        }
        return About { payment, order, capture: id, ..About::default() };
    }
    About::default()
}

/// A text of a length that an id or a name may have.
fn word(value: &Json) -> Option<String> {
    value.as_str().filter(|text| (1..=300).contains(&text.len()) && !text.contains('\0')).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(kind: &str, resource: &Json) -> About {
        let body = json!({ "id": "WH-1", "event_type": kind, "resource": resource });
        read(&serde_json::to_vec(&body).unwrap()).unwrap().about
    }

    #[test]
    fn a_message_says_where_to_look() {
        let order = json!({ "id": "O1", "purchase_units": [{ "custom_id": "payment_1" }] });
        let about = told("CHECKOUT.ORDER.APPROVED", &order);
        assert_eq!((about.order.as_deref(), about.payment.as_deref()), (Some("O1"), Some("payment_1")));
        let capture = json!({ "id": "C1", "custom_id": "payment_1",
            "supplementary_data": { "related_ids": { "order_id": "O1" } } });
        let about = told("PAYMENT.CAPTURE.COMPLETED", &capture);
        assert_eq!((about.order.as_deref(), about.capture.as_deref()), (Some("O1"), Some("C1")));
        let refund = json!({ "id": "R1", "links": [
            { "rel": "self", "href": "https://x/v2/payments/refunds/R1" },
            { "rel": "up", "href": "https://x/v2/payments/captures/C1" } ] });
        let about = told("PAYMENT.CAPTURE.REVERSED", &refund);
        assert_eq!((about.capture.as_deref(), about.refund.as_deref()), (Some("C1"), Some("R1")));
        let dispute = json!({ "dispute_id": "PP-D-1", "disputed_transactions": [{ "seller_transaction_id": "C1" }] });
        let about = told("CUSTOMER.DISPUTE.CREATED", &dispute);
        assert_eq!((about.dispute.as_deref(), about.capture.as_deref()), (Some("PP-D-1"), Some("C1")));
        assert_eq!(told("BILLING.PLAN.CREATED", &json!({ "id": "P1" })), About::default());
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for body in ["", "[]", "{}", "{\"id\":1}", "{\"id\":\"\"}", "\u{0}"] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
        assert!(read(br#"{"id":"WH-1"}"#).is_ok());
    }
}
