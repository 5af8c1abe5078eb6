//! Captures and what is given or taken back of them.

use chrono::{DateTime, TimeDelta, Utc};
use poem::http::StatusCode;
use serde_json::Value;

use super::door::Call;
use super::memory::Outcome;
use super::money::Sum;
use super::reply::Reply;
use super::state::{Dispute, Movement, Refund, RefundFate, State};

/// Until when a capture can be given back.
const REFUNDABLE: TimeDelta = TimeDelta::days(180);
/// How long a seller has to answer a complaint.
const ANSWER_WITHIN: TimeDelta = TimeDelta::days(10);

type Done = Result<String, String>;

/// Of whom a refund is.
struct Origin {
    custom_id: Option<String>,
    invoice_id: Option<String>,
    note: Option<String>,
    reversal: bool,
}

impl State {
    pub(super) fn show_capture(&self, id: &str, call: &Call<'_>) -> Reply {
        self.captures.get(id).map_or_else(Reply::not_found, |capture| Reply::ok(self.capture_alone(capture, call.base)))
    }

    pub(super) fn show_refund(&self, id: &str, call: &Call<'_>, status: StatusCode) -> Reply {
        self.refunds
            .get(id)
            .map_or_else(Reply::not_found, |refund| Reply::Json(status, self.refund_view(refund, call.base)))
    }

    pub(super) fn show_dispute(&self, id: &str, call: &Call<'_>) -> Reply {
        self.disputes.get(id).map_or_else(Reply::not_found, |dispute| Reply::ok(self.dispute_view(dispute, call.base)))
    }

    pub(super) fn refund_capture(&mut self, id: &str, call: &Call<'_>) -> Reply {
        if !self.captures.contains_key(id) {
            return Reply::not_found();
        }
        let body: Value = if call.body.is_empty() {
            Value::Null
        } else {
            match serde_json::from_slice(call.body) {
                Ok(body) => body,
                Err(_) => return Reply::bad("MALFORMED_REQUEST_JSON", None),
            }
        };
        match self.memory.recall(call.path, call.request_id, call.body, call.now) {
            Err(reply) => return reply,
            Ok(Some(Outcome::Refusal(reply))) => return *reply,
            // The document of Payments knows no other success than 201, also for a repeat.
            Ok(Some(Outcome::Thing(id))) => return self.refund_as_asked(&id, call, StatusCode::CREATED),
            Ok(None) => {}
        }
        if let Some(issue) = &call.mock {
            return Reply::unprocessable(issue);
        }
        let amount = match body.get("amount").map(Sum::read).transpose() {
            Ok(amount) => amount,
            Err(issue) => return Reply::amount(issue, "/amount/value"),
        };
        let amount = match self.refundable(id, amount, call.now) {
            Ok(amount) => amount,
            Err(issue) => return Reply::unprocessable(issue),
        };
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let status = match self.terms.refunds {
            RefundFate::Completed => "COMPLETED",
            RefundFate::Pending => "PENDING",
            RefundFate::Failed => "FAILED",
        };
        let origin = Origin {
            custom_id: text("custom_id"),
            invoice_id: text("invoice_id"),
            note: text("note_to_payer"),
            reversal: false,
        };
        let refund = self.give_back(id, amount, status, origin, call.now);
        self.memory.keep(call.path, call.request_id, call.body, Outcome::Thing(refund.clone()), call.now);
        self.refund_as_asked(&refund, call, StatusCode::CREATED)
    }

    /// A refund in the answer to the request for it, which is minimal unless it asks for more.
    fn refund_as_asked(&self, id: &str, call: &Call<'_>, status: StatusCode) -> Reply {
        let reply = self.show_refund(id, call, status);
        match reply {
            Reply::Json(status, view) if !call.whole => {
                let least = ["id", "status", "links"].into_iter().map(|name| (name.to_owned(), view[name].clone()));
                Reply::Json(status, Value::Object(least.collect()))
            }
            reply => reply,
        }
    }

    fn refundable(&self, id: &str, asked: Option<Sum>, now: DateTime<Utc>) -> Result<Sum, &'static str> {
        let capture = self.captures.get(id).ok_or("REFUND_NOT_ALLOWED")?;
        let rest = capture.amount.minor - self.refunded(id);
        match capture.status {
            "PENDING" => return Err("PENDING_CAPTURE"),
            "COMPLETED" => {}
            _ => return Err("REFUND_NOT_ALLOWED"),
        }
        if rest <= 0 {
            return Err("CAPTURE_FULLY_REFUNDED");
        }
        if capture.created + REFUNDABLE <= now {
            return Err("REFUND_TIME_LIMIT_EXCEEDED");
        }
        let amount = asked.unwrap_or_else(|| capture.amount.of(rest));
        if amount.currency != capture.amount.currency {
            return Err("REFUND_CAPTURE_CURRENCY_MISMATCH");
        }
        if self.disputed(id) && amount.minor < capture.amount.minor {
            return Err("TRANSACTION_DISPUTED");
        }
        if amount.minor > rest { Err("REFUND_AMOUNT_EXCEEDED") } else { Ok(amount) }
    }

    fn give_back(
        &mut self,
        capture: &str,
        amount: Sum,
        status: &'static str,
        origin: Origin,
        now: DateTime<Utc>,
    ) -> String {
        let id = super::id(17);
        let fee_returned = if origin.reversal { 0 } else { self.terms.fee_returned_minor.min(amount.minor) };
        let refund = Refund {
            id: id.clone(),
            capture: capture.to_owned(),
            status,
            amount,
            fee_returned,
            custom_id: origin.custom_id,
            invoice_id: origin.invoice_id,
            note: origin.note,
            reversal: origin.reversal,
            created: now,
            updated: now,
        };
        self.refunds.insert(id.clone(), refund);
        if status == "COMPLETED" {
            self.book_refund(&id, now);
        }
        id
    }

    /// Takes a refund's money from the account, and tells of it.
    fn book_refund(&mut self, id: &str, now: DateTime<Utc>) {
        let Some(refund) = self.refunds.get(id) else { return };
        self.movements.push(Movement {
            id: refund.id.clone(),
            code: if refund.reversal { "T1106" } else { "T1107" },
            amount: refund.amount.of(-refund.amount.minor),
            fee_minor: refund.fee_returned,
            custom_id: refund.custom_id.clone(),
            invoice_id: refund.invoice_id.clone(),
            reference: Some(refund.capture.clone()),
            at: now,
        });
        self.announce_refund(id, now);
    }

    /// Ends a refund that was pending.
    pub(super) fn end_refund(&mut self, id: &str, completes: bool, now: DateTime<Utc>) -> Done {
        let refund = self.refunds.get_mut(id).ok_or_else(|| format!("no refund {id}"))?;
        if refund.status != "PENDING" {
            return Err(format!("the refund {id} is {}", refund.status));
        }
        refund.status = if completes { "COMPLETED" } else { "FAILED" };
        refund.updated = now;
        if completes {
            self.book_refund(id, now);
        }
        Ok(id.to_owned())
    }

    /// Ends a review: the money comes, or it does not.
    pub(super) fn end_review(&mut self, id: &str, completes: bool, now: DateTime<Utc>) -> Done {
        let capture = self.captures.get_mut(id).ok_or_else(|| format!("no capture {id}"))?;
        if capture.status != "PENDING" {
            return Err(format!("the capture {id} is {}", capture.status));
        }
        capture.status = if completes { "COMPLETED" } else { "DECLINED" };
        capture.reason = None;
        capture.updated = now;
        if completes {
            self.book_capture(id, now);
        }
        self.announce_capture(id, now);
        Ok(id.to_owned())
    }

    /// A refund by hand in PayPal's own pages, or what a bank takes back. It carries what the capture carries.
    pub(super) fn take_back(&mut self, id: &str, minor: Option<i64>, reversal: bool, now: DateTime<Utc>) -> Done {
        let capture = self.captures.get(id).ok_or_else(|| format!("no capture {id}"))?;
        if capture.status != "COMPLETED" {
            return Err(format!("the capture {id} is {}", capture.status));
        }
        let rest = capture.amount.minor - self.refunded(id);
        let minor = minor.unwrap_or(rest);
        if minor <= 0 || minor > rest {
            return Err(format!("{rest} are left of the capture {id}"));
        }
        let amount = capture.amount.of(minor);
        let origin = Origin {
            custom_id: capture.custom_id.clone(),
            invoice_id: capture.invoice_id.clone(),
            note: None,
            reversal,
        };
        Ok(self.give_back(id, amount, "COMPLETED", origin, now))
    }

    /// A fee for a payment that was taken back.
    pub(super) fn charge_fee(&mut self, capture: &str, minor: i64, now: DateTime<Utc>) -> Done {
        let taken = self.captures.get(capture).ok_or_else(|| format!("no capture {capture}"))?;
        let id = super::id(17);
        self.movements.push(Movement {
            id: id.clone(),
            code: "T0106",
            amount: taken.amount.of(-minor),
            fee_minor: 0,
            custom_id: taken.custom_id.clone(),
            invoice_id: taken.invoice_id.clone(),
            reference: Some(capture.to_owned()),
            at: now,
        });
        Ok(id)
    }

    pub(super) fn open_dispute(&mut self, capture: &str, minor: Option<i64>, now: DateTime<Utc>) -> Done {
        let taken = self.captures.get(capture).ok_or_else(|| format!("no capture {capture}"))?;
        let amount = taken.amount.of(minor.unwrap_or(taken.amount.minor));
        let id = format!("PP-D-{}", super::id(5));
        let dispute = Dispute {
            id: id.clone(),
            capture: capture.to_owned(),
            stage: "INQUIRY",
            status: "WAITING_FOR_SELLER_RESPONSE",
            outcome: None,
            amount,
            due: now + ANSWER_WITHIN,
            created: now,
            updated: now,
        };
        self.disputes.insert(id.clone(), dispute);
        self.announce_dispute(&id, "CUSTOMER.DISPUTE.CREATED", now);
        Ok(id)
    }

    /// Makes a complaint a chargeback.
    pub(super) fn escalate(&mut self, id: &str, now: DateTime<Utc>) -> Done {
        let dispute = self.disputes.get_mut(id).ok_or_else(|| format!("no dispute {id}"))?;
        dispute.stage = "CHARGEBACK";
        dispute.status = "UNDER_REVIEW";
        dispute.updated = now;
        self.announce_dispute(id, "CUSTOMER.DISPUTE.UPDATED", now);
        Ok(id.to_owned())
    }

    /// Ends a complaint; where the payer wins, the money is taken back.
    pub(super) fn end_dispute(&mut self, id: &str, won: bool, now: DateTime<Utc>) -> Done {
        let dispute = self.disputes.get_mut(id).ok_or_else(|| format!("no dispute {id}"))?;
        if dispute.outcome.is_some() {
            return Err(format!("the dispute {id} has ended"));
        }
        dispute.status = "RESOLVED";
        dispute.outcome = Some(if won { "RESOLVED_SELLER_FAVOUR" } else { "RESOLVED_BUYER_FAVOUR" });
        dispute.updated = now;
        let (capture, minor) = (dispute.capture.clone(), dispute.amount.minor);
        self.announce_dispute(id, "CUSTOMER.DISPUTE.RESOLVED", now);
        if !won {
            self.take_back(&capture, Some(minor), true, now)?;
        }
        Ok(id.to_owned())
    }
}
