//! Comparing what stands at a provider with the rows: machines that nobody owns, and servers that
//! are not there any more.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{CloudId, JobId, VpsId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::watch::{MACHINES, Machine};
use crate::activity::{self, Event};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db, vps};

/// How patient the comparison is: a provider's list lags, and a restored backup knows less than
/// the provider.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A machine whose server was deleted or never came to be is deleted after this.
    pub leftover: Duration,
    /// A machine with this installation's tag that no row has ever named is deleted after this.
    pub unknown: Duration,
    /// A server that is not to be seen, twice at least, is lost after this.
    pub missing: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { leftover: Duration::from_mins(15), unknown: Duration::from_hours(24), missing: Duration::from_mins(10) }
    }
}

/// A machine that is to be deleted.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Orphan {
    /// What was found.
    pub id: Uuid,
    /// The provider's own id.
    pub provider_ref: String,
    /// Its label.
    pub label: String,
}

/// What a comparison found.
#[derive(Clone, Debug)]
pub struct Reconciled {
    /// Machines to delete now.
    pub orphans: Vec<Orphan>,
    /// Machines that nobody owns, those included that are given time.
    pub unowned: i64,
    /// Servers marked as lost by this comparison.
    pub lost: i64,
}

#[derive(FromQueryResult)]
struct Fresh {
    kind: String,
    provider_ref: String,
    label: String,
}

#[derive(FromQueryResult)]
struct Missing {
    vps_id: Uuid,
}

/// Compares all machines of a cloud with the rows and keeps what is wrong. What was wrong
/// before and is right now is settled.
///
/// # Errors
/// `fenced`.
pub async fn reconcile(
    ctx: &Ctx,
    claim: &Claim,
    cloud: CloudId,
    machines: &[Machine],
    began: DateTime<Utc>,
    patience: Patience,
) -> Result<Reconciled> {
    let rows: serde_json::Value = machines.iter().map(Machine::to_json).collect();
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let fresh: Vec<Fresh> = db::all(&tx, db::sql(compare(), [cloud.into(), rows.into(), began.into()])).await?;
    for found in &fresh {
        tell(&tx, cloud, claim.id, found).await?;
    }
    let lost = mark_lost(ctx, &tx, claim, cloud, patience.missing).await?;
    let orphans: Vec<Orphan> = db::all(
        &tx,
        db::sql(
            "select id, provider_ref, label from cloud_finding where cloud_id = $1 and kind = 'orphan' and settled_at is null \
             and first_seen_at <= clock_timestamp() - make_interval(secs => case when vps_id is null then $2 else $3 end) order by first_seen_at limit 200",
            [cloud.into(), patience.unknown.as_secs_f64().into(), patience.leftover.as_secs_f64().into()],
        ),
    )
    .await?;
    let unowned: Option<i64> = db::scalar(
        &tx,
        db::sql(
            "select count(*) from cloud_finding where cloud_id = $1 and kind = 'orphan' and settled_at is null",
            [cloud.into()],
        ),
    )
    .await?;
    tx.commit().await?;
    Ok(Reconciled { orphans, unowned: unowned.unwrap_or(0), lost })
}

/// A server counts as standing while a job is open on it, whatever the list says: the job knows
/// better. Answers what was not known before.
fn compare() -> String {
    format!(
        "with seen as (select * from {MACHINES}), \
         busy as (select target_id from job where target_type = 'vps' and state in ('queued', 'running', 'waiting', 'retry', 'stuck')), \
         wrong as ( \
           select 'orphan' as kind, s.provider_ref, s.label, v.id as vps_id from seen s left join vps v on v.cloud_id = $1 and v.provider_label = s.label \
           where s.state <> 'deleting' and (v.id is null or (v.status in ('deleted', 'failed') and v.id not in (select target_id from busy))) \
           union all \
           select 'missing', v.provider_ref, v.provider_label, v.id from vps v \
           where v.cloud_id = $1 and v.status in ('running', 'stopped') and v.provider_ref is not null and v.last_seen_at is not null \
             and v.id not in (select target_id from busy) and not exists (select from seen s where s.provider_ref = v.provider_ref) \
             and not exists (select from job j where j.target_type = 'vps' and j.target_id = v.id and j.finished_at > $3::timestamptz - interval '1 second') \
         ), righted as ( \
           update cloud_finding f set settled_at = clock_timestamp(), outcome = coalesce(outcome, 'righted') where f.cloud_id = $1 and f.settled_at is null \
             and not exists (select from wrong w where w.kind = f.kind and w.provider_ref = f.provider_ref) \
         ), kept as ( \
           insert into cloud_finding as f (id, cloud_id, kind, provider_ref, label, vps_id) \
             select gen_random_uuid(), $1, kind, provider_ref, label, vps_id from wrong \
           on conflict (cloud_id, kind, provider_ref) where settled_at is null do update set looks = f.looks + 1, last_seen_at = clock_timestamp(), vps_id = excluded.vps_id \
           returning f.kind, f.provider_ref, f.label, f.looks \
         ) select kind, provider_ref, label from kept where looks = 1"
    )
}

async fn tell(tx: &impl ConnectionTrait, cloud: CloudId, job: JobId, found: &Fresh) -> Result<()> {
    let (event, words) = if found.kind == "orphan" {
        (
            "cloud.orphan",
            format!(
                "The machine {} ({}) belongs to no server; it is deleted unless it finds an owner",
                found.label, found.provider_ref
            ),
        )
    } else {
        (
            "cloud.missing",
            format!("The server {} ({}) is not to be seen at its provider", found.label, found.provider_ref),
        )
    };
    activity::record(tx, Event::new(event, EventStatus::Warning, words).entity("cloud", cloud).job(job)).await
}

async fn mark_lost(
    ctx: &Ctx,
    tx: &sea_orm::DatabaseTransaction,
    claim: &Claim,
    cloud: CloudId,
    after: Duration,
) -> Result<i64> {
    let missing: Vec<Missing> = db::all(
        tx,
        db::sql(
            "update cloud_finding set settled_at = clock_timestamp(), outcome = 'lost' where cloud_id = $1 and kind = 'missing' and settled_at is null \
             and looks >= 2 and first_seen_at <= clock_timestamp() - make_interval(secs => $2) and vps_id is not null returning vps_id",
            [cloud.into(), after.as_secs_f64().into()],
        ),
    )
    .await?;
    for row in &missing {
        vps::mark_lost(ctx, tx, claim, VpsId(row.vps_id)).await?;
    }
    Ok(i64::try_from(missing.len()).unwrap_or(i64::MAX))
}

/// A machine that nobody owned is deleted.
///
/// # Errors
/// `fenced`.
pub async fn orphan_deleted(ctx: &Ctx, claim: &Claim, orphan: &Orphan) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let settled = db::exec(
        &tx,
        db::sql(
            "update cloud_finding set settled_at = clock_timestamp(), outcome = 'deleted' where id = $1 and settled_at is null",
            [orphan.id.into()],
        ),
    )
    .await?;
    if settled == 1 {
        let words =
            format!("The machine {} ({}) belonged to no server and was deleted", orphan.label, orphan.provider_ref);
        activity::record(&tx, Event::new("cloud.orphan", EventStatus::Success, words).job(claim.id)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Asks for a comparison of every cloud that can be asked. Those under way are left to it. Ends
/// the job.
///
/// # Errors
/// `fenced`.
pub async fn reconcile_all(ctx: &Ctx, claim: &Claim) -> Result<usize> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let clouds: Option<Vec<Uuid>> = db::scalar(
        &tx,
        db::sql(
            "select array_agg(id) from cloud where deleted_at is null and status = 'valid' and paused_at is null",
            [],
        ),
    )
    .await?
    .flatten();
    let wanted: Vec<NewJob> = clouds
        .unwrap_or_default()
        .into_iter()
        .map(|id| NewJob::new(Job::ReconcileCloud { cloud: Some(CloudId(id)) }))
        .collect();
    let made = work::enqueue_many(ctx, &tx, &wanted).await?.len();
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(made)
}
