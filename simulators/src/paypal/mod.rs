//! A simulated PayPal: orders with a page on which a payer decides, captures, refunds, disputes, signed messages, lists
//! and reports, on a clock that can be set ahead, with books of its own.
//!
//! It holds to the official documents of Orders v2, Payments v2 and Webhooks v1; what they do not cover (tokens,
//! disputes, reports) is as PayPal's pages describe it.

mod certs;
mod courier;
mod desk;
mod door;
mod form;
mod lists;
mod memory;
mod money;
mod orders;
mod page;
mod payments;
mod reply;
mod state;
mod view;
mod webhooks;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::gate::Gate;
use crate::linode::faults::Fault;

pub use certs::Forgery;
pub use courier::SignedMessage;
pub(crate) use courier::run as run_courier;
pub(crate) use door::Door;
pub use money::Sum;
pub use state::{Choice, Movement, PaypalRequest, RefundFate, Terms};
pub use webhooks::{PaypalDelivery, Posting};

/// The name and the secret of the one application that it knows.
pub const PAYPAL_CLIENT_ID: &str = "simulated-client";
/// See [`PAYPAL_CLIENT_ID`].
pub const PAYPAL_CLIENT_SECRET: &str = "a-simulated-secret-that-opens-nothing-real";
/// The id of the application's webhook, for which messages are signed.
pub const PAYPAL_WEBHOOK_ID: &str = "5GP028458E2496506";
/// The account that the money goes to.
pub const PAYPAL_MERCHANT_ID: &str = "SKYPANELSHPQ2";
/// The one payer.
pub const PAYPAL_PAYER_ID: &str = "PAYERDEMQ2345";

/// What really happened, whatever the answers said.
#[derive(Clone, Debug, Serialize)]
pub struct PaypalTruth {
    /// Orders by their id, with status, amount and our id.
    pub orders: Vec<PaypalThing>,
    /// Captures.
    pub captures: Vec<PaypalThing>,
    /// Refunds and reversals.
    pub refunds: Vec<PaypalThing>,
    /// Disputes.
    pub disputes: Vec<PaypalThing>,
    /// What moved.
    pub movements: Vec<Movement>,
    /// The account's balance by currency, in minor units.
    pub balances: BTreeMap<String, i64>,
    /// How many events there were.
    pub events: usize,
    /// The last messages that were sent.
    pub deliveries: Vec<PaypalDelivery>,
    /// The last requests.
    pub requests: Vec<PaypalRequest>,
}

/// An order, a capture, a refund or a dispute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaypalThing {
    /// Its id.
    pub id: String,
    /// What it belongs to: the order of a capture, the capture of a refund.
    pub of: Option<String>,
    /// Its status.
    pub status: &'static str,
    /// How much it is about.
    pub amount: Sum,
    /// Our id, as it was given.
    pub custom_id: Option<String>,
}

/// The simulated PayPal of one set of simulators.
pub struct PayPal {
    base: String,
    clock: Clock,
    gate: Arc<Gate>,
    authority: certs::Authority,
    bell: Notify,
    state: Mutex<state::State>,
}

impl std::fmt::Debug for PayPal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PayPal({})", self.base)
    }
}

impl PayPal {
    pub(crate) fn new(base: String, webhook: Option<String>) -> anyhow::Result<Self> {
        let mut state = state::State::default();
        state.outbox.base.clone_from(&base);
        state.outbox.url = webhook;
        let (clock, gate, authority) = (Clock::start(), Arc::default(), certs::Authority::generate()?);
        Ok(Self { base, clock, gate, authority, bell: Notify::new(), state: Mutex::new(state) })
    }

    pub(crate) fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.gate)
    }

    /// The root of its messages' certificates, in PEM.
    #[must_use]
    pub fn root_pem(&self) -> String {
        self.authority.root_pem()
    }

    /// The time there.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.wall_now() + self.lock().ahead
    }

    /// Forgets everything but where messages go.
    pub(crate) fn reset(&self) {
        let mut state = self.lock();
        let (base, url) = (state.outbox.base.clone(), state.outbox.url.clone());
        *state = state::State::default();
        (state.outbox.base, state.outbox.url) = (base, url);
    }

    /// Changes something at the present time, and has messages of it sent.
    fn change<T>(&self, change: impl FnOnce(&mut state::State, DateTime<Utc>) -> T) -> T {
        let now = self.now();
        let changed = {
            let mut state = self.lock();
            state.settle(now);
            change(&mut state, now)
        };
        self.bell.notify_one();
        changed
    }

    fn lock(&self) -> MutexGuard<'_, state::State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets its clock ahead of the computer's.
    pub fn set_ahead(&self, ahead: TimeDelta) {
        self.lock().ahead = ahead;
        self.change(|_, _| ());
    }

    /// Arms a fault; it wears off after [`Fault::times`] hits.
    ///
    /// # Errors
    /// When the path is not a regular expression or a number is out of bounds.
    pub fn fault(&self, fault: Fault) -> anyhow::Result<()> {
        self.lock().faults.arm(fault).map(|_| ()).map_err(anyhow::Error::msg)
    }

    /// Disarms every fault.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }
}

/// So many random capitals and digits.
fn id(length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut bytes = vec![0; length];
    // The system's own source does not fail on the systems that tests run on; equal ids would show at once.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

/// Random bytes for an id of a message.
fn bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    bytes
}
