//! Payments: what customers pay into their wallet.

use domain::idempotency::IdempotencyKey;
use domain::payment::{self, PRESETS_MICROS, PaymentView, PublicState};
use domain::{Ctx, JobId, PayMode, PaymentId};
use futures::{StreamExt as _, TryStreamExt as _};
use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};

use super::download::{Csv, Download, Ndjson, json_line};
use super::quote::{OrQuote, would};
use super::{Tag, payments_csv};
use crate::auth::{client_of, may};
use crate::problem::{Common, Problems, Refused};
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id, Key, Money, Paged, Quoted, Time, Vocabulary, Word, json_of, page};

impl Vocabulary for PublicState {
    const NAME: &'static str = "PaymentState";
    const ABOUT: &'static str = "How far a payment is.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// A payment.
#[derive(Debug, Object)]
pub struct Payment {
    /// Its id.
    id: Id<PaymentId>,
    /// How far it is.
    state: Word<PublicState>,
    /// Whether it is only pretended: no money moves.
    test: bool,
    /// What was asked for.
    amount: Money,
    /// What arrived in the wallet.
    credited: Money,
    /// What went back to the payer.
    refunded: Money,
    /// What is on its way back to the payer.
    refunding: Money,
    /// Whether the payer disputes it.
    disputed: bool,
    /// Where the payer approves it; null unless they may go there now.
    #[oai(validator(max_length = 2000))]
    approve_url: Option<String>,
    /// Who asked for it.
    #[oai(validator(max_length = 100))]
    by: Option<String>,
    /// When it was asked for.
    created_at: Time,
    /// Until when it can be approved.
    expires_at: Time,
    /// When it was decided.
    ended_at: Option<Time>,
}

impl Payment {
    /// A payment as its organisation sees it.
    #[must_use]
    pub fn of(view: &PaymentView, ctx: &Ctx) -> Self {
        Self {
            id: Id(view.id),
            state: Word(view.public()),
            test: view.mode != PayMode::Live,
            amount: Money::usd(view.amount_micros),
            credited: Money::usd(view.credited_micros),
            refunded: Money::usd(view.refunded_micros),
            refunding: Money::usd(view.refunding_micros),
            disputed: view.disputed,
            approve_url: view.leave_for(ctx),
            by: view.actor_name.clone(),
            created_at: view.created_at.into(),
            expires_at: view.expires_at.into(),
            ended_at: view.ended_at.map(Into::into),
        }
    }
}

/// A payment with the job that prepares it.
#[derive(Debug, Object)]
pub struct NewPayment {
    /// It.
    payment: Payment,
    /// The job that makes its order at PayPal.
    job_id: Id<JobId>,
}

/// What may be paid now.
#[derive(Debug, Object)]
pub struct PaymentOffer {
    /// Whether payments are set up.
    available: bool,
    /// Whether it is only pretended: no money moves.
    test: bool,
    /// The least that one payment may be.
    min: Money,
    /// The most; less than the least when nothing may be paid for now.
    max: Money,
    /// Amounts to choose from.
    #[oai(validator(max_items = 10))]
    presets: Vec<Money>,
    /// Until when nothing may be paid, after several were declined.
    paused_until: Option<Time>,
}

/// A payment to begin.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct BeginPayment {
    /// How much: 5 to 500 US dollars, in whole cents.
    amount: Money,
}

/// Why no payment is begun.
pub struct BeginProblems;

impl Problems for BeginProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (403, "email_unverified"),
        (403, "first_week_limit"),
        (409, "idempotency_key_reused"),
        (409, "payments_off"),
        (409, "too_many_open_payments"),
        (429, "payments_paused"),
        (429, "too_many_open_jobs"),
        (503, "overloaded"),
    ];
}

/// Why a payment can't be cancelled.
pub struct CancelProblems;

impl Problems for CancelProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "payment_decided")];
}

/// Operations on payments.
pub struct PaymentsApi;

#[OpenApi]
impl PaymentsApi {
    /// Read what may be paid
    ///
    /// Whether payments are set up, and how much the organisation may pay at once now.
    #[oai(path = "/api/payments/offer", method = "get", operation_id = "getPaymentOffer", tag = "Tag::Wallet")]
    async fn offer(&self, member: may::WalletRead, app: Data<&Shared>) -> Done<PaymentOffer> {
        let offer = payment::offer(&app.ctx, &member.actor()).await?;
        Ok(Answer::new(PaymentOffer {
            available: offer.available,
            test: offer.mode.is_some(),
            min: Money::usd(offer.min_micros),
            max: Money::usd(offer.max_micros),
            presets: PRESETS_MICROS.into_iter().map(Money::usd).collect(),
            paused_until: offer.paused_until.map(Into::into),
        }))
    }

    /// Begin a payment
    ///
    /// Accepts it and prepares it at PayPal: once it is `open`, the payer approves it at `approve_url`. The same
    /// key with the same body gives the same payment, so that a lost response can't begin two. With `dry_run` the
    /// response is 200 with the quote of the whole amount, which needs no key. No tax is due on a payment.
    #[oai(path = "/api/payments", method = "post", operation_id = "beginPayment", tag = "Tag::Wallet")]
    async fn begin(
        &self,
        member: may::WalletTopUp,
        app: Data<&Shared>,
        request: &Request,
        /// A key that the client creates for this payment, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<Key>>,
        /// When true, the answer is what it would cost, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<BeginPayment>,
    ) -> OrQuote<NewPayment, 202, BeginProblems> {
        if dry_run.0 == Some(true) {
            return would(payment::quote(&app.ctx, &member.actor(), body.0.amount.0).await?);
        }
        let key = IdempotencyKey::new(
            idempotency_key.0.as_ref().map_or("", |key| &key.0),
            "POST /api/payments",
            body.0.to_json_string().into_bytes(),
        )?;
        app.limits.payment(&app.ctx, client_of(request).ip).await?;
        let begun = payment::create(&app.ctx, &member.actor(), body.0.amount.0, &key).await?;
        let path = format!("/api/jobs/{}", begun.job);
        let payment = Payment::of(&begun.payment, &app.ctx);
        Ok(Quoted::Did(Answer::new(NewPayment { payment, job_id: Id(begun.job) }).at(&path)))
    }

    /// List payments
    ///
    /// The organisation's payments, the newest first.
    #[oai(path = "/api/payments", method = "get", operation_id = "listPayments", tag = "Tag::Wallet")]
    async fn list(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many payments, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Payment>> {
        let found = payment::list(&app.ctx, &member.actor(), &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, |view| Payment::of(&view, &app.ctx))))
    }

    /// Export payments
    ///
    /// All payments as a line of CSV each, the newest first.
    #[oai(path = "/api/payments.csv", method = "get", operation_id = "exportPayments", tag = "Tag::Wallet")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn export(&self, member: may::StatementRead, app: Data<&Shared>) -> Result<Download<Csv>, Refused<Common>> {
        let rows = payment::export(app.ctx.clone(), &member.actor())?;
        let lines = rows.map_ok(|rows| rows.iter().map(payments_csv::line).collect::<String>());
        let first = futures::stream::once(async { Ok(payments_csv::HEAD.to_owned()) });
        Ok(Download::pieces("payments.csv", first.chain(lines)))
    }

    /// Export payments as JSON
    ///
    /// All payments as a JSON object a line, the newest first.
    #[oai(path = "/api/payments.ndjson", method = "get", operation_id = "exportPaymentsJson", tag = "Tag::Wallet")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn export_json(
        &self,
        member: may::StatementRead,
        app: Data<&Shared>,
    ) -> Result<Download<Ndjson>, Refused<Common>> {
        let (rows, ctx) = (payment::export(app.ctx.clone(), &member.actor())?, app.ctx.clone());
        let lines = rows.map_ok(move |rows| {
            rows.iter().map(|view| json_line(&json_of(&Payment::of(view, &ctx)))).collect::<String>()
        });
        Ok(Download::pieces("payments.ndjson", lines))
    }

    /// Read a payment
    ///
    /// How far it is, and where its payer approves it.
    #[oai(path = "/api/payments/:id", method = "get", operation_id = "getPayment", tag = "Tag::Wallet")]
    async fn get(
        &self,
        member: may::WalletRead,
        app: Data<&Shared>,
        /// The payment.
        id: Path<Id<PaymentId>>,
    ) -> Done<Payment> {
        let view = payment::get(&app.ctx, &member.actor(), id.0.0).await?;
        Ok(Answer::new(Payment::of(&view, &app.ctx)))
    }

    /// Cancel a payment
    ///
    /// Its money is not taken any more. What PayPal takes all the same arrives in the wallet.
    #[oai(path = "/api/payments/:id/cancel", method = "post", operation_id = "cancelPayment", tag = "Tag::Wallet")]
    async fn cancel(
        &self,
        member: may::WalletTopUp,
        app: Data<&Shared>,
        /// The payment.
        id: Path<Id<PaymentId>>,
    ) -> Done<Payment, CancelProblems> {
        let view = payment::cancel(&app.ctx, &member.actor(), id.0.0).await?;
        Ok(Answer::new(Payment::of(&view, &app.ctx)))
    }

    /// Say that the payer is back
    ///
    /// PayPal is asked at once how the payment stands. Nothing else is believed.
    #[oai(path = "/api/payments/:id/return", method = "post", operation_id = "returnFromPayment", tag = "Tag::Wallet")]
    async fn returned(
        &self,
        member: may::WalletTopUp,
        app: Data<&Shared>,
        /// The payment.
        id: Path<Id<PaymentId>>,
    ) -> Done<Payment> {
        let view = payment::returned(&app.ctx, &member.actor(), id.0.0).await?;
        Ok(Answer::new(Payment::of(&view, &app.ctx)))
    }
}
