//! What a test or a person at the control server does: decide for a payer, settle reviews, give back by hand, complain.

use serde::Deserialize;
use serde_json::{Value, json};

use super::certs::Forgery;
use super::state::{Capture, Choice, Dispute, Order, Refund, RefundFate, Terms};
use super::webhooks::Posting;
use super::{PayPal, PaypalThing, PaypalTruth};

/// What the control server is asked, with an empty path for the truth.
type Asked = Result<Value, String>;

#[derive(Deserialize)]
struct Decision {
    choice: Choice,
}

#[derive(Default, Deserialize)]
struct Part {
    #[serde(default)]
    minor: Option<i64>,
}

#[derive(Deserialize)]
struct Ends {
    completes: bool,
}

#[derive(Deserialize)]
struct Address {
    url: Option<String>,
}

#[derive(Deserialize)]
struct Ahead {
    ahead_s: i64,
}

#[derive(Default, Deserialize)]
struct Release {
    #[serde(default)]
    reversed: bool,
    #[serde(default)]
    times: Option<u32>,
}

#[derive(Deserialize)]
struct ToSign {
    body: String,
    #[serde(default)]
    forgery: Forgery,
}

impl PayPal {
    /// What really happened.
    #[must_use]
    pub fn truth(&self) -> PaypalTruth {
        let state = self.lock();
        PaypalTruth {
            orders: state.orders.values().map(PaypalThing::from).collect(),
            captures: state.captures.values().map(PaypalThing::from).collect(),
            refunds: state.refunds.values().map(PaypalThing::from).collect(),
            disputes: state.disputes.values().map(PaypalThing::from).collect(),
            movements: state.movements.clone(),
            balances: state.balances(),
            events: state.outbox.events.len(),
            deliveries: state.outbox.deliveries.iter().cloned().collect(),
            requests: state.requests.iter().cloned().collect(),
        }
    }

    /// Sends messages to this address, or nowhere.
    pub fn set_webhook(&self, url: Option<&str>) {
        self.lock().outbox.url = url.map(str::to_owned);
    }

    /// Says what becomes of new messages.
    pub fn set_posting(&self, posting: Posting) {
        self.lock().outbox.posting = posting;
    }

    /// Sends what was held: in order or the last first, each so many times. Returns how many there were.
    pub fn release(&self, reversed: bool, times: u32) -> usize {
        self.change(|state, _| state.outbox.release(reversed, times))
    }

    /// The account's conditions.
    #[must_use]
    pub fn terms(&self) -> Terms {
        self.lock().terms
    }

    /// Changes the account's conditions.
    pub fn set_terms(&self, terms: Terms) {
        self.lock().terms = terms;
    }

    /// Says what becomes of refunds.
    pub fn set_refunds(&self, fate: RefundFate) {
        self.lock().terms.refunds = fate;
    }

    /// Decides for the payer, as on the page; returns where the browser goes then.
    ///
    /// # Errors
    /// When the order does not exist or is decided, or may not be paid in this way.
    pub fn choose(&self, order: &str, choice: Choice) -> anyhow::Result<Option<String>> {
        self.change(|state, now| state.choose(order, choice, now)).map_err(anyhow::Error::msg)
    }

    /// Ends the review of a capture.
    ///
    /// # Errors
    /// When it is not pending.
    pub fn end_review(&self, capture: &str, completes: bool) -> anyhow::Result<()> {
        done(self.change(|state, now| state.end_review(capture, completes, now))).map(|_| ())
    }

    /// Ends a refund that is pending.
    ///
    /// # Errors
    /// When it is not pending.
    pub fn end_refund(&self, refund: &str, completes: bool) -> anyhow::Result<()> {
        done(self.change(|state, now| state.end_refund(refund, completes, now))).map(|_| ())
    }

    /// Gives back by hand, in PayPal's own pages: all that is left, or so many minor units. Returns the refund's id.
    ///
    /// # Errors
    /// When so much is not left.
    pub fn refund_by_hand(&self, capture: &str, minor: Option<i64>) -> anyhow::Result<String> {
        done(self.change(|state, now| state.take_back(capture, minor, false, now)))
    }

    /// Takes back from us, as a bank does: all that is left, or so many minor units. Returns the refund's id.
    ///
    /// # Errors
    /// When so much is not left.
    pub fn reverse(&self, capture: &str, minor: Option<i64>) -> anyhow::Result<String> {
        done(self.change(|state, now| state.take_back(capture, minor, true, now)))
    }

    /// Charges a fee for a payment that was taken back. Returns the movement's id.
    ///
    /// # Errors
    /// When the capture does not exist.
    pub fn charge_fee(&self, capture: &str, minor: i64) -> anyhow::Result<String> {
        done(self.change(|state, now| state.charge_fee(capture, minor, now)))
    }

    /// Opens a complaint about all of a capture, or so many minor units. Returns its id.
    ///
    /// # Errors
    /// When the capture does not exist.
    pub fn open_dispute(&self, capture: &str, minor: Option<i64>) -> anyhow::Result<String> {
        done(self.change(|state, now| state.open_dispute(capture, minor, now)))
    }

    /// Makes a complaint a chargeback.
    ///
    /// # Errors
    /// When it does not exist.
    pub fn escalate(&self, dispute: &str) -> anyhow::Result<()> {
        done(self.change(|state, now| state.escalate(dispute, now))).map(|_| ())
    }

    /// Ends a complaint; where the payer wins, the money is taken back.
    ///
    /// # Errors
    /// When it does not exist or has ended.
    pub fn end_dispute(&self, dispute: &str, won: bool) -> anyhow::Result<()> {
        done(self.change(|state, now| state.end_dispute(dispute, won, now))).map(|_| ())
    }

    /// Does what the control server is asked below `/paypal`.
    pub(crate) fn asked(&self, method: &str, path: &str, body: &[u8]) -> Asked {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (method, segments.as_slice()) {
            ("GET", [""]) => return serde_json::to_value(self.truth()).map_err(|error| error.to_string()),
            ("POST", ["orders", id, "choice"]) => {
                let to = self.choose(id, read::<Decision>(body)?.choice).map_err(|error| error.to_string())?;
                return Ok(json!({ "location": to }));
            }
            ("POST", ["captures", id, what]) => return self.asked_of_capture(id, what, body),
            ("POST", ["refunds", id, "end"]) => {
                self.end_refund(id, read::<Ends>(body)?.completes).map_err(|error| error.to_string())?;
            }
            ("POST", ["disputes", id, "escalate"]) => self.escalate(id).map_err(|error| error.to_string())?,
            ("POST", ["disputes", id, "end"]) => {
                // Complete for us: won.
                self.end_dispute(id, read::<Ends>(body)?.completes).map_err(|error| error.to_string())?;
            }
            ("PUT", ["webhook"]) => self.set_webhook(read::<Address>(body)?.url.as_deref()),
            ("PUT", ["posting"]) => self.set_posting(read::<Posting>(body)?),
            ("POST", ["release"]) => {
                let asked: Release = if body.is_empty() { Release::default() } else { read(body)? };
                return Ok(json!({ "released": self.release(asked.reversed, asked.times.unwrap_or(1)) }));
            }
            ("POST", ["sign"]) => {
                let asked: ToSign = read(body)?;
                let signed = self.signed(asked.body.as_bytes(), asked.forgery);
                let headers: serde_json::Map<String, Value> =
                    signed.headers().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
                return Ok(json!({ "headers": headers, "body": asked.body }));
            }
            ("PUT", ["terms"]) => self.set_terms(crate::control::merge(&self.terms(), body).map_err(|(_, why)| why)?),
            ("PUT", ["clock"]) => {
                let ahead = chrono::TimeDelta::try_seconds(read::<Ahead>(body)?.ahead_s).ok_or("too far ahead")?;
                self.set_ahead(ahead);
            }
            ("POST", ["faults"]) => self.fault(read(body)?).map_err(|error| error.to_string())?,
            ("DELETE", ["faults"]) => self.clear_faults(),
            _ => return Err(format!("nothing at {method} /paypal/{path}")),
        }
        Ok(json!({}))
    }

    fn asked_of_capture(&self, id: &str, what: &str, body: &[u8]) -> Asked {
        let part = || -> Result<Option<i64>, String> {
            if body.is_empty() { Ok(None) } else { read::<Part>(body).map(|part| part.minor) }
        };
        let made = match what {
            "end" => self.end_review(id, read::<Ends>(body)?.completes).map(|()| id.to_owned()),
            "refund" => self.refund_by_hand(id, part()?),
            "reverse" => self.reverse(id, part()?),
            "fee" => self.charge_fee(id, part()?.unwrap_or(2_000)),
            "dispute" => self.open_dispute(id, part()?),
            _ => return Err(format!("nothing at captures/{id}/{what}")),
        };
        made.map(|id| json!({ "id": id })).map_err(|error| error.to_string())
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn done(outcome: Result<String, String>) -> anyhow::Result<String> {
    outcome.map_err(anyhow::Error::msg)
}

impl From<&Order> for PaypalThing {
    fn from(it: &Order) -> Self {
        let (amount, custom_id) = (it.amount.clone(), it.custom_id.clone());
        Self { id: it.id.clone(), of: it.invoice_id.clone(), status: it.status, amount, custom_id }
    }
}

impl From<&Capture> for PaypalThing {
    fn from(it: &Capture) -> Self {
        let (amount, custom_id) = (it.amount.clone(), it.custom_id.clone());
        Self { id: it.id.clone(), of: Some(it.order.clone()), status: it.status, amount, custom_id }
    }
}

impl From<&Refund> for PaypalThing {
    fn from(it: &Refund) -> Self {
        let (amount, custom_id) = (it.amount.clone(), it.custom_id.clone());
        Self { id: it.id.clone(), of: Some(it.capture.clone()), status: it.status, amount, custom_id }
    }
}

impl From<&Dispute> for PaypalThing {
    fn from(it: &Dispute) -> Self {
        let (of, amount) = (Some(it.capture.clone()), it.amount.clone());
        Self { id: it.id.clone(), of, status: it.status, amount, custom_id: None }
    }
}
