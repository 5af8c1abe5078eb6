//! What a cloud sells, as its sync job stores it.

use entity::CloudId;
use sea_orm::ConnectionTrait;

use crate::activity::{self, Event};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::{Ctx, EventStatus, db};

/// A size that the provider sells.
#[derive(Clone, Debug)]
pub struct SyncedType {
    /// The provider's id.
    pub id: String,
    /// Its name there.
    pub label: String,
    /// Its family there.
    pub class: String,
    /// Virtual processors.
    pub vcpus: i32,
    /// Memory in MiB.
    pub memory_mib: i32,
    /// Disk in GiB.
    pub disk_gib: i32,
    /// Monthly transfer in GB.
    pub transfer_gb: i32,
    /// An hour's cost in micro-units.
    pub hour_micros: i64,
    /// A month's cost in micro-units.
    pub month_micros: i64,
}

/// A place where the provider has servers.
#[derive(Clone, Debug)]
pub struct SyncedRegion {
    /// The provider's id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// ISO 3166 code in lower case.
    pub country: String,
    /// Whether servers can be made there.
    pub available: bool,
}

/// An operating system that the provider installs.
#[derive(Clone, Debug)]
pub struct SyncedImage {
    /// The provider's id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Who makes it.
    pub vendor: String,
    /// Not for new servers.
    pub deprecated: bool,
    /// The smallest disk it fits, in MiB.
    pub min_disk_mib: i32,
}

/// What a cloud sells.
#[derive(Clone, Debug)]
pub struct SyncedCatalog {
    /// Sizes.
    pub types: Vec<SyncedType>,
    /// Places.
    pub regions: Vec<SyncedRegion>,
    /// Operating systems.
    pub images: Vec<SyncedImage>,
}

/// Writes what the cloud sells, and takes out what it no longer lists. Ends the job.
///
/// # Errors
/// `fenced`.
pub async fn store(ctx: &Ctx, claim: &Claim, cloud: CloudId, catalog: &SyncedCatalog) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    store_types(&tx, cloud, &catalog.types).await?;
    store_regions(&tx, cloud, &catalog.regions).await?;
    store_images(&tx, cloud, &catalog.images).await?;
    for table in ["cloud_type", "cloud_region", "cloud_image"] {
        // `now()` is the transaction's: what this sync wrote carries exactly it.
        db::exec(&tx, db::sql(format!("delete from {table} where cloud_id = $1 and seen_at < now()"), [cloud.into()]))
            .await?;
    }
    db::exec(&tx, db::sql("update cloud set synced_at = business_now() where id = $1", [cloud.into()])).await?;
    let words = format!(
        "Catalog read: {} sizes, {} regions, {} images",
        catalog.types.len(),
        catalog.regions.len(),
        catalog.images.len()
    );
    activity::record(
        &tx,
        Event::new("cloud.sync", EventStatus::Success, words)
            .actor(claim.actor_id)
            .entity("cloud", cloud)
            .job(claim.id),
    )
    .await?;
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

async fn store_types(tx: &impl ConnectionTrait, cloud: CloudId, rows: &[SyncedType]) -> Result<()> {
    let texts = |pick: fn(&SyncedType) -> String| rows.iter().map(pick).collect::<Vec<_>>();
    let ints = |pick: fn(&SyncedType) -> i32| rows.iter().map(pick).collect::<Vec<_>>();
    let bigs = |pick: fn(&SyncedType) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
    db::exec(
        tx,
        db::sql(
            "insert into cloud_type (cloud_id, id, label, class, vcpus, memory_mib, disk_gib, transfer_gb, hour_micros, month_micros, seen_at) \
             select $1, t.*, now() from unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::int[], $9::bigint[], $10::bigint[]) t \
             on conflict (cloud_id, id) do update set label = excluded.label, class = excluded.class, vcpus = excluded.vcpus, memory_mib = excluded.memory_mib, \
             disk_gib = excluded.disk_gib, transfer_gb = excluded.transfer_gb, hour_micros = excluded.hour_micros, month_micros = excluded.month_micros, seen_at = excluded.seen_at",
            [
                cloud.into(),
                texts(|t| t.id.clone()).into(),
                texts(|t| t.label.clone()).into(),
                texts(|t| t.class.clone()).into(),
                ints(|t| t.vcpus).into(),
                ints(|t| t.memory_mib).into(),
                ints(|t| t.disk_gib).into(),
                ints(|t| t.transfer_gb).into(),
                bigs(|t| t.hour_micros).into(),
                bigs(|t| t.month_micros).into(),
            ],
        ),
    )
    .await?;
    Ok(())
}

async fn store_regions(tx: &impl ConnectionTrait, cloud: CloudId, rows: &[SyncedRegion]) -> Result<()> {
    let texts = |pick: fn(&SyncedRegion) -> String| rows.iter().map(pick).collect::<Vec<_>>();
    let flags: Vec<bool> = rows.iter().map(|row| row.available).collect();
    db::exec(
        tx,
        db::sql(
            "insert into cloud_region (cloud_id, id, label, country, available, seen_at) select $1, t.*, now() from unnest($2::text[], $3::text[], $4::text[], $5::bool[]) t \
             on conflict (cloud_id, id) do update set label = excluded.label, country = excluded.country, available = excluded.available, seen_at = excluded.seen_at",
            [cloud.into(), texts(|r| r.id.clone()).into(), texts(|r| r.label.clone()).into(), texts(|r| r.country.clone()).into(), flags.into()],
        ),
    )
    .await?;
    Ok(())
}

async fn store_images(tx: &impl ConnectionTrait, cloud: CloudId, rows: &[SyncedImage]) -> Result<()> {
    let texts = |pick: fn(&SyncedImage) -> String| rows.iter().map(pick).collect::<Vec<_>>();
    let flags: Vec<bool> = rows.iter().map(|row| row.deprecated).collect();
    let sizes: Vec<i32> = rows.iter().map(|row| row.min_disk_mib).collect();
    db::exec(
        tx,
        db::sql(
            "insert into cloud_image (cloud_id, id, label, vendor, deprecated, min_disk_mib, seen_at) select $1, t.*, now() from unnest($2::text[], $3::text[], $4::text[], $5::bool[], $6::int[]) t \
             on conflict (cloud_id, id) do update set label = excluded.label, vendor = excluded.vendor, deprecated = excluded.deprecated, min_disk_mib = excluded.min_disk_mib, seen_at = excluded.seen_at",
            [cloud.into(), texts(|i| i.id.clone()).into(), texts(|i| i.label.clone()).into(), texts(|i| i.vendor.clone()).into(), flags.into(), sizes.into()],
        ),
    )
    .await?;
    Ok(())
}
