//! Reading servers, each with the job that is open on it.

use chrono::{DateTime, Utc};
use entity::vps::{Desired, VpsStatus};
use entity::{AnyId, OrgId, PlanId, VpsId};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::work::{self, JobView};
use crate::{Actor, Ctx, db};

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
        /// Whether a job is open on it.
        pub busy: bool,
        /// That job, without its steps.
        #[sea_orm(skip)]
        pub job: Option<JobView>,
    }
}

/// Which servers a customer asks to see.
#[derive(Clone, Debug, Default)]
pub struct VpsFilter {
    /// Only those in this status.
    pub status: Option<VpsStatus>,
    /// Only those with this in their name, or at the start of their IPv4 address.
    pub q: Option<String>,
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
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let rows = select_page(actor.org()?, before, filter.status, q, request.fetch()?).all(&ctx.db).await?;
    let mut page = request.page(rows, |vps: &VpsView| vps.id)?;
    add_jobs(ctx, &mut page.items).await?;
    Ok(page)
}

/// One of the organisation's servers; a deleted one can still be read.
///
/// # Errors
/// `not_found`, for servers of others too.
pub async fn get(ctx: &Ctx, actor: &Actor, id: VpsId) -> Result<VpsView> {
    let mut found = select_one(id, actor.org()?).all(&ctx.db).await?;
    add_jobs(ctx, &mut found).await?;
    found.pop().ok_or_else(|| Error::not_found("server"))
}

async fn add_jobs(ctx: &Ctx, servers: &mut [VpsView]) -> Result<()> {
    let ids: Vec<_> = servers.iter().filter(|vps| vps.busy).map(|vps| vps.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    for job in work::open_for_vps(ctx, &ids).await? {
        if let Some(vps) = servers.iter_mut().find(|vps| job.vps() == Some(vps.id)) {
            vps.job = Some(job);
        }
    }
    Ok(())
}

db::statement! {
    fn select_page(
        org: OrgId,
        before: Option<Uuid>,
        status: Option<VpsStatus>,
        q: Option<String>,
        limit: i64,
    ) -> VpsView = file "view.sql", file "select_page.sql";

    fn select_one(id: VpsId, org: OrgId) -> VpsView = file "view.sql", "where v.id = $1 and v.org_id = $2";
}
