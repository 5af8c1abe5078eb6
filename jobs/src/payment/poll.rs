//! Rings payments that are due to be looked at.

use domain::payment::ring_due;

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::Step;

const RING: Step = Step::of("payment.poll", "ring");

/// A transaction for each; one that was rung twice is looked at once.
pub async fn run(running: &Running) -> Result<Outcome, JobError> {
    running.whole(RING, ring_due(&running.env.ctx, &running.claim)).await?;
    Ok(Outcome::Done)
}
