//! What a comparison does not do without an administrator: marking many servers as lost at once, and deleting machines
//! that may be another database's. The administrator sees what would happen and what it costs, and allows it.

use chrono::{DateTime, Utc};
use entity::cloud_finding::{FindingKind, HeldBy};
use entity::{CloudId, FindingId, JobId, UserId, VpsId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::connect::lock_cloud;
use super::epoch::EpochState;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::queue::Claim;
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, db, text};

/// What is held back is shown up to this many.
const MAX_HELD: i64 = 1_000;

db::row! {
    /// A server that would be marked as lost, or a machine that would be deleted.
    #[derive(Clone, Debug)]
    pub struct HeldFinding {
        /// What an administrator names to allow it.
        pub id: FindingId,
        /// Which of the two it is.
        pub kind: FindingKind,
        /// The provider's own id.
        pub provider_ref: String,
        /// The machine's label.
        pub label: String,
        /// The server, where one is known.
        pub vps_id: Option<VpsId>,
        /// Why it is held back.
        pub held: HeldBy,
        /// When a comparison first found it.
        pub first_seen_at: DateTime<Utc>,
        /// When the provider created the machine.
        pub made_at: Option<DateTime<Utc>>,
        /// What its customer pays for an hour, or what an hour of the machine costs us, in micro-units; none where the
        /// size is not in the catalog.
        pub hour_micros: Option<i64>,
    }
}

db::row! {
    /// What is known of a cloud's account and marks.
    struct State {
        account: Option<String>,
        other_account: Option<String>,
        epoch_held: Option<String>,
    }
}

/// Everything that waits for an administrator before a comparison continues.
#[derive(Clone, Debug)]
pub struct Brakes {
    /// The account that the cloud has had since its first validation, by the provider's id.
    pub account: Option<String>,
    /// Another account that the token belongs to by now.
    pub other_account: Option<String>,
    /// Why the marks of this database do not fit; none while they do.
    pub epoch_held: Option<String>,
    /// What would be marked or deleted, at most 1,000.
    pub held: Vec<HeldFinding>,
    /// What the servers that would be lost bring in an hour, in micro-units.
    pub lost_hour_micros: i64,
    /// What the machines that would be deleted cost in an hour, in micro-units.
    pub orphan_hour_micros: i64,
}

/// What an administrator allows.
#[derive(Clone, Debug, Default)]
pub struct Release {
    /// Findings, as [`brakes`] showed them.
    pub findings: Vec<FindingId>,
    /// The other account, as it was shown: it is the cloud's from now on.
    pub account: Option<String>,
    /// Whether this database is trusted although its marks do not fit.
    pub trust: bool,
}

/// What waits for an administrator.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn brakes(ctx: &Ctx, actor: &Actor, cloud: CloudId) -> Result<Brakes> {
    actor.admin()?;
    let state = select_state(cloud).one(&ctx.db).await?.ok_or_else(|| Error::not_found("cloud"))?;
    let held = select_held(cloud, MAX_HELD).all(&ctx.db).await?;
    let sum = |kind| held.iter().filter(|row| row.kind == kind).filter_map(|row| row.hour_micros).sum();
    Ok(Brakes {
        account: state.account,
        other_account: state.other_account,
        epoch_held: state.epoch_held,
        lost_hour_micros: sum(FindingKind::Missing),
        orphan_hour_micros: sum(FindingKind::Orphan),
        held,
    })
}

/// Allows what was shown, for a reason; a comparison then does it, if it is still so. Returns that comparison's job,
/// none where one is in progress.
///
/// # Errors
/// `shown_otherwise` when the other account is not the one that was shown; a field error without a reason; `not_found`;
/// `forbidden` for others than administrators.
pub async fn release(
    ctx: &Ctx,
    actor: &Actor,
    cloud: CloudId,
    allowed: &Release,
    reason: &str,
) -> Result<Option<JobId>> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let tx = ctx.begin().await?;
    let row = lock_cloud(&tx, cloud).await?;
    if let Some(account) = &allowed.account {
        if row.account_seen.as_ref() != Some(account) {
            let words = "The token belongs to another account than the one that was shown. Look again.";
            return Err(Error::conflict("shown_otherwise", words));
        }
        accept_account(cloud, account).exec(&tx).await?;
        // Whatever its validation said of the other account is said again.
        work::enqueue(ctx, &tx, NewJob::new(Job::ValidateCloud { cloud }).by(actor)).await?;
    }
    if allowed.trust {
        trust_epoch(cloud).exec(&tx).await?;
    }
    let released = release_findings(cloud, allowed.findings.clone(), actor.user()).exec(&tx).await?;
    let event = Event::new("cloud.release", EventStatus::Warning, format!("{} was released from its brakes", row.name))
        .by(actor)
        .entity("cloud", cloud)
        .metadata(json!({
            "reason": reason, "findings": released, "account": allowed.account, "trust": allowed.trust,
        }));
    activity::record(&tx, event).await?;
    let comparison = NewJob::new(Job::ReconcileCloud { cloud: Some(cloud) }).by(actor);
    let job = work::enqueue_many(ctx, &tx, &[comparison]).await?.pop();
    tx.commit().await?;
    Ok(job)
}

db::row! {
    struct NewlyHeld {
        kind: FindingKind,
        held: Option<HeldBy>,
    }
}

/// Holds back what needs an administrator, in the comparison's transaction, and tells of what is newly held.
pub(super) async fn hold(tx: &impl ConnectionTrait, claim: &Claim, cloud: CloudId, epoch: EpochState) -> Result<()> {
    let judged = brake(cloud, epoch.word()).all(tx).await?;
    let newly: Vec<_> = judged.iter().filter(|row| row.held.is_some()).collect();
    if newly.is_empty() {
        return Ok(());
    }
    let missing = newly.iter().filter(|row| row.kind == FindingKind::Missing).count();
    let orphans = newly.len() - missing;
    let words = format!(
        "{missing} servers are missing at once and are not marked as lost, and {orphans} machines without a server are \
         not deleted, until an administrator has looked at them under Clouds. Charging continues"
    );
    let event = Event::new("cloud.held", EventStatus::Error, words).entity("cloud", cloud).job(claim.id);
    activity::record(tx, event).await
}

db::statement! {
    fn brake(cloud: CloudId, epoch: &str) -> NewlyHeld = file "brake.sql";

    fn select_state(cloud: CloudId) -> State =
        "select account_id as account, account_seen as other_account, epoch_held
         from cloud where id = $1 and deleted_at is null";

    fn select_held(cloud: CloudId, limit: i64) -> HeldFinding = file "select_held.sql";

    fn accept_account(cloud: CloudId, account: &str) =
        "update cloud set account_id = $2, account_seen = null where id = $1";

    fn trust_epoch(cloud: CloudId) = "update cloud set epoch_trusted = true where id = $1";

    fn release_findings(cloud: CloudId, findings: Vec<FindingId>, by: Option<UserId>) =
        "update cloud_finding set released_at = clock_timestamp(), released_by = $3, held = null
         where cloud_id = $1 and id = any($2) and settled_at is null and held is not null";
}
