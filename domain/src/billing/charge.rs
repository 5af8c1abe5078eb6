//! A tick: all servers of a chunk of organisations, in a handful of statements.

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId, SegmentId, VpsId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;

use crate::error::{Result, sql_state};
use crate::queue::{self, Claim};
use crate::{Ctx, Error, db};

/// Organisations charged in one transaction.
pub const CHUNK: i64 = 500;
/// Tries of a chunk that was chosen as a deadlock's victim.
const TRIES: u8 = 3;

/// What a chunk came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Charged {
    /// Organisations that were charged.
    pub orgs: u64,
    /// What they were charged, in micro-units.
    pub micros: i64,
    /// The last organisation of the chunk; none when there are no more.
    pub last: Option<OrgId>,
}

#[derive(FromQueryResult)]
struct OrgCharge {
    due_micros: i64,
}

/// Charges the next chunk of organisations after `after`, up to the tick.
///
/// # Errors
/// `fenced`, and when the database does not answer.
pub async fn charge_chunk(ctx: &Ctx, claim: &Claim, tick: DateTime<Utc>, after: Option<OrgId>) -> Result<Charged> {
    let mut tries = 0;
    loop {
        match try_chunk(ctx, claim, tick, after).await {
            Err(error) if tries < TRIES && is_deadlock(&error) => tries += 1,
            other => return other,
        }
    }
}

fn is_deadlock(error: &Error) -> bool {
    let state = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<sea_orm::DbErr>()).and_then(sql_state);
    matches!(state.as_deref(), Some("40001" | "40P01"))
}

async fn try_chunk(ctx: &Ctx, claim: &Claim, tick: DateTime<Utc>, after: Option<OrgId>) -> Result<Charged> {
    let tx = ctx.begin().await?;
    let orgs: Vec<uuid::Uuid> = db::scalar(
        &tx,
        db::sql(
            "select coalesce(array_agg(org_id order by org_id), '{}') from (select distinct org_id from usage_segment \
             where ended_at is null and ($1::uuid is null or org_id > $1) order by org_id limit $2) t",
            [after.into(), CHUNK.into()],
        ),
    )
    .await?
    .unwrap_or_default();
    let orgs: Vec<OrgId> = orgs.into_iter().map(OrgId).collect();
    let Some(&last) = orgs.last() else {
        return Ok(Charged::default());
    };
    let charged = charge(&tx, &orgs, None, tick, &format!("usage:{}", tick.timestamp()), claim.id).await?;
    db::exec(
        &tx,
        db::sql(
            "update job set step_data = $3 where id = $1 and lease_token = $2 and state = 'running'",
            [claim.id.into(), claim.lease_token.into(), json!({ "after": last }).into()],
        ),
    )
    .await?;
    queue::fence(&tx, claim).await?;
    tx.commit().await?;
    Ok(Charged { last: Some(last), ..charged })
}

/// Charges what is due of these organisations' open segments, or of one server's. The wallet pays
/// what it can, and the rest becomes a debt.
pub(super) async fn charge(
    tx: &impl ConnectionTrait,
    orgs: &[OrgId],
    only: Option<(VpsId, SegmentId)>,
    at: DateTime<Utc>,
    key: &str,
    job: JobId,
) -> Result<Charged> {
    db::exec(tx, db::sql("select id from account where kind = 'wallet' and currency = 'USD' and org_id = any($1) order by id for update", [db::uuids(orgs)])).await?;
    let rows: Vec<OrgCharge> = db::all(
        tx,
        db::sql(CHARGE, [db::uuids(orgs), at.into(), key.into(), job.into(), only.map(|(vps, _)| vps).into()]),
    )
    .await?;
    Ok(Charged { orgs: rows.len() as u64, micros: rows.iter().map(|row| row.due_micros).sum(), last: None })
}

/// Journals first: a cause that was recorded before yields no row, and nothing else happens for
/// that organisation. The schema bounds the price, so the products stay within 64 bits.
const CHARGE: &str = "
with seg as (
  select s.*, greatest(1, ceil(extract(epoch from $2::timestamptz - s.started_at) / 3600))::int as n
  from usage_segment s
  where s.org_id = any($1) and s.ended_at is null and s.started_at <= $2::timestamptz and ($5::uuid is null or s.vps_id = $5)
), due as (
  select id, org_id, month_micros, hours_per_month, billed_hours, n, month_micros * n / hours_per_month - billed_micros as micros
  from seg where n > billed_hours
), total as (
  select org_id, sum(micros)::bigint as micros, count(*) as servers from due group by org_id having sum(micros) > 0
), wrote as (
  insert into journal (idem_key, kind, org_id, job_id, effective_at, meta)
  select $3 || ':' || org_id, 'usage', org_id, $4, $2, jsonb_build_object('servers', servers) from total order by org_id
  on conflict (idem_key) do nothing returning id, org_id
), split as (
  select w.id as journal_id, t.org_id, t.micros, t.servers, a.id as wallet_id, least(a.balance_micros, t.micros) as paid
  from wrote w join total t using (org_id) join account a on a.org_id = t.org_id and a.kind = 'wallet' and a.currency = 'USD'
), wallet as (
  update account a set balance_micros = a.balance_micros - s.paid, version = version + 1
  from split s where a.id = s.wallet_id and s.paid > 0 returning a.id, s.journal_id, s.org_id, -s.paid as micros, a.balance_micros
), debt as (
  update account a set balance_micros = a.balance_micros - (s.micros - s.paid), version = version + 1
  from split s where a.org_id = s.org_id and a.kind = 'receivable' and a.currency = 'USD' and s.micros > s.paid
  returning a.id, s.journal_id, s.org_id, -(s.micros - s.paid) as micros, a.balance_micros
), posted as (
  insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
  select journal_id, 1, id, org_id, micros, balance_micros from wallet
  union all select journal_id, 2, id, org_id, micros, balance_micros from debt
  union all select journal_id, 3, (select id from account where kind = 'revenue' and org_id is null and currency = 'USD'), org_id, micros, null from split
), lined as (
  insert into usage_line (segment_id, hour_no, org_id, micros, journal_id)
  select d.id, h, d.org_id, d.month_micros * h / d.hours_per_month - d.month_micros * (h - 1) / d.hours_per_month, w.id
  from due d join wrote w using (org_id) cross join lateral generate_series(d.billed_hours + 1, d.n) h
), moved as (
  update usage_segment s set billed_hours = d.n, billed_micros = s.billed_micros + d.micros
  from due d join wrote w using (org_id) where s.id = d.id
), told as (
  insert into activity (org_id, event, status, entity_type, entity_id, job_id, message, metadata, created_at)
  select org_id, case when micros > paid then 'billing.insufficient' else 'billing.charge' end, case when micros > paid then 'warning' else 'info' end,
         'org', org_id, $4,
         case when micros > paid then 'Your wallet could not pay all hours; the rest is owed. Add credit to settle it'
              else 'Charged for ' || servers || case when servers = 1 then ' server' else ' servers' end end,
         jsonb_build_object('micros', micros, 'paid_micros', paid, 'journal', journal_id), business_now()
  from split
)
select micros as due_micros from split";
