//! PayPal: Orders v2 and Payments v2 for the money, Webhooks v1 for its messages, and its reports.
//!
//! | rule | where |
//! |---|---|
//! | the mode alone says where the API is | [`PaypalMode`] |
//! | one token for its life, another when it is refused | `client.rs` |
//! | what only asks waits for its turn, where there is a meter | `client.rs` |
//! | amounts are text made from integers | `money.rs` |
//! | statuses of orders prove nothing; a dispute can look like a refund | `map.rs` |
//! | the same request has the same `PayPal-Request-Id` and the same body, always with the whole answer | here |
//!
//! Invariant: nothing in here repeats a request that may have moved money under another id.

mod client;
mod fault;
mod map;
mod money;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use reqwest::Client;
use reqwest::header::DATE;
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use self::client::{Draft, PaypalClient, decode};
use crate::error::{ErrorClass, ProviderError, code};
use crate::http::{self, Effect, Reply};
use crate::meter::Meter;
use crate::payment::{
    Capture, Captured, Dispute, ListedEvent, NewOrder, NewRefund, PayAmount, PayIdentity, PayOrder, PaymentProvider,
    Refund, ReportRow,
};

/// How long it is between two calls that only ask. `PayPal` publishes no limit and says "do not poll": a call a second
/// is what an integration with messages needs at most.
pub const PAYPAL_GAP: Duration = Duration::from_secs(1);
/// The longest text that it takes of a purchase, in characters.
const MAX_TEXT: usize = 127;
/// The longest note to a payer, in characters.
const MAX_NOTE: usize = 255;
/// The most of a certificate that is read.
const MAX_CERTIFICATE_BYTES: usize = 64 * 1024;
/// Events on one page, and in one answer of ours.
const EVENTS_A_PAGE: usize = 300;
const MAX_EVENTS: usize = 1_000;
/// Movements on one page; so many pages are more than a month of ours.
const ROWS_A_PAGE: usize = 500;
const MAX_PAGES: u64 = 200;
/// The longest time that one report covers.
const LONGEST_REPORT: TimeDelta = TimeDelta::days(31);

/// Which `PayPal` is asked: this alone decides where its API and its certificates are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaypalMode {
    /// The real one.
    Live,
    /// Its sandbox: real software, no money.
    Sandbox,
    /// A simulated one on this computer.
    Simulated {
        /// Where it listens.
        address: Url,
    },
}

impl PaypalMode {
    fn base(&self) -> Result<Url, ProviderError> {
        let text = match self {
            Self::Live => "https://api-m.paypal.com",
            Self::Sandbox => "https://api-m.sandbox.paypal.com",
            Self::Simulated { address } => return Ok(address.clone()),
        };
        Url::parse(text).map_err(|_| ProviderError::invalid("endpoint", "it is no address"))
    }

    /// Whether a certificate may be fetched from there.
    fn has_certificate(&self, url: &Url) -> bool {
        let ours = match self {
            Self::Live => {
                url.scheme() == "https" && matches!(url.host_str(), Some("api.paypal.com" | "api-m.paypal.com"))
            }
            Self::Sandbox => {
                let hosts = ["api.sandbox.paypal.com", "api-m.sandbox.paypal.com"];
                url.scheme() == "https" && url.host_str().is_some_and(|host| hosts.contains(&host))
            }
            Self::Simulated { address } => url.origin() == address.origin(),
        };
        ours && url.path().starts_with("/v1/notifications/certs/")
    }
}

/// An application's access.
#[derive(Clone, Debug)]
pub struct PaypalSettings {
    /// Which `PayPal`.
    pub mode: PaypalMode,
    /// The application's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The id of the webhook that sends us messages.
    pub webhook_id: String,
}

/// A connection to one account.
pub(crate) struct PayPal {
    client: PaypalClient,
    mode: PaypalMode,
    webhook_id: String,
}

impl fmt::Debug for PayPal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PayPal({:?})", self.mode)
    }
}

impl PayPal {
    /// The address of the API that a mode leads to, as far as it may be used.
    pub(crate) fn endpoint(settings: &PaypalSettings) -> Result<Url, ProviderError> {
        let base = settings.mode.base()?;
        http::check_endpoint(&base)?;
        Ok(base)
    }

    pub(crate) fn new(http: Client, base: Url, settings: PaypalSettings, meter: Option<Arc<dyn Meter>>) -> Self {
        let PaypalSettings { mode, client_id, client_secret, webhook_id } = settings;
        Self { client: PaypalClient::new(http, base, (client_id, client_secret), meter), mode, webhook_id }
    }

    async fn movements(&self, from: DateTime<Utc>, to: DateTime<Utc>, page: u64) -> Result<Reply, ProviderError> {
        let mut draft = Draft::get(&["v1", "reporting", "transactions"]);
        let pair = |name: &str, value: String| (name.to_owned(), value);
        draft.query = vec![
            pair("start_date", written(from)),
            pair("end_date", written(to)),
            pair("fields", "transaction_info".to_owned()),
            pair("page_size", ROWS_A_PAGE.to_string()),
            pair("page", page.to_string()),
        ];
        self.client.send(draft).await
    }

    /// The whole order, where an answer had only the least of it.
    async fn whole(&self, answered: wire::Order) -> Result<PayOrder, ProviderError> {
        let id = answered.id.clone();
        let told = answered.purchase_units.iter().any(|unit| unit.amount.is_some());
        if told {
            return map::order(answered);
        }
        let found = self.client.fetch(Draft::get(&["v2", "checkout", "orders", &id])).await?;
        map::order(found)
    }
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().filter(|character| !character.is_control()).take(chars).collect()
}

fn money(amount: &PayAmount) -> Result<Value, ProviderError> {
    Ok(json!({ "currency_code": amount.currency, "value": money::written(amount)? }))
}

/// What a refused capture means.
fn judge(reply: &Reply) -> Result<Captured, ProviderError> {
    let issue = (reply.status.as_u16() == 422).then(|| fault::issue(reply)).flatten();
    let Some(issue) = issue else { return Err(fault::refusal(reply, Effect::Once)) };
    Ok(match issue.as_str() {
        "INSTRUMENT_DECLINED" | "PAYER_ACTION_REQUIRED" | "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING" => {
            Captured::Again(issue)
        }
        "ORDER_NOT_APPROVED" => Captured::NotYet,
        "ORDER_ALREADY_CAPTURED" | "DUPLICATE_INVOICE_ID" => Captured::Before,
        "ORDER_COMPLETION_IN_PROGRESS" => {
            return Err(ProviderError::new(ErrorClass::Busy, code::BUSY, "another capture is in progress"));
        }
        _ => Captured::Refused(issue),
    })
}

#[async_trait]
impl PaymentProvider for PayPal {
    async fn identity(&self) -> Result<PayIdentity, ProviderError> {
        self.client.sign_in().await?;
        let reply = self.client.send(Draft::get(&["v1", "notifications", "webhooks", &self.webhook_id])).await?;
        let date = reply.headers.get(DATE).and_then(|date| date.to_str().ok());
        let now = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.to_utc());
        let webhook: Option<wire::Webhook> = match reply.status.as_u16() {
            200 => Some(decode(&reply, Effect::Repeatable)?),
            // An id that is none is answered 400, one of another application 404.
            400 | 404 => None,
            _ => return Err(fault::refusal(&reply, Effect::Repeatable)),
        };
        let to = now.unwrap_or(DateTime::UNIX_EPOCH);
        let report = self.movements(to - TimeDelta::hours(1), to, 1).await?;
        let payee = match report.status.as_u16() {
            200 => decode::<wire::Report>(&report, Effect::Repeatable)?.account_number,
            _ => None,
        };
        Ok(PayIdentity {
            payee,
            webhook_known: webhook.is_some(),
            reports: report.status.is_success(),
            webhook_url: webhook.and_then(|webhook| webhook.url),
            now,
        })
    }

    async fn create_order(&self, order: &NewOrder) -> Result<PayOrder, ProviderError> {
        let body = json!({
            "intent": "CAPTURE",
            "purchase_units": [{
                "amount": money(&order.amount)?,
                "custom_id": order.payment,
                "invoice_id": order.invoice_id,
                "description": cut(&order.description, MAX_TEXT),
            }],
            "payment_source": { "paypal": { "experience_context": {
                "brand_name": cut(&order.brand, MAX_TEXT),
                "landing_page": "LOGIN",
                "shipping_preference": "NO_SHIPPING",
                "user_action": "PAY_NOW",
                "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
                "return_url": order.return_url,
                "cancel_url": order.cancel_url,
            } } },
        });
        let draft = Draft::post(&["v2", "checkout", "orders"], body, &order.request_id);
        self.whole(self.client.fetch(draft).await?).await
    }

    async fn order(&self, id: &str) -> Result<Option<PayOrder>, ProviderError> {
        let found = self.client.find(Draft::get(&["v2", "checkout", "orders", id])).await?;
        found.map(map::order).transpose()
    }

    async fn capture(&self, order: &str, request_id: &str) -> Result<Captured, ProviderError> {
        let path = ["v2", "checkout", "orders", order, "capture"];
        let reply = self.client.send(Draft::post(&path, json!({}), request_id)).await?;
        if !reply.status.is_success() {
            return judge(&reply);
        }
        let answered = decode(&reply, Effect::Once)?;
        self.whole(answered).await.map(Captured::Order)
    }

    async fn find_capture(&self, id: &str) -> Result<Option<Capture>, ProviderError> {
        let found = self.client.find(Draft::get(&["v2", "payments", "captures", id])).await?;
        found.map(map::capture).transpose()
    }

    async fn refund(&self, refund: &NewRefund) -> Result<Refund, ProviderError> {
        let body = json!({
            "amount": money(&refund.amount)?,
            "custom_id": refund.refund,
            "invoice_id": refund.refund,
            "note_to_payer": cut(&refund.note, MAX_NOTE),
        });
        let path = ["v2", "payments", "captures", &refund.capture, "refund"];
        let given = self.client.fetch(Draft::post(&path, body, &refund.request_id)).await?;
        map::refund(given, Some(&refund.capture))
    }

    async fn find_refund(&self, id: &str) -> Result<Option<Refund>, ProviderError> {
        let found = self.client.find(Draft::get(&["v2", "payments", "refunds", id])).await?;
        found.map(|found| map::refund(found, None)).transpose()
    }

    async fn dispute(&self, id: &str) -> Result<Option<Dispute>, ProviderError> {
        let found = self.client.find(Draft::get(&["v1", "customer", "disputes", id])).await?;
        found.map(map::dispute).transpose()
    }

    async fn events(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<ListedEvent>, ProviderError> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let mut query = vec![
            pair("start_time", written(from)),
            pair("end_time", written(to)),
            pair("page_size", EVENTS_A_PAGE.to_string()),
        ];
        let mut found: Vec<(String, ListedEvent)> = Vec::new();
        for _ in 0..MAX_EVENTS.div_ceil(EVENTS_A_PAGE) {
            let mut draft = Draft::get(&["v1", "notifications", "webhooks-events"]);
            draft.query = std::mem::take(&mut query);
            let page: wire::Events = self.client.fetch(draft).await?;
            for event in &page.events {
                if let Ok(head) = serde_json::from_str::<wire::EventHead>(event.get()) {
                    let body = event.get().as_bytes().to_vec();
                    found.push((head.create_time, ListedEvent { id: head.id, body }));
                }
            }
            // Only what is asked of the same address is taken from the link.
            let next = page.links.iter().find(|link| link.rel == "next");
            let Some(next) = next.and_then(|link| Url::parse(&link.href).ok()) else { break };
            query = next.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
            if page.events.is_empty() {
                break;
            }
        }
        // The newest come first: what happened in the same instant keeps its order.
        found.reverse();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        found.truncate(MAX_EVENTS);
        Ok(found.into_iter().map(|(_, event)| event).collect())
    }

    async fn certificate(&self, url: &str) -> Result<Vec<u8>, ProviderError> {
        let parsed = Url::parse(url).ok().filter(|url| self.mode.has_certificate(url));
        let url = parsed.ok_or_else(|| ProviderError::invalid("cert_url", "no certificate is there"))?;
        self.client.open(&url, MAX_CERTIFICATE_BYTES).await
    }

    async fn report(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<ReportRow>, ProviderError> {
        if from > to || to - from > LONGEST_REPORT {
            return Err(ProviderError::invalid("end_date", "a report covers 31 days at most"));
        }
        let mut rows = Vec::new();
        for page in 1..=MAX_PAGES {
            let reply = self.movements(from, to, page).await?;
            if !reply.status.is_success() {
                return Err(fault::refusal(&reply, Effect::Repeatable));
            }
            let report: wire::Report = decode(&reply, Effect::Repeatable)?;
            for row in report.transaction_details {
                rows.extend(map::row(row)?);
            }
            if page >= report.total_pages {
                return Ok(rows);
            }
        }
        let words = format!("the report has more than {MAX_PAGES} pages");
        Err(ProviderError::new(ErrorClass::Permanent, code::BAD_ANSWER, words))
    }
}
