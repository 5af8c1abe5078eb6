//! Servers of all customers, as administrators see them.

use chrono::{DateTime, Utc};
use entity::vps::VpsStatus;
use entity::{AnyId, CloudId, OrgId, PlanId, VpsId};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{Keyed, Order, Page, PageRequest};
use crate::rating::{Price, Rule};
use crate::{Actor, Ctx, db, text};

db::row! {
    /// A server as administrators see it.
    #[derive(Clone, Debug)]
    pub struct AdminVps {
        /// The server.
        pub id: VpsId,
        /// The customer's name for it.
        pub label: String,
        /// Where it is in its life.
        pub status: VpsStatus,
        /// The organisation that pays for it.
        pub org_id: OrgId,
        /// That organisation's name.
        pub org_name: String,
        /// What that organisation owes, in micro-units; a positive figure.
        pub org_owed_micros: i64,
        /// The cloud that it is on.
        pub cloud_id: CloudId,
        /// The name that an administrator gave the cloud.
        pub cloud_name: String,
        /// The provider's own id.
        pub provider_ref: Option<String>,
        /// Its name at the provider.
        pub provider_label: String,
        /// The plan it was ordered from.
        pub plan_id: PlanId,
        /// The plan's name then.
        pub plan_name: String,
        /// The provider's size.
        pub type_id: String,
        /// Virtual processors.
        pub vcpus: i32,
        /// Memory in MiB.
        pub memory_mib: i32,
        /// Disk in GiB.
        pub disk_gib: i32,
        /// Monthly transfer in GB.
        pub transfer_gb: i32,
        /// The customer's price of a month, in micro-units.
        pub month_micros: i64,
        /// The provider's price of a month at the order, in micro-units.
        pub cost_month_micros: i64,
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
        /// The provider's image.
        pub image_id: String,
        /// The image's name, while the catalog lists it.
        pub image_label: Option<String>,
        /// The first public IPv4 address.
        pub ipv4: Option<String>,
        /// The IPv6 address.
        pub ipv6: Option<String>,
        /// Why its order failed, in words for the customer.
        pub failure: Option<String>,
        /// Charged for hours of this month (UTC), in micro-units.
        pub spent_month_micros: i64,
        /// Charged in all, in micro-units.
        pub spent_micros: i64,
        /// When it was ordered.
        pub created_at: DateTime<Utc>,
        /// When it first ran.
        pub started_at: Option<DateTime<Utc>>,
        /// When the provider last told us about it.
        pub last_seen_at: Option<DateTime<Utc>>,
        /// When the provider no longer had it.
        pub deleted_at: Option<DateTime<Utc>>,
        /// What the list is ordered by, beside the id.
        pub sort_key: String,
    }
}

impl AdminVps {
    /// What it costs, and by which rule.
    #[must_use]
    pub fn price(&self) -> Price {
        Price { month_micros: self.month_micros, rule: Rule::of(self.hours_per_month, self.capped, self.minimum_s) }
    }
}

/// Which servers an administrator asks to see.
#[derive(Clone, Debug, Default)]
pub struct AdminVpsFilter {
    /// Of this organisation.
    pub org: Option<OrgId>,
    /// In this status; without one, all that are not deleted.
    pub status: Option<VpsStatus>,
    /// On this cloud.
    pub cloud: Option<CloudId>,
    /// Ordered from this plan.
    pub plan: Option<PlanId>,
    /// In this region of the provider.
    pub region: Option<String>,
    /// With this in their name, at the start of an address, or with this id here or at the provider.
    pub q: Option<String>,
}

/// What a list of servers is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VpsSort {
    /// When they were ordered.
    #[default]
    Created,
    /// Their price.
    Price,
    /// Their customer's name.
    Customer,
    /// Their status.
    Status,
}

impl VpsSort {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Created, Self::Price, Self::Customer, Self::Status];

    /// The word for this value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Price => "price",
            Self::Customer => "customer",
            Self::Status => "status",
        }
    }
}

/// Servers of all customers that fit, the newest first when nothing else is said.
///
/// # Errors
/// When the cursor is not one of ours; `forbidden` for others than administrators.
pub async fn admin_list(
    ctx: &Ctx,
    actor: &Actor,
    filter: &AdminVpsFilter,
    (sort, order): (VpsSort, Order),
    request: &PageRequest,
) -> Result<Page<AdminVps>> {
    actor.admin()?;
    let clean = |text: &Option<String>| {
        text.as_deref().map(|text| text.trim().replace('\0', "")).filter(|text| !text.is_empty())
    };
    let AdminVpsFilter { org, status, cloud, plan, .. } = *filter;
    let (region, q) = (clean(&filter.region), clean(&filter.q));
    let id = q.as_deref().and_then(|q| q.parse::<AnyId>().ok()).map(|id| id.0);
    let (q, limit) = (q.map(|q| text::like(&q)), request.fetch()?);
    let after = request.after::<Keyed>()?;
    let (key, last) = after.map(|after| (after.key, after.id)).unzip();
    let rows = match (sort, order) {
        (VpsSort::Created, Order::Desc) => select_newest(org, status, cloud, plan, region, q, id, last, limit),
        (VpsSort::Created, Order::Asc) => select_oldest(org, status, cloud, plan, region, q, id, last, limit),
        (_, Order::Asc) => select_rising(org, status, cloud, plan, region, q, id, last, limit, sort.as_str(), key),
        (_, Order::Desc) => select_falling(org, status, cloud, plan, region, q, id, last, limit, sort.as_str(), key),
    };
    request.page(rows.all(&ctx.db).await?, |row: &AdminVps| Keyed { key: row.sort_key.clone(), id: row.id.0 })
}

/// One server of any customer; a deleted one can still be read.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn admin_get(ctx: &Ctx, actor: &Actor, id: VpsId) -> Result<AdminVps> {
    actor.admin()?;
    select_any(id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("server"))
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_newest(
        org: Option<OrgId>,
        status: Option<VpsStatus>,
        cloud: Option<CloudId>,
        plan: Option<PlanId>,
        region: Option<String>,
        q: Option<String>,
        id: Option<Uuid>,
        last: Option<Uuid>,
        limit: i64,
    ) -> AdminVps =
        "with page as (select v.id, '' as sort_key from vps v where",
        file "admin_fits.sql",
        "and ($8::uuid is null or v.id < $8) order by v.id desc limit $9)",
        file "admin_columns.sql",
        "order by v.id desc";

    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_oldest(
        org: Option<OrgId>,
        status: Option<VpsStatus>,
        cloud: Option<CloudId>,
        plan: Option<PlanId>,
        region: Option<String>,
        q: Option<String>,
        id: Option<Uuid>,
        last: Option<Uuid>,
        limit: i64,
    ) -> AdminVps =
        "with page as (select v.id, '' as sort_key from vps v where",
        file "admin_fits.sql",
        "and ($8::uuid is null or v.id > $8) order by v.id limit $9)",
        file "admin_columns.sql",
        "order by v.id";

    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_rising(
        org: Option<OrgId>,
        status: Option<VpsStatus>,
        cloud: Option<CloudId>,
        plan: Option<PlanId>,
        region: Option<String>,
        q: Option<String>,
        id: Option<Uuid>,
        last: Option<Uuid>,
        limit: i64,
        sort: &str,
        key: Option<String>,
    ) -> AdminVps =
        file "admin_sorted.sql",
        file "admin_fits.sql",
        "and ($8::uuid is null or (k.sort_key, v.id) > ($11, $8)) order by k.sort_key, v.id limit $9)",
        file "admin_columns.sql",
        "order by page.sort_key, v.id";

    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_falling(
        org: Option<OrgId>,
        status: Option<VpsStatus>,
        cloud: Option<CloudId>,
        plan: Option<PlanId>,
        region: Option<String>,
        q: Option<String>,
        id: Option<Uuid>,
        last: Option<Uuid>,
        limit: i64,
        sort: &str,
        key: Option<String>,
    ) -> AdminVps =
        file "admin_sorted.sql",
        file "admin_fits.sql",
        "and ($8::uuid is null or (k.sort_key, v.id) < ($11, $8)) order by k.sort_key desc, v.id desc limit $9)",
        file "admin_columns.sql",
        "order by page.sort_key desc, v.id desc";

    fn select_any(id: VpsId) -> AdminVps =
        "with page as (select id, '' as sort_key from vps where id = $1)",
        file "admin_columns.sql";
}
