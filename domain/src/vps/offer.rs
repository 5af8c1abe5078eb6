//! What is sold under which price: an order is checked against the catalog as it is now.

use chrono::{DateTime, Utc};
use entity::{CloudId, PlanId};
use sea_orm::ConnectionTrait;

use crate::db;
use crate::error::{Error, Result};

db::row! {
    struct Found {
        cloud_id: CloudId,
        name: String,
        type_id: String,
        vcpus: i32,
        memory_mib: i32,
        disk_gib: i32,
        transfer_gb: i32,
        cost_month_micros: i64,
        month_micros: i64,
        region_id: Option<String>,
        region_available: Option<bool>,
        image_id: Option<String>,
        image_fits: Option<bool>,
        now: DateTime<Utc>,
    }
}

/// A plan in a region with an image, all of which can be had now. Prices are a month's, in micro-units.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) cloud: CloudId,
    pub(super) plan: PlanId,
    pub(super) plan_name: String,
    pub(super) type_id: String,
    pub(super) vcpus: i32,
    pub(super) memory_mib: i32,
    pub(super) disk_gib: i32,
    pub(super) transfer_gb: i32,
    /// What the provider asks.
    pub(super) cost_month_micros: i64,
    /// What the customer pays.
    pub(super) month_micros: i64,
    /// As the catalog spells it.
    pub(super) region_id: String,
    /// As the provider spells it.
    pub(super) image_id: String,
    /// When it was offered, in business time.
    pub(super) at: DateTime<Utc>,
}

/// Finds the offer for an order. The image goes by the id that the price list shows.
///
/// # Errors
/// Field errors that say which of the three is not available.
pub(super) async fn offer(tx: &impl ConnectionTrait, plan: PlanId, region: &str, image: &str) -> Result<Offer> {
    let clean = |text: &str| text.replace('\0', "");
    let found = select_offer(plan, clean(region), clean(image))
        .one(tx)
        .await?
        .ok_or_else(|| Error::field("/plan_id", "this plan is not on sale; choose another"))?;
    let region_id = match (found.region_id, found.region_available) {
        (Some(id), Some(true)) => id,
        (Some(_), _) => {
            return Err(Error::field("/region", "this region takes no new servers right now; choose another"));
        }
        (None, _) => return Err(Error::field("/region", "the plan is not available in this region; choose another")),
    };
    let image_id = found
        .image_id
        .filter(|_| found.image_fits == Some(true))
        .ok_or_else(|| Error::field("/image", "this image is not available with the plan; choose another"))?;
    Ok(Offer {
        cloud: found.cloud_id,
        plan,
        plan_name: found.name,
        type_id: found.type_id,
        vcpus: found.vcpus,
        memory_mib: found.memory_mib,
        disk_gib: found.disk_gib,
        transfer_gb: found.transfer_gb,
        cost_month_micros: found.cost_month_micros,
        month_micros: found.month_micros,
        region_id,
        image_id,
        at: found.now,
    })
}

db::statement! {
    fn select_offer(plan: PlanId, region: String, image: String) -> Found = file "select_offer.sql";
}
