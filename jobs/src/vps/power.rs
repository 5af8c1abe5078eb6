//! Switches a server.

use domain::StepPhase::{Done, Intent};
use domain::jobs::{progress, record_step, record_step_with};
use domain::{PowerAction, VpsId};
use providers::{CloudProvider, InstanceState};
use serde_json::json;

use super::provision::Progress;
use crate::Running;
use crate::outcome::{JobError, Outcome};

/// Looks after which the provider has had long enough.
const MAX_LOOKS: u32 = 60;

/// Asks for the change once, then looks until it shows.
pub async fn run(running: &Running, vps: VpsId, action: PowerAction) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    if running.should_end() {
        return Ok(Outcome::Cancelled);
    }
    let task = domain::vps::task(ctx, vps).await?;
    let Some(reference) = task.vps.provider_ref.clone() else {
        return Err(domain::Error::invalid("the server has no counterpart at the provider").into());
    };
    let cloud = running.env.cloud(task.vps.provider_account_id).await?;
    let memory = Progress::of(running);
    let Some(instance) = cloud.get(&reference).await?.value else {
        return Err(domain::Error::invalid(
            "the provider no longer knows this server; look for it there before anything else",
        )
        .into());
    };
    if claim.step == 0 {
        if !reached(action, &instance.state) || action == PowerAction::Reboot {
            record_step(&ctx.db, claim, 0, "switch", Intent, asking(action)).await?;
            progress(&ctx.db, claim, 30, asking(action)).await?;
            let request_id = switch(cloud.as_ref(), &reference, action).await?;
            record_step_with(
                &ctx.db,
                claim,
                0,
                "switch",
                Done,
                "The provider is at it",
                None,
                json!({ "provider_request_id": request_id }),
            )
            .await?;
            return Ok(memory.wait(running));
        }
        record_step(&ctx.db, claim, 0, "switch", Done, "It was so already").await?;
    }
    if reached(action, &instance.state) {
        record_step(&ctx.db, claim, 1, "settle", Done, done(action)).await?;
        domain::vps::mark_power(ctx, claim, vps, action != PowerAction::Shutdown, done(action)).await?;
        return Ok(Outcome::Done);
    }
    if memory.looks > MAX_LOOKS {
        return Err(domain::Error::invalid("the provider took the request but the server never got there").into());
    }
    progress(&ctx.db, claim, 60, asking(action)).await?;
    Ok(memory.wait(running))
}

async fn switch(cloud: &dyn CloudProvider, reference: &str, action: PowerAction) -> Result<Option<String>, JobError> {
    let answer = match action {
        PowerAction::Boot => cloud.boot(reference).await?,
        PowerAction::Shutdown => cloud.shutdown(reference).await?,
        PowerAction::Reboot => cloud.reboot(reference).await?,
    };
    Ok(answer.request_id)
}

fn reached(action: PowerAction, state: &InstanceState) -> bool {
    match action {
        PowerAction::Boot | PowerAction::Reboot => *state == InstanceState::Running,
        PowerAction::Shutdown => *state == InstanceState::Stopped,
    }
}

fn asking(action: PowerAction) -> &'static str {
    match action {
        PowerAction::Boot => "Booting",
        PowerAction::Shutdown => "Shutting down",
        PowerAction::Reboot => "Rebooting",
    }
}

fn done(action: PowerAction) -> &'static str {
    match action {
        PowerAction::Boot => "has booted",
        PowerAction::Shutdown => "is shut down",
        PowerAction::Reboot => "has rebooted",
    }
}
