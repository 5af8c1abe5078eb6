//! Servers, and what is done to them.

use domain::idempotency::IdempotencyKey;
use domain::vps::{self, NewVps, Ordered, VpsFilter, VpsView};
use domain::{Desired, PlanId, PowerAction, VpsId, VpsStatus};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::jobs::Job;
use super::plans::Price;
use crate::auth::{Reader, Writer};
use crate::problem::Problems;
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Choice, Done, Id, Key, Label, Money, Paged, Secret, Time, Word, page};

/// An order of a server. It needs a root password, a public SSH key, or both.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct CreateVps {
    /// The plan.
    plan_id: Id<PlanId>,
    /// One of the plan's regions.
    #[oai(validator(min_length = 1, max_length = 100))]
    region: String,
    /// One of the plan's images.
    #[oai(validator(min_length = 1, max_length = 200))]
    image: String,
    /// A name: letters, digits, dots, hyphens and underscores, unique among the organisation's
    /// servers.
    label: Label,
    /// Root's password: 12 to 128 plain characters of at least three kinds.
    #[oai(validator(min_length = 12, max_length = 128))]
    root_password: Option<Secret>,
    /// A public key for root, in one line.
    #[oai(validator(min_length = 40, max_length = 8192))]
    ssh_public_key: Option<String>,
}

/// Another name for a server.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RenameVps {
    /// The name, by the rules of an order.
    label: Label,
}

/// What to do to a server's power.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ActOnVps {
    /// The action.
    action: Choice<PowerAction>,
}

/// The proof that a deletion is meant.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct DeleteVps {
    /// The server's name, as it is shown.
    #[oai(validator(min_length = 1, max_length = 100))]
    label: String,
}

/// The plan that a server was ordered from, as it was then.
#[derive(Debug, Object)]
pub struct VpsPlan {
    /// The plan.
    id: Id<PlanId>,
    /// Its name then.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Virtual processors.
    vcpus: i32,
    /// Memory in MiB.
    memory_mib: i32,
    /// Disk in GiB.
    disk_gib: i32,
    /// Monthly transfer in GB.
    transfer_gb: i32,
}

/// Where a server stands.
#[derive(Debug, Object)]
pub struct VpsRegion {
    /// The region.
    #[oai(validator(max_length = 100))]
    id: String,
    /// Its name.
    #[oai(validator(max_length = 200))]
    label: String,
    /// Its country, an ISO 3166 code in lower case; empty when it is no longer known.
    #[oai(validator(max_length = 8))]
    country: String,
}

/// What a server was made from.
#[derive(Debug, Object)]
pub struct VpsImage {
    /// The image.
    #[oai(validator(max_length = 200))]
    id: String,
    /// Its name.
    #[oai(validator(max_length = 200))]
    label: String,
}

/// A server.
#[derive(Debug, Object)]
pub struct Vps {
    /// The server.
    id: Id<VpsId>,
    /// The customer's name for it.
    #[oai(validator(max_length = 64))]
    label: String,
    /// Where it is in its life.
    status: Word<VpsStatus>,
    /// What the customer wants it to be.
    desired: Word<Desired>,
    /// The plan that it was ordered from.
    plan: VpsPlan,
    /// What it costs: the price of the day of the order.
    price: Price,
    /// Where it stands.
    region: VpsRegion,
    /// What it was made from.
    image: VpsImage,
    /// Its public IPv4 address.
    #[oai(validator(max_length = 64))]
    ipv4: Option<String>,
    /// Its IPv6 address.
    #[oai(validator(max_length = 64))]
    ipv6: Option<String>,
    /// When it was ordered.
    created_at: Time,
    /// When it was made: hours are counted from here.
    started_at: Option<Time>,
    /// When it was gone.
    deleted_at: Option<Time>,
    /// When it was last looked at.
    last_seen_at: Option<Time>,
    /// Charged for hours since the month began (UTC).
    spent_this_month: Money,
    /// The job that is open on it.
    job: Option<Job>,
    /// Why its order came to nothing, in words.
    #[oai(validator(max_length = 4000))]
    failure: Option<String>,
}

impl From<VpsView> for Vps {
    fn from(vps: VpsView) -> Self {
        Self {
            id: Id(vps.id),
            label: vps.label,
            status: Word(vps.status),
            desired: Word(vps.desired),
            plan: VpsPlan {
                id: Id(vps.plan_id),
                name: vps.plan_name,
                vcpus: vps.vcpus,
                memory_mib: vps.memory_mib,
                disk_gib: vps.disk_gib,
                transfer_gb: vps.transfer_gb,
            },
            price: Price::of(vps.month_micros, vps.hours_per_month),
            region: VpsRegion {
                label: vps.region_label.unwrap_or_else(|| vps.region_id.clone()),
                id: vps.region_id,
                country: vps.region_country.unwrap_or_default(),
            },
            image: VpsImage { label: vps.image_label.unwrap_or_else(|| vps.image_id.clone()), id: vps.image_id },
            ipv4: vps.ipv4,
            ipv6: vps.ipv6,
            created_at: vps.created_at.into(),
            started_at: vps.started_at.map(Time),
            deleted_at: vps.deleted_at.map(Time),
            last_seen_at: vps.last_seen_at.map(Time),
            spent_this_month: Money::usd(vps.spent_month_micros),
            job: vps.job.map(Job::from),
            failure: vps.failure,
        }
    }
}

/// A server, and the job that works on it.
#[derive(Debug, Object)]
pub struct VpsJob {
    /// The server.
    vps: Vps,
    /// The job.
    job: Job,
}

fn taken_on(ordered: Ordered) -> Answer<VpsJob, 202> {
    let path = format!("/api/jobs/{}", ordered.job.id);
    Answer::new(VpsJob { vps: ordered.vps.into(), job: ordered.job.into() }).at(&path)
}

/// What a server costs, and what its deletion would mean.
#[derive(Debug, Object)]
pub struct VpsQuote {
    /// An hour's price.
    hourly: Money,
    /// A month's price.
    monthly: Money,
    /// Charged for hours since the month began (UTC).
    spent_this_month: Money,
    /// Charged in all.
    spent_total: Money,
    /// What the other servers cost in an hour.
    rate_after_delete: Money,
    /// How long the balance would last without it, in seconds.
    runway_after_delete_s: Option<i64>,
}

/// Why an order is refused.
pub struct OrderProblems;

impl Problems for OrderProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (402, "in_debt"),
        (402, "insufficient_funds"),
        (403, "quota_reached"),
        (409, "idempotency_key_reused"),
        (409, "label_taken"),
        (429, "too_many_open_jobs"),
        (503, "overloaded"),
    ];
}

/// Why a server keeps its name.
pub struct RenameProblems;

impl Problems for RenameProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "label_taken")];
}

/// Why a server is not switched.
pub struct PowerProblems;

impl Problems for PowerProblems {
    const OWN: &'static [(u16, &'static str)] =
        &[(409, "busy"), (409, "wrong_state"), (429, "too_many_open_jobs"), (503, "overloaded")];
}

/// Why a server is not deleted.
pub struct DeleteProblems;

impl Problems for DeleteProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "busy"), (409, "wrong_state")];
}

/// Operations on servers.
pub struct VpsApi;

#[OpenApi]
impl VpsApi {
    /// List servers
    ///
    /// The organisation's servers, the newest first. Deleted ones are left out.
    #[oai(path = "/api/vps", method = "get", operation_id = "listVps", tag = "Tag::Vps")]
    async fn list(
        &self,
        reader: Reader,
        app: Data<&Shared>,
        /// Only servers in this status.
        status: Query<Option<Choice<VpsStatus>>>,
        /// Only servers with this in their name or at the start of their address.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Where the page before ended.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many servers, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Vps>> {
        let filter = VpsFilter { status: status.0.map(|status| status.0), q: q.0 };
        let found = vps::list(&app.ctx, &reader.actor(), &filter, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Vps::from)))
    }

    /// Order a server
    ///
    /// Sets the first hour aside and takes the order on. The same key with the same body gives the
    /// same server, so that a lost answer can't order twice. While the organisation has too many jobs
    /// open the answer is 429 `too_many_open_jobs`, and while orders are far behind it is 503
    /// `overloaded`: both say with `Retry-After` when to try again.
    #[oai(path = "/api/vps", method = "post", operation_id = "createVps", tag = "Tag::Vps")]
    async fn create(
        &self,
        writer: Writer,
        app: Data<&Shared>,
        /// A key of the client's own for this order, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<Key>>,
        body: Body<CreateVps>,
    ) -> Accepted<VpsJob, OrderProblems> {
        let key = IdempotencyKey::new(
            idempotency_key.0.as_ref().map_or("", |key| &key.0),
            "POST /api/vps",
            body.0.to_json_string().into_bytes(),
        )?;
        let order = body.0;
        let new = NewVps {
            plan: order.plan_id.0,
            region: order.region,
            image: order.image,
            label: order.label.0,
            root_password: order.root_password.map(|password| password.0),
            ssh_public_key: order.ssh_public_key,
        };
        Ok(taken_on(vps::create(&app.ctx, &writer.actor(), &new, &key).await?))
    }

    /// Read a server
    ///
    /// A deleted server can still be read.
    #[oai(path = "/api/vps/:id", method = "get", operation_id = "getVps", tag = "Tag::Vps")]
    async fn get(
        &self,
        reader: Reader,
        app: Data<&Shared>,
        /// The server.
        id: Path<Id<VpsId>>,
    ) -> Done<Vps> {
        Ok(Answer::new(vps::get(&app.ctx, &reader.actor(), id.0.0).await?.into()))
    }

    /// Rename a server
    ///
    /// Changes our name for it; the server itself does not notice.
    #[oai(path = "/api/vps/:id", method = "patch", operation_id = "renameVps", tag = "Tag::Vps")]
    async fn rename(
        &self,
        writer: Writer,
        app: Data<&Shared>,
        /// The server.
        id: Path<Id<VpsId>>,
        body: Body<RenameVps>,
    ) -> Done<Vps, RenameProblems> {
        Ok(Answer::new(vps::rename(&app.ctx, &writer.actor(), id.0.0, &body.0.label.0).await?.into()))
    }

    /// Boot, shut down or reboot a server
    ///
    /// A stopped server is charged like a running one. While the organisation has too many jobs open
    /// the answer is 429 `too_many_open_jobs`, and while this work is far behind it is 503
    /// `overloaded`: both say with `Retry-After` when to try again.
    #[oai(path = "/api/vps/:id/action", method = "post", operation_id = "actOnVps", tag = "Tag::Vps")]
    async fn act(
        &self,
        writer: Writer,
        app: Data<&Shared>,
        /// The server.
        id: Path<Id<VpsId>>,
        body: Body<ActOnVps>,
    ) -> Accepted<VpsJob, PowerProblems> {
        Ok(taken_on(vps::act(&app.ctx, &writer.actor(), id.0.0, body.0.action.0).await?))
    }

    /// Delete a server
    ///
    /// For good, with everything on it, once its name was typed.
    #[oai(path = "/api/vps/:id", method = "delete", operation_id = "deleteVps", tag = "Tag::Vps")]
    async fn delete(
        &self,
        writer: Writer,
        app: Data<&Shared>,
        /// The server.
        id: Path<Id<VpsId>>,
        body: Body<DeleteVps>,
    ) -> Accepted<VpsJob, DeleteProblems> {
        Ok(taken_on(vps::delete(&app.ctx, &writer.actor(), id.0.0, &body.0.label).await?))
    }

    /// List a server's jobs
    ///
    /// What was done to it, the newest first, each with its steps.
    #[oai(path = "/api/vps/:id/jobs", method = "get", operation_id = "listVpsJobs", tag = "Tag::Vps")]
    async fn jobs(
        &self,
        reader: Reader,
        app: Data<&Shared>,
        /// The server.
        id: Path<Id<VpsId>>,
        /// Where the page before ended.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many jobs, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Job>> {
        // The rules know no jobs of a foreign server; the address must not exist either.
        vps::get(&app.ctx, &reader.actor(), id.0.0).await?;
        let found = domain::work::for_vps(&app.ctx, &reader.actor(), id.0.0, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Job::from)))
    }

    /// Quote a server
    ///
    /// What it costs, what it has cost, and what its deletion would mean for the wallet.
    #[oai(path = "/api/vps/:id/quote", method = "get", operation_id = "quoteVps", tag = "Tag::Vps")]
    async fn quote(
        &self,
        reader: Reader,
        app: Data<&Shared>,
        /// The server.
        id: Path<Id<VpsId>>,
    ) -> Done<VpsQuote> {
        let cost = vps::cost(&app.ctx, &reader.actor(), id.0.0).await?;
        Ok(Answer::new(VpsQuote {
            hourly: Money::usd(cost.hour_micros),
            monthly: Money::usd(cost.vps.month_micros),
            spent_this_month: Money::usd(cost.vps.spent_month_micros),
            spent_total: Money::usd(cost.vps.spent_micros),
            rate_after_delete: Money::usd(cost.rate_after_delete_micros),
            runway_after_delete_s: cost.runway_after_delete_s,
        }))
    }
}
