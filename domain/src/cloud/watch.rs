//! What a look at all our machines of a cloud showed, and whom it concerns: one list serves
//! every job that waits for a machine.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use entity::{CloudId, TypedId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::Result;
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, db};

/// A machine as a look showed it.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The provider's own id.
    pub provider_ref: String,
    /// The label it was made with.
    pub label: String,
    /// What it does, in our words.
    pub state: String,
    /// The first public IPv4 address.
    pub ipv4: Option<IpAddr>,
    /// The IPv6 address.
    pub ipv6: Option<IpAddr>,
    /// When the provider made it.
    pub made_at: Option<DateTime<Utc>>,
}

/// What a watcher saw of the machine that a job waits for, told to the job's next run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "seen", deny_unknown_fields)]
pub enum Sighting {
    /// The provider lists it no more.
    Gone,
    /// It changed since the job last ran.
    Changed {
        /// The provider's own id.
        reference: String,
        /// What it does, in our words.
        state: String,
        /// The first public IPv4 address.
        ipv4: Option<IpAddr>,
        /// The IPv6 address.
        ipv6: Option<IpAddr>,
        /// When the provider created it.
        made_at: Option<DateTime<Utc>>,
    },
}

impl Machine {
    pub(super) fn to_json(&self) -> serde_json::Value {
        json!({ "provider_ref": self.provider_ref, "label": self.label, "state": self.state, "ipv4": self.ipv4.map(|ip| ip.to_string()),
                "ipv6": self.ipv6.map(|ip| ip.to_string()), "made_at": self.made_at })
    }
}

/// The columns of [`Machine::to_json`].
pub(super) const MACHINES: &str =
    "jsonb_to_recordset($2) as m(provider_ref text, label text, state text, ipv4 text, ipv6 text, made_at timestamptz)";

/// Makes sure that somebody looks at a cloud while a job waits for one of its machines. In the
/// transaction of the wait.
///
/// # Errors
/// When the database refuses it.
pub async fn watch(ctx: &Ctx, tx: &impl ConnectionTrait, cloud: CloudId) -> Result<()> {
    work::enqueue_many(ctx, tx, &[NewJob::new(Job::WatchCloud { cloud })]).await?;
    Ok(())
}

/// The database's clock now: a look that begins after it shows what was done before it.
///
/// # Errors
/// When the database does not answer.
pub async fn look_begins(ctx: &Ctx) -> Result<DateTime<Utc>> {
    let now: Option<DateTime<Utc>> = db::scalar(&ctx.db, db::sql("select clock_timestamp()", [])).await?;
    now.ok_or_else(|| crate::Error::internal("the clock answered nothing"))
}

#[derive(FromQueryResult)]
struct Woken {
    woken: i64,
    waiting: i64,
}

/// What a look came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Jobs that it concerned, and that go on now.
    pub woken: i64,
    /// Jobs that still wait for a machine of the cloud.
    pub waiting: i64,
}

/// Keeps what a look that began at `began` showed, and wakes the jobs whose machine changed or is
/// not to be seen since they wait: each is told what was seen.
///
/// # Errors
/// `fenced`.
pub async fn keep_look(
    ctx: &Ctx,
    claim: &Claim,
    cloud: CloudId,
    machines: &[Machine],
    began: DateTime<Utc>,
) -> Result<Look> {
    let rows: serde_json::Value = machines.iter().map(Machine::to_json).collect();
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    db::exec(
        &tx,
        db::sql(
            format!(
                "with seen as (select * from {MACHINES}), \
                 gone as (delete from cloud_sight s where s.cloud_id = $1 and not exists (select from seen where seen.provider_ref = s.provider_ref)) \
                 insert into cloud_sight as s (cloud_id, provider_ref, label, state, ipv4, ipv6, made_at) select $1, provider_ref, label, state, ipv4, ipv6, made_at from seen \
                 on conflict (cloud_id, provider_ref) do update set label = excluded.label, state = excluded.state, ipv4 = excluded.ipv4, ipv6 = excluded.ipv6, \
                   made_at = excluded.made_at, changed_at = clock_timestamp() where (s.label, s.state, s.ipv4) is distinct from (excluded.label, excluded.state, excluded.ipv4)"
            ),
            [cloud.into(), rows.into()],
        ),
    )
    .await?;
    let woken: Option<Woken> = db::one(&tx, db::sql(WAKE, [cloud.into(), began.into()])).await?;
    db::exec(&tx, db::sql("select pg_notify('job', '')", [])).await?;
    tx.commit().await?;
    Ok(woken.map_or(Look { woken: 0, waiting: 0 }, |row| Look { woken: row.woken, waiting: row.waiting }))
}

/// A job is woken when its machine looks other than when the job last ran, or is not to be seen;
/// and only by a look that began after the job had done what it waits for.
const WAKE: &str = "
with mine as (
  select j.id, j.claimed_at, v.provider_ref, v.provider_label from job j join vps v on v.id = j.target_id
  where j.state = 'waiting' and j.cloud_id = $1 and j.target_type = 'vps' and (j.step_data->>'since')::float8 < extract(epoch from $2::timestamptz)
), concerned as (
  select m.id, s.provider_ref, s.state, s.ipv4, s.ipv6, s.made_at from mine m
  left join cloud_sight s on s.cloud_id = $1 and case when m.provider_ref is null then s.label = m.provider_label else s.provider_ref = m.provider_ref end
  where (s.provider_ref is null and m.provider_ref is not null) or s.changed_at > m.claimed_at
), woken as (
  update job set run_at = now(), dispatched_at = null,
    news = case when c.provider_ref is null then jsonb_build_object('seen', 'gone')
      else jsonb_build_object('seen', 'changed', 'reference', c.provider_ref, 'state', c.state, 'ipv4', c.ipv4, 'ipv6', c.ipv6, 'made_at', c.made_at) end
  from concerned c where job.id = c.id and job.state = 'waiting' returning job.id
)
select (select count(*) from woken) as woken, (select count(*) from job j where j.state = 'waiting' and j.cloud_id = $1 and j.target_type = 'vps') as waiting";

/// Ends the watch of a cloud unless a job waits for it by now; says whether it ended. A job
/// that begins to wait in this very moment looks for itself after its pause.
///
/// # Errors
/// `fenced`.
pub async fn end_watch(ctx: &Ctx, claim: &Claim, cloud: CloudId) -> Result<bool> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let waiting: Option<bool> = db::scalar(
        &tx,
        db::sql(
            "select exists(select from job where state = 'waiting' and cloud_id = $1 and target_type = 'vps')",
            [cloud.uuid().into()],
        ),
    )
    .await?;
    if waiting == Some(true) {
        return Ok(false);
    }
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(true)
}
