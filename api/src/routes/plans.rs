//! The price list.

use domain::billing::{HOURS_PER_MONTH, hour_micros};
use domain::{PlanId, catalog, cloud};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::auth::Reader;
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, List, Money};

/// What something costs.
#[derive(Debug, Object)]
pub struct Price {
    /// The first hour; a started hour counts.
    hourly: Money,
    /// A month.
    monthly: Money,
    /// Hours after which the month's price is reached.
    hours_per_month: i32,
}

impl Price {
    /// The price of a month, with its hours.
    #[must_use]
    pub fn of(month_micros: i64, hours_per_month: i32) -> Self {
        Self {
            hourly: Money::usd(hour_micros(month_micros, hours_per_month, 1)),
            monthly: Money::usd(month_micros),
            hours_per_month,
        }
    }
}

/// A plan on the price list.
#[derive(Debug, Object)]
pub struct Plan {
    /// The plan.
    id: Id<PlanId>,
    /// Its name.
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
    /// What it costs.
    price: Price,
}

impl From<catalog::Plan> for Plan {
    fn from(plan: catalog::Plan) -> Self {
        Self {
            id: Id(plan.id),
            name: plan.name,
            vcpus: plan.vcpus,
            memory_mib: plan.memory_mib,
            disk_gib: plan.disk_gib,
            transfer_gb: plan.transfer_gb,
            price: Price::of(plan.month_micros, HOURS_PER_MONTH),
        }
    }
}

/// A place where servers can be had.
#[derive(Debug, Object)]
pub struct Region {
    /// What to order it by.
    #[oai(validator(max_length = 100))]
    id: String,
    /// Its name.
    #[oai(validator(max_length = 200))]
    label: String,
    /// Its country, an ISO 3166 code in lower case.
    #[oai(validator(max_length = 8))]
    country: String,
    /// Whether servers can be made there now.
    available: bool,
}

impl From<cloud::CloudRegion> for Region {
    fn from(region: cloud::CloudRegion) -> Self {
        Self { id: region.id, label: region.label, country: region.country, available: region.available }
    }
}

impl From<catalog::Region> for Region {
    fn from(region: catalog::Region) -> Self {
        Self { id: region.id, label: region.label, country: region.country, available: region.available }
    }
}

/// An operating system.
#[derive(Debug, Object)]
pub struct Image {
    /// What to order it by.
    #[oai(validator(max_length = 200))]
    id: String,
    /// Its name.
    #[oai(validator(max_length = 200))]
    label: String,
    /// Who makes it.
    #[oai(validator(max_length = 100))]
    vendor: String,
}

impl From<cloud::CloudImage> for Image {
    fn from(image: cloud::CloudImage) -> Self {
        Self { id: image.id, label: image.label, vendor: image.vendor }
    }
}

impl From<catalog::Image> for Image {
    fn from(image: catalog::Image) -> Self {
        Self { id: image.id, label: image.label, vendor: image.vendor }
    }
}

/// What an order of a plan would mean for the wallet.
#[derive(Debug, Object)]
pub struct PlanQuote {
    /// What the plan costs.
    price: Price,
    /// What the order sets aside.
    held_now: Money,
    /// The balance then; below zero when the order would be refused.
    balance_after: Money,
    /// How long the balance would last with it, in seconds.
    runway_after_s: Option<i64>,
    /// Whether the order would be taken.
    affordable: bool,
    /// What the order needs.
    needed: Money,
    /// What can be spent now.
    available: Money,
    /// What is owed now.
    owed: Money,
}

/// Operations on the price list.
pub struct PlansApi;

#[OpenApi]
impl PlansApi {
    /// List plans
    ///
    /// Everything that is on sale, the cheapest first.
    #[oai(path = "/api/plans", method = "get", operation_id = "listPlans", tag = "Tag::Plans")]
    async fn list(&self, reader: Reader, app: Data<&Shared>) -> Done<List<Plan>> {
        Ok(Answer::new(List::of(catalog::plans(&app.ctx, &reader.actor()).await?, Plan::from)))
    }

    /// List a plan's regions
    ///
    /// Where the plan can be had, and where there is room for it now.
    #[oai(path = "/api/plans/:id/regions", method = "get", operation_id = "listPlanRegions", tag = "Tag::Plans")]
    async fn regions(
        &self,
        reader: Reader,
        app: Data<&Shared>,
        /// The plan.
        id: Path<Id<PlanId>>,
    ) -> Done<List<Region>> {
        Ok(Answer::new(List::of(catalog::regions(&app.ctx, &reader.actor(), id.0.0).await?, Region::from)))
    }

    /// List a plan's images
    ///
    /// The operating systems that fit on the plan's disk.
    #[oai(path = "/api/plans/:id/images", method = "get", operation_id = "listPlanImages", tag = "Tag::Plans")]
    async fn images(
        &self,
        reader: Reader,
        app: Data<&Shared>,
        /// The plan.
        id: Path<Id<PlanId>>,
    ) -> Done<List<Image>> {
        Ok(Answer::new(List::of(catalog::images(&app.ctx, &reader.actor(), id.0.0).await?, Image::from)))
    }

    /// Quote a plan
    ///
    /// What an order of the plan would cost, set aside and leave. Nothing is ordered.
    #[oai(path = "/api/plans/:id/quote", method = "get", operation_id = "quotePlan", tag = "Tag::Plans")]
    async fn quote(
        &self,
        reader: Reader,
        app: Data<&Shared>,
        /// The plan.
        id: Path<Id<PlanId>>,
    ) -> Done<PlanQuote> {
        let quote = catalog::quote(&app.ctx, &reader.actor(), id.0.0).await?;
        Ok(Answer::new(PlanQuote {
            price: Price::of(quote.plan.month_micros, HOURS_PER_MONTH),
            held_now: Money(quote.held_now),
            balance_after: Money(quote.balance_after),
            runway_after_s: quote.runway_after_s,
            affordable: quote.affordable,
            needed: Money(quote.held_now),
            available: Money(quote.available),
            owed: Money(quote.owed),
        }))
    }
}
