//! Servers of all customers.

use domain::page::Order;
use domain::vps::{self, AdminVpsFilter, VpsSort};
use domain::{CloudId, OrgId, PlanId, VpsId, VpsStatus};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::clouds::NamedCloud;
use crate::auth::Admin;
use crate::routes::Tag;
use crate::routes::auth::Organisation;
use crate::routes::plans::Price;
use crate::routes::vps::{VpsImage, VpsPlan, VpsRegion};
use crate::state::Shared;
use crate::wire::{Answer, Choice, Done, Id, Money, Paged, Time, Vocabulary, Word, page};

impl Vocabulary for VpsSort {
    const NAME: &'static str = "VpsSort";
    const ABOUT: &'static str = "What a list of servers is ordered by.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Vocabulary for Order {
    const NAME: &'static str = "Order";
    const ABOUT: &'static str = "Which way a list is ordered.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// A server of any customer.
#[derive(Debug, Object)]
pub struct AdminVps {
    /// Its id.
    id: Id<VpsId>,
    /// The customer's name for it.
    #[oai(validator(max_length = 64))]
    label: String,
    /// Its status.
    status: Word<VpsStatus>,
    /// The organisation that pays for it.
    organisation: Organisation,
    /// What that organisation owes.
    owed: Money,
    /// The cloud that it is on.
    cloud: NamedCloud,
    /// The provider's own id for it.
    #[oai(validator(max_length = 200))]
    provider_ref: Option<String>,
    /// Its name at the provider, which never changes.
    #[oai(validator(max_length = 200))]
    provider_label: String,
    /// The plan as it was when the server was ordered.
    plan: VpsPlan,
    /// The provider's id of the size.
    #[oai(validator(max_length = 200))]
    type_id: String,
    /// What the customer pays: the price on the day of the order.
    price: Price,
    /// What the provider charged for a month on the day of the order.
    cost_monthly: Money,
    /// The region that it is in.
    region: VpsRegion,
    /// The provider's image that it was created from.
    image: VpsImage,
    /// Its public IPv4 address, once it has one.
    #[oai(validator(max_length = 64))]
    ipv4: Option<String>,
    /// Its public IPv6 address, once it has one.
    #[oai(validator(max_length = 64))]
    ipv6: Option<String>,
    /// Why it could not be created, as the customer reads it.
    #[oai(validator(max_length = 4000))]
    failure: Option<String>,
    /// Charged for hours since the start of the month (UTC).
    spent_this_month: Money,
    /// Charged for hours in all.
    spent_total: Money,
    /// When it was ordered.
    created_at: Time,
    /// When it was created at the provider.
    started_at: Option<Time>,
    /// When its state was last checked.
    last_seen_at: Option<Time>,
    /// When it was deleted.
    deleted_at: Option<Time>,
}

impl From<vps::AdminVps> for AdminVps {
    fn from(vps: vps::AdminVps) -> Self {
        let price = vps.price().into();
        Self {
            id: Id(vps.id),
            label: vps.label,
            status: Word(vps.status),
            organisation: Organisation { id: Id(vps.org_id), name: vps.org_name },
            owed: Money::usd(vps.org_owed_micros),
            cloud: NamedCloud { id: Id(vps.cloud_id), name: vps.cloud_name },
            provider_ref: vps.provider_ref,
            provider_label: vps.provider_label,
            plan: VpsPlan {
                id: Id(vps.plan_id),
                name: vps.plan_name,
                vcpus: vps.vcpus,
                memory_mib: vps.memory_mib,
                disk_gib: vps.disk_gib,
                transfer_gb: vps.transfer_gb,
            },
            type_id: vps.type_id,
            price,
            cost_monthly: Money::usd(vps.cost_month_micros),
            region: VpsRegion {
                label: vps.region_label.unwrap_or_else(|| vps.region_id.clone()),
                id: vps.region_id,
                country: vps.region_country.unwrap_or_default(),
            },
            image: VpsImage { label: vps.image_label.unwrap_or_else(|| vps.image_id.clone()), id: vps.image_id },
            ipv4: vps.ipv4,
            ipv6: vps.ipv6,
            failure: vps.failure,
            spent_this_month: Money::usd(vps.spent_month_micros),
            spent_total: Money::usd(vps.spent_micros),
            created_at: vps.created_at.into(),
            started_at: vps.started_at.map(Time),
            last_seen_at: vps.last_seen_at.map(Time),
            deleted_at: vps.deleted_at.map(Time),
        }
    }
}

/// Operations on servers of all customers.
pub struct AdminVpsApi;

#[OpenApi]
impl AdminVpsApi {
    /// List servers of all customers
    ///
    /// The newest first when nothing else is said. Deleted ones only when their status is requested.
    #[oai(path = "/api/admin/vps", method = "get", operation_id = "listAdminVps", tag = "Tag::Admin")]
    #[expect(clippy::too_many_arguments, reason = "one for each filter")]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only servers of this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// Only servers in this status.
        status: Query<Option<Choice<VpsStatus>>>,
        /// Only servers on this cloud.
        cloud: Query<Option<Id<CloudId>>>,
        /// Only servers that were ordered from this plan.
        plan: Query<Option<Id<PlanId>>>,
        /// Only servers in this region.
        #[oai(validator(max_length = 100))]
        region: Query<Option<String>>,
        /// Only servers with this text in their name, at the start of an address, or with this id here or at the
        /// provider.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// What the list is ordered by; `created` when left out.
        sort: Query<Option<Choice<VpsSort>>>,
        /// Which way; `desc` when left out.
        order: Query<Option<Choice<Order>>>,
        /// The previous page's `next`, with the same filters and order.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many servers, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<AdminVps>> {
        let filter = AdminVpsFilter {
            org: org.0.map(|org| org.0),
            status: status.0.map(|status| status.0),
            cloud: cloud.0.map(|cloud| cloud.0),
            plan: plan.0.map(|plan| plan.0),
            region: region.0,
            q: q.0,
        };
        let by = (sort.0.map(|sort| sort.0).unwrap_or_default(), order.0.map(|order| order.0).unwrap_or_default());
        let found = vps::admin_list(&app.ctx, &admin.actor(), &filter, by, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, AdminVps::from)))
    }

    /// Read a server of any customer
    ///
    /// Its facts, its cloud and its money, without secrets. A deleted server can still be read by its id.
    #[oai(path = "/api/admin/vps/:id", method = "get", operation_id = "getAdminVps", tag = "Tag::Admin")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The server's id.
        id: Path<Id<VpsId>>,
    ) -> Done<AdminVps> {
        Ok(Answer::new(vps::admin_get(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }
}
