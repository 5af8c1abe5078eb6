//! What can be asked for afterwards: events, webhooks and the report of movements.

use chrono::{DateTime, TimeDelta, Utc};
use poem::http::StatusCode;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::PAYPAL_WEBHOOK_ID;
use super::door::Call;
use super::reply::Reply;
use super::state::{Movement, State};

/// What the application is told of.
const SUBSCRIBED: [&str; 9] = [
    "CHECKOUT.ORDER.APPROVED",
    "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
    "PAYMENT.CAPTURE.COMPLETED",
    "PAYMENT.CAPTURE.PENDING",
    "PAYMENT.CAPTURE.DENIED",
    "PAYMENT.CAPTURE.DECLINED",
    "PAYMENT.CAPTURE.REFUNDED",
    "PAYMENT.CAPTURE.REVERSED",
    "CUSTOMER.DISPUTE.CREATED",
];
/// The longest time that one report covers.
const LONGEST_REPORT: TimeDelta = TimeDelta::days(31);

impl State {
    pub(super) fn show_webhook(&self, id: &str) -> Reply {
        let Some(url) = self.outbox.url.as_deref().filter(|_| id == PAYPAL_WEBHOOK_ID) else {
            return Reply::Json(StatusCode::NOT_FOUND, problem("INVALID_RESOURCE_ID", "Resource not found."));
        };
        let types: Vec<Value> = SUBSCRIBED.iter().map(|name| json!({ "name": name, "status": "ENABLED" })).collect();
        Reply::ok(json!({ "id": id, "url": url, "event_types": types, "links": [] }))
    }

    pub(super) fn list_events(&self, call: &Call<'_>) -> Reply {
        let from = call.time("start_time").unwrap_or(DateTime::UNIX_EPOCH);
        let to = call.time("end_time").unwrap_or(call.now);
        let size = call.number("page_size").unwrap_or(10).clamp(1, 300);
        let begin = call.number("page_token").unwrap_or(0);
        let wanted = call.query.get("event_type");
        let listed: Vec<_> = self
            .outbox
            .listed(from, to, call.now)
            .into_iter()
            .filter(|event| wanted.is_none_or(|kind| *kind == event.kind))
            .collect();
        let page: Vec<Value> =
            listed.iter().skip(begin).take(size).filter_map(|event| serde_json::from_str(&event.body).ok()).collect();
        let address = format!("{}/v1/notifications/webhooks-events", call.base);
        let mut links = vec![json!({ "href": address, "rel": "self", "method": "GET" })];
        if begin + size < listed.len() {
            let bounds = |name: &str| call.query.get(name).map_or(String::new(), |at| format!("&{name}={at}"));
            let (from, to) = (bounds("start_time"), bounds("end_time"));
            let href = format!("{address}?page_size={size}{from}{to}&page_token={}", begin + size);
            links.push(json!({ "href": href, "rel": "next", "method": "GET" }));
        }
        Reply::ok(json!({ "events": page, "count": page.len(), "links": links }))
    }

    pub(super) fn show_event(&self, id: &str) -> Reply {
        let event = self.outbox.events.iter().find(|event| event.id == id);
        match event.and_then(|event| serde_json::from_str(&event.body).ok()) {
            Some(body) => Reply::ok(body),
            None => Reply::Json(StatusCode::NOT_FOUND, problem("INVALID_RESOURCE_ID", "Resource not found.")),
        }
    }

    pub(super) fn resend(&mut self, id: &str) -> Reply {
        let event = self.outbox.events.iter().find(|event| event.id == id);
        match event.and_then(|event| serde_json::from_str(&event.body).ok()) {
            Some(body) => {
                self.outbox.send(id, Instant::now());
                Reply::Json(StatusCode::ACCEPTED, body)
            }
            None => Reply::Json(StatusCode::NOT_FOUND, problem("INVALID_RESOURCE_ID", "Resource not found.")),
        }
    }

    pub(super) fn report(&self, call: &Call<'_>) -> Reply {
        if !self.terms.reports {
            return Reply::refusal(StatusCode::FORBIDDEN, "PERMISSION_DENIED", None);
        }
        let (Some(from), Some(to)) = (call.time("start_date"), call.time("end_date")) else {
            return Reply::bad("MISSING_REQUIRED_PARAMETER", Some("/start_date"));
        };
        if from > to || to - from > LONGEST_REPORT {
            return Reply::bad("INVALID_PARAMETER_VALUE", Some("/end_date"));
        }
        let size = call.number("page_size").unwrap_or(100).clamp(1, 500);
        let page = call.number("page").unwrap_or(1).max(1);
        let known = call.now - TimeDelta::seconds(self.terms.report_lag_s);
        let within = |it: &&Movement| it.at >= from && it.at <= to && it.at <= known;
        let rows: Vec<&Movement> = self.movements.iter().filter(within).collect();
        let details: Vec<Value> = rows.iter().skip((page - 1) * size).take(size).map(|it| row(it)).collect();
        Reply::ok(json!({
            "transaction_details": details,
            "account_number": super::PAYPAL_MERCHANT_ID,
            "start_date": written(from),
            "end_date": written(to),
            "last_refreshed_datetime": written(known),
            "page": page,
            "total_items": rows.len(),
            "total_pages": rows.len().div_ceil(size),
            "links": [],
        }))
    }
}

fn row(movement: &Movement) -> Value {
    let mut info = json!({
        "transaction_id": movement.id,
        "transaction_event_code": movement.code,
        "transaction_initiation_date": written(movement.at),
        "transaction_updated_date": written(movement.at),
        "transaction_amount": movement.amount.json(),
        "transaction_status": "S",
    });
    if movement.fee_minor != 0 {
        info["fee_amount"] = movement.amount.of(movement.fee_minor).json();
    }
    if let Some(custom) = &movement.custom_id {
        info["custom_field"] = custom.as_str().into();
    }
    if let Some(invoice) = &movement.invoice_id {
        info["invoice_id"] = invoice.as_str().into();
    }
    if let Some(reference) = &movement.reference {
        info["paypal_reference_id"] = reference.as_str().into();
        info["paypal_reference_id_type"] = "TXN".into();
    }
    json!({ "transaction_info": info })
}

/// Reports write the offset without a colon.
fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

fn problem(name: &str, message: &str) -> Value {
    json!({ "name": name, "message": message, "debug_id": super::id(13).to_lowercase() })
}
