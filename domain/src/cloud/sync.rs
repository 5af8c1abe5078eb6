//! Reading what a cloud sells: asked for by an administrator, a validation or the timetable, stored by its sync job.

use entity::{CloudId, JobId};
use serde::Serialize;
use serde_json::Value as Json;

use super::catalog::CloudCatalog;
use super::connect::{Connected, lock_cloud};
use super::price_change;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, db};

/// Asks for the catalog to be read again; returns the job that is reading it, where there is one already.
///
/// # Errors
/// `busy` when that job ended this moment; `not_found`; `forbidden` for others than administrators.
pub async fn request_sync(ctx: &Ctx, actor: &Actor, id: CloudId) -> Result<Connected> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    lock_cloud(&tx, id).await?;
    let new = NewJob::new(Job::SyncCloud { cloud: Some(id) }).actor(admin);
    let job = match work::enqueue_many(ctx, &tx, &[new]).await?.first() {
        Some(job) => {
            let event = Event::new("cloud.sync", EventStatus::Info, "Reading the cloud's catalog");
            activity::record(&tx, event.actor(admin).entity("cloud", id).job(*job)).await?;
            *job
        }
        None => select_reading(id).one(&tx).await?.ok_or_else(Error::busy)?,
    };
    tx.commit().await?;
    Ok(Connected { cloud: super::get(ctx, actor, id).await?, job: Some(job) })
}

/// Asks for the catalog of every cloud that is valid and not paused, unless it is being read. Ends the job. Returns how
/// many are read.
///
/// # Errors
/// `fenced`.
pub async fn sync_all(ctx: &Ctx, claim: &Claim) -> Result<usize> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let clouds = select_readable().all(&tx).await?;
    let reading = |cloud| NewJob::new(Job::SyncCloud { cloud: Some(cloud) });
    let wanted: Vec<NewJob> = clouds.into_iter().map(reading).collect();
    let enqueued = work::enqueue_many(ctx, &tx, &wanted).await?.len();
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(enqueued)
}

/// Stores what the cloud sells, and removes what it no longer lists. Administrators are told, in the same transaction,
/// which plans cost something else now, or can't be ordered any more. Ends the job.
///
/// # Errors
/// `fenced`.
pub async fn store_catalog(ctx: &Ctx, claim: &Claim, cloud: CloudId, catalog: &CloudCatalog) -> Result<()> {
    let CloudCatalog { types, regions, images, offers } = catalog;
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    store_regions(cloud, rows(regions)?).exec(&tx).await?;
    let (types_listed, offers_listed) = (rows(types)?, rows(offers)?);
    price_change::tell(ctx, &tx, claim, cloud, (&types_listed, &offers_listed)).await?;
    store_types(cloud, types_listed).exec(&tx).await?;
    store_offers(cloud, offers_listed).exec(&tx).await?;
    crate::catalog::keep_versions(&tx, cloud).await?;
    store_images(cloud, rows(images)?).exec(&tx).await?;
    set_synced(cloud).exec(&tx).await?;
    let (types, regions, images) = (types.len(), regions.len(), images.len());
    let words = format!("Catalog read: {types} sizes, {regions} regions, {images} images");
    let event = Event::new("cloud.sync", EventStatus::Success, words);
    activity::record(&tx, event.actor(claim.actor_id).entity("cloud", cloud).job(claim.id)).await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

fn rows<T: Serialize>(listed: &[T]) -> Result<Json> {
    serde_json::to_value(listed).map_err(Error::internal)
}

db::statement! {
    fn store_types(cloud: CloudId, listed: Json) = file "store_types.sql";

    fn store_offers(cloud: CloudId, listed: Json) = file "store_offers.sql";

    fn store_regions(cloud: CloudId, listed: Json) = file "store_regions.sql";

    fn store_images(cloud: CloudId, listed: Json) = file "store_images.sql";

    fn select_reading(cloud: CloudId) -> JobId =
        "select id from job_open where kind = 'cloud.sync' and target_type = 'cloud' and target_id = $1";

    fn select_readable() -> CloudId =
        "select id from cloud where deleted_at is null and status = 'valid' and paused_at is null";

    fn set_synced(cloud: CloudId) = "update cloud set synced_at = business_now() where id = $1";
}
