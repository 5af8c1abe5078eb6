//! Prices of single organisations: their own price of a plan, or a discount, from a moment until another.

use chrono::{DateTime, Utc};
use entity::{Money, MoveId, OrgId, OverrideId, PlanId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::json;

use super::moves;
use crate::activity::{self, Event};
use crate::billing::{MoveQuote, take_back_move};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, access, customer, db, text};

/// The most overrides that an organisation has.
const MAX_OVERRIDES: i64 = 100;
/// The largest price of a month: 100,000 units, as the schema bounds it.
const MAX_PRICE_MICROS: i64 = 100_000_000_000;

/// What an organisation pays instead of the list's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnPrice {
    /// A price of a month, in micro-units, wherever the server is.
    Month(i64),
    /// So much less, in hundredths of a percent: 1 to 10,000.
    Discount(i32),
}

impl OwnPrice {
    /// One of the two, as a request says it.
    ///
    /// # Errors
    /// Field errors when both are there, or neither, or the price is not in USD.
    pub fn read(month: Option<Money>, discount_bp: Option<i32>) -> Result<Self> {
        match (month, discount_bp) {
            (Some(month), None) if month.currency != entity::Currency::USD => {
                Err(Error::field("/monthly/currency", "prices are in USD"))
            }
            (Some(month), None) => Ok(Self::Month(month.micros)),
            (None, Some(bp)) => Ok(Self::Discount(bp)),
            _ => Err(Error::field("/monthly", "give a price of a month or a discount, one of the two")),
        }
    }
}

/// A price of one organisation.
#[derive(Clone, Copy, Debug)]
pub struct NewOverride {
    /// The plan; every plan for a discount without one.
    pub plan: Option<PlanId>,
    /// What it pays.
    pub price: OwnPrice,
    /// From when it counts; now when left out.
    pub from_at: Option<DateTime<Utc>>,
    /// Until when.
    pub until_at: Option<DateTime<Utc>>,
    /// Whether servers that run get it too, from the first hour that begins then.
    pub running: bool,
}

db::row! {
    /// A price of one organisation, as administrators see it.
    #[derive(Clone, Debug)]
    pub struct Override {
        /// Its number.
        pub id: OverrideId,
        /// The plan; every plan for a discount without one.
        pub plan_id: Option<PlanId>,
        /// The plan's name.
        pub plan_name: Option<String>,
        /// What a month of the plan costs, in micro-units.
        pub month_micros: Option<i64>,
        /// What is taken off the list's price, in hundredths of a percent.
        pub discount_bp: Option<i32>,
        /// From when it counts.
        pub from_at: DateTime<Utc>,
        /// Until when.
        pub until_at: Option<DateTime<Utc>>,
        /// When it was set.
        pub created_at: DateTime<Utc>,
    }
}

/// An organisation's own prices, those that ended too, the newest first; at most 100.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn overrides(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Vec<Override>> {
    let customer = customer::get(ctx, actor, org).await?;
    select_overrides(customer.org_id).all(&ctx.db).await
}

/// Gives an organisation a price of its own. Orders have it from its begin on; servers that run are moved to it, and
/// back at its end, where that is asked for.
///
/// # Errors
/// Field errors, `too_many_overrides`, `step_up_required`, `not_found`; `forbidden` for others than administrators.
pub async fn add_override(ctx: &Ctx, actor: &Actor, org: OrgId, new: &NewOverride, reason: &str) -> Result<Override> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    let org = customer::get(ctx, actor, org).await?.org_id;
    let tx = ctx.begin().await?;
    let Begun { id, move_id, .. } = begin(ctx, &tx, actor, org, new).await?;
    if let Some(begins) = move_id {
        moves::tell(ctx, &tx, begins).await?;
    }
    let event = Event::new("customer.price", EventStatus::Info, "The organisation has a price of its own").org(org);
    let told = json!({ "override": id, "reason": reason });
    activity::record(&tx, event.by(actor).entity("org", org).metadata(told)).await?;
    tx.commit().await?;
    select_override(id).only(&ctx.db).await
}

/// What the same would mean for the organisation's servers that run, at its begin; nothing is set, and no customer is
/// told.
///
/// # Errors
/// As [`add_override`].
pub async fn quote_override(
    ctx: &Ctx,
    actor: &Actor,
    org: OrgId,
    new: &NewOverride,
    reason: &str,
) -> Result<MoveQuote> {
    actor.admin()?;
    text::line("/reason", reason, 3, 500)?;
    let org = customer::get(ctx, actor, org).await?.org_id;
    let tx = ctx.begin().await?;
    let Begun { move_id, from_at, .. } = begin(ctx, &tx, actor, org, new).await?;
    quoted(tx, move_id, from_at).await
}

/// A price that begins or ends, and the move of servers that it brings.
struct Begun {
    id: OverrideId,
    move_id: Option<MoveId>,
    from_at: DateTime<Utc>,
}

/// Begins it in the caller's transaction.
async fn begin(ctx: &Ctx, tx: &impl ConnectionTrait, actor: &Actor, org: OrgId, new: &NewOverride) -> Result<Begun> {
    let (month, discount) = checked(new)?;
    access::verified(ctx, tx, actor).await?;
    let now = ctx.clock.now(tx).await?;
    let from_at = new.from_at.unwrap_or(now);
    if let Some(from_at) = new.from_at {
        moves::check_moment(from_at, now)?;
    }
    if new.until_at.is_some_and(|until| until <= from_at) {
        return Err(Error::field("/until", "it must end after it began"));
    }
    if let Some(plan) = new.plan
        && !plan_exists(plan).only(tx).await?
    {
        return Err(Error::field("/plan_id", "this plan does not exist"));
    }
    if count_overrides(org).only(tx).await? >= MAX_OVERRIDES {
        let words = "This organisation has 100 prices of its own already; end some of them.";
        return Err(Error::conflict("too_many_overrides", words));
    }
    let id: OverrideId = ctx.chance.id(now);
    insert_override(id, org, new.plan, month, discount, from_at, new.until_at, now).exec(tx).await?;
    if !new.running {
        return Ok(Begun { id, move_id: None, from_at });
    }
    // The begin counts from the next hour that begins, and so does the end.
    let begins = moves::insert(ctx, tx, now, (new.plan, None), Some(org), Some(id), from_at).await?;
    if let Some(until) = new.until_at {
        moves::insert(ctx, tx, now, (new.plan, None), Some(org), Some(id), until).await?;
    }
    Ok(Begun { id, move_id: Some(begins), from_at })
}

/// Ends a price of an organisation now. Servers that were moved to it are moved back from the next hour on.
///
/// # Errors
/// `not_found`; `step_up_required`; `forbidden` for others than administrators.
pub async fn end_override(ctx: &Ctx, actor: &Actor, org: OrgId, id: OverrideId) -> Result<Override> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    if let Begun { move_id: Some(ends), .. } = end_now(ctx, &tx, actor, org, id).await? {
        moves::tell(ctx, &tx, ends).await?;
    }
    let event = Event::new("customer.price_end", EventStatus::Info, "A price of the organisation ended").org(org);
    activity::record(&tx, event.by(actor).entity("org", org).metadata(json!({ "override": id }))).await?;
    tx.commit().await?;
    select_override(id).only(&ctx.db).await
}

/// What the same would mean for the organisation's servers that run; nothing ends, and no customer is told.
///
/// # Errors
/// As [`end_override`].
pub async fn quote_end(ctx: &Ctx, actor: &Actor, org: OrgId, id: OverrideId) -> Result<MoveQuote> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    let Begun { move_id, from_at, .. } = end_now(ctx, &tx, actor, org, id).await?;
    quoted(tx, move_id, from_at).await
}

/// Ends it in the caller's transaction.
async fn end_now(ctx: &Ctx, tx: &impl ConnectionTrait, actor: &Actor, org: OrgId, id: OverrideId) -> Result<Begun> {
    access::verified(ctx, tx, actor).await?;
    let now = ctx.clock.now(tx).await?;
    let Some(plan) = end(id, org, now).one(tx).await? else {
        return Err(Error::not_found("price"));
    };
    let running = drop_moves(id).exec(tx).await? > 0 || had_move(id).only(tx).await?;
    let ends =
        if running { Some(moves::insert(ctx, tx, now, (plan, None), Some(org), Some(id), now).await?) } else { None };
    Ok(Begun { id, move_id: ends, from_at: now })
}

/// What a move would mean, or nothing where no server is moved.
async fn quoted(tx: DatabaseTransaction, move_id: Option<MoveId>, from_at: DateTime<Utc>) -> Result<MoveQuote> {
    match move_id {
        Some(id) => take_back_move(tx, id, from_at).await,
        None => tx.rollback().await.map(|()| MoveQuote::default()).map_err(Into::into),
    }
}

/// The two columns, of which one is set.
fn checked(new: &NewOverride) -> Result<(Option<i64>, Option<i32>)> {
    match new.price {
        OwnPrice::Month(_) if new.plan.is_none() => {
            Err(Error::field("/plan_id", "a price of its own needs a plan; a discount may be for all"))
        }
        OwnPrice::Month(micros) if !(0..=MAX_PRICE_MICROS).contains(&micros) => {
            let most = Money::usd(MAX_PRICE_MICROS);
            Err(Error::field("/monthly/amount", format!("choose 0 to {} a month", most.amount())))
        }
        OwnPrice::Month(micros) => Ok((Some(micros), None)),
        OwnPrice::Discount(bp) if !(1..=10_000).contains(&bp) => {
            Err(Error::field("/discount_bp", "choose 1 to 10,000 hundredths of a percent"))
        }
        OwnPrice::Discount(bp) => Ok((None, Some(bp))),
    }
}

db::statement! {
    fn select_overrides(org: OrgId) -> Override =
        "select o.id, o.plan_id, p.name as plan_name, o.month_micros, o.discount_bp, o.from_at, o.until_at, o.created_at
         from price_override o left join plan p on p.id = o.plan_id
         where o.org_id = $1 order by o.id desc limit 100";

    fn select_override(id: OverrideId) -> Override =
        "select o.id, o.plan_id, p.name as plan_name, o.month_micros, o.discount_bp, o.from_at, o.until_at, o.created_at
         from price_override o left join plan p on p.id = o.plan_id
         where o.id = $1";

    fn count_overrides(org: OrgId) -> i64 = "select count(*) from price_override where org_id = $1";

    fn plan_exists(id: PlanId) -> bool = "select exists(select from plan where id = $1 and deleted_at is null)";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_override(
        id: OverrideId,
        org: OrgId,
        plan: Option<PlanId>,
        month: Option<i64>,
        discount: Option<i32>,
        from_at: DateTime<Utc>,
        until_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) =
        "insert into price_override (id, org_id, plan_id, month_micros, discount_bp, from_at, until_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// One that had not begun ends right after its begin, which counts for nothing.
    fn end(id: OverrideId, org: OrgId, now: DateTime<Utc>) -> Option<PlanId> =
        "update price_override set from_at = least(from_at, $3 - interval '1 microsecond'), until_at = $3
         where id = $1 and org_id = $2 and (until_at is null or until_at > $3) returning plan_id";

    fn drop_moves(id: OverrideId) =
        "update price_move set cancelled_at = business_now()
         where override_id = $1 and from_at > business_now() and cancelled_at is null and done_at is null";

    fn had_move(id: OverrideId) -> bool =
        "select exists(select from price_move where override_id = $1 and cancelled_at is null)";
}
