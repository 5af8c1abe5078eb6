//! Comparing a cloud's machines with our servers: machines that belong to no server are deleted, and servers whose
//! machine is missing are lost. A machine is known by the provider's id of it; `brake.rs` says what waits for an
//! administrator.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::cloud_finding::FindingKind;
use entity::{CloudId, FindingId, JobId, VpsId};
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;

use super::brake;
use super::epoch::EpochState;
use super::machine::{self, Machine};
use crate::activity::{self, Event};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db, vps};

/// Machines that one comparison gives to delete; the next takes the rest.
const MAX_ORPHANS: i64 = 200;
/// Servers that a list may leave out and that are still known one by one.
const MAX_UNLISTED: i64 = 10_000;

/// How patient the comparison is: a provider's list lags, and a restored backup knows less than
/// the provider.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A machine whose server was deleted or failed is deleted after this.
    pub leftover: Duration,
    /// A machine with this installation's tag that no row has ever named is deleted after this.
    pub unknown: Duration,
    /// A server that two comparisons at least did not find is lost after this.
    pub missing: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { leftover: Duration::from_mins(15), unknown: Duration::from_hours(24), missing: Duration::from_mins(10) }
    }
}

db::row! {
    /// A machine that belongs to no server and is to be deleted now.
    #[derive(Clone, Debug)]
    pub struct Orphan {
        /// The finding that is settled by it.
        pub id: FindingId,
        /// The provider's own id.
        pub provider_ref: String,
        /// The label that it was created with.
        pub label: String,
    }
}

db::row! {
    /// What no comparison found before.
    struct NewFinding {
        kind: FindingKind,
        provider_ref: String,
        label: String,
    }
}

db::row! {
    /// A server whose row says otherwise than the provider.
    struct SeenOtherwise {
        vps: VpsId,
        is_on: bool,
    }
}

/// Everything that was learnt of a cloud's machines.
#[derive(Clone, Debug)]
pub struct Sights {
    /// Those that were listed, and those that were found by their id.
    pub machines: Vec<Machine>,
    /// The ids of servers that the provider itself says it does not have.
    pub absent: Vec<String>,
    /// The ids of servers that were neither listed nor asked for.
    pub unasked: Vec<String>,
    /// When the list was asked for, by the database's own clock.
    pub began: DateTime<Utc>,
    /// What the marks of this database say.
    pub epoch: EpochState,
}

/// The provider's ids of servers that a list does not show, lost ones last; at most 10,000.
///
/// # Errors
/// When the database does not answer.
pub async fn unlisted(ctx: &Ctx, cloud: CloudId, machines: &[Machine]) -> Result<Vec<String>> {
    let listed: Vec<String> = machines.iter().map(|machine| machine.provider_ref.clone()).collect();
    select_unlisted(cloud, &listed, MAX_UNLISTED).all(&ctx.db).await
}

/// Compares a cloud's machines with the servers, and stores what is wrong. What was wrong before and is right now is
/// settled; a server that was switched at the provider follows it, a lost one that is there again is found, and servers
/// that are missing for long are lost. Returns the machines to delete now. Whatever a brake holds back is told.
///
/// # Errors
/// `fenced`.
pub async fn reconcile(
    ctx: &Ctx,
    claim: &Claim,
    cloud: CloudId,
    sights: &Sights,
    patience: Patience,
) -> Result<Vec<Orphan>> {
    let machines = machine::to_json(&sights.machines);
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    for found in compare(cloud, machines.clone(), sights.began, &sights.absent, &sights.unasked).all(&tx).await? {
        tell(&tx, cloud, claim.id, &found).await?;
    }
    brake::hold(&tx, claim, cloud, sights.epoch).await?;
    for SeenOtherwise { vps, is_on } in select_seen_otherwise(cloud, machines, sights.began).all(&tx).await? {
        vps::mark_seen(ctx, &tx, claim, vps, is_on).await?;
    }
    for server in settle_missing(cloud, patience.missing.as_secs_f64(), &sights.absent).all(&tx).await? {
        vps::mark_lost(ctx, &tx, claim, server).await?;
    }
    let (unknown_s, leftover_s) = (patience.unknown.as_secs_f64(), patience.leftover.as_secs_f64());
    let orphans = select_orphans(cloud, unknown_s, leftover_s, MAX_ORPHANS).all(&tx).await?;
    tx.commit().await?;
    Ok(orphans)
}

async fn tell(tx: &impl ConnectionTrait, cloud: CloudId, job: JobId, found: &NewFinding) -> Result<()> {
    let NewFinding { kind, provider_ref, label } = found;
    let (event, words) = match kind {
        FindingKind::Orphan => (
            "cloud.orphan",
            format!("The machine {label} ({provider_ref}) belongs to no server; it will be deleted if that stays so"),
        ),
        FindingKind::Missing => {
            ("cloud.missing", format!("The provider does not have the machine of the server {label} ({provider_ref})"))
        }
        FindingKind::Renamed => (
            "cloud.renamed",
            format!("A server's machine ({provider_ref}) is called {label} at the provider; it is kept"),
        ),
        FindingKind::Untagged => (
            "cloud.untagged",
            format!("A server's machine ({provider_ref}, {label}) had lost our tag; it was put back"),
        ),
    };
    activity::record(tx, Event::new(event, EventStatus::Warning, words).entity("cloud", cloud).job(job)).await
}

/// A machine that belonged to no server was deleted.
///
/// # Errors
/// `fenced`.
pub async fn orphan_deleted(ctx: &Ctx, claim: &Claim, orphan: &Orphan) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    if settle_orphan(orphan.id).exec(&tx).await? == 1 {
        let words =
            format!("The machine {} ({}) belonged to no server and was deleted", orphan.label, orphan.provider_ref);
        activity::record(&tx, Event::new("cloud.orphan", EventStatus::Success, words).job(claim.id)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Asks for a comparison of every cloud that is valid and not paused, unless one is in progress. Ends the job. Returns
/// how many comparisons were enqueued.
///
/// # Errors
/// `fenced`.
pub async fn reconcile_all(ctx: &Ctx, claim: &Claim) -> Result<usize> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let clouds = select_comparable().all(&tx).await?;
    let comparison = |cloud| NewJob::new(Job::ReconcileCloud { cloud: Some(cloud) });
    let wanted: Vec<NewJob> = clouds.into_iter().map(comparison).collect();
    let enqueued = work::enqueue_many(ctx, &tx, &wanted).await?.len();
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(enqueued)
}

db::statement! {
    /// Returns what is wrong and was not known before.
    fn compare(
        cloud: CloudId,
        machines: Json,
        began: DateTime<Utc>,
        absent: &[String],
        unasked: &[String],
    ) -> NewFinding =
        file "machines.sql",
        file "resting.sql",
        file "compare.sql";

    fn select_seen_otherwise(cloud: CloudId, machines: Json, began: DateTime<Utc>) -> SeenOtherwise =
        file "machines.sql",
        file "resting.sql",
        file "select_seen_otherwise.sql";

    fn select_unlisted(cloud: CloudId, listed: &[String], limit: i64) -> String = file "select_unlisted.sql";

    fn select_orphans(cloud: CloudId, unknown_s: f64, leftover_s: f64, limit: i64) -> Orphan =
        file "select_orphans.sql";

    fn settle_missing(cloud: CloudId, after_s: f64, absent: &[String]) -> VpsId = file "settle_missing.sql";

    fn settle_orphan(finding: FindingId) =
        "update cloud_finding set settled_at = clock_timestamp(), outcome = 'deleted'
         where id = $1 and settled_at is null";

    fn select_comparable() -> CloudId =
        "select id from cloud where deleted_at is null and status = 'valid' and paused_at is null";
}
