//! Takes a server away, and ends its charges only once the provider no longer has it.

use std::time::Duration;

use domain::StepPhase::{Done, Intent};
use domain::VpsId;
use domain::jobs::{progress, record_step, record_step_with};
use domain::vps::Task;
use providers::CloudProvider;
use serde_json::json;

use super::provision::Progress;
use super::tags::is_ours;
use crate::Running;
use crate::outcome::{JobError, Outcome};

/// A create call takes at most 15 s; until then, what was superseded may still appear.
const CREATION_TAIL: Duration = Duration::from_secs(20);

/// Deletes the server at the provider, then closes its books.
pub async fn run(running: &Running, vps: VpsId) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let task = domain::vps::task(ctx, vps).await?;
    let cloud = running.env.cloud(task.vps.provider_account_id).await?;
    if let Some(reference) = standing(&task, cloud.as_ref()).await? {
        record_step(&ctx.db, claim, 0, "delete", Intent, "Deleting the server").await?;
        progress(&ctx.db, claim, 40, "Deleting").await?;
        let answer = cloud.delete(&reference).await?;
        record_step_with(
            &ctx.db,
            claim,
            0,
            "delete",
            Done,
            "The provider is deleting it",
            Some(&reference),
            json!({ "provider_request_id": answer.request_id }),
        )
        .await?;
        return Ok(Progress::of(running).wait(running));
    }
    if task.vps.provider_ref.is_none() && domain::vps::may_be_in_creation(ctx, vps, CREATION_TAIL).await? {
        progress(&ctx.db, claim, 60, "Making sure that nothing appears late").await?;
        return Ok(Progress::of(running).wait(running));
    }
    record_step(&ctx.db, claim, 1, "gone", Done, "It is gone").await?;
    domain::vps::mark_gone(ctx, claim, vps).await?;
    Ok(Outcome::Done)
}

/// The provider's id of the server while it stands.
async fn standing(task: &Task, cloud: &dyn CloudProvider) -> Result<Option<String>, JobError> {
    if let Some(reference) = &task.vps.provider_ref {
        return Ok(cloud.get(reference).await?.value.map(|instance| instance.reference));
    }
    let found = cloud.find_by_label(&task.vps.provider_label).await?.value;
    Ok(found.filter(|instance| is_ours(task, instance)).map(|instance| instance.reference))
}
