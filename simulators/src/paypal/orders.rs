//! Orders: asking for them, reading them, taking their money.

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use serde_json::Value;

use super::door::Call;
use super::memory::Outcome;
use super::money::Sum;
use super::reply::Reply;
use super::state::{Birth, Capture, Choice, Movement, Order, State};

/// Refusals after which an order takes no more attempts.
const MAX_ATTEMPTS: u32 = 10;
/// The longest text of a purchase, in characters.
const MAX_TEXT: usize = 127;
/// Orders held at once; the oldest that no money hangs on is forgotten first.
const MAX_ORDERS: usize = 50_000;

impl State {
    pub(super) fn create_order(&mut self, call: &Call<'_>) -> Reply {
        let body: Value = match serde_json::from_slice(call.body) {
            Ok(body) => body,
            Err(_) => return Reply::bad("MALFORMED_REQUEST_JSON", None),
        };
        if body.get("payment_source").is_some() && call.request_id.is_none() {
            return Reply::bad("PAYPAL_REQUEST_ID_REQUIRED", None);
        }
        if call.request_id.is_some_and(|id| id.is_empty() || id.len() > 108) {
            return Reply::bad("INVALID_STRING_LENGTH", None);
        }
        match self.memory.recall(call.path, call.request_id, call.body, call.now) {
            Err(reply) => return reply,
            Ok(Some(Outcome::Refusal(reply))) => return *reply,
            Ok(Some(Outcome::Thing(id))) => return self.show_order(&id, call, StatusCode::OK),
            Ok(None) => {}
        }
        if let Some(issue) = &call.mock {
            return Reply::unprocessable(issue);
        }
        let order = match new_order(&body, call.now) {
            Ok(order) => order,
            Err(reply) => return reply,
        };
        if self.orders.len() >= MAX_ORDERS {
            return Reply::server_error(503);
        }
        let id = order.id.clone();
        self.orders.insert(id.clone(), order);
        self.memory.keep(call.path, call.request_id, call.body, Outcome::Thing(id.clone()), call.now);
        self.show_order(&id, call, StatusCode::CREATED)
    }

    /// An order as a request prefers to see it.
    pub(super) fn show_order(&self, id: &str, call: &Call<'_>, status: StatusCode) -> Reply {
        match self.orders.get(id) {
            Some(order) => Reply::Json(status, self.order_view(order, call.base, call.whole)),
            None => Reply::not_found(),
        }
    }

    /// What a payer decided on the page, and where the browser goes then.
    pub(super) fn choose(&mut self, id: &str, choice: Choice, now: DateTime<Utc>) -> Result<Option<String>, String> {
        let order = self.orders.get_mut(id).ok_or_else(|| format!("no order {id}"))?;
        if choice == Choice::Cancel {
            return Ok(order.cancel_url.clone().map(|url| with_token(&url, id, false)));
        }
        if !order.is_open() {
            return Err(format!("the order {id} is {}", order.status));
        }
        if choice == Choice::Echeck && order.immediate {
            return Err("the payment is to be immediate".to_owned());
        }
        order.status = "APPROVED";
        order.choice = choice;
        order.approved_at = Some(now);
        order.updated = now;
        let back = order.return_url.clone().map(|url| with_token(&url, id, true));
        self.announce_approval(id, now);
        Ok(back)
    }

    pub(super) fn capture_order(&mut self, id: &str, call: &Call<'_>) -> Reply {
        if !self.orders.contains_key(id) {
            return Reply::not_found();
        }
        match self.memory.recall(call.path, call.request_id, call.body, call.now) {
            Err(reply) => return reply,
            Ok(Some(Outcome::Refusal(reply))) => return *reply,
            Ok(Some(Outcome::Thing(id))) => return self.show_order(&id, call, StatusCode::OK),
            Ok(None) => {}
        }
        if let Some(issue) = &call.mock {
            return Reply::unprocessable(issue);
        }
        if let Err(issue) = self.may_capture(id) {
            let reply = Reply::unprocessable(issue);
            if issue == "INSTRUMENT_DECLINED" {
                let outcome = Outcome::Refusal(Box::new(reply.clone()));
                self.memory.keep(call.path, call.request_id, call.body, outcome, call.now);
            }
            return reply;
        }
        self.take_money(id, call.now);
        self.memory.keep(call.path, call.request_id, call.body, Outcome::Thing(id.to_owned()), call.now);
        self.show_order(id, call, StatusCode::CREATED)
    }

    fn may_capture(&mut self, id: &str) -> Result<(), &'static str> {
        let unique = self.terms.unique_invoices;
        let Some(order) = self.orders.get(id) else { return Err("TRANSACTION_REFUSED") };
        let paid = |capture: &Capture| {
            capture.status != "DECLINED" && capture.order != id && capture.invoice_id == order.invoice_id
        };
        if unique && order.invoice_id.is_some() && self.captures.values().any(paid) {
            return Err("DUPLICATE_INVOICE_ID");
        }
        let Some(order) = self.orders.get_mut(id) else { return Err("TRANSACTION_REFUSED") };
        match order.status {
            "COMPLETED" => Err("ORDER_ALREADY_CAPTURED"),
            "APPROVED" if order.refusals >= MAX_ATTEMPTS => Err("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED"),
            "APPROVED" if order.choice == Choice::Refuse => {
                // The payer is to choose other means on the same page.
                order.status = order.born();
                order.refusals += 1;
                Err("INSTRUMENT_DECLINED")
            }
            "APPROVED" => Ok(()),
            _ => Err("ORDER_NOT_APPROVED"),
        }
    }

    fn take_money(&mut self, id: &str, now: DateTime<Utc>) {
        let terms = self.terms;
        let Some(order) = self.orders.get_mut(id) else { return };
        let (status, reason) = match order.choice {
            Choice::Decline => ("DECLINED", None),
            Choice::Review => ("PENDING", Some("PENDING_REVIEW")),
            Choice::Echeck => ("PENDING", Some("ECHECK")),
            _ => ("COMPLETED", None),
        };
        order.status = "COMPLETED";
        order.updated = now;
        let part = (order.amount.minor * terms.fee_basis_points + 5_000) / 10_000;
        let capture = Capture {
            id: super::id(17),
            order: id.to_owned(),
            status,
            reason,
            amount: order.amount.clone(),
            fee: (part + terms.fee_fixed_minor).min(order.amount.minor),
            custom_id: order.custom_id.clone(),
            invoice_id: order.invoice_id.clone(),
            created: now,
            updated: now,
        };
        let capture_id = capture.id.clone();
        self.captures.insert(capture_id.clone(), capture);
        if status == "COMPLETED" {
            self.book_capture(&capture_id, now);
        }
        self.announce_capture(&capture_id, now);
    }

    /// Puts a capture's money on the account.
    pub(super) fn book_capture(&mut self, id: &str, now: DateTime<Utc>) {
        let Some(capture) = self.captures.get(id) else { return };
        self.movements.push(Movement {
            id: capture.id.clone(),
            code: "T0006",
            amount: capture.amount.clone(),
            fee_minor: -capture.fee,
            custom_id: capture.custom_id.clone(),
            invoice_id: capture.invoice_id.clone(),
            reference: None,
            at: now,
        });
    }
}

fn new_order(body: &Value, now: DateTime<Utc>) -> Result<Order, Reply> {
    let missing = |field: &str| Reply::bad("MISSING_REQUIRED_PARAMETER", Some(field));
    if body.get("intent").and_then(Value::as_str) != Some("CAPTURE") {
        return Err(missing("/intent"));
    }
    let units = body.get("purchase_units").and_then(Value::as_array).ok_or_else(|| missing("/purchase_units"))?;
    let [unit] = units.as_slice() else { return Err(Reply::bad("NOT_SUPPORTED", Some("/purchase_units"))) };
    let amount = unit.get("amount").ok_or_else(|| missing("/purchase_units/@0/amount"))?;
    let amount = Sum::read(amount).map_err(|issue| Reply::amount(issue, "/purchase_units/@0/amount/value"))?;
    let text = |name: &str| match unit.get(name).and_then(Value::as_str) {
        Some(text) if text.is_empty() || text.chars().count() > MAX_TEXT => {
            Err(Reply::bad("INVALID_STRING_LENGTH", Some(&format!("/purchase_units/@0/{name}"))))
        }
        text => Ok(text.map(str::to_owned)),
    };
    let source = body.pointer("/payment_source/paypal");
    let (birth, context) = match source {
        Some(source) => (Birth::Source, source.get("experience_context")),
        None if body.get("payment_source").is_some() => {
            return Err(Reply::bad("NOT_SUPPORTED", Some("/payment_source")));
        }
        None => (Birth::Context, body.get("application_context")),
    };
    let context = |name: &str| context.and_then(|it| it.get(name)).and_then(Value::as_str).map(str::to_owned);
    let immediate = context("payment_method_preference").is_some_and(|word| word == "IMMEDIATE_PAYMENT_REQUIRED");
    let mut order = Order {
        id: super::id(17),
        birth,
        status: "CREATED",
        amount,
        reference: text("reference_id")?.unwrap_or_else(|| "default".to_owned()),
        description: text("description")?,
        custom_id: text("custom_id")?,
        invoice_id: text("invoice_id")?,
        brand: context("brand_name").unwrap_or_else(|| "A shop".to_owned()),
        return_url: context("return_url"),
        cancel_url: context("cancel_url"),
        immediate,
        choice: Choice::Pay,
        refusals: 0,
        approved_at: None,
        created: now,
        updated: now,
    };
    order.status = order.born();
    Ok(order)
}

fn with_token(url: &str, id: &str, approved: bool) -> String {
    let join = if url.contains('?') { '&' } else { '?' };
    let payer = if approved { format!("&PayerID={}", super::PAYPAL_PAYER_ID) } else { String::new() };
    format!("{url}{join}token={id}{payer}")
}
