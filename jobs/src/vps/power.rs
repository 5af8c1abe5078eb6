//! Switches a server.

use domain::jobs::progress;
use domain::{PowerAction, VpsId};
use providers::{CloudProvider, Instance, InstanceState};

use super::provision::Progress;
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Begun, Done, Intent, Step};

const SWITCH: Step = Step::of("vps.power", "switch");
const SETTLE: Step = Step::of("vps.power", "settle");

/// Looks after which the provider has had long enough.
const MAX_LOOKS: u32 = 60;

/// Asks for the change once, then looks until it shows.
pub async fn run(running: &Running, vps: VpsId, action: PowerAction) -> Result<Outcome, JobError> {
    let task = domain::vps::task(&running.env.ctx, vps).await?;
    let Some(reference) = task.vps.provider_ref.clone() else {
        return Err(domain::Error::invalid("the server has no counterpart at the provider").into());
    };
    let cloud = running.cloud(task.vps.provider_account_id).await?;
    let Some(instance) = cloud.get(&reference).await?.value else {
        return Err(domain::Error::invalid(
            "the provider no longer knows this server; look for it there before anything else",
        )
        .into());
    };
    if SWITCH.is_done(&running.claim) {
        return settle(running.resume(SETTLE), running, vps, action, &instance).await;
    }
    let switching = running.begin(SWITCH, Intent::say(asking(action)).percent(30)).await?;
    if reached(action, &instance.state) && action != PowerAction::Reboot {
        switching.having(()).await?.commit(Done::say("It was so already")).await?;
        let settling = running.begin(SETTLE, Intent::say("Noting it")).await?;
        return settle(settling, running, vps, action, &instance).await;
    }
    let switched = switching.call(switch(cloud.as_ref(), &reference, action)).await?;
    let done = Done::say("The provider is at it").request(switched.value().as_deref());
    switched.commit(done).await?;
    running.begin(SETTLE, Intent::say(asking(action)).percent(60)).await?.later();
    Ok(Progress::of(running).wait(running))
}

/// One look: done, not yet, or never.
async fn settle(
    step: Begun<'_>,
    running: &Running,
    vps: VpsId,
    action: PowerAction,
    instance: &Instance,
) -> Result<Outcome, JobError> {
    let (ctx, claim, memory) = (&running.env.ctx, &running.claim, Progress::of(running));
    if reached(action, &instance.state) {
        let on = action != PowerAction::Shutdown;
        let note = async |(): &()| domain::vps::mark_power(ctx, claim, vps, on, done(action)).await;
        step.having(()).await?.commit_with(Done::say(done(action)), note).await?;
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
