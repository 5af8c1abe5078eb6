//! How things look to those who ask for them.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::state::{Birth, Capture, Dispute, Order, Refund, State};
use super::{PAYPAL_MERCHANT_ID, PAYPAL_PAYER_ID};

pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn link(base: &str, path: &str, rel: &str, method: &str) -> Value {
    json!({ "href": format!("{base}{path}"), "rel": rel, "method": method })
}

impl State {
    /// An order, whole or as little as the default answer has.
    pub(super) fn order_view(&self, order: &Order, base: &str, whole: bool) -> Value {
        let mut view = json!({
            "id": order.id,
            "status": order.status,
            "links": links(order, base),
        });
        if order.birth == Birth::Source {
            view["payment_source"] = json!({ "paypal": {} });
        }
        if !whole {
            return view;
        }
        view["intent"] = "CAPTURE".into();
        view["create_time"] = time(order.created).into();
        view["update_time"] = time(order.updated).into();
        view["purchase_units"] = json!([self.unit_view(order, base)]);
        if order.approved_at.is_some() {
            view["payer"] = json!({
                "name": { "given_name": "Paula", "surname": "Payer" },
                "email_address": "payer@personal.example",
                "payer_id": PAYPAL_PAYER_ID,
                "address": { "country_code": "DE" },
            });
            if order.birth == Birth::Source {
                view["payment_source"] = json!({ "paypal": {
                    "email_address": "payer@personal.example",
                    "account_id": PAYPAL_PAYER_ID,
                    "account_status": "VERIFIED",
                    "name": { "given_name": "Paula", "surname": "Payer" },
                    "address": { "country_code": "DE" },
                } });
            }
        }
        view
    }

    fn unit_view(&self, order: &Order, base: &str) -> Value {
        let mut unit = json!({
            "reference_id": order.reference,
            "amount": order.amount.json(),
            "payee": payee(),
        });
        put(&mut unit, "description", order.description.as_deref());
        put(&mut unit, "custom_id", order.custom_id.as_deref());
        put(&mut unit, "invoice_id", order.invoice_id.as_deref());
        let captures: Vec<&Capture> = self.captures.values().filter(|capture| capture.order == order.id).collect();
        if captures.is_empty() {
            return unit;
        }
        let shown = |refund: &&Refund| {
            captures.iter().any(|capture| capture.id == refund.capture)
                && (self.terms.reversals_listed || !refund.reversal)
        };
        let refunds: Vec<Value> =
            self.refunds.values().filter(shown).map(|refund| self.refund_view(refund, base)).collect();
        let captures: Vec<Value> = captures.iter().map(|capture| self.capture_view(capture, base)).collect();
        unit["payments"] = json!({ "captures": captures });
        if !refunds.is_empty() {
            unit["payments"]["refunds"] = refunds.into();
        }
        unit
    }

    /// A capture, as an order has it.
    pub(super) fn capture_view(&self, capture: &Capture, base: &str) -> Value {
        let path = format!("/v2/payments/captures/{}", capture.id);
        let mut view = json!({
            "id": capture.id,
            "status": self.capture_status(capture),
            "amount": capture.amount.json(),
            "final_capture": true,
            "seller_protection": { "status": "NOT_ELIGIBLE" },
            "create_time": time(capture.created),
            "update_time": time(capture.updated),
            "links": [
                link(base, &path, "self", "GET"),
                link(base, &format!("{path}/refund"), "refund", "POST"),
                link(base, &format!("/v2/checkout/orders/{}", capture.order), "up", "GET"),
            ],
        });
        put(&mut view, "custom_id", capture.custom_id.as_deref());
        put(&mut view, "invoice_id", capture.invoice_id.as_deref());
        if let Some(reason) = capture.reason {
            view["status_details"] = json!({ "reason": reason });
        }
        // Of a payment under review PayPal does not tell what it will cost.
        if capture.status == "COMPLETED" {
            view["seller_receivable_breakdown"] = json!({
                "gross_amount": capture.amount.json(),
                "paypal_fee": capture.amount.of(capture.fee).json(),
                "net_amount": capture.amount.of(capture.amount.minor - capture.fee).json(),
            });
        }
        if capture.status == "DECLINED" {
            view["processor_response"] = json!({ "response_code": "5120" });
        }
        view
    }

    /// A dispute alone makes a capture look as if a part had been given back.
    fn capture_status(&self, capture: &Capture) -> &'static str {
        let refunded = self.refunded(&capture.id);
        match capture.status {
            "COMPLETED" if refunded >= capture.amount.minor => "REFUNDED",
            "COMPLETED" if refunded > 0 || self.disputed(&capture.id) => "PARTIALLY_REFUNDED",
            status => status,
        }
    }

    /// A capture by itself.
    pub(super) fn capture_alone(&self, capture: &Capture, base: &str) -> Value {
        let mut view = self.capture_view(capture, base);
        view["payee"] = payee();
        view["supplementary_data"] = json!({ "related_ids": { "order_id": capture.order } });
        view
    }

    pub(super) fn refund_view(&self, refund: &Refund, base: &str) -> Value {
        let of = |other: &&Refund| {
            other.capture == refund.capture && other.status != "FAILED" && other.created <= refund.created
        };
        let total = self.refunds.values().filter(of).map(|other| other.amount.minor).sum();
        let path = format!("/v2/payments/refunds/{}", refund.id);
        let mut view = json!({
            "id": refund.id,
            "status": refund.status,
            "amount": refund.amount.json(),
            "create_time": time(refund.created),
            "update_time": time(refund.updated),
            "seller_payable_breakdown": {
                "gross_amount": refund.amount.json(),
                "paypal_fee": refund.amount.of(refund.fee_returned).json(),
                "net_amount": refund.amount.of(refund.amount.minor - refund.fee_returned).json(),
                "total_refunded_amount": refund.amount.of(total).json(),
            },
            "links": [
                link(base, &path, "self", "GET"),
                link(base, &format!("/v2/payments/captures/{}", refund.capture), "up", "GET"),
            ],
        });
        put(&mut view, "custom_id", refund.custom_id.as_deref());
        put(&mut view, "invoice_id", refund.invoice_id.as_deref());
        put(&mut view, "note_to_payer", refund.note.as_deref());
        if refund.status == "PENDING" {
            view["status_details"] = json!({ "reason": "ECHECK" });
        }
        view
    }

    pub(super) fn dispute_view(&self, dispute: &Dispute, base: &str) -> Value {
        let capture = self.captures.get(&dispute.capture);
        let mut view = json!({
            "dispute_id": dispute.id,
            "create_time": time(dispute.created),
            "update_time": time(dispute.updated),
            "disputed_transactions": [{
                "seller_transaction_id": dispute.capture,
                "custom": capture.and_then(|capture| capture.custom_id.clone()),
                "invoice_number": capture.and_then(|capture| capture.invoice_id.clone()),
                "transaction_status": "COMPLETED",
            }],
            "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
            "status": dispute.status,
            "dispute_amount": dispute.amount.json(),
            "dispute_life_cycle_stage": dispute.stage,
            "dispute_channel": "INTERNAL",
            "seller_response_due_date": time(dispute.due),
            "links": [link(base, &format!("/v1/customer/disputes/{}", dispute.id), "self", "GET")],
        });
        if let Some(outcome) = dispute.outcome {
            view["dispute_outcome"] = json!({ "outcome_code": outcome });
        }
        view
    }
}

fn payee() -> Value {
    json!({ "email_address": "merchant@business.example", "merchant_id": PAYPAL_MERCHANT_ID })
}

fn links(order: &Order, base: &str) -> Value {
    let path = format!("/v2/checkout/orders/{}", order.id);
    let page = format!("/checkoutnow?token={}", order.id);
    let mut links = vec![link(base, &path, "self", "GET")];
    if order.is_open() {
        let rel = if order.birth == Birth::Source { "payer-action" } else { "approve" };
        links.push(link(base, &page, rel, "GET"));
    }
    if order.status == "APPROVED" || order.is_open() {
        links.push(link(base, &format!("{path}/capture"), "capture", "POST"));
    }
    links.into()
}

fn put(view: &mut Value, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        view[name] = text.into();
    }
}
