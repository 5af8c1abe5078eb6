//! A server on the wire.

use domain::vps::{Ordered, VpsView};
use domain::{Desired, PlanId, VpsId, VpsStatus};
use poem_openapi::Object;

use crate::routes::jobs::Job;
use crate::routes::plans::Price;
use crate::wire::{Answer, Id, Money, Time, Word};

/// The plan of a server, as it was when the server was ordered.
#[derive(Debug, Object)]
pub struct VpsPlan {
    /// The plan's id.
    pub id: Id<PlanId>,
    /// The plan's name when the server was ordered.
    #[oai(validator(max_length = 100))]
    pub name: String,
    /// Number of virtual processors.
    pub vcpus: i32,
    /// Memory in MiB.
    pub memory_mib: i32,
    /// Disk in GiB.
    pub disk_gib: i32,
    /// Monthly transfer in GB.
    pub transfer_gb: i32,
}

/// The region of a server.
#[derive(Debug, Object)]
pub struct VpsRegion {
    /// The region's id.
    #[oai(validator(max_length = 100))]
    pub id: String,
    /// The region's name for people.
    #[oai(validator(max_length = 200))]
    pub label: String,
    /// Its country as an ISO 3166 code in lower case; empty when it is no longer known.
    #[oai(validator(max_length = 8))]
    pub country: String,
}

/// The image of a server.
#[derive(Debug, Object)]
pub struct VpsImage {
    /// The image's id.
    #[oai(validator(max_length = 200))]
    pub id: String,
    /// The image's name for people.
    #[oai(validator(max_length = 200))]
    pub label: String,
}

/// What people know an SSH key by.
#[derive(Debug, Object)]
pub struct VpsSshKey {
    /// Its kind, such as `ssh-ed25519`.
    #[oai(validator(max_length = 100))]
    pub(super) algorithm: String,
    /// As `ssh-keygen -l` prints it: `SHA256:…`.
    #[oai(validator(max_length = 100))]
    pub(super) fingerprint: String,
    /// What its owner wrote behind it, such as `ada@laptop`; may be empty.
    #[oai(validator(max_length = 8192))]
    pub(super) comment: String,
}

/// A customer's server.
#[derive(Debug, Object)]
pub struct Vps {
    /// Its id.
    id: Id<VpsId>,
    /// The customer's name for it.
    #[oai(validator(max_length = 64))]
    label: String,
    /// Its status.
    status: Word<VpsStatus>,
    /// What the customer wants it to be.
    desired: Word<Desired>,
    /// The plan as it was when the server was ordered.
    plan: VpsPlan,
    /// What it costs: the price on the day of the order.
    price: Price,
    /// The region that it is in.
    region: VpsRegion,
    /// The image that it was created from.
    image: VpsImage,
    /// Its public IPv4 address, once it has one.
    #[oai(validator(max_length = 64))]
    ipv4: Option<String>,
    /// Its public IPv6 address, once it has one.
    #[oai(validator(max_length = 64))]
    ipv6: Option<String>,
    /// The customer's words to find it by.
    #[oai(validator(max_items = 10))]
    tags: Vec<String>,
    /// What the customer notes about it: plain text, which may have several lines.
    #[oai(validator(max_length = 2000))]
    notes: String,
    /// The key that was installed for root; null where there is a root password alone.
    ssh_key: Option<VpsSshKey>,
    /// When it was ordered.
    created_at: Time,
    /// When its machine was created: hours are charged from here.
    started_at: Option<Time>,
    /// When it was deleted.
    deleted_at: Option<Time>,
    /// When its state was last checked.
    last_seen_at: Option<Time>,
    /// Charged for hours since the start of the month (UTC).
    spent_this_month: Money,
    /// The job that is working on it.
    job: Option<Job>,
    /// Why it could not be created, as a sentence.
    #[oai(validator(max_length = 4000))]
    failure: Option<String>,
    /// The field of the order that has to be filled in differently when it is ordered again:
    /// `/root_password` or `/ssh_public_key`. Null when it failed for another reason.
    #[oai(validator(max_length = 100))]
    failure_field: Option<String>,
}

impl From<VpsView> for Vps {
    fn from(vps: VpsView) -> Self {
        let price = vps.price().into();
        Self {
            id: Id(vps.id),
            ssh_key: vps.ssh_key().map(VpsSshKey::from),
            tags: vps.tags,
            notes: vps.notes,
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
            price,
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
            failure_field: vps.failure_field,
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

/// The answer to work that was accepted, with where to follow it.
pub(super) fn accepted(ordered: Ordered) -> Answer<VpsJob, 202> {
    let path = format!("/api/jobs/{}", ordered.job.id);
    Answer::new(VpsJob { vps: ordered.vps.into(), job: ordered.job.into() }).at(&path)
}
