//! Switches a server.

use domain::queue::progress;
use domain::{PowerAction, VpsId};
use providers::{CloudProvider, ErrorClass, InstanceState};

use super::observe::observe;
use super::provision::{Progress, Restart};
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const SWITCH: Step = Step::of("vps.power", "switch");
const SETTLE: Step = Step::of("vps.power", "settle");

/// Looks after which the provider has had long enough.
const MAX_LOOKS: u32 = 60;

/// Asks for the change once, then looks until it shows.
pub async fn run(running: &Running, vps: VpsId, action: PowerAction) -> Result<Outcome, JobError> {
    let task = domain::vps::task(&running.env.ctx, vps).await?;
    let Some(reference) = task.vps.provider_ref.clone() else {
        return Err(domain::Error::invalid("the server has no machine at the provider yet").into());
    };
    let cloud = running.cloud(task.vps.cloud_id).await?;
    let Some(observed) = observe(running, cloud.as_ref(), &reference).await? else {
        return Err(domain::Error::invalid(
            "the provider no longer knows this server; look for it there before anything else",
        )
        .into());
    };
    if SWITCH.is_done(&running.claim) {
        return settle(running, vps, action, &observed.state).await;
    }
    let mut memory = Progress::of(running);
    let restarts = match action {
        PowerAction::Reboot => Some(Restart { after: last_restart(cloud.as_ref(), &reference).await? }),
        PowerAction::Boot | PowerAction::Shutdown => None,
    };
    // Asked for before, by a run that died: the provider took it if it knows of a newer one now.
    let taken = memory.restart.is_some() && memory.restart != restarts;
    let so_already = taken || (restarts.is_none() && reached(action, &observed.state));
    if memory.restart.is_none() {
        memory.restart = restarts;
    }
    let intent = Intent::say(asking(action)).percent(30).remember(memory.to_json());
    let switching = running.begin(SWITCH, intent).await?;
    if so_already {
        switching.having(()).await?.commit(Note::say("The server is already in this state")).await?;
    } else {
        let switched = switching.call(switch(cloud.as_ref(), &reference, action)).await?;
        let note = Note::say("The provider accepted the request").request(switched.value().as_deref());
        switched.commit(note).await?;
    }
    running.begin(SETTLE, Intent::say(asking(action)).percent(60)).await?.later();
    Ok(memory.wait_for_change(running))
}

/// The provider's id of the newest restart, where the token may see it. Where it may not, a
/// restart whose answer was lost is asked for again.
async fn last_restart(cloud: &dyn CloudProvider, reference: &str) -> Result<Option<String>, JobError> {
    match cloud.last_reboot(reference).await {
        Ok(answer) => Ok(answer.value),
        Err(error) if matches!(error.class, ErrorClass::Credentials | ErrorClass::Permanent) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// One check: done, not yet, or never.
async fn settle(
    running: &Running,
    vps: VpsId,
    action: PowerAction,
    state: &InstanceState,
) -> Result<Outcome, JobError> {
    let (ctx, claim, memory) = (&running.env.ctx, &running.claim, Progress::of(running));
    if reached(action, state) {
        let on = action != PowerAction::Shutdown;
        let effect = async |(): &()| domain::vps::mark_power(ctx, claim, vps, on, done(action)).await;
        running
            .resume(SETTLE)
            .having(())
            .await?
            .commit_with(Note::say(format!("The server {}", done(action))), effect)
            .await?;
        return Ok(Outcome::Done);
    }
    if memory.looks > MAX_LOOKS {
        return Err(domain::Error::invalid(
            "the provider accepted the request, but the server never reached the state asked for",
        )
        .into());
    }
    progress(&ctx.db, claim, 60, asking(action)).await?;
    Ok(memory.wait_for_change(running))
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
