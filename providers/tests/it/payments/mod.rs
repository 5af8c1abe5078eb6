//! What every payment provider must do: one set of tests, and a world for each provider.
//!
//! A second provider writes a [`World`] and one line of [`conforms!`].

mod paypal;
mod paypal_odd;
mod suite;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use providers::{NewOrder, NewRefund, PayAmount, PaymentProvider};

/// Which answer the provider loses, after the effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Of a request for an order.
    Order,
    /// Of a capture.
    Capture,
    /// Of a refund.
    Refund,
}

/// What the provider refuses without an effect, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Another request is in progress.
    Conflict,
    /// Too many requests, with a time to wait.
    Slower,
    /// A gateway's page instead of an answer.
    Page,
}

/// A provider with its payers, and its own books.
#[async_trait]
pub trait World: Send + Sync {
    /// The client under test.
    fn provider(&self) -> &dyn PaymentProvider;

    /// The time at the provider.
    fn now(&self) -> DateTime<Utc>;

    /// The payer pays.
    async fn pay(&self, order: &str);

    /// The payer's means are refused for good: nothing comes of the order.
    async fn decline(&self, order: &str);

    /// The payer's means are refused, and other means may be tried.
    async fn refuse(&self, order: &str);

    /// The payer pays, and the provider examines it.
    async fn review(&self, order: &str);

    /// The examination ends.
    async fn end_review(&self, capture: &str, completes: bool);

    /// The operator gives back in the provider's own pages.
    async fn refund_by_hand(&self, capture: &str, minor: i64);

    /// Refunds asked for from now on do not go through.
    async fn fail_refunds(&self);

    /// A payer complains; returns the dispute's id.
    async fn complain(&self, capture: &str) -> String;

    /// The complaint ends.
    async fn end_complaint(&self, dispute: &str, won: bool);

    /// The next such answer is lost.
    async fn lose(&self, what: Lost);

    /// The next capture meets this.
    async fn trouble(&self, what: Trouble);

    /// Sets the provider's clock so far ahead in all.
    async fn ahead(&self, ahead: TimeDelta);

    /// The account's balance in a currency, by the provider's own books.
    async fn balance(&self, currency: &str) -> i64;

    /// How many captures there are, by the provider's own books.
    async fn captures(&self) -> usize;
}

/// An amount.
pub fn amount(minor: i64, currency: &str) -> PayAmount {
    PayAmount { minor, currency: currency.to_owned() }
}

/// A payment of this name.
pub fn order(payment: &str, amount: PayAmount) -> NewOrder {
    NewOrder {
        request_id: format!("ord:{payment}"),
        payment: payment.to_owned(),
        invoice_id: format!("install-{payment}"),
        amount,
        description: "Credit for SkyPanel".to_owned(),
        brand: "SkyPanel".to_owned(),
        return_url: "http://localhost:3001/wallet/payments/back".to_owned(),
        cancel_url: "http://localhost:3001/wallet/payments/left?x=1".to_owned(),
    }
}

/// A refund of this name.
pub fn refund(name: &str, capture: &str, amount: PayAmount) -> NewRefund {
    NewRefund {
        request_id: format!("ref:{name}"),
        refund: name.to_owned(),
        capture: capture.to_owned(),
        amount,
        note: "Given back".to_owned(),
    }
}

/// All tests of the suite, for one world.
macro_rules! conforms {
    ($world:path, [$($test:ident),* $(,)?]) => {
        $(
            #[tokio::test]
            async fn $test() {
                let world = $world().await;
                $crate::payments::suite::$test(&world).await;
            }
        )*
    };
}
pub(crate) use conforms;
