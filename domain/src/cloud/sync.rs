//! Reading what a cloud sells: asked for by an administrator or a validation, stored by its sync job.

use entity::CloudId;
use serde::Serialize;
use serde_json::Value as Json;

use super::catalog::CloudCatalog;
use super::connect::{Connected, lock_cloud};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, db};

/// Asks for the catalog to be read again.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn request_sync(ctx: &Ctx, actor: &Actor, id: CloudId) -> Result<Connected> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    lock_cloud(&tx, id).await?;
    let job = work::enqueue(ctx, &tx, NewJob::new(Job::SyncCloud { cloud: id }).actor(admin)).await?;
    let event = Event::new("cloud.sync", EventStatus::Info, "Reading the cloud's catalog");
    activity::record(&tx, event.actor(admin).entity("cloud", id).job(job)).await?;
    tx.commit().await?;
    Ok(Connected { cloud: super::get(ctx, actor, id).await?, job: Some(job) })
}

/// Stores what the cloud sells, and removes what it no longer lists. Ends the job.
///
/// # Errors
/// `fenced`.
pub async fn store_catalog(ctx: &Ctx, claim: &Claim, cloud: CloudId, catalog: &CloudCatalog) -> Result<()> {
    let CloudCatalog { types, regions, images } = catalog;
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    store_types(cloud, rows(types)?).exec(&tx).await?;
    store_regions(cloud, rows(regions)?).exec(&tx).await?;
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

    fn store_regions(cloud: CloudId, listed: Json) = file "store_regions.sql";

    fn store_images(cloud: CloudId, listed: Json) = file "store_images.sql";

    fn set_synced(cloud: CloudId) = "update cloud set synced_at = business_now() where id = $1";
}
