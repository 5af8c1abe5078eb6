//! What is sold, where and with which images: the one place that decides it, for the price list and for an order.

use chrono::{DateTime, Utc};
use entity::{CloudId, OrgId, PlanId};
use sea_orm::ConnectionTrait;

use crate::error::{Error, Result};
use crate::rating::{Price, Rule};
use crate::{Actor, Ctx, db};

db::row! {
    /// A plan on the price list.
    #[derive(Clone, Debug)]
    pub struct Plan {
        /// What an order names it by.
        pub id: PlanId,
        /// 1 to 100 characters.
        pub name: String,
        /// Virtual processors.
        pub vcpus: i32,
        /// Memory in MiB.
        pub memory_mib: i32,
        /// Disk in GiB.
        pub disk_gib: i32,
        /// Monthly transfer in GB.
        pub transfer_gb: i32,
        /// A month's price in micro-units, as the organisation that asks pays it; a region may have another
        /// ([`Region`]).
        pub month_micros: i64,
        /// Hours after which it is reached: 730 or 672.
        pub hours_per_month: i32,
        /// Whether a calendar month (UTC) costs it at most.
        pub capped: bool,
        /// The fewest seconds that are charged, where time is charged by the second; none where a started hour counts
        /// whole.
        pub minimum_s: Option<i32>,
    }
}

impl Plan {
    /// What the organisation pays, and by which rule.
    #[must_use]
    pub fn price(&self) -> Price {
        Price { month_micros: self.month_micros, rule: Rule::of(self.hours_per_month, self.capped, self.minimum_s) }
    }
}

db::row! {
    /// A place where a plan is sold.
    #[derive(Clone, Debug)]
    pub struct Region {
        /// What an order names it by: the provider's id.
        pub id: String,
        /// The provider's name for it.
        pub label: String,
        /// An ISO 3166 code in lower case.
        pub country: String,
        /// Whether the provider creates new servers of the plan's size there.
        pub available: bool,
        /// The plan's price of a month there, in micro-units, as the organisation that asks pays it.
        pub month_micros: i64,
        /// As the plan's.
        pub hours_per_month: i32,
        /// As the plan's.
        pub capped: bool,
        /// As the plan's.
        pub minimum_s: Option<i32>,
    }
}

impl Region {
    /// What the organisation pays, and by which rule.
    #[must_use]
    pub fn price(&self) -> Price {
        Price { month_micros: self.month_micros, rule: Rule::of(self.hours_per_month, self.capped, self.minimum_s) }
    }
}

db::row! {
    /// An operating system that a plan is sold with.
    #[derive(Clone, Debug)]
    pub struct Image {
        /// What an order names it by: the provider's id without the provider's name.
        pub id: String,
        /// The provider's name for it.
        pub label: String,
        /// Who publishes the system, such as `Debian`.
        pub vendor: String,
    }
}

db::row! {
    /// What an order of a plan in a region with an image buys, at the prices of this moment.
    #[derive(Clone, Debug)]
    pub(crate) struct Offer {
        /// The plan that was asked for.
        #[sea_orm(from_alias = "id")]
        pub plan_id: PlanId,
        /// The cloud that the server is created on.
        pub cloud_id: CloudId,
        /// The plan's name.
        pub name: String,
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
        /// What the provider charges for a month in this region, in micro-units.
        pub cost_month_micros: i64,
        /// What we charge for a month in this region, in micro-units, as the organisation pays it.
        pub month_micros: i64,
        /// What the list says, in micro-units.
        pub list_month_micros: i64,
        /// Hours after which the month's price is reached.
        pub hours_per_month: i32,
        /// Whether a calendar month (UTC) costs it at most.
        pub capped: bool,
        /// The fewest seconds that are charged, where time is charged by the second; none where a started hour counts
        /// whole.
        pub minimum_s: Option<i32>,
        /// The version of the plan's price.
        pub price_version: Option<i32>,
        /// The region that was found, as the provider spells it.
        pub region_id: String,
        /// The image that was found, with the provider's name.
        pub image_id: String,
        /// Business time.
        pub now: DateTime<Utc>,
    }
}

impl Offer {
    /// What the organisation pays, and by which rule.
    pub(crate) fn price(&self) -> Price {
        Price { month_micros: self.month_micros, rule: Rule::of(self.hours_per_month, self.capped, self.minimum_s) }
    }
}

/// The price list: at most 500 plans, in the order that administrators gave them.
///
/// # Errors
/// When the database does not answer.
pub async fn plans(ctx: &Ctx, actor: &Actor) -> Result<Vec<Plan>> {
    select_plans(payer(actor)).all(&ctx.db).await
}

/// One plan of the price list.
///
/// # Errors
/// `not_found` when it is not sold.
pub async fn plan(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<Plan> {
    select_plan(payer(actor), id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("plan"))
}

/// The regions in which a plan is sold, by country; at most 500. An order is refused in those that are not available.
///
/// # Errors
/// `not_found` when the plan is not sold.
pub async fn regions(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<Vec<Region>> {
    plan(ctx, actor, id).await?;
    select_regions(payer(actor), id).all(&ctx.db).await
}

/// One region in which a plan is sold, an unavailable one too.
///
/// # Errors
/// A field error at `/region` when the plan is not sold there.
pub(super) async fn region(ctx: &Ctx, actor: &Actor, plan: PlanId, region: &str) -> Result<Region> {
    let found = select_region(payer(actor), plan, &region.replace('\0', "")).one(&ctx.db).await?;
    found.ok_or_else(|| Error::field("/region", NOT_SOLD_THERE))
}

/// The operating systems with which a plan is sold, by who publishes them; at most 500.
///
/// # Errors
/// `not_found` when the plan is not sold.
pub async fn images(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<Vec<Image>> {
    plan(ctx, actor, id).await?;
    select_images(id).all(&ctx.db).await
}

/// What an order buys, read in its transaction. `region` and `image` are what the customer wrote; the offer holds what
/// was found for them.
///
/// # Errors
/// A field error at `/plan_id`, `/region` or `/image`, whichever is not sold.
pub(crate) async fn offer(
    tx: &impl ConnectionTrait,
    org: OrgId,
    plan: PlanId,
    region: &str,
    image: &str,
) -> Result<Offer> {
    // PostgreSQL takes no NUL in a text; without it, such an id is merely unknown.
    let (region, image) = (region.replace('\0', ""), image.replace('\0', ""));
    match select_offer(plan, &region, &image, org).one(tx).await? {
        Some(offer) => Ok(offer),
        None => Err(refusal(tx, plan, &region).await?),
    }
}

/// The organisation whose prices are shown; none for actors without one, who read the list's.
fn payer(actor: &Actor) -> Option<OrgId> {
    match actor {
        Actor::Member { org, .. } => Some(*org),
        _ => None,
    }
}

const NOT_SOLD_THERE: &str = "the plan is not available in this region; choose another";

/// Which of the three is not sold.
async fn refusal(tx: &impl ConnectionTrait, plan: PlanId, region: &str) -> Result<Error> {
    if select_plan(None, plan).one(tx).await?.is_none() {
        return Ok(Error::field("/plan_id", "this plan is not on sale; choose another"));
    }
    Ok(match select_region(None, plan, region).one(tx).await? {
        None => Error::field("/region", NOT_SOLD_THERE),
        Some(found) if !found.available => {
            Error::field("/region", "this region takes no new servers of this plan right now; choose another")
        }
        Some(_) => Error::field("/image", "this image is not available with the plan; choose another"),
    })
}

db::statement! {
    fn select_plans(org: Option<OrgId>) -> Plan =
        file "plan_columns.sql",
        file "sold.sql",
        "order by p.position, month_micros, p.name limit 500";

    fn select_plan(org: Option<OrgId>, id: PlanId) -> Plan =
        file "plan_columns.sql",
        file "sold.sql",
        "where p.id = $2";

    fn select_regions(org: Option<OrgId>, plan: PlanId) -> Region =
        file "region_columns.sql",
        file "sold.sql",
        file "sold_region.sql",
        "where p.id = $2 order by r.country, r.label limit 500";

    fn select_region(org: Option<OrgId>, plan: PlanId, region: &str) -> Region =
        file "region_columns.sql",
        file "sold.sql",
        file "sold_region.sql",
        "where p.id = $2 and r.id = $3";

    fn select_images(plan: PlanId) -> Image =
        "select i.slug as id, i.label, i.vendor",
        file "sold.sql",
        file "sold_image.sql",
        "where p.id = $1 order by i.vendor, i.label desc limit 500";

    fn select_offer(plan: PlanId, region: &str, image: &str, org: OrgId) -> Offer =
        file "select_offer.sql",
        file "sold.sql",
        file "sold_region.sql",
        file "sold_image.sql",
        "where p.id = $1 and r.id = $2 and r.available and coalesce(o.available, true) and i.slug = $3";
}
