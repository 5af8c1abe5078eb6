//! Another price for servers that run, from a day that their customers were told before.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{AnyId, MoveId, OrgId, OverrideId, PlanId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use crate::activity::{self, Event};
use crate::billing::{MoveQuote, take_back_move};
use crate::error::{Error, Result};
use crate::mail::{self, Mail};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, EventStatus, access, db, text};

/// The latest day that a move may be set to: two years from now.
const MAX_AHEAD: TimeDelta = TimeDelta::days(731);
/// Users who are written to about one move at most.
const MAX_MAILS: i64 = 20_000;

/// Servers of a plan that are to pay a version of its price.
#[derive(Clone, Copy, Debug)]
pub struct NewMove {
    /// The plan.
    pub plan: PlanId,
    /// The version.
    pub version: i32,
    /// Only the servers of this organisation.
    pub org: Option<OrgId>,
    /// From the first hour that begins then.
    pub from_at: DateTime<Utc>,
}

db::row! {
    /// Servers that get another price.
    #[derive(Clone, Debug)]
    pub struct PriceMove {
        /// The move.
        pub id: MoveId,
        /// The plan; none for all plans of an organisation.
        pub plan_id: Option<PlanId>,
        /// The plan's name.
        pub plan_name: Option<String>,
        /// The version; none where an organisation's own price begins or ends.
        pub version: Option<i32>,
        /// The organisation; none for all.
        pub org_id: Option<OrgId>,
        /// Its name.
        pub org_name: Option<String>,
        /// What begins or ends with it.
        pub override_id: Option<OverrideId>,
        /// From the first hour that begins then.
        pub from_at: DateTime<Utc>,
        /// When it was set.
        pub created_at: DateTime<Utc>,
        /// When it was taken back.
        pub cancelled_at: Option<DateTime<Utc>>,
        /// When every organisation had been charged past it.
        pub done_at: Option<DateTime<Utc>>,
        /// Servers that it is about.
        pub servers: i64,
    }
}

/// Moves of prices, the newest first: of a plan, of an organisation, or all.
///
/// # Errors
/// A field error when the cursor is not one of ours; `forbidden` for others than administrators.
pub async fn moves(
    ctx: &Ctx,
    actor: &Actor,
    (plan, org): (Option<PlanId>, Option<OrgId>),
    request: &PageRequest,
) -> Result<Page<PriceMove>> {
    actor.admin()?;
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let rows = select_moves(plan, org, before, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &PriceMove| row.id)
}

/// Moves servers to a version of their plan's price from a moment on. Their customers are told at once, by mail and on
/// the servers' pages.
///
/// # Errors
/// Field errors; `step_up_required`; `forbidden` for others than administrators.
pub async fn move_price(ctx: &Ctx, actor: &Actor, new: &NewMove, reason: &str) -> Result<PriceMove> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    let tx = ctx.begin().await?;
    let id = set(ctx, &tx, actor, new).await?;
    let words = format!("Servers move to version {} of their plan's price", new.version);
    let event = Event::new("plan.move", EventStatus::Warning, words).by(actor).entity("plan", new.plan);
    activity::record(&tx, event.metadata(json!({ "move": id, "from_at": new.from_at, "reason": reason }))).await?;
    tell(ctx, &tx, id).await?;
    tx.commit().await?;
    select_move(id).only(&ctx.db).await
}

/// What the same would mean for servers that run; nothing is set, and no customer is told.
///
/// # Errors
/// As [`move_price`].
pub async fn quote_move(ctx: &Ctx, actor: &Actor, new: &NewMove, reason: &str) -> Result<MoveQuote> {
    actor.admin()?;
    text::line("/reason", reason, 3, 500)?;
    let tx = ctx.begin().await?;
    let id = set(ctx, &tx, actor, new).await?;
    take_back_move(tx, id, new.from_at).await
}

/// Sets a move in the caller's transaction.
async fn set(ctx: &Ctx, tx: &impl ConnectionTrait, actor: &Actor, new: &NewMove) -> Result<MoveId> {
    access::verified(ctx, tx, actor).await?;
    let now = ctx.clock.now(tx).await?;
    check_moment(new.from_at, now)?;
    if !has_version(new.plan, new.version).only(tx).await? {
        return Err(Error::field("/version", "this plan has no such version"));
    }
    insert(ctx, tx, now, (Some(new.plan), Some(new.version)), new.org, None, new.from_at).await
}

/// Takes a move back before its moment.
///
/// # Errors
/// `move_begun`, `not_found`; `forbidden` for others than administrators.
pub async fn cancel_move(ctx: &Ctx, actor: &Actor, id: MoveId) -> Result<PriceMove> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    let found = lock_move(id).one(&tx).await?.ok_or_else(|| Error::not_found("move"))?;
    if !found {
        let words = "This price has begun already. Set another move to change it again.";
        return Err(Error::conflict("move_begun", words));
    }
    cancel(id).exec(&tx).await?;
    let event = Event::new("plan.move_cancel", EventStatus::Info, "A move of prices was taken back").by(actor);
    activity::record(&tx, event.metadata(json!({ "move": id }))).await?;
    tell(ctx, &tx, id).await?;
    tx.commit().await?;
    select_move(id).only(&ctx.db).await
}

pub(super) fn check_moment(from_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    if from_at <= now {
        return Err(Error::field("/from", "choose a moment that is still to come"));
    }
    if from_at > now + MAX_AHEAD {
        return Err(Error::field("/from", "choose a moment within two years"));
    }
    Ok(())
}

pub(super) async fn insert(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    now: DateTime<Utc>,
    (plan, version): (Option<PlanId>, Option<i32>),
    org: Option<OrgId>,
    of: Option<OverrideId>,
    from_at: DateTime<Utc>,
) -> Result<MoveId> {
    let id: MoveId = ctx.chance.id(now);
    insert_move(id, plan, version, org, of, from_at, now).exec(tx).await?;
    Ok(id)
}

/// Writes to those who look after the money of each organisation whose servers it is about.
pub(super) async fn tell(ctx: &Ctx, tx: &impl ConnectionTrait, id: MoveId) -> Result<()> {
    for Told { user_id, org_id } in select_told(id, MAX_MAILS).all(tx).await? {
        mail::send(ctx, tx, Mail::PriceChange { user: user_id, org: org_id, change: id }).await?;
    }
    Ok(())
}

db::row! {
    struct Told {
        user_id: UserId,
        org_id: OrgId,
    }
}

db::row! {
    /// What a mail about a move says of it.
    pub(crate) struct MailedMove {
        pub(crate) from_at: DateTime<Utc>,
        pub(crate) cancelled: bool,
    }
}

db::row! {
    /// A server's price before and after a move.
    pub(crate) struct MailedPrice {
        pub(crate) label: String,
        pub(crate) before_micros: i64,
        pub(crate) after_micros: i64,
    }
}

/// A move with the servers of an organisation that it is about, at most 50 of them.
///
/// # Errors
/// `not_found`.
pub(crate) async fn letter(ctx: &Ctx, id: MoveId, org: OrgId) -> Result<(MailedMove, Vec<MailedPrice>)> {
    let found = select_mailed_move(id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("move"))?;
    Ok((found, select_mailed_prices(id, org).all(&ctx.db).await?))
}

db::statement! {
    fn select_moves(plan: Option<PlanId>, org: Option<OrgId>, before: Option<Uuid>, limit: i64) -> PriceMove =
        file "move_columns.sql",
        "where ($1::uuid is null or m.plan_id = $1) and ($2::uuid is null or m.org_id = $2)
           and ($3::uuid is null or m.id < $3)
         order by m.id desc limit $4";

    fn select_move(id: MoveId) -> PriceMove =
        file "move_columns.sql",
        "where m.id = $1";

    fn has_version(plan: PlanId, version: i32) -> bool =
        "select exists(select from plan_price where plan_id = $1 and version = $2)";

    fn insert_move(
        id: MoveId,
        plan: Option<PlanId>,
        version: Option<i32>,
        org: Option<OrgId>,
        of: Option<OverrideId>,
        from_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) =
        "insert into price_move (id, plan_id, version, org_id, override_id, from_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)";

    /// Whether it can still be taken back.
    fn lock_move(id: MoveId) -> bool =
        "select from_at > business_now() and cancelled_at is null and done_at is null
         from price_move where id = $1 for update";

    fn cancel(id: MoveId) = "update price_move set cancelled_at = business_now() where id = $1";

    fn select_told(id: MoveId, limit: i64) -> Told = file "select_told.sql";

    fn select_mailed_move(id: MoveId) -> MailedMove =
        "select from_at, cancelled_at is not null as cancelled from price_move where id = $1";

    fn select_mailed_prices(id: MoveId, org: OrgId) -> MailedPrice = file "select_mailed_prices.sql";
}
