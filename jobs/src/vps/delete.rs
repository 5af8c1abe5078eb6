//! Deletes a server, and ends its charges only once the provider no longer has it.

use std::time::Duration;

use domain::queue::progress;
use domain::vps::Task;
use domain::{VpsId, VpsStatus};
use providers::{CloudProvider, InstanceState};

use super::observe::{Observation, observe};
use super::provision::Progress;
use super::tags::is_ours;
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const DELETE: Step = Step::of("vps.delete", "delete");
const GONE: Step = Step::of("vps.delete", "gone");

/// A create call takes at most 15 s; until then, what was superseded may still appear.
const CREATION_TAIL: Duration = Duration::from_secs(20);

/// Deletes the server at the provider, then ends its charges.
pub async fn run(running: &Running, vps: VpsId) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let memory = Progress::of(running);
    let task = domain::vps::task(ctx, vps).await?;
    let cloud = running.cloud(task.vps.cloud_id).await?;
    match standing(running, &task, cloud.as_ref()).await? {
        Some(observed) if observed.state == InstanceState::Deleting => Ok(memory.wait_for(running, &[])),
        Some(observed) => {
            if task.vps.status_before_delete == Some(VpsStatus::Lost) {
                let on = observed.state != InstanceState::Stopped;
                domain::vps::found_while_deleting(ctx, claim, vps, on).await?;
            }
            delete(running, cloud.as_ref(), &observed.counterpart.reference).await?;
            Ok(memory.wait_for(running, &[]))
        }
        None if task.vps.provider_ref.is_none() && domain::vps::may_be_in_creation(ctx, vps, CREATION_TAIL).await? => {
            progress(&ctx.db, claim, 60, "Waiting in case the machine appears late").await?;
            Ok(memory.wait(running))
        }
        None => {
            running.asked_our_account(task.vps.cloud_id, cloud.as_ref()).await?;
            let begun = running.begin(GONE, Intent::say("Ending its charges").percent(90)).await?;
            let close = async |(): &()| domain::vps::mark_gone(ctx, claim, vps).await;
            begun.having(()).await?.commit_with(Note::say("The server no longer exists"), close).await?;
            Ok(Outcome::Done)
        }
    }
}

async fn delete(running: &Running, cloud: &dyn CloudProvider, reference: &str) -> Result<(), JobError> {
    let begun = running.begin(DELETE, Intent::say("Deleting the server").percent(40)).await?;
    let deleted = begun.call(cloud.delete(reference)).await?;
    let request = deleted.value().request_id.as_deref();
    let note = Note::say("It is being deleted").reference(reference).request(request);
    deleted.commit(note).await?;
    Ok(())
}

/// The server's machine at the provider, while it exists.
async fn standing(running: &Running, task: &Task, cloud: &dyn CloudProvider) -> Result<Option<Observation>, JobError> {
    if let Some(reference) = &task.vps.provider_ref {
        return observe(running, cloud, reference).await;
    }
    let found = cloud.find_by_label(&task.vps.provider_label).await?.value;
    Ok(found.filter(|instance| is_ours(task, instance)).map(Observation::from))
}
