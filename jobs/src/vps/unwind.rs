//! Takes an order back: whatever stands at the provider goes, and only when nothing stands there
//! any more does the money go back.

use domain::StepPhase::{Done, Intent};
use domain::VpsId;
use domain::jobs::{progress, record_step, remember};
use domain::vps::Task;
use providers::{CloudProvider, ErrorClass, Instance, InstanceState};

use super::provision::Progress;
use super::tags::is_ours;
use crate::Running;
use crate::outcome::{JobError, Outcome, failure, provider_failure};

/// Looks after which a person must find out what became of a server.
const MAX_LOOKS: u32 = 40;

/// Takes the order back and ends the job.
pub async fn unwind(running: &Running, vps: VpsId, mut memory: Progress) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let reason =
        memory.failing.clone().map_or_else(|| failure("failed", "The order was taken back.", None), Into::into);
    remember(&ctx.db, claim, &memory.to_json()).await?;
    progress(&ctx.db, claim, 80, "Taking the order back").await?;
    let task = domain::vps::task(ctx, vps).await?;
    let nothing_sent = !memory.create_tried && task.vps.provider_ref.is_none();
    if !nothing_sent {
        record_step(&ctx.db, claim, 3, "take_back", Intent, "Making sure that nothing is left").await?;
        match absent(running, &task, &memory).await {
            Ok(true) => record_step(&ctx.db, claim, 3, "take_back", Done, "Nothing is left").await?,
            Ok(false) if memory.looks > MAX_LOOKS => {
                return Ok(Outcome::Stick(unproven("after many looks")));
            }
            Ok(false) => return Ok(memory.wait(running)),
            Err(JobError::Provider(error))
                if matches!(error.class, ErrorClass::Credentials | ErrorClass::Permanent) =>
            {
                return Ok(Outcome::Stick(unproven(&provider_failure(&error).admin)));
            }
            Err(error) => {
                memory.looks += 1;
                return Ok(match error.into_outcome(running) {
                    Outcome::Fail(_) => Outcome::Stick(unproven("the provider could not be asked")),
                    other => other,
                });
            }
        }
    }
    domain::vps::fail_order(ctx, claim, vps, &reason).await?;
    Ok(if claim.cancel_requested { Outcome::Cancelled } else { Outcome::Fail(reason) })
}

/// Deletes what stands at the provider; true once nothing does.
async fn absent(running: &Running, task: &Task, memory: &Progress) -> Result<bool, JobError> {
    let cloud = running.env.cloud(task.vps.provider_account_id).await?;
    let found = standing(task, cloud.as_ref()).await?;
    match found {
        Some(instance) if instance.state == InstanceState::Deleting => Ok(false),
        Some(instance) => {
            cloud.delete(&instance.reference).await?;
            Ok(false)
        }
        // The provider's own id is gone: that is proof.
        None if task.vps.provider_ref.is_some() => Ok(true),
        // A list may lag behind: a machine whose creation was tried is looked for more than once.
        None => Ok(memory.looks >= 3 && !memory.label_seen),
    }
}

async fn standing(task: &Task, cloud: &dyn CloudProvider) -> Result<Option<Instance>, JobError> {
    if let Some(reference) = &task.vps.provider_ref {
        return Ok(cloud.get(reference).await?.value);
    }
    let found = cloud.find_by_label(&task.vps.provider_label).await?.value;
    Ok(found.filter(|instance| is_ours(task, instance)))
}

fn unproven(why: &str) -> domain::jobs::Failure {
    failure(
        "left_unproven",
        format!(
            "It could not be proven that nothing is left of this order at the provider: {why} Look there for the server's label, mend the cause, then retry this job."
        ),
        None,
    )
}
