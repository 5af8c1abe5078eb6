//! What the simulated PayPal holds, and how time changes it.

use std::collections::{BTreeMap, HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::memory::Memory;
use super::money::Sum;
use super::webhooks::Outbox;
use crate::linode::faults::Faults;

/// How long a payer may take to come, and an approval is kept after that.
const PATIENCE: TimeDelta = TimeDelta::hours(3);
/// Requests that are shown.
const MAX_REQUESTS: usize = 1_000;

/// What a payer does on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Pays: the capture completes.
    #[default]
    Pay,
    /// Approves with a card that the capture is refused for: 422 `INSTRUMENT_DECLINED`, once.
    Refuse,
    /// Approves with a card whose capture is declined: the order completes all the same.
    Decline,
    /// Approves, and the capture is reviewed: `PENDING`.
    Review,
    /// Pays by a check that takes days: `PENDING`. Not where the payment is to be immediate.
    Echeck,
    /// Leaves by the link back to the shop.
    Cancel,
}

/// What becomes of the refunds that are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundFate {
    /// The money is back.
    #[default]
    Completed,
    /// It takes days.
    Pending,
    /// It does not go back.
    Failed,
}

/// The account's conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The fee's part of the amount, in hundredths of a percent.
    pub fee_basis_points: i64,
    /// The fee's fixed part, in minor units.
    pub fee_fixed_minor: i64,
    /// What of its fee it gives back with a refund, in minor units.
    pub fee_returned_minor: i64,
    /// What becomes of refunds.
    pub refunds: RefundFate,
    /// Whether an invoice's id may be paid only once.
    pub unique_invoices: bool,
    /// Whether an order shows what was taken back from us among its refunds.
    pub reversals_listed: bool,
    /// Whether reports may be read.
    pub reports: bool,
    /// How late a movement is in the reports, in seconds.
    pub report_lag_s: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            fee_basis_points: 349,
            fee_fixed_minor: 49,
            fee_returned_minor: 0,
            refunds: RefundFate::Completed,
            unique_invoices: true,
            reversals_listed: true,
            reports: true,
            report_lag_s: 3 * 3_600,
        }
    }
}

/// How an order was born.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Birth {
    /// With a `payment_source`.
    Source,
    /// With an `application_context`, or with neither.
    Context,
}

/// An order.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) birth: Birth,
    pub(super) status: &'static str,
    pub(super) amount: Sum,
    pub(super) reference: String,
    pub(super) description: Option<String>,
    pub(super) custom_id: Option<String>,
    pub(super) invoice_id: Option<String>,
    pub(super) brand: String,
    pub(super) return_url: Option<String>,
    pub(super) cancel_url: Option<String>,
    pub(super) immediate: bool,
    pub(super) choice: Choice,
    pub(super) refusals: u32,
    pub(super) approved_at: Option<DateTime<Utc>>,
    pub(super) created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
}

impl Order {
    /// Its status while nobody has approved it.
    pub(super) fn born(&self) -> &'static str {
        match self.birth {
            Birth::Source => "PAYER_ACTION_REQUIRED",
            Birth::Context => "CREATED",
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.status == self.born()
    }
}

/// A capture.
#[derive(Clone, Debug)]
pub(super) struct Capture {
    pub(super) id: String,
    pub(super) order: String,
    pub(super) status: &'static str,
    pub(super) reason: Option<&'static str>,
    pub(super) amount: Sum,
    pub(super) fee: i64,
    pub(super) custom_id: Option<String>,
    pub(super) invoice_id: Option<String>,
    pub(super) created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
}

/// A refund, or what was taken back from us.
#[derive(Clone, Debug)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) capture: String,
    pub(super) status: &'static str,
    pub(super) amount: Sum,
    pub(super) fee_returned: i64,
    pub(super) custom_id: Option<String>,
    pub(super) invoice_id: Option<String>,
    pub(super) note: Option<String>,
    pub(super) reversal: bool,
    pub(super) created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
}

/// A payer's complaint.
#[derive(Clone, Debug)]
pub(super) struct Dispute {
    pub(super) id: String,
    pub(super) capture: String,
    pub(super) stage: &'static str,
    pub(super) status: &'static str,
    pub(super) outcome: Option<&'static str>,
    pub(super) amount: Sum,
    pub(super) due: DateTime<Utc>,
    pub(super) created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
}

/// A movement of the account's balance.
#[derive(Clone, Debug, Serialize)]
pub struct Movement {
    /// Of the capture, the refund.
    pub id: String,
    /// Its event code, as reports have it.
    pub code: &'static str,
    /// What came, or went.
    pub amount: Sum,
    /// What was kept of it, negative; or given back.
    pub fee_minor: i64,
    /// Our id, as it was given.
    pub custom_id: Option<String>,
    /// The invoice's id, as it was given.
    pub invoice_id: Option<String>,
    /// The capture that it is of, where it is of another.
    pub reference: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A request that arrived.
#[derive(Clone, Debug, Serialize)]
pub struct PaypalRequest {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its `PayPal-Request-Id`.
    pub request_id: Option<String>,
    /// The answer's status; 0 when there was none.
    pub status: u16,
}

/// All of it.
#[derive(Default)]
pub(super) struct State {
    pub(super) ahead: TimeDelta,
    pub(super) terms: Terms,
    pub(super) faults: Faults,
    pub(super) memory: Memory,
    pub(super) tokens: HashMap<String, DateTime<Utc>>,
    pub(super) orders: BTreeMap<String, Order>,
    pub(super) captures: BTreeMap<String, Capture>,
    pub(super) refunds: BTreeMap<String, Refund>,
    pub(super) disputes: BTreeMap<String, Dispute>,
    pub(super) movements: Vec<Movement>,
    pub(super) outbox: Outbox,
    pub(super) requests: VecDeque<PaypalRequest>,
}

impl State {
    /// Lets time do its work: orders that nobody approved vanish, approvals that nobody used are undone.
    pub(super) fn settle(&mut self, now: DateTime<Utc>) {
        let idle = |order: &Order| order.is_open() && order.created + PATIENCE <= now;
        self.orders.retain(|_, order| !idle(order));
        let stale =
            |order: &&mut Order| order.status == "APPROVED" && order.approved_at.is_some_and(|at| at + PATIENCE <= now);
        let undone: Vec<String> = self
            .orders
            .values_mut()
            .filter(stale)
            .map(|order| {
                order.status = "VOIDED";
                order.updated = now;
                order.id.clone()
            })
            .collect();
        for id in undone {
            self.announce_reversed_approval(&id, now);
        }
    }

    pub(super) fn record(&mut self, request: PaypalRequest) {
        self.requests.push_back(request);
        if self.requests.len() > MAX_REQUESTS {
            self.requests.pop_front();
        }
    }

    /// What was given back or taken back of a capture, as far as it did not fail.
    pub(super) fn refunded(&self, capture: &str) -> i64 {
        let of = |refund: &&Refund| refund.capture == capture && refund.status != "FAILED";
        self.refunds.values().filter(of).map(|refund| refund.amount.minor).sum()
    }

    pub(super) fn disputed(&self, capture: &str) -> bool {
        self.disputes.values().any(|dispute| dispute.capture == capture && dispute.outcome.is_none())
    }

    /// The account's balance by currency, in minor units.
    pub(super) fn balances(&self) -> BTreeMap<String, i64> {
        let mut balances = BTreeMap::new();
        for movement in &self.movements {
            *balances.entry(movement.amount.currency.clone()).or_default() +=
                movement.amount.minor + movement.fee_minor;
        }
        balances
    }
}
