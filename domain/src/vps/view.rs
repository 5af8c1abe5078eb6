//! Reading servers, each with the job that is open on it.

use chrono::{DateTime, Utc};
use entity::vps::{Desired, VpsStatus};
use entity::{AnyId, OrgId, PlanId, VpsId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::ssh_key::{SshKey, describe};
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::rating::{Price, Rule};
use crate::work::{JobView, OpenJob};
use crate::{Actor, Ctx, Perm, db};

db::row! {
    /// A server as its owner sees it.
    #[derive(Clone, Debug)]
    pub struct VpsView {
        /// The server.
        pub id: VpsId,
        /// The customer's name for it.
        pub label: String,
        /// Where it is in its life.
        pub status: VpsStatus,
        /// What the customer wants it to be.
        pub desired: Desired,
        /// The plan it was ordered from.
        pub plan_id: PlanId,
        /// The plan's name then.
        pub plan_name: String,
        /// Virtual processors.
        pub vcpus: i32,
        /// Memory in MiB.
        pub memory_mib: i32,
        /// Disk in GiB.
        pub disk_gib: i32,
        /// Monthly transfer in GB.
        pub transfer_gb: i32,
        /// A month's price in micro-units.
        pub month_micros: i64,
        /// Hours after which a month's price is reached.
        pub hours_per_month: i32,
        /// Whether a calendar month (UTC) costs the month's price at most.
        pub capped: bool,
        /// The fewest seconds that are charged, where time is charged by the second; none where a started hour counts
        /// whole.
        pub minimum_s: Option<i32>,
        /// The provider's region.
        pub region_id: String,
        /// The region's name, while the catalog lists it.
        pub region_label: Option<String>,
        /// The region's country: ISO 3166 in lower case.
        pub region_country: Option<String>,
        /// The image, without the provider's name.
        pub image_id: String,
        /// The image's name, while the catalog lists it.
        pub image_label: Option<String>,
        /// The first public IPv4 address.
        pub ipv4: Option<String>,
        /// The IPv6 address.
        pub ipv6: Option<String>,
        /// Why its order failed, in words for the customer.
        pub failure: Option<String>,
        /// Which field of the order the customer has to fill in differently: `/root_password` or `/ssh_public_key`.
        pub failure_field: Option<String>,
        /// The customer's words to find it by.
        pub tags: Vec<String>,
        /// What the customer notes about it.
        pub notes: String,
        /// The key that was installed for root, in one line; none where there is a root password alone.
        pub ssh_public_key: Option<String>,
        /// When it was ordered.
        pub created_at: DateTime<Utc>,
        /// When it first ran; its hours count from here.
        pub started_at: Option<DateTime<Utc>>,
        /// When the provider last told us about it.
        pub last_seen_at: Option<DateTime<Utc>>,
        /// When the provider no longer had it.
        pub deleted_at: Option<DateTime<Utc>>,
        /// Charged for hours of this month (UTC), in micro-units.
        pub spent_month_micros: i64,
        /// Charged in all, in micro-units.
        pub spent_micros: i64,
        /// The job that is open on it, without its steps.
        #[sea_orm(skip)]
        pub job: Option<JobView>,
    }
}

impl VpsView {
    /// What it costs, and by which rule.
    #[must_use]
    pub fn price(&self) -> Price {
        Price { month_micros: self.month_micros, rule: Rule::of(self.hours_per_month, self.capped, self.minimum_s) }
    }

    /// The key that was installed for root; none where there is a root password alone.
    #[must_use]
    pub fn ssh_key(&self) -> Option<SshKey> {
        self.ssh_public_key.as_deref().and_then(describe)
    }
}

db::row! {
    /// A server with its open job, as one statement reads both.
    pub(super) struct VpsRow {
        #[sea_orm(nested)]
        vps: VpsView,
        #[sea_orm(nested)]
        job: OpenJob,
    }
}

impl From<VpsRow> for VpsView {
    fn from(VpsRow { vps, job }: VpsRow) -> Self {
        Self { job: job.on(vps.id), ..vps }
    }
}

/// Which servers a customer asks to see.
#[derive(Clone, Debug, Default)]
pub struct VpsFilter {
    /// Only those in this status.
    pub status: Option<VpsStatus>,
    /// Only those with this in their name, or at the start of their IPv4 address.
    pub q: Option<String>,
    /// Only those with this tag.
    pub tag: Option<String>,
}

/// The statement behind [`list`], for those who measure it against the database alone.
#[must_use]
pub fn list_sql() -> &'static str {
    let page = db::entries().find(|entry| entry.function == "select_page" && entry.source == file!());
    page.map_or("", |page| page.text)
}

/// The organisation's servers, newest first.
///
/// # Errors
/// When the cursor is not one of ours.
pub async fn list(ctx: &Ctx, actor: &Actor, filter: &VpsFilter, request: &PageRequest) -> Result<Page<VpsView>> {
    let q = filter
        .q
        .as_deref()
        .map(str::trim)
        .filter(|q| !q.is_empty())
        .map(|q| q.replace('\0', "").replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let tag = filter.tag.as_deref().map(|tag| tag.replace('\0', "").trim().to_lowercase());
    let tag = tag.filter(|tag| !tag.is_empty());
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let rows =
        select_page(actor.may(Perm::VpsRead)?, before, filter.status, q, request.fetch()?, tag).all(&ctx.db).await?;
    request.page(rows.into_iter().map(VpsView::from).collect(), |vps: &VpsView| vps.id)
}

/// One of the organisation's servers; a deleted one can still be read.
///
/// # Errors
/// `not_found`, for servers of others too.
pub async fn get(ctx: &Ctx, actor: &Actor, id: VpsId) -> Result<VpsView> {
    read(&ctx.db, actor.may(Perm::VpsRead)?, id).await
}

/// The same on a connection of the caller's choice: a transaction reads what it wrote.
pub(super) async fn read(db: &impl ConnectionTrait, org: OrgId, id: VpsId) -> Result<VpsView> {
    select_one(id, org).one(db).await?.map(VpsView::from).ok_or_else(|| Error::not_found("server"))
}

db::statement! {
    fn select_page(
        org: OrgId,
        before: Option<Uuid>,
        status: Option<VpsStatus>,
        q: Option<String>,
        limit: i64,
        tag: Option<String>,
    ) -> VpsRow =
        file "view_columns.sql",
        "from vps v",
        file "view_joins.sql",
        file "../work/open_job.sql",
        file "select_page.sql";

    fn select_one(id: VpsId, org: OrgId) -> VpsRow =
        file "view_columns.sql",
        "from vps v",
        file "view_joins.sql",
        file "../work/open_job.sql",
        "where v.id = $1 and v.org_id = $2";
}
