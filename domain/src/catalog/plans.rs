//! Plans as administrators set them: a provider's size at its cost plus an absolute markup.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use entity::{CloudId, Money, OrgId, PlanId, plan};
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Set};

use super::price_book;
use super::price_list::Plan;
use crate::activity::{self, Event};
use crate::billing::HOURS_PER_MONTH;
use crate::error::{Error, Result, violates};
use crate::rating::{ChargedBy, Rule};
use crate::{Actor, Ctx, EventStatus, db, text};

/// The largest markup a month: 50,000 units, as the schema bounds it.
const MAX_MARKUP_MICROS: i64 = 50_000_000_000;
/// The position of a plan that has not been placed: after those that have, and by its price.
const LAST: i32 = 10_000;
/// The hours of which a month may consist.
const MONTHS: [i32; 2] = [730, 672];
/// The fewest seconds that a plan may charge: up to an hour, which an order sets aside.
const MINIMUM_S: RangeInclusive<i32> = 1..=3_600;
/// The same where an administrator says nothing: a minute.
const DEFAULT_MINIMUM_S: i32 = 60;
/// The smallest price a month: every hour of it is at least a few micro-units.
pub(super) const MIN_PRICE_MICROS: i64 = 10_000;

/// A plan to sell.
#[derive(Clone, Debug)]
pub struct NewPlan {
    /// The cloud that it is sold from.
    pub cloud: CloudId,
    /// The provider's id of the size.
    pub type_id: String,
    /// Its name on the price list: 1 to 100 characters, unique whatever the case.
    pub name: String,
    /// What is added to the cost of a month: 0 to 50,000 USD.
    pub markup: Money,
    /// How the month's price becomes hours.
    pub rule: PlanRule,
}

/// How a plan's price of a month becomes hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanRule {
    /// Hours after which the month's price is reached: 730 or 672.
    pub hours_per_month: i32,
    /// Whether a calendar month (UTC) costs it at most.
    pub capped: bool,
    /// The fewest seconds that are charged, where time is charged by the second: 1 to 3,600. None where a started hour
    /// counts whole.
    pub minimum_s: Option<i32>,
}

impl Default for PlanRule {
    fn default() -> Self {
        Self { hours_per_month: HOURS_PER_MONTH, capped: true, minimum_s: None }
    }
}

impl PlanRule {
    /// The rule by which its hours are charged.
    #[must_use]
    pub fn rating(self) -> Rule {
        Rule::of(self.hours_per_month, self.capped, self.minimum_s)
    }

    pub(super) fn checked(self) -> Result<Self> {
        if !MONTHS.contains(&self.hours_per_month) {
            return Err(Error::field("/hours_per_month", "choose 730 or 672 hours"));
        }
        if self.minimum_s.is_some_and(|minimum_s| !MINIMUM_S.contains(&minimum_s)) {
            return Err(Error::field("/minimum_s", "choose 1 to 3600 seconds"));
        }
        Ok(self)
    }
}

/// In which unit a plan charges time, as it is asked for; what is left out stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanUnit {
    /// Hours or seconds.
    pub charged_by: Option<ChargedBy>,
    /// The fewest seconds that are charged; 60 where seconds are asked for without it.
    pub minimum_s: Option<i32>,
}

impl PlanUnit {
    /// The minimum of a plan that had another one, or none, before.
    ///
    /// # Errors
    /// A field error at `/minimum_s` for a minimum of hours.
    pub fn over(self, before: Option<i32>) -> Result<Option<i32>> {
        let by_second = match self.charged_by {
            Some(unit) => unit == ChargedBy::Second,
            None => before.is_some(),
        };
        match (by_second, self.minimum_s) {
            (true, minimum_s) => Ok(Some(minimum_s.or(before).unwrap_or(DEFAULT_MINIMUM_S))),
            (false, None) => Ok(None),
            (false, Some(_)) => Err(Error::field("/minimum_s", "only what is charged by the second has a minimum")),
        }
    }
}

/// What to change about a plan; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct PlanChange {
    /// Another name, as in [`NewPlan`].
    pub name: Option<String>,
    /// Another markup, as in [`NewPlan`], for orders from now on.
    pub markup: Option<Money>,
    /// Whether it is on the price list.
    pub active: Option<bool>,
    /// Another number of hours, as in [`PlanRule`], for orders from now on.
    pub hours_per_month: Option<i32>,
    /// Whether a calendar month has a cap, for orders from now on.
    pub capped: Option<bool>,
    /// In which unit time is charged, for orders from now on.
    pub unit: PlanUnit,
}

db::row! {
    /// A plan as administrators see it.
    #[derive(Clone, Debug)]
    pub struct AdminPlan {
        /// What customers see.
        #[sea_orm(nested)]
        pub plan: Plan,
        /// The cloud that it is sold from.
        pub cloud_id: CloudId,
        /// The name that an administrator gave the cloud.
        pub cloud_name: String,
        /// The provider's id of the size.
        pub type_id: String,
        /// What the provider charges for a month, in micro-units.
        pub cost_month_micros: i64,
        /// What we add to it, in micro-units.
        pub markup_month_micros: i64,
        /// Whether it is on the price list while its cloud is valid and sells the size.
        pub active: bool,
        /// Since when the provider no longer sells the size; nobody can order the plan then.
        pub size_gone_at: Option<DateTime<Utc>>,
        /// What the provider charged for a month when an administrator last set the plan, in micro-units.
        pub known_cost_micros: Option<i64>,
        /// Servers ordered from it that are neither failed nor deleted.
        pub servers: i64,
        /// When it was added, in business time.
        pub created_at: DateTime<Utc>,
    }
}

pub(super) fn markup_micros(markup: &Money) -> Result<i64> {
    if markup.currency != entity::Currency::USD {
        return Err(Error::field("/markup_monthly/currency", "prices are in USD"));
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
/// Field errors, `name_taken`; `forbidden` for others than administrators.
pub async fn add(ctx: &Ctx, actor: &Actor, new: NewPlan) -> Result<AdminPlan> {
    let admin = actor.admin()?;
    let name = text::line("/name", &new.name, 1, 100)?;
    let markup = markup_micros(&new.markup)?;
    let rule = new.rule.checked()?;
    let tx = ctx.begin().await?;
    let type_id = new.type_id.replace('\0', "");
    let cost = select_cost(new.cloud, &type_id)
        .one(&tx)
        .await?
        .ok_or_else(|| Error::field("/type_id", "this cloud doesn't offer such a size; read its catalog again"))?;
    if cost + markup < MIN_PRICE_MICROS {
        return Err(Error::field("/markup_monthly/amount", "the price of a month must be at least 0.01"));
    }
    let now = ctx.clock.now(&tx).await?;
    let id: PlanId = ctx.chance.id(now);
    let row = plan::ActiveModel {
        id: Set(id),
        cloud_id: Set(new.cloud),
        type_id: Set(type_id),
        name: Set(name.clone()),
        markup_month_micros: Set(markup),
        active: Set(true),
        created_at: Set(now),
        deleted_at: Set(None),
        known_cost_micros: Set(Some(cost)),
        position: Set(LAST),
        hours_per_month: Set(rule.hours_per_month),
        capped: Set(rule.capped),
        minimum_s: Set(rule.minimum_s),
    };
    row.insert(&tx).await.map_err(name_taken)?;
    price_book::keep_versions(&tx, new.cloud).await?;
    activity::record(
        &tx,
        Event::new("plan.add", EventStatus::Info, format!("Plan {name} added")).actor(admin).entity("plan", id),
    )
    .await?;
    tx.commit().await?;
    get(ctx, id).await
}

/// Changes a plan, whose cost is known from now on. Servers that were ordered keep their price.
///
/// # Errors
/// Field errors, `name_taken`, `not_found`; `forbidden` for others than administrators.
pub async fn change(ctx: &Ctx, actor: &Actor, id: PlanId, change: PlanChange) -> Result<AdminPlan> {
    let admin = actor.admin()?;
    let name = change.name.as_deref().map(|name| text::line("/name", name, 1, 100)).transpose()?;
    let markup = change.markup.as_ref().map(markup_micros).transpose()?;
    let tx = ctx.begin().await?;
    let plan = undeleted(&tx, id).await?;
    let cloud = plan.cloud_id;
    let rule = PlanRule {
        hours_per_month: change.hours_per_month.unwrap_or(plan.hours_per_month),
        capped: change.capped.unwrap_or(plan.capped),
        minimum_s: change.unit.over(plan.minimum_s)?,
    };
    let rule = rule.checked()?;
    let cost = select_known_cost(plan.cloud_id, &plan.type_id).one(&tx).await?;
    let mut next: plan::ActiveModel = plan.into();
    if let Some(cost) = cost {
        next.known_cost_micros = Set(Some(cost));
    }
    if let Some(name) = name {
        next.name = Set(name);
    }
    if let Some(markup) = markup {
        next.markup_month_micros = Set(markup);
    }
    if let Some(active) = change.active {
        next.active = Set(active);
    }
    next.hours_per_month = Set(rule.hours_per_month);
    next.capped = Set(rule.capped);
    next.minimum_s = Set(rule.minimum_s);
    if next.is_changed() {
        next.update(&tx).await.map_err(name_taken)?;
    }
    price_book::keep_versions(&tx, cloud).await?;
    activity::record(&tx, Event::new("plan.change", EventStatus::Info, "Plan changed").actor(admin).entity("plan", id))
        .await?;
    tx.commit().await?;
    get(ctx, id).await
}

/// Takes a plan off the price list. Servers that were ordered keep their price.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<()> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let mut next: plan::ActiveModel = undeleted(&tx, id).await?.into();
    next.deleted_at = Set(Some(now));
    next.active = Set(false);
    next.update(&tx).await?;
    activity::record(&tx, Event::new("plan.remove", EventStatus::Info, "Plan removed").actor(admin).entity("plan", id))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// All plans with what they cost us, in the order in which customers see them; at most 500.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn admin_list(ctx: &Ctx, actor: &Actor) -> Result<Vec<AdminPlan>> {
    actor.admin()?;
    select_admin_plans(None).all(&ctx.db).await
}

/// Puts the plans in an order, for the price list too. `ids` are all plans, each once. Returns them as they are then.
///
/// # Errors
/// `plans_changed` when these are not the plans there are; `forbidden` for others than administrators.
pub async fn reorder(ctx: &Ctx, actor: &Actor, ids: Vec<PlanId>) -> Result<Vec<AdminPlan>> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let known: BTreeSet<PlanId> = lock_plans().all(&tx).await?.into_iter().collect();
    if known.len() != ids.len() || known != ids.iter().copied().collect() {
        let words = "Plans were added or deleted meanwhile, so the order was not changed. Load the page and try again.";
        return Err(Error::conflict("plans_changed", words));
    }
    place_plans(ids).exec(&tx).await?;
    let event = Event::new("plan.order", EventStatus::Info, "The order of the plans changed").actor(admin);
    activity::record(&tx, event).await?;
    tx.commit().await?;
    admin_list(ctx, actor).await
}

async fn get(ctx: &Ctx, id: PlanId) -> Result<AdminPlan> {
    select_admin_plan(None, id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("plan"))
}

/// The plan's row, locked.
async fn undeleted(tx: &impl ConnectionTrait, id: PlanId) -> Result<plan::Model> {
    plan::Entity::find_by_id(id)
        .filter(plan::Column::DeletedAt.is_null())
        .lock(LockType::NoKeyUpdate)
        .one(tx)
        .await?
        .ok_or_else(|| Error::not_found("plan"))
}

db::statement! {
    /// What the provider charges for a month of a size that it sells, in micro-units.
    fn select_cost(cloud: CloudId, type_id: &str) -> i64 =
        "select t.month_micros from cloud_type t join cloud c on c.id = t.cloud_id
         where c.id = $1 and c.deleted_at is null and t.id = $2 and t.gone_at is null";

    /// What the provider last charged for a month of a size, in micro-units.
    fn select_known_cost(cloud: CloudId, type_id: &str) -> i64 =
        "select month_micros from cloud_type where cloud_id = $1 and id = $2";

    fn select_admin_plans(no_org: Option<OrgId>) -> AdminPlan =
        file "plan_columns.sql",
        file "admin_plans.sql",
        "order by p.position, month_micros, p.name limit 500";

    fn lock_plans() -> PlanId = "select id from plan where deleted_at is null order by id for no key update";

    fn place_plans(ids: Vec<PlanId>) =
        "update plan p set position = o.n
         from unnest($1::uuid[]) with ordinality o (id, n) where o.id = p.id and o.n <= 10000";

    fn select_admin_plan(no_org: Option<OrgId>, id: PlanId) -> AdminPlan =
        file "plan_columns.sql",
        file "admin_plans.sql",
        "and p.id = $2";
}
