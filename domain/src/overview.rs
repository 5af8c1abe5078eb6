//! What an admin sees first, and the customers behind it.

use chrono::{DateTime, Utc};
use entity::cloud::CloudStatus;
use entity::vps::VpsStatus;
use entity::{AnyId, CloudId, OrgId, UserId};
use sea_orm::FromQueryResult;

use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::work::{self, Counts};
use crate::{Actor, Ctx, db};

/// The state of the platform in figures.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Servers by status, deleted ones left out; statuses without servers have 0.
    pub servers: Vec<(VpsStatus, i64)>,
    /// Jobs by state and queue.
    pub jobs: Counts,
    /// Organisations.
    pub customers: i64,
    /// What customers hold in all, in micro-units.
    pub balance_micros: i64,
    /// What customers owe in all, as a positive figure.
    pub owed_micros: i64,
    /// Earned since the day began (UTC).
    pub revenue_day_micros: i64,
    /// Earned since the month began (UTC).
    pub revenue_month_micros: i64,
    /// The clouds and how they are.
    pub clouds: Vec<CloudHealth>,
}

/// How a cloud is.
#[derive(Clone, Debug, FromQueryResult)]
pub struct CloudHealth {
    /// The cloud.
    pub id: CloudId,
    /// Its name.
    pub name: String,
    /// What its last validation said.
    pub status: CloudStatus,
}

#[derive(FromQueryResult)]
struct StatusCount {
    status: VpsStatus,
    count: i64,
}

#[derive(FromQueryResult)]
struct Sums {
    customers: i64,
    balance: i64,
    receivable: i64,
    day: i64,
    month: i64,
}

/// The state of the platform.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn overview(ctx: &Ctx, actor: &Actor) -> Result<Overview> {
    let jobs = work::counts(ctx, actor).await?;
    let servers: Vec<StatusCount> = db::all(
        &ctx.db,
        db::sql("select status, count(*) as count from vps where deleted_at is null group by status", []),
    )
    .await?;
    let sums: Sums = db::one(
        &ctx.db,
        db::sql(
            "select (select count(*) from org where deleted_at is null) as customers, \
                    coalesce((select sum(balance_micros) from account where kind = 'wallet'), 0)::bigint as balance, \
                    coalesce((select sum(balance_micros) from account where kind = 'receivable'), 0)::bigint as receivable, \
                    coalesce(sum(p.amount_micros) filter (where j.effective_at >= date_trunc('day', business_now())), 0)::bigint as day, \
                    coalesce(sum(p.amount_micros), 0)::bigint as month \
             from posting p join journal j on j.id = p.journal_id \
             where p.account_id = (select id from account where kind = 'revenue' and org_id is null and currency = 'USD') and j.effective_at >= date_trunc('month', business_now())",
            [],
        ),
    )
    .await?
    .ok_or_else(|| Error::internal("no figures"))?;
    let clouds = db::all(
        &ctx.db,
        db::sql("select id, name, status from cloud where deleted_at is null order by name limit 100", []),
    )
    .await?;
    Ok(Overview {
        servers: VpsStatus::ALL
            .iter()
            .filter(|status| **status != VpsStatus::Deleted)
            .map(|&status| (status, servers.iter().find(|row| row.status == status).map_or(0, |row| row.count)))
            .collect(),
        jobs,
        customers: sums.customers,
        balance_micros: sums.balance,
        owed_micros: -sums.receivable,
        revenue_day_micros: sums.day,
        revenue_month_micros: sums.month,
        clouds,
    })
}

/// A customer as admins see them.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Customer {
    /// The organisation.
    pub org_id: OrgId,
    /// Its name.
    pub name: String,
    /// Its first member.
    pub owner_id: UserId,
    /// Their address.
    pub owner_email: String,
    /// Their name.
    pub owner_name: String,
    /// What can be spent, in micro-units.
    pub balance_micros: i64,
    /// What is owed, as a positive figure.
    pub owed_micros: i64,
    /// Servers that stand.
    pub servers: i64,
    /// What they cost in an hour, in micro-units.
    pub hour_micros: i64,
    /// When the organisation was made.
    pub created_at: DateTime<Utc>,
}

const CUSTOMER: &str = "select o.id as org_id, o.name, u.id as owner_id, u.email as owner_email, u.name as owner_name, w.balance_micros, -d.balance_micros as owed_micros, \
     (select count(*) from vps v where v.org_id = o.id and v.deleted_at is null and v.status <> 'failed') as servers, \
     coalesce((select sum(s.month_micros / s.hours_per_month) from usage_segment s where s.org_id = o.id and s.ended_at is null), 0)::bigint as hour_micros, o.created_at \
     from org o join lateral (select m.user_id from org_member m where m.org_id = o.id order by m.created_at limit 1) m on true join app_user u on u.id = m.user_id \
     join account w on w.org_id = o.id and w.kind = 'wallet' and w.currency = 'USD' join account d on d.org_id = o.id and d.kind = 'receivable' and d.currency = 'USD' \
     where o.deleted_at is null";

/// All customers, newest first; those that match a name or an address when given.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn customers(ctx: &Ctx, actor: &Actor, q: Option<&str>, request: &PageRequest) -> Result<Page<Customer>> {
    actor.admin()?;
    let q = q.map(str::trim).filter(|q| !q.is_empty()).map(|q| q.replace('\0', ""));
    let id = q.as_deref().and_then(|q| q.parse::<AnyId>().ok()).map(|id| id.0);
    let q = q.map(|q| q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let rows = db::all(
        &ctx.db,
        db::sql(
            format!("{CUSTOMER} and ($1::uuid is null or o.id < $1) and ($2::text is null or o.id = $3 or o.name ilike '%' || $2 || '%' or u.email ilike '%' || $2 || '%' or u.name ilike '%' || $2 || '%') order by o.id desc limit $4"),
            [request.after::<AnyId>()?.map(|id| id.0).into(), q.into(), id.into(), request.fetch()?.into()],
        ),
    )
    .await?;
    request.page(rows, |row: &Customer| row.org_id)
}

/// One customer.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn customer(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Customer> {
    actor.admin()?;
    db::one(&ctx.db, db::sql(format!("{CUSTOMER} and o.id = $1"), [org.into()]))
        .await?
        .ok_or_else(|| Error::not_found("customer"))
}
