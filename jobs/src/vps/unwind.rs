//! Undoes an order: whatever exists at the provider is deleted, and only once nothing exists there
//! is the money given back.

use domain::VpsId;
use domain::queue::{Failure, progress, remember};
use domain::vps::Task;
use providers::{CloudProvider, Instance, InstanceState};

use super::provision::Progress;
use super::tags::is_ours;
use crate::Running;
use crate::outcome::{JobError, Outcome, failure};
use crate::retry::FailureClass;
use crate::step::{Begun, Intent, Note, Step};

const TAKE_BACK: Step = Step::of("vps.provision", "take_back");

/// Checks after which an administrator must find out what became of a server.
const MAX_LOOKS: u32 = 40;

/// Undoes the order and ends the job. Only what is proven to be undone fails: whatever stops the
/// undoing for good leaves the job stuck, for an administrator.
pub async fn unwind(running: &Running, vps: VpsId, mut memory: Progress) -> Result<Outcome, JobError> {
    let error = match take_back(running, vps, &memory).await {
        Ok(Some(outcome)) => return Ok(outcome),
        Ok(None) if memory.looks > MAX_LOOKS => return Ok(Outcome::Stick(unproven("after many checks"))),
        Ok(None) => return Ok(memory.wait(running)),
        Err(error) => error,
    };
    // Undoing has attempts of its own, since creating may have spent all of the job's; and the next
    // run resumes undoing.
    memory.looks += 1;
    if let Err(error) = remember(&running.env.ctx.db, &running.claim, &memory.to_json()).await {
        tracing::warn!(%error, "the progress of undoing could not be stored");
    }
    if error.class() == Some(FailureClass::Transient) && memory.looks <= MAX_LOOKS {
        let pause = running.env.waits.after(memory.looks);
        return Ok(Outcome::Retry { failure: error.into(), pause, counts: false });
    }
    Ok(match error.into_outcome(running) {
        Outcome::Fail(failure) => Outcome::Stick(unproven(&failure.admin)),
        other => other,
    })
}

/// One check; none: something still exists.
async fn take_back(running: &Running, vps: VpsId, memory: &Progress) -> Result<Option<Outcome>, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let reason: Failure =
        memory.failing.clone().map_or_else(|| failure("failed", "The order was undone.", None), Into::into);
    let step = begin(running, memory).await?;
    let task = domain::vps::task(ctx, vps).await?;
    let nothing_sent = !memory.create_tried && task.vps.provider_ref.is_none();
    let looked = step.call(async { Ok::<_, JobError>(nothing_sent || absent(running, &task, memory).await?) }).await?;
    if !looked.value() {
        looked.not_yet();
        return Ok(None);
    }
    let pay_back = async |_: &bool| domain::vps::fail_order(ctx, claim, vps, &reason).await;
    looked.commit_with(Note::say("Nothing was created for this order"), pay_back).await?;
    Ok(Some(if claim.cancel_requested { Outcome::Cancelled } else { Outcome::Fail(reason) }))
}

/// The first run says why, for all that come after it.
async fn begin<'r>(running: &'r Running, memory: &Progress) -> Result<Begun<'r>, JobError> {
    if Progress::of(running).failing.is_some() {
        progress(&running.env.ctx.db, &running.claim, 80, "Undoing the order").await?;
        return Ok(running.resume(TAKE_BACK));
    }
    let intent = Intent::say("Undoing the order").percent(80).remember(memory.to_json());
    running.begin(TAKE_BACK, intent).await
}

/// Deletes what exists at the provider; true once nothing does.
async fn absent(running: &Running, task: &Task, memory: &Progress) -> Result<bool, JobError> {
    let cloud = running.cloud(task.vps.cloud_id).await?;
    let found = standing(task, cloud.as_ref()).await?;
    match found {
        Some(instance) if instance.state == InstanceState::Deleting => Ok(false),
        Some(instance) => {
            cloud.delete(&instance.reference).await?;
            Ok(false)
        }
        // The provider no longer knows its own id: that is proof. A list may lag behind: a machine whose creation was
        // tried is looked for more than once.
        None if task.vps.provider_ref.is_some() || (memory.looks >= 3 && !memory.label_seen) => {
            running.asked_our_account(task.vps.cloud_id, cloud.as_ref()).await?;
            Ok(true)
        }
        None => Ok(false),
    }
}

async fn standing(task: &Task, cloud: &dyn CloudProvider) -> Result<Option<Instance>, JobError> {
    if let Some(reference) = &task.vps.provider_ref {
        return Ok(cloud.get(reference).await?.value);
    }
    let found = cloud.find_by_label(&task.vps.provider_label).await?.value;
    Ok(found.filter(|instance| is_ours(task, instance)))
}

fn unproven(why: &str) -> domain::queue::Failure {
    failure(
        "left_unproven",
        format!(
            "It could not be proven that nothing is left of this order at the provider: {why} Check there for the \
             server's label, mend the cause, then retry this job."
        ),
        None,
    )
}
