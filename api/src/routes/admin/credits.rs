//! Credit that waits for a second administrator.

use domain::credit::{self, FourEyes};
use domain::{CreditRequestId, CreditState, OrgId, UserId};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use crate::auth::{Admin, AdminVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::quote::{OrQuote, would};
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id, Money, Paged, Quoted, Time, Vocabulary, Word, page};

impl Vocabulary for CreditState {
    const NAME: &'static str = "CreditState";
    const ABOUT: &'static str = "What became of credit that was asked for.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// Credit that was asked for.
#[derive(Debug, Object)]
pub struct CreditRequest {
    /// Its id.
    id: Id<CreditRequestId>,
    /// For which organisation.
    org_id: Id<OrgId>,
    /// The organisation's name.
    #[oai(validator(max_length = 100))]
    org_name: String,
    /// How much.
    amount: Money,
    /// What the statement will say.
    #[oai(validator(max_length = 500))]
    reason: String,
    /// What became of it.
    state: Word<CreditState>,
    /// Whether its time is over and it was not decided.
    expired: bool,
    /// Who asked.
    asked_by: Id<UserId>,
    /// Their name.
    #[oai(validator(max_length = 100))]
    asked_by_name: String,
    /// When.
    asked_at: Time,
    /// Until when it can be approved.
    expires_at: Time,
    /// The name of who decided; null while it waits.
    #[oai(validator(max_length = 100))]
    decided_by_name: Option<String>,
    /// When.
    decided_at: Option<Time>,
    /// Why it was declined.
    #[oai(validator(max_length = 500))]
    decision: Option<String>,
}

impl From<credit::CreditRequest> for CreditRequest {
    fn from(row: credit::CreditRequest) -> Self {
        Self {
            id: Id(row.id),
            org_id: Id(row.org_id),
            org_name: row.org_name,
            amount: Money::usd(row.amount_micros),
            reason: row.reason,
            state: Word(row.state),
            expired: row.expired,
            asked_by: Id(row.asked_by),
            asked_by_name: row.asked_by_name,
            asked_at: row.asked_at.into(),
            expires_at: row.expires_at.into(),
            decided_by_name: row.decided_by_name,
            decided_at: row.decided_at.map(Time),
            decision: row.decision,
        }
    }
}

/// When credit takes two administrators.
#[derive(Debug, Object)]
pub struct CreditLimit {
    /// What one administrator gives an organisation within a day beyond this much waits for another one.
    limit: Money,
    /// Administrators who can sign in; with one alone, credit never waits.
    admins: i64,
}

impl From<FourEyes> for CreditLimit {
    fn from(now: FourEyes) -> Self {
        Self { limit: Money::usd(now.limit_micros), admins: now.admins }
    }
}

/// Another limit.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct SetCreditLimit {
    /// 0 to 100,000 US dollars.
    limit: Money,
}

/// Why credit is declined.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct DeclineCredit {
    /// The reason, for the administrator who asked.
    #[oai(validator(min_length = 3, max_length = 500))]
    reason: String,
}

/// Why credit can't be decided.
pub struct DecideProblems;

impl Problems for DecideProblems {
    const OWN: &'static [(u16, &'static str)] =
        &[(409, "credit_decided"), (409, "credit_expired"), (409, "own_request")];
}

/// Why the limit is not changed.
pub struct LimitProblems;

impl Problems for LimitProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "limit_binds")];
}

/// Operations on credit that waits.
pub struct CreditsApi;

#[OpenApi]
impl CreditsApi {
    /// List credit that was asked for
    ///
    /// Credit above the limit, which another administrator decides; the newest first.
    #[oai(path = "/api/admin/billing/credits", method = "get", operation_id = "listCreditRequests", tag = "Tag::Admin")]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only what waits to be decided.
        waiting: Query<Option<bool>>,
        /// Only of this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// The previous page's `next`, with the same filter.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<CreditRequest>> {
        let (org, waiting) = (org.0.map(|org| org.0), waiting.0.unwrap_or_default());
        let found = credit::requests(&app.ctx, &admin.actor(), org, waiting, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, CreditRequest::from)))
    }

    /// Approve credit
    ///
    /// Gives it at once. Never one's own. With `dry_run` the response is the quote, and nothing is given.
    #[oai(
        path = "/api/admin/billing/credits/:id/approve",
        method = "post",
        operation_id = "approveCredit",
        tag = "Tag::Admin"
    )]
    async fn approve(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// What waits.
        id: Path<Id<CreditRequestId>>,
        /// When true, the answer is what it would cost, and nothing is done.
        dry_run: Query<Option<bool>>,
    ) -> OrQuote<CreditRequest, 200, DecideProblems> {
        if dry_run.0 == Some(true) {
            return would(credit::quote_approval(&app.ctx, &admin.actor(), id.0.0).await?);
        }
        Ok(Quoted::Did(Answer::new(credit::approve(&app.ctx, &admin.actor(), id.0.0).await?.into())))
    }

    /// Decline credit
    ///
    /// Nothing is given. Never one's own.
    #[oai(
        path = "/api/admin/billing/credits/:id/decline",
        method = "post",
        operation_id = "declineCredit",
        tag = "Tag::Admin"
    )]
    async fn decline(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// What waits.
        id: Path<Id<CreditRequestId>>,
        body: Body<DeclineCredit>,
    ) -> Done<CreditRequest, DecideProblems> {
        Ok(Answer::new(credit::decline(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?.into()))
    }

    /// Read the limit of credit
    ///
    /// Above which credit takes two administrators.
    #[oai(
        path = "/api/admin/billing/credit-limit",
        method = "get",
        operation_id = "getCreditLimit",
        tag = "Tag::Admin"
    )]
    async fn limit(&self, admin: Admin, app: Data<&Shared>) -> Done<CreditLimit> {
        Ok(Answer::new(credit::four_eyes(&app.ctx, &admin.actor()).await?.into()))
    }

    /// Change the limit of credit
    ///
    /// Where there are two administrators, the limit may only be lowered here; the operator raises it.
    #[oai(
        path = "/api/admin/billing/credit-limit",
        method = "put",
        operation_id = "setCreditLimit",
        tag = "Tag::Admin"
    )]
    async fn set_limit(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        body: Body<SetCreditLimit>,
    ) -> Done<CreditLimit, LimitProblems> {
        Ok(Answer::new(credit::set_four_eyes(&app.ctx, &admin.actor(), body.0.limit.0).await?.into()))
    }
}
