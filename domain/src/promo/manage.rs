//! Making, ending and listing codes.

use chrono::{DateTime, Utc};
use entity::{AnyId, Currency, Money, OrgId, PromoId, UserId};
use serde_json::json;
use uuid::Uuid;

use super::formed;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, EventStatus, access, credit, db};

/// The most that one use gives: 1,000 units, as the schema bounds it.
pub const MAX_AMOUNT_MICROS: i64 = 1_000_000_000;
/// The most organisations that one code is for.
pub const MAX_USES: i32 = 1_000_000;

/// A code to make.
#[derive(Clone, Debug)]
pub struct NewPromo {
    /// The code, however it is typed.
    pub code: String,
    /// What each use gives.
    pub amount: Money,
    /// How many organisations may use it.
    pub max_uses: i32,
    /// Until when; without an end when left out.
    pub expires_at: Option<DateTime<Utc>>,
}

db::row! {
    /// A code as administrators see it.
    #[derive(Clone, Debug)]
    pub struct Promo {
        /// Its id.
        pub id: PromoId,
        /// The code.
        pub code: String,
        /// What each use gives, in micro-units.
        pub amount_micros: i64,
        /// How many organisations may use it.
        pub max_uses: i32,
        /// How many did.
        pub uses: i32,
        /// Until when it counts.
        pub expires_at: Option<DateTime<Utc>>,
        /// When it was ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// Whether it can be used now.
        pub counts: bool,
        /// Who made it; none for the operator.
        pub created_by: Option<String>,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

db::row! {
    /// A use of a code.
    #[derive(Clone, Debug)]
    pub struct PromoUse {
        /// The organisation.
        pub org_id: OrgId,
        /// Its name.
        pub org_name: String,
        /// The member who typed it.
        pub used_by: String,
        /// When.
        pub used_at: DateTime<Utc>,
    }
}

/// Makes a code. Where a second administrator approves credit above a limit, no use gives more than that.
///
/// # Errors
/// Field errors; `promo_taken`; `step_up_required`; `forbidden` for others than administrators.
pub async fn create(ctx: &Ctx, actor: &Actor, new: &NewPromo) -> Result<Promo> {
    let admin = actor.admin()?;
    let code = formed(&new.code)?;
    let micros = new.amount.micros;
    if new.amount.currency != Currency::USD {
        return Err(Error::field("/amount/currency", "wallets are in USD"));
    }
    if !(1..=MAX_USES).contains(&new.max_uses) {
        return Err(Error::field("/max_uses", "choose 1 to 1,000,000 uses"));
    }
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let most = credit::alone_up_to(&tx, admin).await?.unwrap_or(MAX_AMOUNT_MICROS).min(MAX_AMOUNT_MICROS);
    if micros <= 0 || micros > most {
        let words = format!("give more than 0 and at most {}", Money::usd(most));
        return Err(Error::field("/amount/amount", words));
    }
    let now = ctx.clock.now(&tx).await?;
    if new.expires_at.is_some_and(|until| until <= now) {
        return Err(Error::field("/expires_at", "choose a moment that lies ahead"));
    }
    let id: PromoId = ctx.chance.id(now);
    if insert_promo(id, &code, micros, new.max_uses, new.expires_at, admin, now).exec(&tx).await? == 0 {
        return Err(Error::conflict("promo_taken", "There is a code of these letters already. Choose another one."));
    }
    let words = format!("A promo code of {} for {} organisations was made", Money::usd(micros), new.max_uses);
    let event = Event::new("promo.create", EventStatus::Info, words).by(actor).entity("promo", id);
    activity::record(&tx, event.metadata(json!({ "amount_micros": micros, "max_uses": new.max_uses }))).await?;
    tx.commit().await?;
    select_promo(now, id).only(&ctx.db).await
}

/// Ends a code: no organisation can use it from now on. What it gave stays given.
///
/// # Errors
/// `not_found`; `step_up_required`; `forbidden` for others than administrators.
pub async fn end(ctx: &Ctx, actor: &Actor, id: PromoId) -> Result<Promo> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    if end_promo(id, now).exec(&tx).await? > 0 {
        let event = Event::new("promo.end", EventStatus::Info, "A promo code was ended");
        activity::record(&tx, event.by(actor).entity("promo", id)).await?;
    }
    tx.commit().await?;
    select_promo(now, id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("code"))
}

/// All codes, the newest first.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn list(ctx: &Ctx, actor: &Actor, request: &PageRequest) -> Result<Page<Promo>> {
    actor.admin()?;
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let now = ctx.clock.now(&ctx.db).await?;
    request.page(select_promos(now, before, request.fetch()?).all(&ctx.db).await?, |promo: &Promo| promo.id)
}

/// Who used a code, by organisation.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn uses(ctx: &Ctx, actor: &Actor, id: PromoId, request: &PageRequest) -> Result<Page<PromoUse>> {
    actor.admin()?;
    let after = request.after::<AnyId>()?.map(|id| id.0);
    request.page(select_uses(id, after, request.fetch()?).all(&ctx.db).await?, |one: &PromoUse| one.org_id)
}

db::statement! {
    fn insert_promo(
        id: PromoId,
        code: &str,
        micros: i64,
        max_uses: i32,
        expires_at: Option<DateTime<Utc>>,
        by: Option<UserId>,
        now: DateTime<Utc>,
    ) =
        "insert into promo_code (id, code, amount_micros, max_uses, expires_at, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (code) do nothing";

    fn end_promo(id: PromoId, now: DateTime<Utc>) =
        "update promo_code set ended_at = $2 where id = $1 and ended_at is null";

    fn select_promos(now: DateTime<Utc>, before: Option<Uuid>, limit: i64) -> Promo =
        file "promos.sql",
        "where $2::uuid is null or c.id < $2 order by c.id desc limit $3";

    fn select_promo(now: DateTime<Utc>, id: PromoId) -> Promo =
        file "promos.sql",
        "where c.id = $2";

    fn select_uses(id: PromoId, after: Option<Uuid>, limit: i64) -> PromoUse = file "select_uses.sql";
}
