//! How much credit one administrator gives alone.

use chrono::{DateTime, Utc};
use entity::{Currency, Money, UserId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, access, db};

/// The highest limit: 100,000 units, which is the most that one credit gives.
const MAX_LIMIT_MICROS: i64 = 100_000 * 1_000_000;

/// What holds for credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FourEyes {
    /// Above this much, in micro-units, a second administrator approves.
    pub limit_micros: i64,
    /// Administrators who can sign in: one alone has no second one to approve.
    pub admins: i64,
}

/// What holds for credit now.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn four_eyes(ctx: &Ctx, actor: &Actor) -> Result<FourEyes> {
    actor.admin()?;
    read(&ctx.db).await
}

async fn read(db: &impl ConnectionTrait) -> Result<FourEyes> {
    Ok(FourEyes { limit_micros: limit(db).await?, admins: count_others(None).only(db).await? })
}

pub(super) async fn limit(tx: &impl ConnectionTrait) -> Result<i64> {
    select_limit().only(tx).await
}

/// What an administrator gives without a second one, in micro-units; none where there is no second one, and for the
/// operator, who holds the installation itself.
pub(crate) async fn alone_up_to(tx: &impl ConnectionTrait, admin: Option<UserId>) -> Result<Option<i64>> {
    if admin.is_none() || count_others(admin).only(tx).await? == 0 {
        return Ok(None);
    }
    Ok(Some(limit(tx).await?))
}

/// Changes the limit. Where there are two administrators, one of them may only lower it: raising it is the operator's,
/// or the limit would bind none of them.
///
/// # Errors
/// A field error; `limit_binds`; `step_up_required`; `forbidden` for others than administrators.
pub async fn set_four_eyes(ctx: &Ctx, actor: &Actor, limit: Money) -> Result<FourEyes> {
    let admin = actor.admin()?;
    if limit.currency != Currency::USD {
        return Err(Error::field("/limit/currency", "wallets are in USD"));
    }
    if !(0..=MAX_LIMIT_MICROS).contains(&limit.micros) {
        return Err(Error::field("/limit/amount", format!("choose 0 to {}", Money::usd(MAX_LIMIT_MICROS))));
    }
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    lock_settings().only(&tx).await?;
    if alone_up_to(&tx, admin).await?.is_some_and(|now| limit.micros > now) {
        let words = "One administrator can't raise the limit that binds them. The operator can, at the command line: \
                     skypanel credit limit";
        return Err(Error::conflict("limit_binds", words));
    }
    let now = ctx.clock.now(&tx).await?;
    update_limit(limit.micros, now).exec(&tx).await?;
    let words = format!("Credit above {limit} now takes two administrators");
    let event = Event::new("billing.four_eyes", EventStatus::Info, words).by(actor);
    activity::record(&tx, event.metadata(json!({ "limit_micros": limit.micros }))).await?;
    let set = read(&tx).await?;
    tx.commit().await?;
    Ok(set)
}

db::statement! {
    fn select_limit() -> i64 = "select four_eyes_micros from billing_setting";

    fn lock_settings() -> bool = "select one from billing_setting for update";

    fn update_limit(micros: i64, now: DateTime<Utc>) =
        "update billing_setting set four_eyes_micros = $1, updated_at = $2";

    fn count_others(admin: Option<UserId>) -> i64 =
        "select count(*) from app_user
         where role = 'admin' and deleted_at is null and disabled_at is null and id is distinct from $1::uuid";
}
