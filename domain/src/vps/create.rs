//! Ordering a server: everything that must be true at once, in one transaction.

use entity::vps::{Desired, VpsStatus};
use entity::{JobId, Money, OrgId, PlanId, TypedId, UserId, VpsId};
use sea_orm::{ConnectionTrait, DbErr};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value as Json, json};

use super::view::{VpsRow, VpsView, get, read};
use super::{secret, ssh_key};
use crate::access;
use crate::billing::hour_micros;
use crate::catalog::{self, Offer};
use crate::error::{Error, Result, violates};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::identity;
use crate::ledger::{self, Cause, Order, Quote};
use crate::org::quota::{self, Wanted};
use crate::prepaid;
use crate::rating::Price;
use crate::work::{self, Job, JobView, NewJob};
use crate::{Actor, Ctx, FieldError, Perm, Queue, db, payment, text};

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
    /// The price of an hour that the customer saw; another one is refused. Without it, today's is taken.
    pub price_seen: Option<Money>,
}

/// A server and the job that works on it.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// The server.
    pub vps: VpsView,
    /// The job.
    pub job: JobView,
}

/// Orders a server: holds the first hour, writes the server and its job. The provider hears of it after the commit.
///
/// # Errors
/// Field errors, `idempotency_key_reused`, `price_changed`, `too_many_open_jobs`, `overloaded`, `in_debt`,
/// `insufficient_funds`, `spend_cap_reached`, `new_funds_limit`, `quota_reached`, `label_taken`; `forbidden` for
/// readers.
pub async fn create(ctx: &Ctx, actor: &Actor, new: &NewVps, idem: &IdempotencyKey) -> Result<Ordered> {
    let checked = check(ctx, actor, new).await?;
    let (vps, job) = fresh_ids(ctx);
    let tx = ctx.begin().await?;
    let answer = json!({ "vps": vps, "job": job });
    if let Begun::Answered(body) = idempotency::begin_with(ctx, &tx, actor, idem, answer).await? {
        // Given back first: a request that holds one connection and waits for a second can starve the pool.
        tx.rollback().await?;
        return replayed(ctx, actor, &body).await;
    }
    let (ordered, _) = place(ctx, &tx, actor, new, &checked, (vps, job)).await?;
    tx.commit().await?;
    Ok(ordered)
}

/// What the same would write and mean; nothing is ordered, and no key is used.
///
/// # Errors
/// As [`create`].
pub async fn quote(ctx: &Ctx, actor: &Actor, new: &NewVps) -> Result<Quote> {
    let checked = check(ctx, actor, new).await?;
    let tx = ctx.begin().await?;
    let (_, price) = place(ctx, &tx, actor, new, &checked, fresh_ids(ctx)).await?;
    ledger::take_back(tx, checked.org, Some(price)).await
}

/// What can be said of an order before it is placed.
struct Checked {
    org: OrgId,
    label: String,
    ssh_public_key: Option<String>,
}

fn fresh_ids(ctx: &Ctx) -> (VpsId, JobId) {
    let now = ctx.clock.estimate();
    (ctx.chance.id(now), ctx.chance.id(now))
}

async fn check(ctx: &Ctx, actor: &Actor, new: &NewVps) -> Result<Checked> {
    let org = actor.may(Perm::VpsCreate)?;
    let label = text::label("/label", &new.label)?;
    let ssh_public_key = new
        .ssh_public_key
        .as_deref()
        .filter(|key| !key.trim().is_empty())
        .map(|key| ssh_key::read("/ssh_public_key", key))
        .transpose()?;
    check_access(new.root_password.as_ref(), ssh_public_key.as_deref())?;
    work::admit(ctx, Queue::Provision).await?;
    Ok(Checked { org, label, ssh_public_key })
}

/// Places the order in the caller's transaction.
async fn place(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    new: &NewVps,
    Checked { org, label, ssh_public_key }: &Checked,
    (vps, job): (VpsId, JobId),
) -> Result<(Ordered, Price)> {
    let org = *org;
    access::confirm(tx, actor, Perm::VpsCreate).await?;
    if ctx.verified_email
        && let Some(user) = actor.user()
    {
        identity::verified_email(tx, user).await?;
    }
    let offer = catalog::offer(tx, org, new.plan, &new.region, &new.image).await?;
    check_price(new.price_seen, &offer)?;
    let new_job = NewJob::new(Job::ProvisionVps { vps }).id(job).org(org).by(actor);
    work::enqueue(ctx, tx, new_job.cloud(offer.cloud_id).limited()).await?;
    let micros = hour_micros(offer.month_micros, offer.hours_per_month, 1);
    let order = Order { job, vps, micros, impersonator: actor.impersonator() };
    let held = ledger::hold(tx, Cause { org, job: Some(job), at: offer.now }, &order).await?;
    if held.limited {
        prepaid::check_order(tx, org, offer.price()).await?;
    }
    payment::may_order(ctx, tx, org, offer.now).await?;
    let sealed = new.root_password.as_ref().map(|password| secret::seal(ctx, vps, password)).transpose()?;
    let row = row(org, &order, (label, ssh_public_key.as_deref()), &offer, actor.user());
    let Some(vps) =
        insert_order(row, sealed, job, held.micros, actor.impersonator()).one(tx).await.map_err(label_taken)?
    else {
        let wanted = Wanted { vcpus: offer.vcpus, memory_mib: offer.memory_mib, storage_gib: offer.disk_gib };
        return Err(quota::refused(tx, org, wanted).await?);
    };
    Ok((Ordered::of(vps.into(), job)?, offer.price()))
}

impl Ordered {
    /// A server as it is read in the transaction that enqueued the job: the job is open on it, and no worker has begun
    /// it.
    fn of(vps: VpsView, job: JobId) -> Result<Self> {
        let open = vps.job.clone().filter(|open| open.id == job);
        Ok(Self { job: open.ok_or_else(|| Error::internal(format!("{job} is not open on {}", vps.id)))?, vps })
    }
}

/// A server and the job that the caller's transaction enqueued on it. Read before the commit: there is no second wait
/// for a connection.
pub(super) async fn ordered(tx: &impl ConnectionTrait, org: OrgId, vps: VpsId, job: JobId) -> Result<Ordered> {
    Ordered::of(read(tx, org, vps).await?, job)
}

/// The answer to a request that was answered before: its server and its job as they are now.
async fn replayed(ctx: &Ctx, actor: &Actor, body: &Json) -> Result<Ordered> {
    let id = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let vps: VpsId = id("vps").parse().map_err(Error::internal)?;
    let job: JobId = id("job").parse().map_err(Error::internal)?;
    Ok(Ordered { vps: get(ctx, actor, vps).await?, job: work::get(ctx, actor, job).await? })
}

/// Nobody orders at a price that they did not see, not even at a lower one: the sums they were shown would be wrong.
fn check_price(seen: Option<Money>, offer: &Offer) -> Result<()> {
    let now = Money::usd(hour_micros(offer.month_micros, offer.hours_per_month, 1));
    let Some(seen) = seen.filter(|seen| *seen != now) else {
        return Ok(());
    };
    let words = format!(
        "The price changed while you were ordering: an hour costs {} now, not {}. Nothing was ordered. Check the new \
         price, then order again.",
        now.exact(),
        seen.exact()
    );
    Err(Error::conflict("price_changed", words).with("price_seen", seen).with("price_now", now))
}

/// A root password must be what any provider takes: 12 to 128 printable characters of at least three kinds.
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

/// The server's row, by the names of its columns.
fn row(
    org: OrgId,
    order: &Order,
    (label, ssh_public_key): (&str, Option<&str>),
    offer: &Offer,
    by: Option<UserId>,
) -> Json {
    json!({
        "id": order.vps.uuid(), "org_id": org.uuid(), "cloud_id": offer.cloud_id.uuid(),
        "provider_label": format!("sp-{}", order.vps.suffix()), "label": label,
        "status": VpsStatus::Requested, "desired": Desired::Running,
        "plan_id": offer.plan_id.uuid(), "plan_name": offer.name, "type_id": offer.type_id,
        "vcpus": offer.vcpus, "memory_mib": offer.memory_mib, "disk_gib": offer.disk_gib,
        "transfer_gb": offer.transfer_gb, "month_micros": offer.month_micros,
        "cost_month_micros": offer.cost_month_micros, "hours_per_month": offer.hours_per_month,
        "capped": offer.capped, "price_version": offer.price_version, "list_month_micros": offer.list_month_micros,
        "minimum_s": offer.minimum_s,
        "region_id": offer.region_id, "image_id": offer.image_id, "ssh_public_key": ssh_public_key,
        "created_by": by.map(TypedId::uuid), "created_at": offer.now,
    })
}

/// Whether the database refused a second label.
pub(super) fn is_label_taken(error: &Error) -> bool {
    let refusal = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<DbErr>());
    refusal.is_some_and(|refusal| violates(refusal, "vps_label"))
}

/// Turns the database's refusal of a second label into words.
pub(super) fn label_taken(error: Error) -> Error {
    if !is_label_taken(&error) {
        return error;
    }
    let mut taken = Error::conflict("label_taken", "Another of your servers has this name. Choose another.");
    taken.fields.push(FieldError { pointer: "/label".into(), detail: "another server has this name".into() });
    taken
}

db::statement! {
    /// None where it would be more than a quota of the organisation.
    fn insert_order(server: Json, sealed_password: Option<Vec<u8>>, job: JobId, held_micros: i64,
                    impersonator: Option<UserId>) -> VpsRow =
        file "insert_order.sql",
        file "view_columns.sql",
        "from made v",
        file "view_joins.sql",
        file "../work/open_job.sql";
}
