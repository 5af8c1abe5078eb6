//! Messages about what happened: their making, and whether and when they are sent.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::state::State;

/// Events kept; the oldest is forgotten first.
const MAX_EVENTS: usize = 20_000;
/// How long events are listed.
const LISTED: TimeDelta = TimeDelta::days(30);
/// Deliveries that are shown.
const MAX_DELIVERIES: usize = 1_000;
/// How often a message is sent until it is taken.
const MAX_ATTEMPTS: u32 = 25;
/// The pause after the first failure; each is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// What was seen between two twins.
const TWIN_AFTER: Duration = Duration::from_millis(70);

/// What becomes of new messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Posting {
    /// Sent at once.
    #[default]
    Prompt,
    /// Sent later.
    Late {
        /// So many milliseconds later.
        ms: u64,
    },
    /// Sent twice, 70 ms apart.
    Double,
    /// Never sent; the list knows them.
    Lost,
    /// Kept until they are released.
    Held,
}

/// A message that was sent.
#[derive(Clone, Debug, Serialize)]
pub struct PaypalDelivery {
    /// Its event.
    pub event: String,
    /// What happened.
    pub kind: String,
    /// What the receiver answered; 0 for nothing.
    pub status: u16,
}

#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) body: String,
    pub(super) created: DateTime<Utc>,
}

/// A message to send.
#[derive(Clone, Debug)]
pub(super) struct Transmission {
    pub(super) event: String,
    pub(super) kind: String,
    pub(super) body: String,
    pub(super) url: String,
    due: Instant,
    attempt: u32,
}

#[derive(Default)]
pub(super) struct Outbox {
    pub(super) base: String,
    pub(super) url: Option<String>,
    pub(super) posting: Posting,
    pub(super) events: VecDeque<Event>,
    pub(super) deliveries: VecDeque<PaypalDelivery>,
    held: Vec<String>,
    due: Vec<Transmission>,
}

impl Outbox {
    fn announce(&mut self, kind: &str, of: (&str, &str), summary: &str, resource: &Value, now: DateTime<Utc>) {
        let (resource_type, version) = of;
        let id = format!("WH-{}-{}", super::id(17), super::id(17));
        let href = format!("{}/v1/notifications/webhooks-events/{id}", self.base);
        let body = json!({
            "id": id,
            "event_version": "1.0",
            "create_time": now.to_rfc3339_opts(SecondsFormat::Millis, true),
            "resource_type": resource_type,
            "resource_version": version,
            "event_type": kind,
            "summary": summary,
            "resource": resource,
            "links": [
                { "href": href, "rel": "self", "method": "GET" },
                { "href": format!("{href}/resend"), "rel": "resend", "method": "POST" },
            ],
        });
        self.events.push_back(Event { id: id.clone(), kind: kind.to_owned(), body: body.to_string(), created: now });
        if self.events.len() > MAX_EVENTS {
            self.events.pop_front();
        }
        let at = Instant::now();
        match self.posting {
            Posting::Prompt => self.send(&id, at),
            Posting::Late { ms } => self.send(&id, at + Duration::from_millis(ms)),
            Posting::Double => {
                self.send(&id, at);
                self.send(&id, at + TWIN_AFTER);
            }
            Posting::Lost => {}
            Posting::Held => self.held.push(id),
        }
    }

    /// Sends an event, if there is an address and the event is known.
    pub(super) fn send(&mut self, id: &str, due: Instant) {
        let Some(url) = self.url.clone() else { return };
        let Some(event) = self.events.iter().find(|event| event.id == id) else { return };
        let Event { id, kind, body, .. } = event.clone();
        self.due.push(Transmission { event: id, kind, body, url, due, attempt: 0 });
    }

    /// Sends what was held: in order, or the last first; each so many times.
    pub(super) fn release(&mut self, reversed: bool, times: u32) -> usize {
        let mut held = std::mem::take(&mut self.held);
        if reversed {
            held.reverse();
        }
        let began = Instant::now();
        for (place, id) in (0_u64..).zip(&held) {
            for _ in 0..times.min(100) {
                self.send(id, began + Duration::from_millis(place * 20));
            }
        }
        held.len()
    }

    /// What is due, and when the next is.
    pub(super) fn take_due(&mut self, now: Instant) -> (Vec<Transmission>, Option<Instant>) {
        let (due, rest) = std::mem::take(&mut self.due).into_iter().partition(|sent| sent.due <= now);
        self.due = rest;
        (due, self.due.iter().map(|sent| sent.due).min())
    }

    /// What a receiver answered: what was not taken is sent again.
    pub(super) fn answered(&mut self, mut sent: Transmission, status: u16) {
        let (event, kind) = (sent.event.clone(), sent.kind.clone());
        self.deliveries.push_back(PaypalDelivery { event, kind, status });
        if self.deliveries.len() > MAX_DELIVERIES {
            self.deliveries.pop_front();
        }
        sent.attempt += 1;
        if !(200..300).contains(&status) && sent.attempt < MAX_ATTEMPTS {
            let pause = FIRST_PAUSE.saturating_mul(1 << (sent.attempt - 1).min(16)).min(LONGEST_PAUSE);
            sent.due = Instant::now() + pause;
            self.due.push(sent);
        }
    }

    /// The events within a time, the newest first, as far as they are still listed.
    pub(super) fn listed(&self, from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>) -> Vec<&Event> {
        let within = |event: &&Event| event.created >= from && event.created <= to && event.created > now - LISTED;
        self.events.iter().rev().filter(within).collect()
    }
}

impl State {
    pub(super) fn announce_approval(&mut self, order: &str, now: DateTime<Utc>) {
        self.announce_order(order, "CHECKOUT.ORDER.APPROVED", "An order has been approved by buyer", now);
    }

    pub(super) fn announce_reversed_approval(&mut self, order: &str, now: DateTime<Utc>) {
        let summary = "A payment has been reversed after approval";
        let resource = json!({ "order_id": order, "purchase_units": [] });
        let kind = "CHECKOUT.PAYMENT-APPROVAL.REVERSED";
        self.outbox.announce(kind, ("checkout-order", "2.0"), summary, &resource, now);
    }

    fn announce_order(&mut self, order: &str, kind: &str, summary: &str, now: DateTime<Utc>) {
        let Some(found) = self.orders.get(order) else { return };
        let resource = self.order_view(found, &self.outbox.base, true);
        self.outbox.announce(kind, ("checkout-order", "2.0"), summary, &resource, now);
    }

    pub(super) fn announce_capture(&mut self, capture: &str, now: DateTime<Utc>) {
        let Some(found) = self.captures.get(capture) else { return };
        let (kind, word) = match found.status {
            "COMPLETED" => ("PAYMENT.CAPTURE.COMPLETED", "completed"),
            "PENDING" => ("PAYMENT.CAPTURE.PENDING", "pending"),
            // What was declined at once, and what was denied after a review.
            _ if found.updated == found.created => ("PAYMENT.CAPTURE.DECLINED", "declined"),
            _ => ("PAYMENT.CAPTURE.DENIED", "denied"),
        };
        let summary = format!("Payment {word} for $ {} {}", found.amount.written(), found.amount.currency);
        let resource = self.capture_alone(found, &self.outbox.base);
        self.outbox.announce(kind, ("capture", "2.0"), &summary, &resource, now);
    }

    pub(super) fn announce_refund(&mut self, refund: &str, now: DateTime<Utc>) {
        let Some(found) = self.refunds.get(refund) else { return };
        let (kind, word) = if found.reversal {
            ("PAYMENT.CAPTURE.REVERSED", "reversed")
        } else {
            ("PAYMENT.CAPTURE.REFUNDED", "refunded")
        };
        let summary = format!("A $ {} {} capture payment was {word}", found.amount.written(), found.amount.currency);
        let resource = self.refund_view(found, &self.outbox.base);
        self.outbox.announce(kind, ("refund", "2.0"), &summary, &resource, now);
    }

    pub(super) fn announce_dispute(&mut self, dispute: &str, kind: &str, now: DateTime<Utc>) {
        let Some(found) = self.disputes.get(dispute) else { return };
        let resource = self.dispute_view(found, &self.outbox.base);
        self.outbox.announce(kind, ("dispute", "1.0"), "A dispute has changed", &resource, now);
    }
}
