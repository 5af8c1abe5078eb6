//! The price list that customers order from.

use domain::rating::ChargedBy;
use domain::{PlanId, catalog, cloud, rating};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::auth::may;
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, List, Money, Word};

/// A price by the hour and by the month.
#[derive(Debug, Object)]
pub struct Price {
    /// The price of the first hour.
    hourly: Money,
    /// The price of a month of `hours_per_month` hours.
    monthly: Money,
    /// The hours after which the price of a month is reached.
    hours_per_month: i32,
    /// Whether a calendar month (UTC) costs `monthly` at most, however many hours it has.
    capped: bool,
    /// In which unit time is charged: a started hour, or a started second, counts as a whole.
    charged_by: Word<ChargedBy>,
    /// The fewest seconds that a server is charged for in its life; null where it is charged by the hour.
    minimum_s: Option<i32>,
}

impl From<rating::Price> for Price {
    fn from(price: rating::Price) -> Self {
        Self {
            hourly: Money::usd(price.hour_micros()),
            monthly: Money::usd(price.month_micros),
            hours_per_month: price.rule.hours_per_month,
            capped: price.rule.capped,
            charged_by: Word(price.rule.increment.charged_by()),
            minimum_s: price.rule.increment.minimum_s(),
        }
    }
}

/// A plan on the price list.
#[derive(Debug, Object)]
pub struct Plan {
    /// Its id.
    id: Id<PlanId>,
    /// Its name on the price list.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Number of virtual processors.
    vcpus: i32,
    /// Memory in MiB.
    memory_mib: i32,
    /// Disk in GiB.
    disk_gib: i32,
    /// Monthly transfer in GB.
    transfer_gb: i32,
    /// What it costs, where a region has no price of its own.
    price: Price,
}

impl From<catalog::Plan> for Plan {
    fn from(plan: catalog::Plan) -> Self {
        let price = plan.price().into();
        Self {
            id: Id(plan.id),
            name: plan.name,
            vcpus: plan.vcpus,
            memory_mib: plan.memory_mib,
            disk_gib: plan.disk_gib,
            transfer_gb: plan.transfer_gb,
            price,
        }
    }
}

/// A place where a plan can be ordered.
#[derive(Debug, Object)]
pub struct PlanRegion {
    /// Its id, for an order's `region`.
    #[oai(validator(max_length = 100))]
    id: String,
    /// Its name for people.
    #[oai(validator(max_length = 200))]
    label: String,
    /// Its country as an ISO 3166 code in lower case.
    #[oai(validator(max_length = 8))]
    country: String,
    /// Whether servers of this plan can be created there now.
    available: bool,
    /// What the plan costs there.
    price: Price,
}

impl From<catalog::Region> for PlanRegion {
    fn from(region: catalog::Region) -> Self {
        let price = region.price().into();
        Self { id: region.id, label: region.label, country: region.country, available: region.available, price }
    }
}

/// A place where a cloud has servers.
#[derive(Debug, Object)]
pub struct Region {
    /// Its id, for an order's `region`.
    #[oai(validator(max_length = 100))]
    id: String,
    /// Its name for people.
    #[oai(validator(max_length = 200))]
    label: String,
    /// Its country as an ISO 3166 code in lower case.
    #[oai(validator(max_length = 8))]
    country: String,
    /// Whether servers can be created there now.
    available: bool,
}

impl From<cloud::CloudRegion> for Region {
    fn from(region: cloud::CloudRegion) -> Self {
        Self { id: region.id, label: region.label, country: region.country, available: region.available }
    }
}

/// An operating system.
#[derive(Debug, Object)]
pub struct Image {
    /// Its id, for an order's `image`.
    #[oai(validator(max_length = 200))]
    id: String,
    /// Its name for people.
    #[oai(validator(max_length = 200))]
    label: String,
    /// Its vendor, such as `Debian`.
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

/// What an order of the plan would mean for the wallet.
#[derive(Debug, Object)]
pub struct PlanQuote {
    /// What the plan costs.
    price: Price,
    /// What the order would set aside: the first hour, with the tax that is added.
    held_now: Money,
    /// The balance after the order; below zero when the order would be refused.
    balance_after: Money,
    /// How long the balance would last with the server, in seconds.
    runway_after_s: Option<i64>,
    /// Whether the order would be accepted.
    affordable: bool,
    /// What the order would need.
    needed: Money,
    /// What can be spent now.
    available: Money,
    /// What is owed now, which must be paid first.
    owed: Money,
    /// The tax on the price; null where none is owed.
    tax: Option<QuotedTax>,
}

/// The tax on a price.
#[derive(Debug, Object)]
pub struct QuotedTax {
    /// The rate, in hundredths of a per cent.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
    basis_points: i64,
    /// Whether it is added to the price, or contained in it.
    added: bool,
    /// The tax on an hour.
    hourly: Money,
    /// An hour as the wallet pays it.
    hourly_total: Money,
    /// A month as the wallet pays it.
    monthly_total: Money,
}

impl From<catalog::QuotedTax> for QuotedTax {
    fn from(tax: catalog::QuotedTax) -> Self {
        Self {
            basis_points: tax.basis_points,
            added: tax.added,
            hourly: Money(tax.hour),
            hourly_total: Money(tax.hour_total),
            monthly_total: Money(tax.month_total),
        }
    }
}

/// Operations on the price list.
pub struct PlansApi;

#[OpenApi]
impl PlansApi {
    /// List plans
    ///
    /// Every plan on sale, in the order in which to show them.
    #[oai(path = "/api/plans", method = "get", operation_id = "listPlans", tag = "Tag::Plans")]
    async fn list(&self, member: may::VpsRead, app: Data<&Shared>) -> Done<List<Plan>> {
        Ok(Answer::new(List::of(catalog::plans(&app.ctx, &member.actor()).await?, Plan::from)))
    }

    /// List a plan's regions
    ///
    /// Where the plan is offered, where it is available now, and what it costs there.
    #[oai(path = "/api/plans/:id/regions", method = "get", operation_id = "listPlanRegions", tag = "Tag::Plans")]
    async fn regions(
        &self,
        member: may::VpsRead,
        app: Data<&Shared>,
        /// The plan's id.
        id: Path<Id<PlanId>>,
    ) -> Done<List<PlanRegion>> {
        Ok(Answer::new(List::of(catalog::regions(&app.ctx, &member.actor(), id.0.0).await?, PlanRegion::from)))
    }

    /// List a plan's images
    ///
    /// The operating systems that fit on the plan's disk, by vendor.
    #[oai(path = "/api/plans/:id/images", method = "get", operation_id = "listPlanImages", tag = "Tag::Plans")]
    async fn images(
        &self,
        member: may::VpsRead,
        app: Data<&Shared>,
        /// The plan's id.
        id: Path<Id<PlanId>>,
    ) -> Done<List<Image>> {
        Ok(Answer::new(List::of(catalog::images(&app.ctx, &member.actor(), id.0.0).await?, Image::from)))
    }

    /// Quote a plan
    ///
    /// What an order of the plan would cost and set aside, and what would be left. Nothing is ordered.
    /// An order that carries the quote's `price.hourly` as `price_hourly` is refused when the price
    /// has changed since.
    #[oai(path = "/api/plans/:id/quote", method = "get", operation_id = "quotePlan", tag = "Tag::Plans")]
    async fn quote(
        &self,
        member: may::WalletRead,
        app: Data<&Shared>,
        /// The plan's id.
        id: Path<Id<PlanId>>,
        /// The id of one of the plan's regions, which may have a price of its own.
        #[oai(validator(min_length = 1, max_length = 100))]
        region: Query<Option<String>>,
    ) -> Done<PlanQuote> {
        let quote = catalog::quote(&app.ctx, &member.actor(), id.0.0, region.0.as_deref()).await?;
        let price = quote.plan.price().into();
        Ok(Answer::new(PlanQuote {
            price,
            held_now: Money(quote.held_now),
            balance_after: Money(quote.balance_after),
            runway_after_s: quote.runway_after_s,
            affordable: quote.affordable,
            needed: Money(quote.needed),
            available: Money(quote.available),
            owed: Money(quote.owed),
            tax: quote.tax.map(QuotedTax::from),
        }))
    }
}
