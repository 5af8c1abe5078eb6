//! Reads what a provider sells.

use domain::ProviderAccountId;
use domain::StepPhase::{Done, Intent};
use domain::catalog::{SyncedCatalog, SyncedImage, SyncedRegion, SyncedType};
use domain::jobs::{record_step, record_step_with};
use providers::Catalog;
use serde_json::json;

use crate::Running;
use crate::outcome::{JobError, Outcome};

/// Reads the catalog and writes it in one transaction.
pub async fn run(running: &Running, account: ProviderAccountId) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    record_step(&ctx.db, claim, 0, "read", Intent, "Reading sizes, regions and images").await?;
    let answer = running.env.cloud(account).await?.catalog().await?;
    let catalog = translate(answer.value);
    let words =
        format!("{} sizes, {} regions, {} images", catalog.types.len(), catalog.regions.len(), catalog.images.len());
    record_step_with(
        &ctx.db,
        claim,
        0,
        "read",
        Done,
        &words,
        None,
        json!({ "provider_request_id": answer.request_id }),
    )
    .await?;
    domain::catalog::store(ctx, claim, account, &catalog).await?;
    Ok(Outcome::Done)
}

fn translate(catalog: Catalog) -> SyncedCatalog {
    SyncedCatalog {
        types: catalog
            .types
            .into_iter()
            .map(|kind| SyncedType {
                id: kind.id,
                label: kind.label,
                class: kind.class,
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
            .into_iter()
            .map(|region| SyncedRegion {
                id: region.id,
                label: region.label,
                country: region.country,
                available: region.available && region.type_capable,
            })
            .collect(),
        images: catalog
            .images
            .into_iter()
            .map(|image| SyncedImage {
                id: image.id,
                label: image.label,
                vendor: image.vendor,
                deprecated: image.deprecated,
                min_disk_mib: image.min_disk_mib,
            })
            .collect(),
    }
}
