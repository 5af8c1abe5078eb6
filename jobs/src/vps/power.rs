//! Switches a server.

use domain::queue::progress;
use domain::{PowerAction, VpsId};
use providers::{CloudProvider, ErrorClass, InstanceState, RestartProgress, TakenRestart};

use super::observe::observe;
use super::provision::{Progress, Restart};
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const SWITCH: Step = Step::of("vps.power", "switch");
const SETTLE: Step = Step::of("vps.power", "settle");

/// Looks after which the provider has had long enough: the deadline comes first while the watcher looks.
const MAX_LOOKS: u32 = 600;
/// Looks after which a restart is believed that could not be followed: neither in the provider's log nor by its state.
const BLIND_LOOKS: u32 = 3;
/// What a machine looks like while it restarts.
const DOWN: [InstanceState; 4] =
    [InstanceState::Rebooting, InstanceState::ShuttingDown, InstanceState::Stopped, InstanceState::Booting];

/// Asks for the change once, then looks until it shows. What the machine is now is the provider's to say: the row may
/// be behind.
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
    let looked = Look { vps, action, state: observed.state, cloud: cloud.as_ref(), reference: &reference };
    if SWITCH.is_done(&running.claim) { settle(running, looked).await } else { ask(running, looked).await }
}

/// A server that is to be switched, and what its machine does now.
struct Look<'a> {
    vps: VpsId,
    action: PowerAction,
    state: InstanceState,
    cloud: &'a dyn CloudProvider,
    reference: &'a str,
}

/// What the provider's log says of restarts.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RestartLog {
    /// The token may not see it.
    Blind,
    /// The newest restart, if there was one.
    Newest(Option<TakenRestart>),
}

impl RestartLog {
    async fn of(look: &Look<'_>) -> Result<Self, JobError> {
        match look.cloud.last_reboot(look.reference).await {
            Ok(answer) => Ok(Self::Newest(answer.value)),
            Err(error) if matches!(error.class, ErrorClass::Credentials | ErrorClass::Permanent) => Ok(Self::Blind),
            Err(error) => Err(error.into()),
        }
    }

    /// The newest one's id, as it is remembered.
    fn newest(&self) -> Restart {
        let Self::Newest(Some(newest)) = self else { return Restart { after: None } };
        Restart { after: Some(newest.id.clone()) }
    }

    /// How far the restart is that was asked for after `before`; none where the log does not tell.
    fn since(&self, before: Option<&Restart>) -> Option<RestartProgress> {
        let Self::Newest(Some(newest)) = self else { return None };
        let is_ours = before.and_then(|before| before.after.as_ref()) != Some(&newest.id);
        is_ours.then_some(newest.progress)
    }
}

async fn ask(running: &Running, look: Look<'_>) -> Result<Outcome, JobError> {
    let Look { action, .. } = look;
    let mut memory = Progress::of(running);
    let mut so_already = reached(action, &look.state);
    let mut awaited = vec![goal(action)];
    if action == PowerAction::Reboot {
        let log = RestartLog::of(&look).await?;
        if log == RestartLog::Blind {
            awaited.extend(DOWN);
        }
        let newest = log.newest();
        // Asked for before, by a run that died: the provider took it if it knows of a newer one now.
        so_already = memory.restart.as_ref().is_some_and(|before| *before != newest);
        // One that is off has nothing to restart: it is on in the end, as was asked for.
        memory.boots |= !so_already && look.state == InstanceState::Stopped;
        memory.restart.get_or_insert(newest);
    }
    let intent = Intent::say(asking(action)).percent(30).remember(memory.to_json());
    let switching = running.begin(SWITCH, intent).await?;
    if so_already {
        switching.having(()).await?.commit(Note::say("The server is already in this state")).await?;
    } else {
        let asked = if memory.boots { PowerAction::Boot } else { action };
        let switched = switching.call(switch(look.cloud, look.reference, asked)).await?;
        let note = Note::say("The request was accepted").request(switched.value().as_deref());
        switched.commit(note).await?;
    }
    running.begin(SETTLE, Intent::say(asking(action)).percent(60)).await?.later();
    Ok(memory.wait_for(running, &awaited))
}

/// One check: done, not yet, or never.
async fn settle(running: &Running, look: Look<'_>) -> Result<Outcome, JobError> {
    let (ctx, claim, mut memory) = (&running.env.ctx, &running.claim, Progress::of(running));
    let Look { vps, action, .. } = look;
    if is_over(&look, &mut memory).await? {
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
    Ok(memory.wait_for(running, &[goal(action)]))
}

/// Whether what was asked for is so. A machine that runs may not have begun its restart: that is over when the provider
/// says so, or when it was seen in progress and runs again.
async fn is_over(look: &Look<'_>, memory: &mut Progress) -> Result<bool, JobError> {
    memory.seen_down |= DOWN.contains(&look.state);
    if !reached(look.action, &look.state) || look.action != PowerAction::Reboot || memory.boots {
        return Ok(reached(look.action, &look.state));
    }
    match RestartLog::of(look).await? {
        log @ RestartLog::Newest(_) => match log.since(memory.restart.as_ref()) {
            Some(RestartProgress::Finished) => Ok(true),
            Some(RestartProgress::Failed) => {
                Err(domain::Error::invalid("the provider says that the restart failed").into())
            }
            Some(RestartProgress::Pending) | None => Ok(false),
        },
        RestartLog::Blind => Ok(memory.seen_down || memory.looks > BLIND_LOOKS),
    }
}

/// The state that an action ends in.
fn goal(action: PowerAction) -> InstanceState {
    match action {
        PowerAction::Boot | PowerAction::Reboot => InstanceState::Running,
        PowerAction::Shutdown => InstanceState::Stopped,
    }
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
    *state == goal(action)
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
