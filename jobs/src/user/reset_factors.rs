//! Resets second factors whose waiting time is over.

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::Step;

const RESET: Step = Step::of("user.reset_factors", "reset");

/// One transaction in the rules does it all.
pub async fn run(running: &Running) -> Result<Outcome, JobError> {
    running.whole(RESET, domain::factor::reset_due(&running.env.ctx, &running.claim)).await?;
    Ok(Outcome::Done)
}
