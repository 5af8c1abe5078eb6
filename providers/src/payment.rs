//! What every payment provider can do, and the types that say so.
//!
//! A payment is an **order** at the provider; what it took from the payer is a **capture**; what it gave back is a
//! **refund**. Statuses of orders prove nothing about money: only captures and refunds do.
//!
//! Invariant: no type in here carries a provider's vocabulary, amounts are whole minor units, and no `Debug` prints a
//! secret.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::ProviderError;

/// An amount as a provider counts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayAmount {
    /// Whole minor units of the currency: cents of a dollar, yen. Negative only in reports.
    pub minor: i64,
    /// Its currency by ISO 4217, in capitals.
    pub currency: String,
}

/// A payment to be asked for.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// Names this request: the same one again gives the same order.
    pub request_id: String,
    /// Our id of the payment, which comes back with everything that becomes of it.
    pub payment: String,
    /// Unique among all payments of the account.
    pub invoice_id: String,
    /// What is to be paid.
    pub amount: PayAmount,
    /// What the payer reads there.
    pub description: String,
    /// The name that the payer reads there.
    pub brand: String,
    /// Where the payer comes back to after approving.
    pub return_url: String,
    /// Where the payer comes back to after leaving.
    pub cancel_url: String,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// The payer has not approved it.
    Open,
    /// Approved: it may be captured.
    Approved,
    /// Nothing more is captured by it. It may have captures that failed: look at them.
    Completed,
    /// It can be neither approved nor captured any more.
    Gone,
}

/// An order with all that became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayOrder {
    /// The provider's id.
    pub id: String,
    /// How far it is.
    pub state: OrderState,
    /// Where the payer approves it, while they can.
    pub approve_url: Option<String>,
    /// Our id of the payment, as it was given.
    pub payment: Option<String>,
    /// What was asked for.
    pub amount: Option<PayAmount>,
    /// The account that the money goes to.
    pub payee: Option<String>,
    /// What was taken, also what failed.
    pub captures: Vec<Capture>,
    /// What was given back, by whomever.
    pub refunds: Vec<Refund>,
}

/// What became of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureState {
    /// The money is there, wholly; refunds are refunds' own.
    Completed,
    /// The provider examines it: nothing is there yet.
    Pending,
    /// Nothing came, and nothing will.
    Declined,
}

/// Money that was taken from a payer, or was tried to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The provider's id.
    pub id: String,
    /// What became of it.
    pub state: CaptureState,
    /// Why it is pending or was declined, in the provider's own word.
    pub reason: Option<String>,
    /// What was taken.
    pub amount: PayAmount,
    /// What the provider kept of it; none while it is pending.
    pub fee: Option<PayAmount>,
    /// What arrived; none while it is pending.
    pub net: Option<PayAmount>,
    /// Our id of the payment, as the capture carries it.
    pub payment: Option<String>,
    /// The order that it belongs to.
    pub order: Option<String>,
    /// The payer's country by ISO 3166, where it tells that.
    pub payer_country: Option<String>,
    /// The provider's id of the payer, where it tells that.
    pub payer: Option<String>,
    /// When it was made.
    pub at: Option<DateTime<Utc>>,
}

/// What became of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// The money went back.
    Completed,
    /// On its way.
    Pending,
    /// It did not go back, and won't.
    Failed,
}

/// Money that went back to a payer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The provider's id.
    pub id: String,
    /// What became of it.
    pub state: RefundState,
    /// The capture that it is of.
    pub capture: String,
    /// What went back.
    pub amount: PayAmount,
    /// What of the fee was given back to us, where it tells that.
    pub fee_returned: Option<PayAmount>,
    /// Whether the provider or the payer's bank took it (a chargeback), and we did not give it.
    pub reversal: bool,
    /// Our id of the refund, if it was asked for by us.
    pub ours: Option<String>,
    /// When it was made.
    pub at: Option<DateTime<Utc>>,
}

/// A refund to be asked for.
#[derive(Clone, Debug)]
pub struct NewRefund {
    /// Names this request: the same one again gives the same refund.
    pub request_id: String,
    /// Our id of the refund.
    pub refund: String,
    /// The capture that it is of.
    pub capture: String,
    /// What goes back.
    pub amount: PayAmount,
    /// What the payer reads.
    pub note: String,
}

/// How far a dispute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeState {
    /// Open: the money may be held.
    Open,
    /// Ended for us.
    Won,
    /// Ended for the payer.
    Lost,
}

/// A payer's complaint at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// The provider's id.
    pub id: String,
    /// How far it is.
    pub state: DisputeState,
    /// Its stage, in the provider's own word: an inquiry, a chargeback.
    pub stage: String,
    /// The captures that it is about.
    pub captures: Vec<String>,
    /// What is disputed.
    pub amount: Option<PayAmount>,
    /// Until when an answer is due.
    pub due_at: Option<DateTime<Utc>>,
}

/// A message that the provider sent, or lists as sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedEvent {
    /// The provider's id of it.
    pub id: String,
    /// The whole message.
    pub body: Vec<u8>,
}

/// One movement of the provider's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// The provider's id of the movement: of a capture, a refund.
    pub id: String,
    /// What kind of movement, in the provider's own word.
    pub kind: String,
    /// What came (positive) or went.
    pub amount: PayAmount,
    /// What was kept of it (negative), if anything.
    pub fee: Option<PayAmount>,
    /// Our id of the payment, where it carries it.
    pub payment: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What came of asking for the money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Captured {
    /// The order as it is now: look at its captures.
    Order(PayOrder),
    /// The means of payment was refused: the payer may approve again, at the same address.
    Again(String),
    /// The payer's approval has not arrived: ask later.
    NotYet,
    /// Captured before, or the id was taken: read the order.
    Before,
    /// Refused for good, in the provider's own word.
    Refused(String),
}

/// Whom payments go to, as the provider tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayIdentity {
    /// The provider's id of the account, where it tells that.
    pub payee: Option<String>,
    /// Whether messages are sent to an address of the panel under the configured id.
    pub webhook_known: bool,
    /// Whether reports may be read.
    pub reports: bool,
    /// Where those messages are sent, where it tells that.
    pub webhook_url: Option<String>,
    /// The time there, where it tells that: to the second.
    pub now: Option<DateTime<Utc>>,
}

/// A provider that takes money from customers by sending them to its own pages.
///
/// Every method makes a bounded number of requests of at most 30 s each. Those that may move money carry a request id:
/// repeating one with the same id and the same content is always safe while the provider remembers ids; when a class is
/// [`Unknown`](crate::ErrorClass::Unknown), it may have happened.
#[async_trait]
pub trait PaymentProvider: Send + Sync + std::fmt::Debug {
    /// Checks the credentials.
    async fn identity(&self) -> Result<PayIdentity, ProviderError>;

    /// Asks for a payment.
    async fn create_order(&self, order: &NewOrder) -> Result<PayOrder, ProviderError>;

    /// An order as it is now; none when the provider says that there is none.
    async fn order(&self, id: &str) -> Result<Option<PayOrder>, ProviderError>;

    /// Takes the money of an approved order.
    async fn capture(&self, order: &str, request_id: &str) -> Result<Captured, ProviderError>;

    /// A capture as it is now.
    async fn find_capture(&self, id: &str) -> Result<Option<Capture>, ProviderError>;

    /// Gives money back.
    async fn refund(&self, refund: &NewRefund) -> Result<Refund, ProviderError>;

    /// A refund as it is now.
    async fn find_refund(&self, id: &str) -> Result<Option<Refund>, ProviderError>;

    /// A dispute as it is now.
    async fn dispute(&self, id: &str) -> Result<Option<Dispute>, ProviderError>;

    /// The messages sent within a time, oldest first, 1,000 at most.
    async fn events(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<ListedEvent>, ProviderError>;

    /// A certificate that messages are signed with, as PEM. The address has been judged before.
    async fn certificate(&self, url: &str) -> Result<Vec<u8>, ProviderError>;

    /// All movements within a time of at most 31 days.
    async fn report(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<ReportRow>, ProviderError>;
}
