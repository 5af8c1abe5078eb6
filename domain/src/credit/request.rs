//! Credit that waits for another administrator.

use chrono::{DateTime, TimeDelta, Utc};
use entity::credit_request::CreditState;
use entity::{AnyId, CreditRequestId, Money, OrgId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use crate::activity::{self, Event, NAME};
use crate::error::{Error, Result};
use crate::ledger::{self, Cause, Quote};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, EventStatus, access, db, invoice, prepaid, text};

/// How long a request can be approved.
pub const LIVES_FOR: TimeDelta = TimeDelta::days(7);

db::row! {
    /// Credit that waits, or what became of it.
    #[derive(Clone, Debug)]
    pub struct CreditRequest {
        /// Its id.
        pub id: CreditRequestId,
        /// For whom.
        pub org_id: OrgId,
        /// The organisation's name.
        pub org_name: String,
        /// The organisation's balance now, in micro-units.
        pub balance_micros: i64,
        /// How much, in micro-units.
        pub amount_micros: i64,
        /// What the statement will say.
        pub reason: String,
        /// What became of it.
        pub state: CreditState,
        /// Who asked.
        pub asked_by: UserId,
        /// Their name.
        pub asked_by_name: String,
        /// When.
        pub asked_at: DateTime<Utc>,
        /// Until when it can be approved.
        pub expires_at: DateTime<Utc>,
        /// Whether that time is over without a decision.
        pub expired: bool,
        /// The name of who decided.
        pub decided_by_name: Option<String>,
        /// When.
        pub decided_at: Option<DateTime<Utc>>,
        /// Why it was declined.
        pub decision: Option<String>,
    }
}

/// Credit that was asked for, the newest first: what waits alone, or everything; of one organisation, or of all.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn requests(
    ctx: &Ctx,
    actor: &Actor,
    org: Option<OrgId>,
    waiting: bool,
    request: &PageRequest,
) -> Result<Page<CreditRequest>> {
    actor.admin()?;
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let rows = select_requests(org, waiting, before, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &CreditRequest| row.id)
}

/// How many wait.
pub(crate) async fn waiting(db: &impl ConnectionTrait) -> Result<i64> {
    count_waiting().only(db).await
}

/// One of them.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn get(ctx: &Ctx, actor: &Actor, id: CreditRequestId) -> Result<CreditRequest> {
    actor.admin()?;
    find(ctx, id).await
}

pub(super) async fn find(ctx: &Ctx, id: CreditRequestId) -> Result<CreditRequest> {
    select_request(id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("request"))
}

db::row! {
    struct Locked {
        org_id: OrgId,
        amount_micros: i64,
        reason: String,
        state: CreditState,
        asked_by: UserId,
        expires_at: DateTime<Utc>,
    }
}

/// Locks what waits, for an administrator who did not ask for it and is not in another's place.
async fn lock(tx: &impl ConnectionTrait, actor: &Actor, id: CreditRequestId) -> Result<(UserId, Locked)> {
    let user = actor.admin()?.ok_or_else(Error::forbidden)?;
    if actor.impersonator().is_some() {
        return Err(Error::forbidden());
    }
    let found = lock_request(id).one(tx).await?.ok_or_else(|| Error::not_found("request"))?;
    if found.state != CreditState::Waiting {
        let words = "Another administrator decided this already. Nothing was changed.";
        return Err(Error::conflict("credit_decided", words));
    }
    if found.asked_by == user {
        let words = "You asked for this credit, so another administrator decides. Nothing was changed.";
        return Err(Error::conflict("own_request", words));
    }
    Ok((user, found))
}

/// Approves credit that another administrator asked for, and gives it; a debt is paid from it first.
///
/// # Errors
/// `own_request`, `credit_decided`, `credit_expired`; `step_up_required`; `not_found`; `forbidden` for others than
/// signed-in administrators.
pub async fn approve(ctx: &Ctx, actor: &Actor, id: CreditRequestId) -> Result<CreditRequest> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    book(ctx, &tx, actor, id).await?;
    tx.commit().await?;
    find(ctx, id).await
}

/// What the same would write and mean; nothing is given.
///
/// # Errors
/// As [`approve`].
pub async fn quote_approval(ctx: &Ctx, actor: &Actor, id: CreditRequestId) -> Result<Quote> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    let org = book(ctx, &tx, actor, id).await?;
    ledger::take_back(tx, org, None).await
}

/// Approves and gives it in the caller's transaction. Returns whose it is.
async fn book(ctx: &Ctx, tx: &impl ConnectionTrait, actor: &Actor, id: CreditRequestId) -> Result<OrgId> {
    access::verified(ctx, tx, actor).await?;
    let (user, found) = lock(tx, actor, id).await?;
    let at = ctx.clock.now(tx).await?;
    if at >= found.expires_at {
        let words = "This request is older than seven days. Ask again if the credit is still due.";
        return Err(Error::conflict("credit_expired", words));
    }
    let (org, micros, amount) = (found.org_id, found.amount_micros, Money::usd(found.amount_micros));
    let meta = json!({ "by": found.asked_by, "approved_by": user, "request": id });
    let cause = Cause { org, job: None, at };
    let (journal, _) = ledger::give_credit(tx, cause, id.0, micros, (&found.reason, meta)).await?;
    decide(id, CreditState::Approved, user, at, None, Some(journal)).exec(tx).await?;
    invoice::receipt(ctx, tx, org, journal).await?;
    let told = json!({
        "amount_micros": micros, "journal": journal, "request": id, "asked_by": found.asked_by,
        "reason": found.reason,
    });
    let event = Event::new("billing.credit", EventStatus::Success, format!("Credit of {amount} added"));
    activity::record(tx, event.org(org).by(actor).entity("org", org).metadata(told)).await?;
    let words = format!("Credit of {amount} that {NAME} asked for was approved");
    let event = Event::new("billing.credit_approved", EventStatus::Success, words).by(actor);
    activity::record(tx, event.entity("user", found.asked_by).metadata(json!({ "request": id }))).await?;
    prepaid::ring(ctx, tx, org).await?;
    Ok(org)
}

/// Declines credit that another administrator asked for, and says why.
///
/// # Errors
/// `own_request`, `credit_decided`; a field error; `step_up_required`; `not_found`; `forbidden` for others than
/// signed-in administrators.
pub async fn decline(ctx: &Ctx, actor: &Actor, id: CreditRequestId, reason: &str) -> Result<CreditRequest> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let (user, found) = lock(&tx, actor, id).await?;
    let at = ctx.clock.now(&tx).await?;
    decide(id, CreditState::Declined, user, at, Some(&reason), None).exec(&tx).await?;
    let words = format!("Credit of {} that {NAME} asked for was declined", Money::usd(found.amount_micros));
    let event = Event::new("billing.credit_declined", EventStatus::Info, words).by(actor).reason(reason);
    activity::record(&tx, event.entity("user", found.asked_by).metadata(json!({ "request": id }))).await?;
    tx.commit().await?;
    find(ctx, id).await
}

db::statement! {
    fn select_requests(org: Option<OrgId>, waiting: bool, before: Option<Uuid>, limit: i64) -> CreditRequest =
        file "requests.sql",
        "where ($1::uuid is null or r.org_id = $1) and ($3::uuid is null or r.id < $3)
         and (not $2::boolean or (r.state = 'waiting' and r.expires_at > business_now()))
         order by r.id desc limit $4";

    fn select_request(id: CreditRequestId) -> CreditRequest =
        file "requests.sql",
        "where r.id = $1";

    fn count_waiting() -> i64 =
        "select count(*) from credit_request where state = 'waiting' and expires_at > business_now()";

    fn lock_request(id: CreditRequestId) -> Locked =
        "select org_id, amount_micros, reason, state, asked_by, expires_at from credit_request
         where id = $1 for update";

    fn decide(
        id: CreditRequestId,
        state: CreditState,
        by: UserId,
        at: DateTime<Utc>,
        decision: Option<&str>,
        journal: Option<i64>,
    ) =
        "update credit_request
         set state = $2, decided_by = $3, decided_at = $4, decision = $5, journal_id = $6 where id = $1";
}
