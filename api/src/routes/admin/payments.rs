//! Payments of all customers: what they took, what goes back, what is disputed, and what fits nothing.

use domain::idempotency::IdempotencyKey;
use domain::payment::{self, AdminFilter, NewPayout, NewRefund};
use domain::{CaptureId, OrgId, PaymentId, PaymentState};
use futures::{StreamExt as _, TryStreamExt as _};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::types::ToJSON;

use super::payments_model::{
    AdminPayment, Allocate, Dispute, GiveBack, PaymentDetail, PaymentRefund, Payout, RecordPayout, Rung,
    UnallocatedMoney,
};
use crate::auth::{Admin, AdminVerified};
use crate::problem::{Common, Problems, Refused};
use crate::routes::download::{Csv, Download, Ndjson, json_line};
use crate::routes::quote::{OrQuote, would};
use crate::routes::{Tag, payments_csv};
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Choice, Created, Done, Id, Key, Paged, Quoted, json_of, page};

/// Why nothing is given back.
pub struct RefundProblems;

impl Problems for RefundProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (400, "refund_too_large"),
        (402, "insufficient_funds"),
        (409, "idempotency_key_reused"),
        (409, "not_refundable"),
        (409, "payments_off"),
    ];
}

/// Why a payment can't be looked at.
pub struct SettleProblems;

impl Problems for SettleProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "payment_new")];
}

/// Why money stays where it is.
pub struct AllocateProblems;

impl Problems for AllocateProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "allocated"), (409, "not_allocatable")];
}

/// Why no payout is recorded.
pub struct PayoutProblems;

impl Problems for PayoutProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "idempotency_key_reused")];
}

/// Operations on payments, for administrators.
pub struct AdminPaymentsApi;

#[OpenApi]
impl AdminPaymentsApi {
    /// List all payments
    ///
    /// Of all organisations, the newest first.
    #[oai(path = "/api/admin/billing/payments", method = "get", operation_id = "listAllPayments", tag = "Tag::Admin")]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only of this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// Only those that are so far.
        stage: Query<Option<Choice<PaymentState>>>,
        /// The previous page's `next`, with the same filter.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many payments, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<AdminPayment>> {
        let filter = AdminFilter { org: org.0.map(|org| org.0), state: stage.0.map(|stage| stage.0) };
        let found = payment::admin_list(&app.ctx, &admin.actor(), filter, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, |view| AdminPayment::of(&view, &app.ctx))))
    }

    /// Export all payments
    ///
    /// Of all organisations, or of one, as a line of CSV each, the newest first.
    #[oai(
        path = "/api/admin/billing/payments.csv",
        method = "get",
        operation_id = "exportAllPayments",
        tag = "Tag::Admin"
    )]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn export(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only of this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// Only those that are so far.
        stage: Query<Option<Choice<PaymentState>>>,
    ) -> Result<Download<Csv>, Refused<Common>> {
        let filter = AdminFilter { org: org.0.map(|org| org.0), state: stage.0.map(|stage| stage.0) };
        let rows = payment::admin_export(app.ctx.clone(), &admin.actor(), filter)?;
        let lines = rows.map_ok(|rows| rows.iter().map(payments_csv::admin_line).collect::<String>());
        let first = futures::stream::once(async { Ok(payments_csv::ADMIN_HEAD.to_owned()) });
        Ok(Download::pieces("payments.csv", first.chain(lines)))
    }

    /// Export all payments as JSON
    ///
    /// Of all organisations, or of one, as a JSON object a line, the newest first.
    #[oai(
        path = "/api/admin/billing/payments.ndjson",
        method = "get",
        operation_id = "exportAllPaymentsJson",
        tag = "Tag::Admin"
    )]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn export_json(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only of this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// Only those that are so far.
        stage: Query<Option<Choice<PaymentState>>>,
    ) -> Result<Download<Ndjson>, Refused<Common>> {
        let filter = AdminFilter { org: org.0.map(|org| org.0), state: stage.0.map(|stage| stage.0) };
        let (rows, ctx) = (payment::admin_export(app.ctx.clone(), &admin.actor(), filter)?, app.ctx.clone());
        let lines = rows.map_ok(move |rows| {
            rows.iter().map(|view| json_line(&json_of(&AdminPayment::of(view, &ctx)))).collect::<String>()
        });
        Ok(Download::pieces("payments.ndjson", lines))
    }

    /// Read any payment
    ///
    /// With what it took, what went back, and what may go back now.
    #[oai(path = "/api/admin/billing/payments/:id", method = "get", operation_id = "getAnyPayment", tag = "Tag::Admin")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The payment.
        id: Path<Id<PaymentId>>,
    ) -> Done<PaymentDetail> {
        let found = payment::admin_get(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(PaymentDetail::of(found, &app.ctx)))
    }

    /// Look at a payment now
    ///
    /// Its settler asks the provider at once, and books what is there.
    #[oai(
        path = "/api/admin/billing/payments/:id/settle",
        method = "post",
        operation_id = "settlePayment",
        tag = "Tag::Admin"
    )]
    async fn settle(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The payment.
        id: Path<Id<PaymentId>>,
    ) -> Accepted<Rung, SettleProblems> {
        let job = payment::settle_now(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(Rung { job_id: Id(job) }).at(&format!("/api/jobs/{job}")))
    }

    /// Give money back
    ///
    /// To the payer, by a job, what was paid and not spent, and never more than is left of it; or to the wallet, at
    /// once, what was charged. The same key with the same body gives it once. With `dry_run` the response is 200 with
    /// the quote, which needs no key.
    #[oai(
        path = "/api/admin/billing/payments/:id/refunds",
        method = "post",
        operation_id = "refundPayment",
        tag = "Tag::Admin"
    )]
    async fn refund(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The payment.
        id: Path<Id<PaymentId>>,
        /// A key that the client creates for this refund, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<Key>>,
        /// When true, the answer is what it would cost, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<GiveBack>,
    ) -> OrQuote<PaymentRefund, 201, RefundProblems> {
        let request = format!("{} {}", id.0.0, body.0.to_json_string());
        let GiveBack { amount, to, reason } = body.0;
        let new = NewRefund { payment: id.0.0, amount: amount.0, to: to.0, reason };
        if dry_run.0 == Some(true) {
            return would(payment::quote_refund(&app.ctx, &admin.actor(), &new).await?);
        }
        let key = once(idempotency_key.0.as_ref(), "POST /api/admin/billing/payments/{id}/refunds", request)?;
        Ok(Quoted::Did(Answer::new(payment::ask(&app.ctx, &admin.actor(), &new, Some(&key)).await?.into())))
    }

    /// List disputes
    ///
    /// The newest first.
    #[oai(path = "/api/admin/billing/disputes", method = "get", operation_id = "listDisputes", tag = "Tag::Admin")]
    async fn disputes(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only of this payment.
        payment: Query<Option<Id<PaymentId>>>,
        /// The previous page's `next`, with the same filter.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many disputes, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Dispute>> {
        let of = payment.0.map(|id| id.0);
        let found = payment::disputes(&app.ctx, &admin.actor(), of, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Dispute::from)))
    }

    /// List money that fits nothing
    ///
    /// What arrived in another amount or currency than was asked for, or twice: it waits until an administrator says
    /// whose it is, or gives it back.
    #[oai(
        path = "/api/admin/billing/unallocated",
        method = "get",
        operation_id = "listUnallocated",
        tag = "Tag::Admin"
    )]
    async fn unallocated(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<UnallocatedMoney>> {
        let found = payment::unallocated(&app.ctx, &admin.actor(), &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, UnallocatedMoney::from)))
    }

    /// Say whose money it is
    ///
    /// It goes to that organisation's wallet, where it pays a debt first. With `dry_run` the response is the quote, and
    /// the money stays where it is.
    #[oai(
        path = "/api/admin/billing/unallocated/:id/allocate",
        method = "post",
        operation_id = "allocateMoney",
        tag = "Tag::Admin"
    )]
    async fn allocate(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// Its capture.
        id: Path<Id<CaptureId>>,
        /// When true, the answer is what it would cost, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<Allocate>,
    ) -> OrQuote<PaymentDetail, 200, AllocateProblems> {
        let (actor, org) = (admin.actor(), body.0.org_id.0);
        if dry_run.0 == Some(true) {
            return would(payment::quote_allocation(&app.ctx, &actor, id.0.0, org, &body.0.reason).await?);
        }
        let payment = payment::allocate(&app.ctx, &actor, id.0.0, org, &body.0.reason).await?;
        let found = payment::admin_get(&app.ctx, &actor, payment).await?;
        Ok(Quoted::Did(Answer::new(PaymentDetail::of(found, &app.ctx))))
    }

    /// Record a payout
    ///
    /// What the provider paid out to the bank. The same key with the same body records it once.
    #[oai(path = "/api/admin/billing/payouts", method = "post", operation_id = "recordPayout", tag = "Tag::Admin")]
    async fn payout(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// A key that the client creates for this payout, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<Key>>,
        body: Body<RecordPayout>,
    ) -> Created<Payout, PayoutProblems> {
        let key = once(idempotency_key.0.as_ref(), "POST /api/admin/billing/payouts", body.0.to_json_string())?;
        let RecordPayout { amount, reference } = body.0;
        payment::payout(&app.ctx, &admin.actor(), &NewPayout { amount: amount.0, reference }, Some(&key)).await?;
        Ok(Answer::new(Payout { amount }))
    }
}

fn once(key: Option<&Key>, route: &'static str, request: String) -> domain::Result<IdempotencyKey> {
    IdempotencyKey::new(key.map_or("", |key| &key.0), route, request.into_bytes())
}
