//! One way to do a step: the intent is committed, the call is made, the effect is committed. Each stage hands over to
//! the next, and each has its failpoint, so a handler can neither skip one nor do them in another order.

use domain::StepPhase;
use domain::queue::{progress, record_step, record_step_with, remember};
use serde_json::{Value as Json, json};

use super::Step;
use crate::Running;
use crate::failpoint::{self, Position};
use crate::outcome::JobError;

/// What a step is about to do, and what must be on record before its call may take effect.
#[derive(Clone, Debug)]
pub(crate) struct Intent {
    words: &'static str,
    percent: Option<u8>,
    memory: Option<Json>,
}

impl Intent {
    /// Words for the timeline.
    pub(crate) fn say(words: &'static str) -> Self {
        Self { words, percent: None, memory: None }
    }

    /// How far the job is by then; the pages show it with the words.
    pub(crate) fn percent(mut self, percent: u8) -> Self {
        self.percent = Some(percent);
        self
    }

    /// What the next run must know even if the call's answer is lost.
    pub(crate) fn remember(mut self, memory: Json) -> Self {
        self.memory = Some(memory);
        self
    }
}

/// What a step did, as its timeline shows it.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    words: String,
    reference: Option<String>,
    detail: Json,
}

impl Note {
    /// Words for the timeline.
    pub(crate) fn say(words: impl Into<String>) -> Self {
        Self { words: words.into(), reference: None, detail: json!({}) }
    }

    /// The provider's id of what was made or unmade.
    pub(crate) fn reference(mut self, reference: &str) -> Self {
        self.reference = Some(reference.to_owned());
        self
    }

    /// Details for the administrator, a JSON object.
    pub(crate) fn detail(mut self, detail: Json) -> Self {
        self.detail = detail;
        self
    }

    /// The provider's id of the exchange.
    pub(crate) fn request(self, id: Option<&str>) -> Self {
        self.detail(json!({ "provider_request_id": id }))
    }
}

/// A step whose intent is on record. Its call comes next.
#[derive(Debug)]
#[must_use = "the step's call comes next"]
pub(crate) struct Begun<'r> {
    running: &'r Running,
    step: Step,
}

/// A step whose call was answered. Its effect is to be committed.
#[derive(Debug)]
#[must_use = "the effect is not on record yet"]
pub(crate) struct Called<'r, T> {
    begun: Begun<'r>,
    value: T,
}

impl Running {
    /// Begins a step: its intent is on record when this returns.
    pub(crate) async fn begin(&self, step: Step, intent: Intent) -> Result<Begun<'_>, JobError> {
        failpoint::at(step, Position::BeforeIntent).await?;
        let tx = self.env.ctx.begin().await?;
        record_step(&tx, &self.claim, step.index, step.name, StepPhase::Intent, intent.words).await?;
        if let Some(percent) = intent.percent {
            progress(&tx, &self.claim, percent, intent.words).await?;
        }
        if let Some(memory) = &intent.memory {
            remember(&tx, &self.claim, memory).await?;
        }
        tx.commit().await.map_err(domain::Error::from)?;
        failpoint::at(step, Position::AfterIntent).await?;
        Ok(Begun { running: self, step })
    }

    /// Resumes a step that an earlier run began: the timeline need not say so again.
    pub(crate) fn resume(&self, step: Step) -> Begun<'_> {
        Begun { running: self, step }
    }

    /// Does a step that is one fenced transaction of ours. It happens whole or not at all, so it
    /// needs no row that says that it was about to happen.
    pub(crate) async fn whole<T, E: Into<JobError>>(
        &self,
        step: Step,
        effect: impl Future<Output = Result<T, E>>,
    ) -> Result<T, JobError> {
        for position in [Position::BeforeIntent, Position::AfterIntent, Position::AfterCall] {
            failpoint::at(step, position).await?;
        }
        let value = effect.await.map_err(Into::into)?;
        failpoint::at(step, Position::AfterCommit).await?;
        Ok(value)
    }
}

impl<'r> Begun<'r> {
    /// Makes the call. No transaction is open meanwhile.
    pub(crate) async fn call<T, E: Into<JobError>>(
        self,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<Called<'r, T>, JobError> {
        let value = call.await.map_err(Into::into)?;
        self.having(value).await
    }

    /// Continues with the answer of a call that was made to find out which step comes next.
    pub(crate) async fn having<T>(self, value: T) -> Result<Called<'r, T>, JobError> {
        failpoint::at(self.step, Position::AfterCall).await?;
        Ok(Called { begun: self, value })
    }

    /// Leaves the rest of the step to a later run, which [`Running::resume`]s it.
    pub(crate) fn later(self) {
        tracing::debug!(kind = self.step.kind, step = self.step.name, "the step continues in a later run");
    }
}

impl<T> Called<'_, T> {
    /// The call's answer.
    pub(crate) fn value(&self) -> &T {
        &self.value
    }

    /// The answer of a call that has not brought the step to its end.
    pub(crate) fn not_yet(self) -> T {
        self.value
    }

    /// Puts on record what was done; that is all the effect there is with us.
    pub(crate) async fn commit(self, note: Note) -> Result<T, JobError> {
        self.commit_with(note, async |_| Ok(())).await
    }

    /// Puts on record what was done, and commits its effect, a fenced transaction of `domain`.
    /// Where that ends the job, nothing can be put on record after it: so the record comes first.
    pub(crate) async fn commit_with(
        self,
        note: Note,
        effect: impl AsyncFnOnce(&T) -> domain::Result<()>,
    ) -> Result<T, JobError> {
        let Begun { running, step } = self.begun;
        let (db, claim) = (&running.env.ctx.db, &running.claim);
        let (reference, detail) = (note.reference.as_deref(), note.detail);
        record_step_with(db, claim, step.index, step.name, StepPhase::Done, &note.words, reference, detail).await?;
        effect(&self.value).await?;
        failpoint::at(step, Position::AfterCommit).await?;
        Ok(self.value)
    }
}
