//! The suite, for PayPal.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use providers::{Connections, PaymentProvider, PaypalMode, PaypalSettings};
use secrecy::SecretString;
use simulators::{
    Choice, Config, Fault, FaultKind, PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, PAYPAL_WEBHOOK_ID, RefundFate, Simulators,
};
use url::Url;

use super::{Lost, Trouble, World, conforms};

/// The simulated PayPal, and our client of it.
pub struct PaypalWorld {
    /// The simulators.
    pub simulators: Simulators,
    /// The client.
    pub provider: Arc<dyn PaymentProvider>,
}

/// Settings that lead to a simulated PayPal.
pub fn settings(address: &str, secret: &str) -> PaypalSettings {
    PaypalSettings {
        mode: PaypalMode::Simulated { address: Url::parse(address).expect("an address") },
        client_id: PAYPAL_CLIENT_ID.to_owned(),
        client_secret: SecretString::from(secret),
        webhook_id: PAYPAL_WEBHOOK_ID.to_owned(),
    }
}

/// A fresh world. `PAYPAL_JUDGE_URL` and `PAYPAL_JUDGE_PORT` put a judge between the client and the simulator.
pub async fn world() -> PaypalWorld {
    let mut config = Config::default();
    if let Ok(port) = std::env::var("PAYPAL_JUDGE_PORT") {
        config.paypal.set_port(port.parse().expect("a port"));
    }
    let simulators = simulators::start(config).await.expect("the simulators start");
    // Nothing listens there: no test of this suite is about messages that arrive.
    simulators.paypal.set_webhook(Some("http://127.0.0.1:9/api/payments/webhook"));
    let address = std::env::var("PAYPAL_JUDGE_URL").unwrap_or_else(|_| simulators.paypal_url.clone());
    let provider = Connections::new().paypal(settings(&address, PAYPAL_CLIENT_SECRET), None).expect("a client");
    PaypalWorld { simulators, provider }
}

#[async_trait]
impl World for PaypalWorld {
    fn provider(&self) -> &dyn PaymentProvider {
        self.provider.as_ref()
    }

    fn now(&self) -> DateTime<Utc> {
        self.simulators.paypal.now()
    }

    async fn pay(&self, order: &str) {
        self.simulators.paypal.choose(order, Choice::Pay).expect("the payer pays");
    }

    async fn decline(&self, order: &str) {
        self.simulators.paypal.choose(order, Choice::Decline).expect("the payer pays");
    }

    async fn refuse(&self, order: &str) {
        self.simulators.paypal.choose(order, Choice::Refuse).expect("the payer pays");
    }

    async fn review(&self, order: &str) {
        self.simulators.paypal.choose(order, Choice::Review).expect("the payer pays");
    }

    async fn end_review(&self, capture: &str, completes: bool) {
        self.simulators.paypal.end_review(capture, completes).expect("a review");
    }

    async fn refund_by_hand(&self, capture: &str, minor: i64) {
        self.simulators.paypal.refund_by_hand(capture, Some(minor)).expect("a refund");
    }

    async fn fail_refunds(&self) {
        self.simulators.paypal.set_refunds(RefundFate::Failed);
    }

    async fn complain(&self, capture: &str) -> String {
        self.simulators.paypal.open_dispute(capture, None).expect("a dispute")
    }

    async fn end_complaint(&self, dispute: &str, won: bool) {
        self.simulators.paypal.end_dispute(dispute, won).expect("a dispute");
    }

    async fn lose(&self, what: Lost) {
        let path = match what {
            Lost::Order => "/orders$",
            Lost::Capture => "/capture$",
            Lost::Refund => "/refund$",
        };
        self.simulators.paypal.fault(Fault::new(FaultKind::LostAnswer).on("POST", path)).expect("a fault");
    }

    async fn trouble(&self, what: Trouble) {
        let fault = match what {
            Trouble::Conflict => Fault::new(FaultKind::Conflict),
            Trouble::Slower => Fault { retry_after_s: Some(7), ..Fault::new(FaultKind::RateLimited) },
            Trouble::Page => Fault { status: Some(502), ..Fault::new(FaultKind::ServerError) },
        };
        self.simulators.paypal.fault(fault.on("POST", "/capture$")).expect("a fault");
    }

    async fn ahead(&self, ahead: TimeDelta) {
        self.simulators.paypal.set_ahead(ahead);
    }

    async fn balance(&self, currency: &str) -> i64 {
        self.simulators.paypal.truth().balances.get(currency).copied().unwrap_or_default()
    }

    async fn captures(&self) -> usize {
        self.simulators.paypal.truth().captures.len()
    }
}

conforms!(
    world,
    [
        a_payment_is_taken_and_tells_what_it_cost,
        the_same_request_gives_the_same_thing,
        a_second_capture_finds_the_first,
        many_captures_at_once_are_one,
        what_nobody_approved_is_not_taken,
        a_declined_capture_completes_no_payment,
        a_payer_who_is_refused_tries_again,
        a_payment_under_review_is_no_money,
        a_lost_answer_is_unknown_and_repeated_safely,
        trouble_takes_nothing,
        money_goes_back_once_and_never_more_than_there_is,
        a_refund_that_fails_says_so,
        what_was_given_back_by_hand_is_not_ours,
        a_complaint_alone_gives_nothing_back,
        every_currency_keeps_its_decimals,
        what_does_not_exist_is_none,
        an_order_that_nobody_pays_ends,
        a_token_that_has_expired_is_replaced,
        events_and_reports_tell_of_all_that_moved,
        the_account_is_known,
    ]
);
