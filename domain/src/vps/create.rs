//! Ordering a server: everything that must be true at once, in one transaction.

use chrono::{DateTime, Utc};
use entity::vps::{self, Desired, VpsStatus};
use entity::{JobId, OrgId, PlanId, TypedId, VpsId};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, Set};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value as Json, json};

use super::query::{VpsView, get};
use crate::activity::{self, Event};
use crate::billing::{HOURS_PER_MONTH, cumulative_micros};
use crate::catalog::{self, Offer};
use crate::error::{Error, ErrorKind, Result, violates};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::ledger::{self, Cause, Order};
use crate::work::{self, Job, JobView, NewJob};
use crate::{Actor, Ctx, EventStatus, FieldError, JobState, Queue, db, text};

/// An order as the customer fills it in.
#[derive(Clone, Debug)]
pub struct NewVps {
    /// The plan.
    pub plan: PlanId,
    /// The provider's region.
    pub region: String,
    /// The image, by the id that the price list shows.
    pub image: String,
    /// The customer's name for it.
    pub label: String,
    /// A root password; or
    pub root_password: Option<SecretString>,
    /// a public key for root.
    pub ssh_public_key: Option<String>,
}

/// A server and the job that works on it.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// The server.
    pub vps: VpsView,
    /// The job.
    pub job: JobView,
}

/// Orders a server: holds the first hour, writes the server and its job. The provider hears of
/// it after the commit.
///
/// # Errors
/// Field errors, `insufficient_funds`, `in_debt`, `quota_reached`, `label_taken`,
/// `idempotency_key_reused`; `forbidden` for readers.
pub async fn create(ctx: &Ctx, actor: &Actor, new: &NewVps, idem: &IdempotencyKey) -> Result<Ordered> {
    let org = actor.org_to_change()?;
    let label = text::label("/label", &new.label)?;
    let ssh_public_key = new
        .ssh_public_key
        .as_deref()
        .filter(|key| !key.trim().is_empty())
        .map(|key| text::ssh_public_key("/ssh_public_key", key))
        .transpose()?;
    check_access(new.root_password.as_ref(), ssh_public_key.as_deref())?;
    work::admit(ctx, Queue::Provision).await?;
    let tx = ctx.begin().await?;
    if let Begun::Answered(body) = idempotency::begin(ctx, &tx, actor, idem).await? {
        // Given back first: whoever holds one connection and waits for a second can starve the pool.
        tx.rollback().await?;
        return replayed(ctx, actor, &body).await;
    }
    let offer = catalog::offer(&tx, new.plan, &new.region, &new.image).await?;
    let now = offer.now;
    let vps: VpsId = ctx.chance.id(now);
    let new_job = NewJob::new(Job::ProvisionVps { vps }).org(org).actor(actor.user());
    let job = work::enqueue(ctx, &tx, new_job.cloud(offer.cloud_id).limited()).await?;
    let hold =
        Order { job, vps, label: label.clone(), micros: cumulative_micros(offer.month_micros, HOURS_PER_MONTH, 1) };
    ledger::hold(&tx, Cause { org, job: Some(job), at: now }, &hold).await?;
    check_quota(&tx, org).await?;
    insert(&tx, actor, row(org, vps, &label, &offer, ssh_public_key, now)).await?;
    if let Some(password) = &new.root_password {
        seal_password(ctx, &tx, org, vps, password, now).await?;
    }
    activity::record(
        &tx,
        Event::new("vps.create", EventStatus::Info, format!("{label} was ordered"))
            .org(org)
            .actor(actor.user())
            .entity("vps", vps)
            .job(job)
            .metadata(json!({ "held_micros": hold.micros })),
    )
    .await?;
    idempotency::keep(&tx, actor, idem, json!({ "vps": vps, "job": job })).await?;
    tx.commit().await?;
    ordered(ctx, actor, vps, job).await
}

/// A server and its job, as they are now.
pub(super) async fn ordered(ctx: &Ctx, actor: &Actor, vps: VpsId, job: JobId) -> Result<Ordered> {
    let vps = get(ctx, actor, vps).await?;
    // One that no worker has begun has no steps to read.
    let job = match &vps.job {
        Some(open) if open.id == job && open.state == JobState::Queued => open.clone(),
        _ => work::get(ctx, actor, job).await?,
    };
    Ok(Ordered { vps, job })
}

async fn replayed(ctx: &Ctx, actor: &Actor, body: &Json) -> Result<Ordered> {
    let id = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let vps: VpsId = id("vps").parse().map_err(Error::internal)?;
    let job: JobId = id("job").parse().map_err(Error::internal)?;
    ordered(ctx, actor, vps, job).await
}

/// A root password must be what any provider takes: printable, long, of at least three kinds of
/// characters.
fn check_access(password: Option<&SecretString>, key: Option<&str>) -> Result<()> {
    let Some(password) = password else {
        return key.map(|_| ()).ok_or_else(|| Error::field("/root_password", "set a root password or add an SSH key"));
    };
    let password = password.expose_secret();
    let refuse = |why: &str| Err(Error::field("/root_password", why));
    if !(12..=128).contains(&password.len()) || !password.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return refuse("use 12 to 128 plain characters");
    }
    let kinds: [fn(&u8) -> bool; 4] =
        [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, u8::is_ascii_punctuation];
    if kinds.iter().filter(|kind| password.bytes().any(|byte| kind(&byte))).count() < 3 {
        return refuse("mix at least three of: small letters, capitals, digits, signs");
    }
    Ok(())
}

/// The wallet's lock is held, so two orders of one organisation never count at the same time.
async fn check_quota(tx: &impl ConnectionTrait, org: OrgId) -> Result<()> {
    let left: Option<i64> = db::scalar(
        tx,
        db::sql(
            "select o.vps_quota - (select count(*) from vps v where v.org_id = o.id and v.deleted_at is null and v.status <> 'failed') from org o where o.id = $1",
            [org.into()],
        ),
    )
    .await?;
    if left.unwrap_or(0) > 0 {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Forbidden,
        "quota_reached",
        "Your organisation has as many servers as it may have. Delete one you no longer need, or ask support for more.",
    ))
}

fn row(
    org: OrgId,
    vps: VpsId,
    label: &str,
    offer: &Offer,
    ssh_public_key: Option<String>,
    now: DateTime<Utc>,
) -> vps::ActiveModel {
    vps::ActiveModel {
        id: Set(vps),
        org_id: Set(org),
        cloud_id: Set(offer.cloud_id),
        provider_label: Set(format!("sp-{}", vps.suffix())),
        label: Set(label.to_owned()),
        status: Set(VpsStatus::Requested),
        desired: Set(Desired::Running),
        plan_id: Set(offer.plan_id),
        plan_name: Set(offer.name.clone()),
        type_id: Set(offer.type_id.clone()),
        vcpus: Set(offer.vcpus),
        memory_mib: Set(offer.memory_mib),
        disk_gib: Set(offer.disk_gib),
        transfer_gb: Set(offer.transfer_gb),
        month_micros: Set(offer.month_micros),
        cost_month_micros: Set(offer.cost_month_micros),
        hours_per_month: Set(HOURS_PER_MONTH),
        region_id: Set(offer.region_id.clone()),
        image_id: Set(offer.image_id.clone()),
        ssh_public_key: Set(ssh_public_key),
        created_at: Set(now),
        ..Default::default()
    }
}

async fn insert(tx: &impl ConnectionTrait, actor: &Actor, mut row: vps::ActiveModel) -> Result<()> {
    row.created_by = Set(actor.user());
    row.insert(tx).await.map(|_| ()).map_err(label_taken)
}

/// Turns the database's refusal of a second label into words.
pub(super) fn label_taken(error: DbErr) -> Error {
    if !violates(&error, "vps_label") {
        return error.into();
    }
    let mut taken = Error::conflict("label_taken", "Another of your servers has this name. Choose another.");
    taken.fields.push(FieldError { pointer: "/label".into(), detail: "another server has this name".into() });
    taken
}

pub(super) fn secret_place(vps: VpsId) -> String {
    format!("vps_secret:{vps}:sealed")
}

async fn seal_password(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    org: OrgId,
    vps: VpsId,
    password: &SecretString,
    now: DateTime<Utc>,
) -> Result<()> {
    let sealed = ctx.vault.seal(&ctx.chance, &secret_place(vps), password)?;
    db::exec(
        tx,
        db::sql(
            "insert into vps_secret (vps_id, org_id, sealed, created_at) values ($1, $2, $3, $4)",
            [vps.into(), org.into(), sealed.into(), now.into()],
        ),
    )
    .await?;
    Ok(())
}
