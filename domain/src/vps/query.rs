//! Reading servers.

use chrono::{DateTime, Utc};
use entity::vps::{Desired, VpsStatus};
use entity::{AnyId, PlanId, VpsId};
use sea_orm::FromQueryResult;

use crate::billing::hour_micros;
use crate::error::{Error, Result};
use crate::ledger;
use crate::page::{Page, PageRequest};
use crate::work::{self, JobView};
use crate::{Actor, Ctx, db};

/// A server as its owner sees it.
#[derive(Clone, Debug, FromQueryResult)]
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
    /// Its name, while the catalog lists it.
    pub region_label: Option<String>,
    /// Its country.
    pub region_country: Option<String>,
    /// The image, without the provider's name.
    pub image_id: String,
    /// Its name, while the catalog lists it.
    pub image_label: Option<String>,
    /// The first public IPv4 address.
    pub ipv4: Option<String>,
    /// The IPv6 address.
    pub ipv6: Option<String>,
    /// Words about an order that came to nothing.
    pub failure: Option<String>,
    /// When it was ordered.
    pub created_at: DateTime<Utc>,
    /// When it was made.
    pub started_at: Option<DateTime<Utc>>,
    /// When the provider last told us about it.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When it was gone.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Charged for hours of this month (UTC), in micro-units.
    pub spent_month_micros: i64,
    /// Charged in all, in micro-units.
    pub spent_micros: i64,
    /// Whether a job is open on it.
    pub busy: bool,
    /// That job.
    #[sea_orm(skip)]
    pub job: Option<JobView>,
}

/// Which servers somebody wants to see.
#[derive(Clone, Debug, Default)]
pub struct VpsFilter {
    /// In this status.
    pub status: Option<VpsStatus>,
    /// With this in their name or address.
    pub q: Option<String>,
}

/// What a server costs, and what its deletion would mean.
#[derive(Clone, Debug)]
pub struct VpsCost {
    /// The server.
    pub vps: VpsView,
    /// An hour's price in micro-units.
    pub hour_micros: i64,
    /// What the other servers cost in an hour.
    pub rate_after_delete_micros: i64,
    /// How long the balance would last without it, in seconds.
    pub runway_after_delete_s: Option<i64>,
}

const VIEW: &str = "select v.id, v.label, v.status, v.desired, v.plan_id, v.plan_name, v.vcpus, v.memory_mib, v.disk_gib, v.transfer_gb, v.month_micros, v.hours_per_month, \
     v.region_id, r.label as region_label, r.country as region_country, regexp_replace(v.image_id, '^[^/]+/', '') as image_id, i.label as image_label, v.ipv4, v.ipv6, v.failure, v.created_at, v.started_at, v.last_seen_at, v.deleted_at, \
     coalesce(s.month, 0)::bigint as spent_month_micros, coalesce(s.total, 0)::bigint as spent_micros, \
     exists (select from job j where j.target_type = 'vps' and j.target_id = v.id and j.state in ('queued', 'running', 'waiting', 'retry', 'stuck')) as busy \
     from vps v left join cloud_region r on r.cloud_id = v.cloud_id and r.id = v.region_id \
     left join cloud_image i on i.cloud_id = v.cloud_id and i.id = v.image_id \
     left join lateral (select sum(charged_since(u, date_trunc('month', business_now()))) as month, sum(u.billed_micros) as total from usage_segment u where u.vps_id = v.id) s on true";

/// The statement behind [`list`], for those who measure it against the database alone.
#[must_use]
pub fn list_sql() -> String {
    format!(
        "{VIEW} where v.org_id = $1 and v.deleted_at is null and ($2::uuid is null or v.id < $2) and ($3::text is null or v.status = $3) \
             and ($4::text is null or v.label ilike '%' || $4 || '%' or v.ipv4 like $4 || '%') order by v.id desc limit $5"
    )
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
    let rows = db::all(
        &ctx.db,
        db::sql(
            list_sql(),
            [
                actor.org()?.into(),
                request.after::<AnyId>()?.map(|id| id.0).into(),
                filter.status.map(VpsStatus::as_str).into(),
                q.into(),
                request.fetch()?.into(),
            ],
        ),
    )
    .await?;
    let mut page = request.page(rows, |vps: &VpsView| vps.id)?;
    add_jobs(ctx, &mut page.items).await?;
    Ok(page)
}

/// One of the organisation's servers; a deleted one can still be read.
///
/// # Errors
/// `not_found`, for servers of others too.
pub async fn get(ctx: &Ctx, actor: &Actor, id: VpsId) -> Result<VpsView> {
    let mut found: Vec<VpsView> = db::all(
        &ctx.db,
        db::sql(format!("{VIEW} where v.id = $1 and v.org_id = $2"), [id.into(), actor.org()?.into()]),
    )
    .await?;
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

/// What a server costs, and what its deletion would mean for the wallet.
///
/// # Errors
/// `not_found`, for servers of others too.
pub async fn cost(ctx: &Ctx, actor: &Actor, id: VpsId) -> Result<VpsCost> {
    let vps = get(ctx, actor, id).await?;
    let wallet = ledger::wallet(ctx, actor).await?;
    let mine: i64 = wallet.by_vps.iter().filter(|row| row.vps_id == id).map(|row| row.hour_micros).sum();
    let rest = wallet.hour_micros - mine;
    Ok(VpsCost {
        hour_micros: hour_micros(vps.month_micros, vps.hours_per_month, 1),
        rate_after_delete_micros: rest,
        runway_after_delete_s: ledger::runway_s(wallet.balance_micros, rest),
        vps,
    })
}
