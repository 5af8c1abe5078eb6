//! Plans: a provider's size at its cost plus an absolute markup.

use chrono::{DateTime, Utc};
use entity::{CloudId, Money, PlanId};
use sea_orm::{ConnectionTrait as _, DbErr, FromQueryResult};

use super::price_list::Plan;
use crate::activity::{self, Event};
use crate::error::{Error, Result, violates};
use crate::{Actor, Ctx, EventStatus, db, text};

/// The largest markup a month: 50,000 units, as the schema bounds it.
const MAX_MARKUP_MICROS: i64 = 50_000_000_000;
/// The smallest price a month: every hour of it is at least a few micro-units.
const MIN_PRICE_MICROS: i64 = 10_000;

/// A plan to sell.
#[derive(Clone, Debug)]
pub struct NewPlan {
    /// The cloud that it is sold from.
    pub cloud: CloudId,
    /// The provider's size.
    pub type_id: String,
    /// Its name on our price list.
    pub name: String,
    /// What is added to the cost of a month.
    pub markup: Money,
}

/// What to change about a plan; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct PlanChange {
    /// Another name.
    pub name: Option<String>,
    /// Another markup, for orders from now on.
    pub markup: Option<Money>,
    /// Whether it is sold.
    pub active: Option<bool>,
}

/// A plan as admins see it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AdminPlan {
    /// What customers see.
    #[sea_orm(nested)]
    pub plan: Plan,
    /// The cloud that it is sold from.
    pub cloud_id: CloudId,
    /// The cloud's name.
    pub cloud_name: String,
    /// The provider's size.
    pub type_id: String,
    /// What the provider asks for a month.
    pub cost_month_micros: i64,
    /// What we add to it.
    pub markup_month_micros: i64,
    /// Whether it is sold.
    pub active: bool,
    /// Servers ordered from it that still stand.
    pub servers: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

const VIEW: &str = "select p.id, p.name, t.vcpus, t.memory_mib, t.disk_gib, t.transfer_gb, t.month_micros + p.markup_month_micros as month_micros, 730 as hours_per_month, \
     p.cloud_id as cloud_id, a.name as cloud_name, p.type_id, t.month_micros as cost_month_micros, p.markup_month_micros, p.active, \
     (select count(*) from vps v where v.plan_id = p.id and v.deleted_at is null and v.status <> 'failed') as servers, p.created_at \
     from plan p join cloud a on a.id = p.cloud_id join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id \
     where p.deleted_at is null";

fn markup_micros(markup: &Money) -> Result<i64> {
    if markup.currency != entity::Currency::USD {
        return Err(Error::field("/markup_monthly/currency", "prices are kept in USD"));
    }
    if !(0..=MAX_MARKUP_MICROS).contains(&markup.micros) {
        return Err(Error::field(
            "/markup_monthly/amount",
            format!("add 0 to {} a month", Money::usd(MAX_MARKUP_MICROS).amount()),
        ));
    }
    Ok(markup.micros)
}

fn name_taken(error: DbErr) -> Error {
    if violates(&error, "plan_name") {
        let mut taken = Error::conflict("name_taken", "Another plan has this name already. Choose another.");
        taken.fields.push(crate::FieldError { pointer: "/name".into(), detail: "another plan has this name".into() });
        return taken;
    }
    error.into()
}

/// Puts a plan on the price list.
///
/// # Errors
/// Field errors, `name_taken`; `forbidden` for others than admins.
pub async fn add(ctx: &Ctx, actor: &Actor, new: NewPlan) -> Result<AdminPlan> {
    let admin = actor.admin()?;
    let name = text::line("/name", &new.name, 1, 100)?;
    let markup = markup_micros(&new.markup)?;
    let tx = ctx.begin().await?;
    let cost: i64 = db::scalar(
        &tx,
        db::sql(
            "select t.month_micros from cloud_type t join cloud a on a.id = t.cloud_id where a.id = $1 and a.deleted_at is null and t.id = $2",
            [new.cloud.into(), new.type_id.replace('\0', "").into()],
        ),
    )
    .await?
    .ok_or_else(|| Error::field("/type_id", "this cloud doesn't sell such a size; read its catalog again"))?;
    if cost + markup < MIN_PRICE_MICROS {
        return Err(Error::field("/markup_monthly/amount", "the price of a month must be at least 0.01"));
    }
    let now = ctx.clock.now(&tx).await?;
    let id: PlanId = ctx.chance.id(now);
    tx.execute_raw(db::sql(
        "insert into plan (id, cloud_id, type_id, name, markup_month_micros, created_at) values ($1, $2, $3, $4, $5, $6)",
        [id.into(), new.cloud.into(), new.type_id.into(), name.clone().into(), markup.into(), now.into()],
    ))
    .await
    .map_err(name_taken)?;
    activity::record(
        &tx,
        Event::new("plan.add", EventStatus::Info, format!("Plan {name} added")).actor(admin).entity("plan", id),
    )
    .await?;
    tx.commit().await?;
    get(ctx, id).await
}

/// Changes a plan. Servers that were ordered keep their price.
///
/// # Errors
/// Field errors, `name_taken`, `not_found`; `forbidden` for others than admins.
pub async fn change(ctx: &Ctx, actor: &Actor, id: PlanId, change: PlanChange) -> Result<AdminPlan> {
    let admin = actor.admin()?;
    let name = change.name.as_deref().map(|name| text::line("/name", name, 1, 100)).transpose()?;
    let markup = change.markup.as_ref().map(markup_micros).transpose()?;
    let tx = ctx.begin().await?;
    let changed = tx
        .execute_raw(db::sql(
            "update plan set name = coalesce($2, name), markup_month_micros = coalesce($3, markup_month_micros), active = coalesce($4, active) where id = $1 and deleted_at is null",
            [id.into(), name.into(), markup.into(), change.active.into()],
        ))
        .await
        .map_err(name_taken)?;
    if changed.rows_affected() == 0 {
        return Err(Error::not_found("plan"));
    }
    activity::record(&tx, Event::new("plan.change", EventStatus::Info, "Plan changed").actor(admin).entity("plan", id))
        .await?;
    tx.commit().await?;
    get(ctx, id).await
}

/// Takes a plan off the price list. Servers that were ordered keep their price.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<()> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let removed = db::exec(
        &tx,
        db::sql(
            "update plan set deleted_at = business_now(), active = false where id = $1 and deleted_at is null",
            [id.into()],
        ),
    )
    .await?;
    if removed == 0 {
        return Err(Error::not_found("plan"));
    }
    activity::record(&tx, Event::new("plan.remove", EventStatus::Info, "Plan removed").actor(admin).entity("plan", id))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// All plans, with what they cost us.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn admin_list(ctx: &Ctx, actor: &Actor) -> Result<Vec<AdminPlan>> {
    actor.admin()?;
    db::all(&ctx.db, db::sql(format!("{VIEW} order by month_micros, p.name limit 500"), [])).await
}

async fn get(ctx: &Ctx, id: PlanId) -> Result<AdminPlan> {
    db::one(&ctx.db, db::sql(format!("{VIEW} and p.id = $1"), [id.into()]))
        .await?
        .ok_or_else(|| Error::not_found("plan"))
}
