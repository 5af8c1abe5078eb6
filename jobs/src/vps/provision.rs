//! Makes a server: looks for it by its label, creates it only if it is not there, waits until it
//! runs. The label is unique at the provider and fixed for life, and so is the idempotency key of
//! a call that has none.

use domain::StepPhase::{Done, Intent};
use domain::VpsId;
use domain::jobs::{Failure, progress, record_step, record_step_with, remember};
use domain::vps::Task;
use providers::{CloudProvider, CreateInstance, Instance, InstanceState, code};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::tags::{is_ours, seen, tags};
use super::unwind::unwind;
use crate::Running;
use crate::outcome::{JobError, Outcome, failure};

/// What one run leaves for the next.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    /// Looks at the provider so far, for the pauses between them.
    #[serde(default)]
    pub looks: u32,
    /// The order is being taken back, for this reason.
    #[serde(default)]
    pub failing: Option<Reason>,
}

/// Why an order is taken back; [`Failure`] as it is kept between runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reason {
    code: String,
    customer: String,
    admin: String,
    request_id: Option<String>,
}

impl From<Failure> for Reason {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code,
            customer: failure.customer,
            admin: failure.admin,
            request_id: failure.provider_request_id,
        }
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
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

    /// Looks again after a pause that grows with the looks.
    pub fn wait(mut self, running: &Running) -> Outcome {
        let pause = running.env.waits.after(self.looks);
        self.looks += 1;
        Outcome::Wait { pause, step_data: self.to_json() }
    }
}

/// Makes the server, or takes the order back.
pub async fn run(running: &Running, vps: VpsId) -> Result<Outcome, JobError> {
    let mut progress = Progress::of(running);
    if progress.failing.is_none() && running.should_end() {
        progress.failing = Some(ended(running).into());
    }
    if progress.failing.is_none() {
        match advance(running, vps, &mut progress).await {
            Ok(outcome) => return Ok(outcome),
            Err(error) => match error.into_outcome(running) {
                Outcome::Fail(mut why) => {
                    "The server could not be made. The money set aside for it is back in your wallet."
                        .clone_into(&mut why.customer);
                    progress.failing = Some(why.into());
                }
                other => return Ok(other),
            },
        }
    }
    unwind(running, vps, progress).await
}

fn ended(running: &Running) -> Failure {
    if running.claim.overdue && !running.claim.cancel_requested {
        let mut late = failure("deadline", "The server did not run within its deadline and was taken back.", None);
        "The server took too long to start and was taken back. The money set aside for it is back in your wallet."
            .clone_into(&mut late.customer);
        return late;
    }
    let mut cancelled = failure("cancelled", "The order was cancelled and taken back.", None);
    "The order was cancelled. The money set aside for it is back in your wallet.".clone_into(&mut cancelled.customer);
    cancelled
}

async fn advance(running: &Running, vps: VpsId, memory: &mut Progress) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    domain::vps::begin_provision(ctx, claim, vps).await?;
    let task = domain::vps::task(ctx, vps).await?;
    let cloud = running.env.cloud(task.vps.provider_account_id).await?;
    if let Some(reference) = task.vps.provider_ref.clone() {
        return await_running(running, &task, cloud.as_ref(), &reference, memory).await;
    }
    progress(&ctx.db, claim, 10, "Making the server").await?;
    let Some(instance) = ensure_instance(running, &task, cloud.as_ref(), memory).await? else {
        return Ok(memory.clone().wait(running));
    };
    domain::vps::save_reference(ctx, claim, vps, &seen(&instance)).await?;
    record_step(&ctx.db, claim, 1, "start", Intent, "Starting it").await?;
    progress(&ctx.db, claim, 50, "Starting up").await?;
    settle(running, &task, cloud.as_ref(), &instance, memory).await
}

/// The instance with our label: found, or created. None: it exists but no list shows it yet.
async fn ensure_instance(
    running: &Running,
    task: &Task,
    cloud: &dyn CloudProvider,
    memory: &mut Progress,
) -> Result<Option<Instance>, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let found = cloud.find_by_label(&task.vps.provider_label).await?;
    if let Some(instance) = found.value {
        if !is_ours(task, &instance) {
            return Err(JobError::Rule(domain::Error::invalid(
                "another machine at the provider carries this server's label; rename it there, then retry",
            )));
        }
        let detail = json!({ "provider_request_id": found.request_id, "adopted": true });
        record_step_with(
            &ctx.db,
            claim,
            0,
            "create",
            Done,
            "Found it at the provider",
            Some(&instance.reference),
            detail,
        )
        .await?;
        return Ok(Some(instance));
    }
    if memory.label_seen {
        return Ok(None);
    }
    record_step(&ctx.db, claim, 0, "create", Intent, "Making the server").await?;
    memory.create_tried = true;
    remember(&ctx.db, claim, &memory.to_json()).await?;
    match cloud.create(&order(running, task)).await {
        Ok(answer) => {
            let detail = json!({ "provider_request_id": answer.request_id });
            record_step_with(
                &ctx.db,
                claim,
                0,
                "create",
                Done,
                "The server was made",
                Some(&answer.value.reference),
                detail,
            )
            .await?;
            Ok(Some(answer.value))
        }
        // Ours, by an earlier try whose answer was lost: the next look will show it.
        Err(error) if error.code == code::LABEL_TAKEN => {
            memory.label_seen = true;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn order(running: &Running, task: &Task) -> CreateInstance {
    CreateInstance {
        label: task.vps.provider_label.clone(),
        type_id: task.vps.type_id.clone(),
        region: task.vps.region_id.clone(),
        image: task.vps.image_id.clone(),
        root_password: task.root_password.clone().unwrap_or_else(|| unguessable(running)),
        authorized_keys: task.vps.ssh_public_key.clone().into_iter().collect(),
        tags: tags(task),
    }
}

/// For servers that are entered by key: the provider asks for a password all the same, and nobody
/// is to know it.
fn unguessable(running: &Running) -> SecretString {
    let chance = u128::from_le_bytes(running.env.ctx.chance.bytes());
    SecretString::from(format!("{chance:032x}-Aa1!"))
}

async fn await_running(
    running: &Running,
    task: &Task,
    cloud: &dyn CloudProvider,
    reference: &str,
    memory: &mut Progress,
) -> Result<Outcome, JobError> {
    let answer = cloud.get(reference).await?;
    let Some(instance) = answer.value else {
        return Err(JobError::Rule(domain::Error::invalid(
            "the server vanished at the provider while it was being made",
        )));
    };
    settle(running, task, cloud, &instance, memory).await
}

/// One look at the instance: done, not yet, or never.
async fn settle(
    running: &Running,
    task: &Task,
    cloud: &dyn CloudProvider,
    instance: &Instance,
    memory: &mut Progress,
) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    match instance.state {
        InstanceState::Running => {
            record_step(&ctx.db, claim, 1, "start", Done, "It is running").await?;
            domain::vps::mark_running(ctx, claim, task.vps.id, &seen(instance)).await?;
            Ok(Outcome::Done)
        }
        InstanceState::Stopped if memory.boot_tried => Err(JobError::Rule(domain::Error::invalid(
            "the server was made but did not start, even when told to a second time",
        ))),
        InstanceState::Stopped => {
            record_step(&ctx.db, claim, 2, "start_again", Intent, "It did not start by itself; starting it again")
                .await?;
            cloud.boot(&instance.reference).await?;
            memory.boot_tried = true;
            Ok(memory.clone().wait(running))
        }
        InstanceState::Deleting => {
            Err(JobError::Rule(domain::Error::invalid("somebody is deleting the server at the provider")))
        }
        _ => {
            let percent = 50 + u8::try_from(memory.looks.min(8) * 5).unwrap_or(40);
            progress(&ctx.db, claim, percent, "Starting up").await?;
            Ok(memory.clone().wait(running))
        }
    }
}
