//! What a kind must say of itself to be tested.

use domain::{JobId, JobState};

use crate::world::World;

/// A kind of job under test: how one comes to be, and what must be true of it in the end.
pub trait Story {
    /// What the checks compare with: how things were before the job.
    type Before;

    /// Steps that only a failing job takes, with what makes it fail so that it comes to them.
    const UNDO: Undo = Undo { steps: &[], causes: &[] };
    /// The choices that make a difference, such as which way a server is switched.
    const CHOICES: &'static [&'static str] = &[""];
    /// How it ends when it can't continue. What must never fail silently ends `stuck`.
    const FAILS_AS: JobState = JobState::Failed;

    /// A fresh job, after whatever it needs; `step` is the one that is going to be broken.
    async fn ask(world: &World, choice: &str, step: &str) -> (JobId, Self::Before);

    /// Makes sure that the job did what it should, and did it once.
    async fn assert_done(world: &World, job: JobId, before: &Self::Before);

    /// Makes sure that a job that failed left nothing behind: no machine, no money held.
    async fn assert_undone(world: &World, job: JobId, before: &Self::Before);
}

/// The steps of a kind that take back what the others did.
pub struct Undo {
    /// Their names.
    pub steps: &'static [&'static str],
    /// What to arm so that a job comes to them, one way a line.
    pub causes: &'static [&'static str],
}
