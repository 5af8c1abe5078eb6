//! What customers may order, and what it would cost them.

use chrono::{DateTime, Utc};
use entity::{CloudId, Money, PlanId};
use sea_orm::FromQueryResult;

use crate::billing::{cumulative_micros, hour_micros};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, db, ledger};

/// A plan on the price list.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Plan {
    /// The plan.
    pub id: PlanId,
    /// Its name.
    pub name: String,
    /// Virtual processors.
    pub vcpus: i32,
    /// Memory in MiB.
    pub memory_mib: i32,
    /// Disk in GiB.
    pub disk_gib: i32,
    /// Monthly transfer in GB.
    pub transfer_gb: i32,
    /// A month's price in micro-units.
    pub month_micros: i64,
    /// Hours after which a month's price is reached.
    pub hours_per_month: i32,
}

/// A place where a plan can be had.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Region {
    /// The provider's id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// ISO 3166 code in lower case.
    pub country: String,
    /// Whether servers can be made there now.
    pub available: bool,
}

/// An operating system that a plan can be had with.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Image {
    /// Its id: to customers without the provider's name, to admins as the provider spells it.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Who makes it.
    pub vendor: String,
}

/// A size as the provider sells it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TypeRow {
    /// The provider's id.
    pub id: String,
    /// Its name there.
    pub label: String,
    /// Its family there.
    pub class: String,
    /// Virtual processors.
    pub vcpus: i32,
    /// Memory in MiB.
    pub memory_mib: i32,
    /// Disk in GiB.
    pub disk_gib: i32,
    /// Monthly transfer in GB.
    pub transfer_gb: i32,
    /// An hour's cost in micro-units.
    pub hour_micros: i64,
    /// A month's cost in micro-units.
    pub month_micros: i64,
}

/// What a cloud sells, as last read.
#[derive(Clone, Debug)]
pub struct CloudCatalog {
    /// Sizes.
    pub types: Vec<TypeRow>,
    /// Places.
    pub regions: Vec<Region>,
    /// Operating systems.
    pub images: Vec<Image>,
    /// When it was read.
    pub synced_at: Option<DateTime<Utc>>,
}

/// What an order of a plan would mean for a wallet.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The plan.
    pub plan: Plan,
    /// What the order sets aside.
    pub held_now: Money,
    /// The balance then; below zero when the order would be refused.
    pub balance_after: Money,
    /// How long the balance would last with it, in seconds.
    pub runway_after_s: Option<i64>,
    /// Whether the order would be taken.
    pub affordable: bool,
    /// What can be spent now.
    pub available: Money,
    /// What is owed now.
    pub owed: Money,
}

const SOLD: &str = "select p.id, p.name, t.vcpus, t.memory_mib, t.disk_gib, t.transfer_gb, t.month_micros + p.markup_month_micros as month_micros, 730 as hours_per_month \
     from plan p join cloud a on a.id = p.cloud_id and a.active and a.deleted_at is null and a.status = 'valid' \
     join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id \
     where p.active and p.deleted_at is null";

/// The price list.
///
/// # Errors
/// When the database does not answer.
pub async fn plans(ctx: &Ctx, _: &Actor) -> Result<Vec<Plan>> {
    db::all(&ctx.db, db::sql(format!("{SOLD} order by month_micros, p.name limit 500"), [])).await
}

/// One plan of the price list.
///
/// # Errors
/// `not_found` when it is not sold.
pub async fn plan(ctx: &Ctx, _: &Actor, id: PlanId) -> Result<Plan> {
    db::one(&ctx.db, db::sql(format!("{SOLD} and p.id = $1"), [id.into()]))
        .await?
        .ok_or_else(|| Error::not_found("plan"))
}

/// Where a plan can be had.
///
/// # Errors
/// `not_found` when the plan is not sold.
pub async fn regions(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<Vec<Region>> {
    plan(ctx, actor, id).await?;
    db::all(
        &ctx.db,
        db::sql("select r.id, r.label, r.country, r.available from cloud_region r join plan p on p.cloud_id = r.cloud_id where p.id = $1 order by r.country, r.label limit 500", [id.into()]),
    )
    .await
}

/// With which operating systems a plan can be had.
///
/// # Errors
/// `not_found` when the plan is not sold.
pub async fn images(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<Vec<Image>> {
    plan(ctx, actor, id).await?;
    db::all(
        &ctx.db,
        db::sql(
            "select i.slug as id, i.label, i.vendor from cloud_image i join plan p on p.cloud_id = i.cloud_id \
             join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id \
             where p.id = $1 and not i.deprecated and i.min_disk_mib <= t.disk_gib * 1024 order by i.vendor, i.label desc limit 500",
            [id.into()],
        ),
    )
    .await
}

/// What an order of the plan would mean for the actor's wallet.
///
/// # Errors
/// `not_found` when the plan is not sold.
pub async fn quote(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<Quote> {
    let plan = plan(ctx, actor, id).await?;
    let wallet = ledger::wallet(ctx, actor).await?;
    let held = cumulative_micros(plan.month_micros, plan.hours_per_month, 1);
    let rate = wallet.hour_micros + hour_micros(plan.month_micros, plan.hours_per_month, 1);
    let after = wallet.balance_micros - held;
    Ok(Quote {
        held_now: Money::usd(held),
        balance_after: Money::usd(after),
        runway_after_s: ledger::runway_s(after, rate),
        affordable: after >= 0 && wallet.owed_micros == 0,
        available: Money::usd(wallet.balance_micros),
        owed: Money::usd(wallet.owed_micros),
        plan,
    })
}

/// What a cloud sells, as last read.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn catalog_of(ctx: &Ctx, actor: &Actor, cloud: CloudId) -> Result<CloudCatalog> {
    let synced_at = crate::cloud::get(ctx, actor, cloud).await?.synced_at;
    let by = |sql: &str| db::sql(sql, [cloud.into()]);
    Ok(CloudCatalog {
        types: db::all(&ctx.db, by("select id, label, class, vcpus, memory_mib, disk_gib, transfer_gb, hour_micros, month_micros from cloud_type where cloud_id = $1 order by month_micros, id limit 1000")).await?,
        regions: db::all(&ctx.db, by("select id, label, country, available from cloud_region where cloud_id = $1 order by country, label limit 1000")).await?,
        images: db::all(&ctx.db, by("select id, label, vendor from cloud_image where cloud_id = $1 and not deprecated order by vendor, label desc limit 1000")).await?,
        synced_at,
    })
}
