//! What jobs write about servers. Every function is one fenced transaction.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use entity::vps::{self, VpsStatus};
use entity::{JobId, VpsId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, QuerySelect};
use secrecy::SecretString;
use uuid::Uuid;

use super::create::secret_place;
use super::status::{VpsEvent, apply};
use crate::activity::{self, Event};
use crate::billing::{self, cumulative_micros};
use crate::error::{Error, Result};
use crate::ledger::{self, Cause, Order};
use crate::queue::{self, Claim, Failure};
use crate::work::{self, Job, MailKind, NewJob};
use crate::{Ctx, EventStatus, db};

/// What a job needs to work on a server.
#[derive(Clone, Debug)]
pub struct Task {
    /// The server's row.
    pub vps: vps::Model,
    /// The root password, while it is kept.
    pub root_password: Option<SecretString>,
    /// This installation, for the provider's tags.
    pub install_id: Uuid,
}

/// What the provider says about a server.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The provider's own id.
    pub reference: String,
    /// The first public IPv4 address.
    pub ipv4: Option<IpAddr>,
    /// The IPv6 address.
    pub ipv6: Option<IpAddr>,
    /// When the provider made it, by the provider's clock.
    pub created_at: Option<DateTime<Utc>>,
}

/// Reads what a job needs.
///
/// # Errors
/// `not_found` when the server is gone.
pub async fn task(ctx: &Ctx, vps: VpsId) -> Result<Task> {
    let row = vps::Entity::find_by_id(vps).one(&ctx.db).await?.ok_or_else(|| Error::not_found("server"))?;
    let sealed: Option<Vec<u8>> =
        db::scalar(&ctx.db, db::sql("select sealed from vps_secret where vps_id = $1", [vps.into()])).await?;
    let root_password = sealed.map(|sealed| ctx.vault.open(&secret_place(vps), &sealed)).transpose()?;
    let install_id = crate::health::install_id(ctx).await?;
    Ok(Task { vps: row, root_password, install_id })
}

async fn locked(tx: &DatabaseTransaction, vps: VpsId) -> Result<vps::Model> {
    vps::Entity::find_by_id(vps).lock_exclusive().one(tx).await?.ok_or_else(|| Error::not_found("server"))
}

async fn set_status(tx: &impl ConnectionTrait, vps: VpsId, status: VpsStatus) -> Result<()> {
    db::exec(tx, db::sql("update vps set status = $2 where id = $1 and status <> $2", [vps.into(), status.into()]))
        .await?;
    Ok(())
}

/// A worker began to make the server.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn begin_provision(ctx: &Ctx, claim: &Claim, vps: VpsId) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = locked(&tx, vps).await?;
    let status = apply(row.status, VpsEvent::Begun)?;
    if status != row.status {
        set_status(&tx, vps, status).await?;
        activity::record(
            &tx,
            Event::new("vps.provision", EventStatus::Info, format!("{} is being made", row.label))
                .org(row.org_id)
                .entity("vps", vps)
                .job(claim.id),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Keeps the provider's id for the server: from here on it is ours to pay for and to delete.
///
/// # Errors
/// `fenced`.
pub async fn save_reference(ctx: &Ctx, claim: &Claim, vps: VpsId, seen: &Seen) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    note_seen(&tx, vps, seen).await?;
    tx.commit().await?;
    Ok(())
}

async fn note_seen(tx: &impl ConnectionTrait, vps: VpsId, seen: &Seen) -> Result<()> {
    db::exec(
        tx,
        db::sql(
            "update vps set provider_ref = $2, ipv4 = coalesce($3, ipv4), ipv6 = coalesce($4, ipv6), last_seen_at = business_now() where id = $1",
            [vps.into(), seen.reference.clone().into(), seen.ipv4.map(|ip| ip.to_string()).into(), seen.ipv6.map(|ip| ip.to_string()).into()],
        ),
    )
    .await?;
    Ok(())
}

/// The server runs: its hold becomes hour 1, its password is forgotten, and the job is done.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn mark_running(ctx: &Ctx, claim: &Claim, vps: VpsId, seen: &Seen) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = locked(&tx, vps).await?;
    set_status(&tx, vps, apply(row.status, VpsEvent::SeenRunning)?).await?;
    note_seen(&tx, vps, seen).await?;
    let now = ctx.clock.now(&tx).await?;
    let started_at = started(&tx, &row, seen.created_at, now).await?;
    db::exec(
        &tx,
        db::sql(
            "update vps set started_at = coalesce(started_at, $2), failure = null where id = $1",
            [vps.into(), started_at.into()],
        ),
    )
    .await?;
    let cause = Cause { org: row.org_id, job: Some(claim.id), at: now };
    billing::open_segment(ctx, &tx, cause, &order(&row, claim.id), row.month_micros, row.hours_per_month, started_at)
        .await?;
    forget_password(&tx, vps).await?;
    activity::record(
        &tx,
        Event::new("vps.running", EventStatus::Success, format!("{} is running", row.label))
            .org(row.org_id)
            .entity("vps", vps)
            .job(claim.id),
    )
    .await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The provider's instant in business time. The two clocks differ only outside production, and a
/// provider whose clock is off must not charge a customer for hours before the order.
async fn started(
    tx: &impl ConnectionTrait,
    row: &vps::Model,
    created_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    let Some(created_at) = created_at else {
        return Ok(now);
    };
    let at: Option<DateTime<Utc>> =
        db::scalar(tx, db::sql("select $1::timestamptz + (business_now() - clock_timestamp())", [created_at.into()]))
            .await?;
    Ok(at.unwrap_or(now).clamp(row.created_at.min(now), now))
}

fn order(row: &vps::Model, job: JobId) -> Order {
    Order {
        job,
        vps: row.id,
        label: row.label.clone(),
        micros: cumulative_micros(row.month_micros, row.hours_per_month, 1),
    }
}

async fn forget_password(tx: &impl ConnectionTrait, vps: VpsId) -> Result<()> {
    db::exec(tx, db::sql("delete from vps_secret where vps_id = $1", [vps.into()])).await?;
    Ok(())
}

/// The order came to nothing and nothing is left at the provider: the money goes back, the
/// customer is told, and the job ends. The sealed password stays for a retry until
/// [`crate::tidy`] removes it.
///
/// # Errors
/// `fenced`.
pub async fn fail_order(ctx: &Ctx, claim: &Claim, vps: VpsId, failure: &Failure) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = locked(&tx, vps).await?;
    set_status(&tx, vps, apply(row.status, VpsEvent::OrderFailed)?).await?;
    db::exec(
        &tx,
        db::sql(
            "update vps set failure = $2, provider_ref = null, ipv4 = null, ipv6 = null where id = $1",
            [vps.into(), failure.customer.clone().into()],
        ),
    )
    .await?;
    let now = ctx.clock.now(&tx).await?;
    ledger::release(&tx, Cause { org: row.org_id, job: Some(claim.id), at: now }, &order(&row, claim.id)).await?;
    activity::record(
        &tx,
        Event::new(
            "vps.failed",
            EventStatus::Error,
            format!("{} could not be made; the money set aside is back in your wallet", row.label),
        )
        .org(row.org_id)
        .entity("vps", vps)
        .job(claim.id),
    )
    .await?;
    if let Some(user) = row.created_by {
        work::enqueue(
            ctx,
            &tx,
            NewJob::new(Job::SendMail { mail: MailKind::OrderFailed, user, vps: Some(vps) }).org(row.org_id),
        )
        .await?;
    }
    if claim.cancel_requested {
        queue::cancelled(&tx, claim).await?;
    } else {
        queue::fail(&tx, claim, failure).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The server's power is what was asked for; the job is done.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn mark_power(ctx: &Ctx, claim: &Claim, vps: VpsId, running: bool, words: &str) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = locked(&tx, vps).await?;
    let (event, name) =
        if running { (VpsEvent::SeenRunning, "vps.running") } else { (VpsEvent::SeenStopped, "vps.stopped") };
    set_status(&tx, vps, apply(row.status, event)?).await?;
    db::exec(&tx, db::sql("update vps set last_seen_at = business_now() where id = $1", [vps.into()])).await?;
    activity::record(
        &tx,
        Event::new(name, EventStatus::Success, format!("{} {words}", row.label))
            .org(row.org_id)
            .entity("vps", vps)
            .job(claim.id),
    )
    .await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The provider no longer has the server: its last hours are charged, what was still set aside
/// goes back, and the job is done.
///
/// # Errors
/// `fenced`, `wrong_state`.
pub async fn mark_gone(ctx: &Ctx, claim: &Claim, vps: VpsId) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let row = locked(&tx, vps).await?;
    let status = apply(row.status, VpsEvent::SeenGone)?;
    let now = ctx.clock.now(&tx).await?;
    billing::close_segment(&tx, vps, now, claim.id).await?;
    let provisioned_by: Vec<Uuid> = db::scalar(
        &tx,
        db::sql("select coalesce(array_agg(id), '{}') from job where target_type = 'vps' and target_id = $1 and kind = 'vps.provision'", [vps.into()]),
    )
    .await?
    .unwrap_or_default();
    for job in provisioned_by {
        ledger::release(&tx, Cause { org: row.org_id, job: Some(claim.id), at: now }, &order(&row, JobId(job))).await?;
    }
    forget_password(&tx, vps).await?;
    db::exec(
        &tx,
        db::sql("update vps set status = $2, deleted_at = $3 where id = $1", [vps.into(), status.into(), now.into()]),
    )
    .await?;
    activity::record(
        &tx,
        Event::new("vps.deleted", EventStatus::Success, format!("{} is deleted and no longer charged", row.label))
            .org(row.org_id)
            .entity("vps", vps)
            .job(claim.id),
    )
    .await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether a worker that lost the server to its deletion may still be asking the provider for it:
/// a request takes at most `request_timeout`, and its answer never reaches us.
///
/// # Errors
/// When the database does not answer.
pub async fn may_be_in_creation(ctx: &Ctx, vps: VpsId, request_timeout: std::time::Duration) -> Result<bool> {
    let late: Option<bool> = db::scalar(
        &ctx.db,
        db::sql(
            "select exists(select from job where target_type = 'vps' and target_id = $1 and kind = 'vps.provision' and lease_token > 1 \
             and coalesce(finished_at, now()) > now() - make_interval(secs => $2))",
            [vps.into(), request_timeout.as_secs_f64().into()],
        ),
    )
    .await?;
    Ok(late.unwrap_or(false))
}
