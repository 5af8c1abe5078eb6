//! What PayPal sends, as far as it is read.

use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
pub(super) struct Token {
    pub access_token: String,
    #[serde(default)]
    pub expires_in: u64,
}

#[derive(Deserialize)]
pub(super) struct Money {
    pub currency_code: String,
    pub value: String,
}

#[derive(Deserialize)]
pub(super) struct Link {
    pub href: String,
    pub rel: String,
}

#[derive(Deserialize)]
pub(super) struct Order {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub purchase_units: Vec<Unit>,
    #[serde(default)]
    pub payer: Option<Payer>,
    #[serde(default)]
    pub payment_source: Option<Source>,
    #[serde(default)]
    pub links: Vec<Link>,
}

#[derive(Deserialize)]
pub(super) struct Unit {
    #[serde(default)]
    pub amount: Option<Money>,
    #[serde(default)]
    pub payee: Option<Payee>,
    #[serde(default)]
    pub custom_id: Option<String>,
    #[serde(default)]
    pub payments: Option<Payments>,
}

#[derive(Deserialize)]
pub(super) struct Payee {
    #[serde(default)]
    pub merchant_id: Option<String>,
    #[serde(default)]
    pub email_address: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Payments {
    #[serde(default)]
    pub captures: Vec<Capture>,
    #[serde(default)]
    pub refunds: Vec<Refund>,
}

#[derive(Deserialize)]
pub(super) struct Payer {
    #[serde(default)]
    pub payer_id: Option<String>,
    #[serde(default)]
    pub address: Option<Address>,
}

#[derive(Deserialize)]
pub(super) struct Source {
    #[serde(default)]
    pub paypal: Option<Wallet>,
}

#[derive(Deserialize)]
pub(super) struct Wallet {
    #[serde(default)]
    pub account_id: Option<String>,
    #[serde(default)]
    pub address: Option<Address>,
}

#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    pub country_code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Capture {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub status_details: Option<Details>,
    #[serde(default)]
    pub processor_response: Option<Processor>,
    pub amount: Money,
    #[serde(default)]
    pub custom_id: Option<String>,
    #[serde(default)]
    pub seller_receivable_breakdown: Option<Breakdown>,
    #[serde(default)]
    pub supplementary_data: Option<Supplementary>,
    #[serde(default)]
    pub links: Vec<Link>,
    #[serde(default)]
    pub create_time: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Details {
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Processor {
    #[serde(default)]
    pub response_code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Breakdown {
    #[serde(default)]
    pub paypal_fee: Option<Money>,
    #[serde(default)]
    pub net_amount: Option<Money>,
}

#[derive(Deserialize)]
pub(super) struct Supplementary {
    #[serde(default)]
    pub related_ids: Option<Related>,
}

#[derive(Deserialize)]
pub(super) struct Related {
    #[serde(default)]
    pub order_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Refund {
    pub id: String,
    pub status: String,
    pub amount: Money,
    #[serde(default)]
    pub custom_id: Option<String>,
    #[serde(default)]
    pub invoice_id: Option<String>,
    #[serde(default)]
    pub seller_payable_breakdown: Option<Breakdown>,
    #[serde(default)]
    pub links: Vec<Link>,
    #[serde(default)]
    pub create_time: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Dispute {
    #[serde(rename = "dispute_id")]
    pub id: String,
    pub status: String,
    #[serde(default, rename = "dispute_life_cycle_stage")]
    pub stage: Option<String>,
    #[serde(default)]
    pub disputed_transactions: Vec<Disputed>,
    #[serde(default, rename = "dispute_amount")]
    pub amount: Option<Money>,
    #[serde(default, rename = "dispute_outcome")]
    pub outcome: Option<DisputeOutcome>,
    #[serde(default)]
    pub seller_response_due_date: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Disputed {
    #[serde(default)]
    pub seller_transaction_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct DisputeOutcome {
    #[serde(default)]
    pub outcome_code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Webhook {
    #[serde(default)]
    pub url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Events {
    #[serde(default)]
    pub events: Vec<Box<RawValue>>,
    #[serde(default)]
    pub links: Vec<Link>,
}

#[derive(Deserialize)]
pub(super) struct EventHead {
    pub id: String,
    #[serde(default)]
    pub create_time: String,
}

#[derive(Deserialize)]
pub(super) struct Report {
    #[serde(default)]
    pub transaction_details: Vec<Row>,
    #[serde(default)]
    pub account_number: Option<String>,
    #[serde(default)]
    pub total_pages: u64,
}

#[derive(Deserialize)]
pub(super) struct Row {
    pub transaction_info: Info,
}

#[derive(Deserialize)]
pub(super) struct Info {
    pub transaction_id: String,
    #[serde(default)]
    pub transaction_event_code: String,
    #[serde(default)]
    pub transaction_status: String,
    #[serde(default)]
    pub transaction_amount: Option<Money>,
    #[serde(default)]
    pub fee_amount: Option<Money>,
    #[serde(default)]
    pub custom_field: Option<String>,
    pub transaction_initiation_date: String,
}

#[derive(Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub error_description: Option<String>,
    #[serde(default)]
    pub details: Vec<ProblemDetail>,
}

#[derive(Deserialize)]
pub(super) struct ProblemDetail {
    #[serde(default)]
    pub issue: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub field: Option<String>,
}
