//! Reading wallets and statements.

use chrono::{DateTime, Utc};
use entity::journal::JournalKind;
use entity::{OrgId, VpsId};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;

use crate::clock::month_start;
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, db};

/// What a customer has, owes and spends.
#[derive(Clone, Debug)]
pub struct Wallet {
    /// What can be spent, in micro-units.
    pub balance_micros: i64,
    /// What is set aside for orders under way.
    pub held_micros: i64,
    /// What is owed, as a positive figure.
    pub owed_micros: i64,
    /// What all servers cost in an hour, in micro-units, rounded down.
    pub hour_micros: i64,
    /// Seconds until the balance is used up; none without servers.
    pub runway_s: Option<i64>,
    /// What was charged since the month began (UTC).
    pub month_micros: i64,
    /// The same by server, the dearest first.
    pub by_vps: Vec<BurnRow>,
}

/// What one server costs.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BurnRow {
    /// The server.
    pub vps_id: VpsId,
    /// Its name.
    pub label: String,
    /// An hour's price in micro-units, rounded down; 0 once it is gone.
    pub hour_micros: i64,
    /// Charged since the month began.
    pub month_micros: i64,
}

#[derive(FromQueryResult)]
struct Balances {
    wallet: i64,
    hold: i64,
    receivable: i64,
}

/// The wallet of the actor's organisation.
///
/// # Errors
/// `forbidden` for actors without an organisation.
pub async fn wallet(ctx: &Ctx, actor: &Actor) -> Result<Wallet> {
    wallet_of(ctx, actor.org()?).await
}

/// A customer's wallet, for an administrator.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn customer_wallet(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Wallet> {
    actor.admin()?;
    wallet_of(ctx, org).await
}

async fn wallet_of(ctx: &Ctx, org: OrgId) -> Result<Wallet> {
    let balances: Balances = db::one(
        &ctx.db,
        db::sql(
            "select max(balance_micros) filter (where kind = 'wallet') as wallet, max(balance_micros) filter (where kind = 'hold') as hold, \
             max(balance_micros) filter (where kind = 'receivable') as receivable from account where org_id = $1 and currency = 'USD' having count(*) > 0",
            [org.into()],
        ),
    )
    .await?
    .ok_or_else(|| Error::not_found("organisation"))?;
    let month = month_start(ctx.clock.now(&ctx.db).await?);
    let by_vps: Vec<BurnRow> = db::all(
        &ctx.db,
        db::sql(
            "select v.id as vps_id, v.label, coalesce(sum(s.month_micros / s.hours_per_month) filter (where s.ended_at is null), 0)::bigint as hour_micros, \
                    coalesce(sum(charged_since(s, $2)), 0)::bigint as month_micros \
             from usage_segment s join vps v on v.id = s.vps_id \
             where s.org_id = $1 and (s.ended_at is null or s.ended_at >= $2) group by v.id, v.label order by hour_micros desc, v.label limit 500",
            [org.into(), month.into()],
        ),
    )
    .await?;
    let hour_micros: i64 = by_vps.iter().map(|row| row.hour_micros).sum();
    Ok(Wallet {
        balance_micros: balances.wallet,
        held_micros: balances.hold,
        owed_micros: -balances.receivable,
        hour_micros,
        runway_s: runway_s(balances.wallet, hour_micros),
        month_micros: by_vps.iter().map(|row| row.month_micros).sum(),
        by_vps,
    })
}

/// Seconds for which a balance pays an hourly rate; none when the rate is zero.
#[must_use]
pub fn runway_s(balance_micros: i64, hour_micros: i64) -> Option<i64> {
    (hour_micros > 0)
        .then(|| i64::try_from(i128::from(balance_micros.max(0)) * 3600 / i128::from(hour_micros)).unwrap_or(i64::MAX))
}

/// A movement on the wallet.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StatementRow {
    /// The journal.
    pub id: i64,
    /// When it counts.
    pub at: DateTime<Utc>,
    /// Why.
    pub kind: JournalKind,
    /// What for.
    pub meta: Json,
    /// What it added to the balance, in micro-units.
    pub micros: i64,
    /// The balance after it.
    pub balance_after: i64,
    /// Hours that it charges.
    pub lines: i64,
    /// What of them went on the debt, in micro-units.
    pub owed_micros: i64,
}

const STATEMENT: &str = "select j.id, j.effective_at as at, j.kind, j.meta, coalesce(p.amount_micros, 0) as micros, \
     coalesce(p.balance_after, (select q.balance_after from posting q where q.account_id = w.id and q.journal_id < j.id order by q.journal_id desc limit 1), 0) as balance_after, \
     (select count(*) from usage_line l where l.journal_id = j.id) as lines, \
     coalesce((select -sum(r.amount_micros) from posting r join account a on a.id = r.account_id and a.kind = 'receivable' where r.journal_id = j.id), 0)::bigint as owed_micros \
     from journal j join account w on w.org_id = j.org_id and w.kind = 'wallet' and w.currency = 'USD' \
     left join posting p on p.journal_id = j.id and p.account_id = w.id";

/// The statement of the actor's organisation, newest first.
///
/// # Errors
/// A field error when the cursor is not one of ours; `forbidden` for actors without an organisation.
pub async fn statement(ctx: &Ctx, actor: &Actor, request: &PageRequest) -> Result<Page<StatementRow>> {
    statement_of(ctx, actor.org()?, request).await
}

/// A customer's statement, newest first, for an administrator.
///
/// # Errors
/// A field error when the cursor is not one of ours; `forbidden` for others than administrators.
pub async fn customer_statement(
    ctx: &Ctx,
    actor: &Actor,
    org: OrgId,
    request: &PageRequest,
) -> Result<Page<StatementRow>> {
    actor.admin()?;
    statement_of(ctx, org, request).await
}

async fn statement_of(ctx: &Ctx, org: OrgId, request: &PageRequest) -> Result<Page<StatementRow>> {
    let rows = db::all(
        &ctx.db,
        db::sql(
            format!("{STATEMENT} where j.org_id = $1 and j.kind <> 'capture' and ($2::bigint is null or j.id < $2) order by j.id desc limit $3"),
            [org.into(), request.after::<i64>()?.into(), request.fetch()?.into()],
        ),
    )
    .await?;
    request.page(rows, |row: &StatementRow| row.id)
}

pub(super) async fn statement_row(ctx: &Ctx, org: OrgId, journal: i64) -> Result<StatementRow> {
    db::one(&ctx.db, db::sql(format!("{STATEMENT} where j.org_id = $1 and j.id = $2"), [org.into(), journal.into()]))
        .await?
        .ok_or_else(|| Error::not_found("entry"))
}

/// One entry of the actor's own statement.
///
/// # Errors
/// `not_found`, for entries of others too.
pub async fn statement_entry(ctx: &Ctx, actor: &Actor, journal: i64) -> Result<StatementRow> {
    statement_row(ctx, actor.org()?, journal).await
}

/// One charged hour of a server.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LineRow {
    /// The server.
    pub vps_id: VpsId,
    /// Its name.
    pub label: String,
    /// Which hour since it was made, from 1.
    pub hour_no: i32,
    /// When the hour began.
    pub began_at: DateTime<Utc>,
    /// Its price in micro-units.
    pub micros: i64,
}

/// The hours that an entry charges. For an order's hold, the hour that it became.
///
/// # Errors
/// `not_found`, for entries of others too.
pub async fn lines(ctx: &Ctx, actor: &Actor, journal: i64) -> Result<Vec<LineRow>> {
    let org = actor.org()?;
    statement_row(ctx, org, journal).await?;
    db::all(
        &ctx.db,
        db::sql(
            "select v.id as vps_id, v.label, l.hour_no, s.started_at + make_interval(hours => l.hour_no - 1) as began_at, l.micros \
             from usage_line l join usage_segment s on s.id = l.segment_id join vps v on v.id = s.vps_id \
             where l.org_id = $1 and l.journal_id in ($2, (select c.id from journal h join journal c on c.idem_key = 'capture:' || substr(h.idem_key, 6) where h.id = $2 and h.kind = 'hold')) \
             order by v.label, v.id, l.hour_no limit 10000",
            [org.into(), journal.into()],
        ),
    )
    .await
}
