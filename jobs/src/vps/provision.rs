//! Creates a server: looks for it by its label, creates it only if it is not there, waits until it
//! runs. The label is unique at the provider and fixed for life, and so is the idempotency key of
//! a call that has none.

use domain::VpsId;
use domain::queue::{Failure, progress};
use domain::vps::{PASSWORD_REFUSED, SSH_KEY_REFUSED, Task};
use providers::{Answered, CloudProvider, CreateInstance, Instance, InstanceState, OrderInput, code};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::observe::{Observation, observe};
use super::tags::{counterpart, is_ours, tags};
use super::unwind::unwind;
use crate::Running;
use crate::cloud::machines::word;
use crate::outcome::{JobError, Outcome, failure};
use crate::step::{Intent, Note, Step};

const CREATE: Step = Step::of("vps.provision", "create");
const START: Step = Step::of("vps.provision", "start");
const START_AGAIN: Step = Step::of("vps.provision", "start_again");

/// What a job waits for that waits until its machine no longer exists.
const GONE: &str = "gone";
/// States in which a machine that was created goes no further by itself.
static SETTLED: [InstanceState; 3] = [InstanceState::Running, InstanceState::Stopped, InstanceState::Deleting];
/// The same once it was started a second time: it may look stopped for a moment.
static STARTED: [InstanceState; 2] = [InstanceState::Running, InstanceState::Deleting];

/// What one run leaves for the next.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each says what an earlier run did, and any may be true with any")]
pub struct Progress {
    /// A create call may have taken effect.
    #[serde(default)]
    pub create_tried: bool,
    /// The provider says that the label is in use, though a list does not show it yet.
    #[serde(default)]
    pub label_seen: bool,
    /// A server that did not start by itself was started once.
    #[serde(default)]
    pub boot_tried: bool,
    /// The newest restart that the provider knew of before one was asked for.
    #[serde(default)]
    pub restart: Option<Restart>,
    /// A restart of a server that was off: it is booted.
    #[serde(default)]
    pub boots: bool,
    /// A restart was seen while it was in progress.
    #[serde(default)]
    pub seen_down: bool,
    /// The states of the machine that the job waits for, or `gone`: the watcher of its cloud wakes it then.
    #[serde(default)]
    pub awaits: Vec<String>,
    /// Looks at the provider so far, for the pauses between them.
    #[serde(default)]
    pub looks: u32,
    /// The order is being undone, for this reason.
    #[serde(default)]
    pub failing: Option<UnwindReason>,
}

/// A restart that was asked for, by the one that the provider had taken last before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restart {
    /// The provider's id of that one.
    pub after: Option<String>,
}

/// Why an order is undone: a [`Failure`], stored between runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnwindReason {
    code: String,
    customer: String,
    admin: String,
    request_id: Option<String>,
}

impl From<Failure> for UnwindReason {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code,
            customer: failure.customer,
            admin: failure.admin,
            request_id: failure.provider_request_id,
        }
    }
}

impl From<UnwindReason> for Failure {
    fn from(reason: UnwindReason) -> Self {
        Self {
            code: reason.code,
            customer: reason.customer,
            admin: reason.admin,
            provider_request_id: reason.request_id,
        }
    }
}

impl Progress {
    /// What the last run left; nothing on the first.
    pub fn of(running: &Running) -> Self {
        serde_json::from_value(running.claim.step_data.clone()).unwrap_or_default()
    }

    /// As the job's row keeps it.
    pub fn to_json(&self) -> Json {
        serde_json::to_value(self).unwrap_or_else(|_| json!({}))
    }

    /// Waits until the machine is in one of these states: the watcher of its cloud wakes the job then. It also wakes
    /// it where the provider lists the machine no more.
    pub fn wait_for(mut self, running: &Running, states: &[InstanceState]) -> Outcome {
        self.awaits = states.iter().map(|state| word(state).to_owned()).chain([GONE.to_owned()]).collect();
        self.looks += 1;
        Outcome::Wait { pause: running.env.waits.unwatched, step_data: self.to_json() }
    }

    /// Looks again after a pause that grows with the looks.
    pub fn wait(mut self, running: &Running) -> Outcome {
        let pause = running.env.waits.after(self.looks);
        self.awaits.clear();
        self.looks += 1;
        Outcome::Wait { pause, step_data: self.to_json() }
    }
}

/// Creates the server, or undoes the order.
pub async fn run(running: &Running, vps: VpsId) -> Result<Outcome, JobError> {
    let mut progress = Progress::of(running);
    if progress.failing.is_some() {
        return Box::pin(unwind(running, vps, progress)).await;
    }
    let why = if running.should_end() && !runs_although_late(running, vps).await {
        ended(running)
    } else {
        match advance(running, vps, &mut progress).await {
            Ok(outcome) => return Ok(outcome),
            Err(error) => {
                let input = error.input();
                match error.into_outcome(running) {
                    Outcome::Fail(why) => told(why, input),
                    other => return Ok(other),
                }
            }
        }
    };
    // Checks are counted from zero: what the start took must not shorten the proof that nothing is left.
    Box::pin(unwind(running, vps, Progress { failing: Some(why.into()), looks: 0, ..progress })).await
}

/// Whether only the deadline speaks against an order whose machine runs: then its customer gets it. A job of a restored
/// backup is late, and what it ordered may have been in use for long.
async fn runs_although_late(running: &Running, vps: VpsId) -> bool {
    if running.claim.cancel_requested || !running.claim.overdue {
        return false;
    }
    let look = async {
        let task = domain::vps::task(&running.env.ctx, vps).await?;
        let cloud = running.cloud(task.vps.cloud_id).await?;
        let found = match &task.vps.provider_ref {
            Some(reference) => cloud.get(reference).await?.value,
            None => {
                cloud.find_by_label(&task.vps.provider_label).await?.value.filter(|machine| is_ours(&task, machine))
            }
        };
        Ok::<_, JobError>(found.is_some_and(|machine| machine.state == InstanceState::Running))
    };
    look.await.unwrap_or(false)
}

/// The failure in words for the customer: what only they can choose differently is named.
fn told(mut why: Failure, input: Option<OrderInput>) -> Failure {
    let (code, words) = match input {
        None => (None, "The server could not be created. The money set aside for it is back in your wallet."),
        Some(OrderInput::RootPassword) => (
            Some(PASSWORD_REFUSED),
            "The root password was refused: choose another that is longer or has more kinds of characters, and order \
             again. The money set aside is back in your wallet.",
        ),
        Some(OrderInput::SshKey) => (
            Some(SSH_KEY_REFUSED),
            "The SSH key was refused: choose another, such as one of the kind ed25519, and order again. The money set \
             aside is back in your wallet.",
        ),
    };
    words.clone_into(&mut why.customer);
    if let Some(code) = code {
        code.clone_into(&mut why.code);
    }
    why
}

fn ended(running: &Running) -> Failure {
    if running.claim.overdue && !running.claim.cancel_requested {
        let mut late =
            failure("deadline", "The server was not running by its deadline, so the order was undone.", None);
        "The server took too long to start, so the order was cancelled. The money set aside for it is back in your \
         wallet."
            .clone_into(&mut late.customer);
        return late;
    }
    let mut cancelled = failure("cancelled", "The order was cancelled and undone.", None);
    "The order was cancelled. The money set aside for it is back in your wallet.".clone_into(&mut cancelled.customer);
    cancelled
}

async fn advance(running: &Running, vps: VpsId, memory: &mut Progress) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    domain::vps::begin_provision(ctx, claim, vps).await?;
    let task = domain::vps::task(ctx, vps).await?;
    let cloud = running.cloud(task.vps.cloud_id).await?;
    if let Some(reference) = &task.vps.provider_ref {
        return start(running, &task, cloud.as_ref(), reference, memory).await;
    }
    let instance = create(running, &task, cloud.as_ref(), memory).await?;
    if instance != Labelled::Unlisted {
        running.begin(START, Intent::say("Starting the server").percent(50)).await?.later();
    }
    match instance {
        Labelled::Created => Ok(memory.clone().wait_for(running, &SETTLED)),
        // One that an earlier run asked for may run by now.
        Labelled::Found(reference) => start(running, &task, cloud.as_ref(), &reference, memory).await,
        Labelled::Unlisted => Ok(memory.clone().wait(running)),
    }
}

/// The instance with our label.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Labelled {
    /// This run created it.
    Created,
    /// An earlier run did; by the provider's id.
    Found(String),
    /// It exists, and no list shows it yet.
    Unlisted,
}

/// Makes sure of the instance with our label.
async fn create(
    running: &Running,
    task: &Task,
    cloud: &dyn CloudProvider,
    memory: &mut Progress,
) -> Result<Labelled, JobError> {
    let (ctx, claim, vps) = (&running.env.ctx, &running.claim, task.vps.id);
    let found = cloud.find_by_label(&task.vps.provider_label).await?;
    if found.value.as_ref().is_some_and(|instance| !is_ours(task, instance)) {
        return Err(JobError::Rule(domain::Error::invalid(
            "another machine at the provider has this server's label; rename it there, then retry",
        )));
    }
    if found.value.is_none() && memory.label_seen {
        return Ok(Labelled::Unlisted);
    }
    let adopted = found.value.is_some();
    memory.create_tried = true;
    let intent = Intent::say("Creating the server").percent(10).remember(memory.to_json());
    let making = running.begin(CREATE, intent).await?;
    let answer = match found {
        Answered { value: Some(instance), request_id } => Answered { value: instance, request_id },
        _ => match cloud.create(&order(running, task)?).await {
            Ok(answer) => answer,
            // Ours, by an earlier try whose answer was lost: the next check will find it.
            Err(error) if error.code == code::LABEL_TAKEN => {
                memory.label_seen = true;
                return Ok(Labelled::Unlisted);
            }
            Err(error) => return Err(error.into()),
        },
    };
    let made = making.having(answer).await?;
    let words = if adopted { "The server exists already" } else { "The server was created" };
    let detail = json!({ "provider_request_id": made.value().request_id, "adopted": adopted });
    let note = Note::say(words).reference(&made.value().value.reference).detail(detail);
    let keep =
        async |made: &Answered<Instance>| domain::vps::save_reference(ctx, claim, vps, &counterpart(&made.value)).await;
    let made = made.commit_with(note, keep).await?.value;
    Ok(if adopted { Labelled::Found(made.reference) } else { Labelled::Created })
}

fn order(running: &Running, task: &Task) -> Result<CreateInstance, JobError> {
    let root_password = match &task.root_password {
        Some(password) => password.clone(),
        None if task.vps.ssh_public_key.is_some() => unguessable(running),
        None => {
            return Err(JobError::Rule(domain::Error::invalid(
                "the order's root password was removed, so nobody could enter the server; the customer has to order \
                 again",
            )));
        }
    };
    Ok(CreateInstance {
        label: task.vps.provider_label.clone(),
        type_id: task.vps.type_id.clone(),
        region: task.vps.region_id.clone(),
        image: task.vps.image_id.clone(),
        root_password,
        authorized_keys: task.vps.ssh_public_key.clone().into_iter().collect(),
        tags: tags(task),
    })
}

/// For servers that are entered by key: the provider asks for a password all the same, and nobody
/// is to know it.
fn unguessable(running: &Running) -> SecretString {
    let chance = u128::from_le_bytes(running.env.ctx.chance.bytes());
    SecretString::from(format!("{chance:032x}-Aa1!"))
}

/// One check of the machine: done, not yet, or never.
async fn start(
    running: &Running,
    task: &Task,
    cloud: &dyn CloudProvider,
    reference: &str,
    memory: &mut Progress,
) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let Some(observed) = observe(running, cloud, reference).await? else {
        return Err(JobError::Rule(domain::Error::invalid(
            "the server disappeared at the provider while it was being created",
        )));
    };
    match observed.state {
        InstanceState::Running => {
            let effect =
                async |seen: &Observation| domain::vps::mark_running(ctx, claim, task.vps.id, &seen.counterpart).await;
            running
                .resume(START)
                .having(observed)
                .await?
                .commit_with(Note::say("The server is running"), effect)
                .await?;
            return Ok(Outcome::Done);
        }
        InstanceState::Stopped if memory.boot_tried => {
            return Err(JobError::Rule(domain::Error::invalid(
                "the server was created but did not start, not even when it was told to start a second time",
            )));
        }
        InstanceState::Stopped => {
            let intent = Intent::say("The server did not start by itself; starting it");
            let told = running.begin(START_AGAIN, intent).await?.call(cloud.boot(reference)).await?;
            let note = Note::say("The start was accepted").request(told.value().request_id.as_deref());
            told.commit(note).await?;
            memory.boot_tried = true;
        }
        InstanceState::Deleting => {
            return Err(JobError::Rule(domain::Error::invalid(
                "the server is being deleted at the provider, and not by this panel",
            )));
        }
        _ => {
            let percent = 50 + u8::try_from(memory.looks.min(8) * 5).unwrap_or(40);
            progress(&ctx.db, claim, percent, "Starting up").await?;
        }
    }
    let awaited: &[InstanceState] = if memory.boot_tried { &STARTED } else { &SETTLED };
    Ok(memory.clone().wait_for(running, awaited))
}
