//! How a run ends, in a word, and what is written for each word.

use std::time::Duration;

use entity::CloudId;
use entity::activity::EventStatus;
use entity::vps::VpsAction;
use serde_json::Value as Json;

use super::claim::Claimed;
use super::kind::Subject;
use crate::activity::{self, Event, NAME};
use crate::error::Result;
use crate::queue::{self, Failure, RunEnd};
use crate::{Ctx, cloud};

/// How one run of a job ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It did what it should.
    Done,
    /// It looks again after a while. No attempt, and no worker held.
    Wait {
        /// How long.
        pause: Duration,
        /// What it has learnt, a JSON object.
        step_data: Json,
    },
    /// It failed temporarily.
    Retry {
        /// Why.
        failure: Failure,
        /// How long to wait.
        pause: Duration,
        /// Whether it counts as an attempt.
        counts: bool,
    },
    /// It failed for good, and nothing is left of it.
    Fail(Failure),
    /// It was asked to end, and nothing is left of it.
    Cancelled,
    /// It needs attention.
    Stick(Failure),
    /// Another worker has it: write nothing.
    Fenced,
}

impl Outcome {
    /// The word in metrics and logs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Wait { .. } => "wait",
            Self::Retry { .. } => "retry",
            Self::Fail(_) => "failed",
            Self::Cancelled => "cancelled",
            Self::Stick(_) => "stuck",
            Self::Fenced => "fenced",
        }
    }

    /// What charts count it as; none when the job has passed to another worker.
    #[must_use]
    pub fn counted_as(&self) -> Option<RunEnd> {
        match self {
            Self::Done => Some(RunEnd::Done),
            Self::Wait { .. } | Self::Cancelled => Some(RunEnd::Waiting),
            Self::Retry { .. } => Some(RunEnd::Retried),
            Self::Fail(_) | Self::Stick(_) => Some(RunEnd::Failed),
            Self::Fenced => None,
        }
    }
}

/// The final word on a run.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// How it ended.
    pub outcome: Outcome,
    /// The cloud whose token was refused in it: the jobs of that cloud are held up from now on.
    pub refused: Option<CloudId>,
}

impl From<Outcome> for Settlement {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, refused: None }
    }
}

/// Writes how a run ended. A handler that settled in the transaction of its effect is fenced here, which is as it
/// should be.
///
/// # Errors
/// `fenced`, and when the database does not answer.
pub async fn settle(ctx: &Ctx, claimed: &Claimed, settlement: Settlement) -> Result<()> {
    let claim = &claimed.claim;
    if let Some(refused) = settlement.refused {
        let tx = ctx.begin().await?;
        cloud::pause_for_credentials(&tx, refused, claim.id).await?;
        tx.commit().await?;
    }
    match settlement.outcome {
        Outcome::Done => queue::succeed(&ctx.db, claim, None).await,
        Outcome::Wait { pause, step_data } => wait(ctx, claimed, pause, &step_data).await,
        Outcome::Retry { failure, pause, counts } => queue::retry_later(&ctx.db, claim, &failure, pause, counts).await,
        Outcome::Cancelled => queue::cancelled(&ctx.db, claim).await,
        Outcome::Fail(failure) => give_up(ctx, claimed, &failure, false).await,
        Outcome::Stick(failure) => give_up(ctx, claimed, &failure, true).await,
        Outcome::Fenced => Ok(()),
    }
}

/// A job that waits for a server's machine is told by the watcher of the server's cloud; its own pause is for when
/// there
/// is none.
async fn wait(ctx: &Ctx, claimed: &Claimed, pause: Duration, step_data: &Json) -> Result<()> {
    let claim = &claimed.claim;
    let about_server = matches!(claimed.job.as_ref().map(super::Job::subject), Ok(Some(Subject::Vps(_))));
    let Some(watched) = claim.cloud_id.filter(|_| about_server) else {
        return queue::wait(&ctx.db, claim, pause, step_data).await;
    };
    let tx = ctx.begin().await?;
    queue::wait(&tx, claim, pause, step_data).await?;
    cloud::watch(ctx, &tx, watched).await?;
    tx.commit().await?;
    Ok(())
}

async fn give_up(ctx: &Ctx, claimed: &Claimed, failure: &Failure, stuck: bool) -> Result<()> {
    let claim = &claimed.claim;
    let tx = ctx.begin().await?;
    if stuck {
        queue::stick(&tx, claim, failure).await?;
    } else {
        queue::fail(&tx, claim, failure).await?;
    }
    let told = |words: String| {
        let event = if stuck { "job.stuck" } else { "job.failed" };
        Event::new(event, EventStatus::Error, words).org(claim.org_id).job(claim.id)
    };
    let about = claimed.job.as_ref().ok().and_then(|job| job.action().zip(job.subject()));
    let event = if let Some((action, Subject::Vps(vps))) = about {
        told(format!("{NAME} {}: {}", not_done(action, stuck), failure.customer)).entity("vps", vps)
    } else {
        let words = if stuck { "needs attention" } else { "failed" };
        told(format!("{} {words}: {}", claim.kind, failure.customer)).entity("job", claim.id)
    };
    activity::record(&tx, event).await?;
    tx.commit().await?;
    Ok(())
}

/// What became of an action, after the server's name.
fn not_done(action: VpsAction, stuck: bool) -> &'static str {
    match (action, stuck) {
        (VpsAction::Create, false) => "could not be created",
        (VpsAction::Boot, false) => "could not be booted",
        (VpsAction::Shutdown, false) => "could not be shut down",
        (VpsAction::Reboot, false) => "could not be rebooted",
        (VpsAction::Delete, false) => "could not be deleted",
        (VpsAction::Create, true) => "is not created yet",
        (VpsAction::Boot, true) => "is not booted yet",
        (VpsAction::Shutdown, true) => "is not shut down yet",
        (VpsAction::Reboot, true) => "is not rebooted yet",
        (VpsAction::Delete, true) => "is not deleted yet",
    }
}
