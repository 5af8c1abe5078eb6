//! What may be asked of a job: one verdict for single actions, bulk requests and the buttons of a page.

use entity::job::JobState;

use super::kind::{Cancel, Kind};
use super::kinds::KINDS;
use crate::error::Error;

/// What an administrator asks of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Let it run again, from where it was or from an earlier step.
    Retry {
        /// The step's place, from 0.
        from_step: Option<i16>,
    },
    /// End it.
    Cancel,
    /// Set it aside: it needs no more attention.
    Discard,
}

/// What a job's row says, as far as a verdict depends on it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts of a row, each true or false by itself")]
pub struct Standing {
    /// Its kind; none for one that this build does not know.
    pub kind: Option<&'static Kind>,
    /// Its state.
    pub state: JobState,
    /// The place of the step that comes next.
    pub step: i16,
    /// Whether a worker ever claimed it.
    pub begun: bool,
    /// Whether it was asked to end already.
    pub cancel_requested: bool,
    /// Whether it was set aside already.
    pub discarded: bool,
    /// Whether another job took it up.
    pub taken_up: bool,
    /// Whether the deletion of its server ended it.
    pub superseded: bool,
    /// Whether it stands in the archive.
    pub archived: bool,
    /// Whether it is a failed order by password alone whose password was removed: nobody could enter the server.
    pub password_gone: bool,
}

/// What is done when a request is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is queued again, from this step if one is named.
    Resume(Option<i16>),
    /// A new job retries it.
    TakeUp,
    /// Its worker is asked to undo what it did and to end it.
    AskToEnd,
    /// It ends at once, and what its enqueuing brought about is undone.
    EndNow,
    /// It is marked as set aside.
    SetAside,
    /// It ends as failed and is marked as set aside.
    SetAsideAsFailed,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A stable word for programs.
    pub code: &'static str,
    /// Words for the administrator.
    pub words: &'static str,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::conflict(refusal.code, refusal.words)
    }
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This is done.
    Act(Action),
    /// It is so already: nothing is done, and that is no error.
    Already,
    /// It can't be done.
    Refuse(Refusal),
}

impl Verdict {
    /// Whether something is done.
    #[must_use]
    pub fn acts(self) -> bool {
        matches!(self, Self::Act(_))
    }
}

const UNKNOWN_KIND: Refusal = Refusal {
    code: "unknown_kind",
    words: "This version of SkyPanel doesn't know this kind of job, so it can't tell what would have to be undone. \
            Leave \
            it to a newer worker.",
};

/// An order by password alone, a day after it failed.
pub(crate) const PASSWORD_GONE: Refusal = Refusal {
    code: "password_gone",
    words: "The root password of this order was removed a day after the order failed, so nobody could enter the \
            server. Nothing was created or charged. Ask the customer to order again; the server's name is free.",
};

/// The answer to a request about a job of this standing.
#[must_use]
pub fn verdict(job: &Standing, request: Request) -> Verdict {
    match request {
        Request::Retry { from_step } => retry(job, from_step),
        Request::Cancel => cancel(job),
        Request::Discard => discard(job),
    }
}

/// The states in which a request can be granted to some job, for statements that read candidates.
#[must_use]
pub(super) fn states_for(request: Request) -> Vec<String> {
    let granted = |state: JobState| {
        let standings = KINDS.iter().flat_map(|kind| [false, true].map(|begun| fresh(Some(kind), state, begun)));
        standings.into_iter().any(|job| verdict(&job, request).acts())
    };
    JobState::ALL.iter().filter(|state| granted(**state)).map(ToString::to_string).collect()
}

fn fresh(kind: Option<&'static Kind>, state: JobState, begun: bool) -> Standing {
    Standing {
        kind,
        state,
        step: 0,
        begun,
        cancel_requested: false,
        discarded: false,
        taken_up: false,
        superseded: false,
        archived: false,
        password_gone: false,
    }
}

fn retry(job: &Standing, from_step: Option<i16>) -> Verdict {
    let refuse = |words| Verdict::Refuse(Refusal { code: "not_retryable", words });
    match job.state {
        _ if job.archived => refuse("This job is in the archive, where it changes no more."),
        JobState::Stuck | JobState::Retry | JobState::Waiting => match from_step {
            Some(step) if !(0..=job.step).contains(&step) => {
                refuse("This job has not reached that step yet. Choose one that it has begun.")
            }
            _ => Verdict::Act(Action::Resume(from_step)),
        },
        JobState::Failed | JobState::Cancelled if from_step.is_some() => refuse(
            "This job is final and what it did is undone, so it can't resume at one of its steps. Retry it as a whole.",
        ),
        JobState::Failed | JobState::Cancelled if job.taken_up => {
            refuse("This job has already been retried by another.")
        }
        JobState::Failed | JobState::Cancelled if job.superseded => {
            refuse("The deletion of its server ended this job, so there is nothing to retry.")
        }
        JobState::Failed | JobState::Cancelled if job.kind.is_none() => Verdict::Refuse(UNKNOWN_KIND),
        JobState::Failed | JobState::Cancelled if job.password_gone => Verdict::Refuse(PASSWORD_GONE),
        JobState::Failed | JobState::Cancelled => Verdict::Act(Action::TakeUp),
        JobState::Queued | JobState::Running => refuse("This job is in progress. There is nothing to retry."),
        JobState::Succeeded => refuse("This job is done. There is nothing to retry."),
    }
}

fn cancel(job: &Standing) -> Verdict {
    let refuse = |words| Verdict::Refuse(Refusal { code: "not_cancellable", words });
    if job.archived || matches!(job.state, JobState::Succeeded | JobState::Failed | JobState::Cancelled) {
        return refuse("This job has ended. There is nothing to cancel.");
    }
    if job.cancel_requested {
        return Verdict::Already;
    }
    let Some(kind) = job.kind else {
        return Verdict::Refuse(UNKNOWN_KIND);
    };
    match kind.cancel {
        Cancel::KeepsServer | Cancel::OnlyBeforeItBegan if job.begun => {
            refuse("This job has begun and can't be undone. Let it finish.")
        }
        // Something may exist at the provider: the handler takes it back and then ends the job.
        Cancel::TakesBackOrder if job.begun => Verdict::Act(Action::AskToEnd),
        _ if job.state == JobState::Running => Verdict::Act(Action::AskToEnd),
        _ => Verdict::Act(Action::EndNow),
    }
}

fn discard(job: &Standing) -> Verdict {
    let refuse = |words| Verdict::Refuse(Refusal { code: "not_discardable", words });
    match job.state {
        _ if job.archived => refuse("This job is in the archive, where it changes no more."),
        _ if job.discarded => Verdict::Already,
        JobState::Succeeded => Verdict::Already,
        JobState::Failed | JobState::Cancelled if job.taken_up => Verdict::Already,
        JobState::Failed | JobState::Cancelled => Verdict::Act(Action::SetAside),
        JobState::Stuck if job.kind.is_some_and(Kind::leaves_nothing) => Verdict::Act(Action::SetAsideAsFailed),
        JobState::Stuck => {
            refuse("A server or money depends on this job. Retry it, or cancel it so that it undoes what it did.")
        }
        _ => refuse("This job is in progress. Cancel it instead."),
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
