//! Reads what a provider sells.

use domain::CloudId;
use domain::cloud::{CloudCatalog, CloudImage, CloudOffer, CloudRegion, CloudType};
use providers::{Answered, Catalog};

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const READ: Step = Step::of("cloud.sync", "read");
const FAN_OUT: Step = Step::of("cloud.sync", "fan_out");

/// Without a cloud, enqueues the reading of each.
pub async fn run(running: &Running, cloud: Option<CloudId>) -> Result<Outcome, JobError> {
    if let Some(cloud) = cloud {
        return one(running, cloud).await;
    }
    running.whole(FAN_OUT, domain::cloud::sync_all(&running.env.ctx, &running.claim)).await?;
    Ok(Outcome::Done)
}

/// Reads the catalog and writes it in one transaction.
async fn one(running: &Running, cloud: CloudId) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let provider = running.cloud(cloud).await?;
    let begun = running.begin(READ, Intent::say("Reading sizes, regions and images")).await?;
    let read = begun.call(provider.catalog()).await?;
    let Catalog { types, regions, images, .. } = &read.value().value;
    let words = format!("{} sizes, {} regions, {} images", types.len(), regions.len(), images.len());
    let note = Note::say(words).request(read.value().request_id.as_deref());
    let store =
        async |read: &Answered<Catalog>| domain::cloud::store_catalog(ctx, claim, cloud, &translate(&read.value)).await;
    read.commit_with(note, store).await?;
    Ok(Outcome::Done)
}

fn translate(catalog: &Catalog) -> CloudCatalog {
    CloudCatalog {
        types: catalog
            .types
            .iter()
            .map(|kind| CloudType {
                id: kind.id.clone(),
                label: kind.label.clone(),
                class: kind.class.clone(),
                vcpus: kind.vcpus,
                memory_mib: kind.memory_mib,
                disk_gib: kind.disk_gib,
                transfer_gb: kind.transfer_gb,
                hour_micros: kind.hourly_micros,
                month_micros: kind.monthly_micros,
            })
            .collect(),
        regions: catalog
            .regions
            .iter()
            .map(|region| CloudRegion {
                id: region.id.clone(),
                label: region.label.clone(),
                country: region.country.clone(),
                available: region.available && region.type_capable,
            })
            .collect(),
        images: catalog
            .images
            .iter()
            .map(|image| CloudImage {
                id: image.id.clone(),
                label: image.label.clone(),
                vendor: image.vendor.clone(),
                deprecated: image.deprecated,
                min_disk_mib: image.min_disk_mib,
            })
            .collect(),
        offers: catalog
            .offers
            .iter()
            .map(|offer| CloudOffer {
                type_id: offer.type_id.clone(),
                region_id: offer.region.clone(),
                hour_micros: offer.price.map(|price| price.hourly_micros),
                month_micros: offer.price.map(|price| price.monthly_micros),
                available: offer.available,
            })
            .collect(),
    }
}
