//! Removes what is past its time.

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::Step;

const TIDY: Step = Step::of("platform.tidy", "tidy");

/// One transaction in the rules does it all.
pub async fn run(running: &Running) -> Result<Outcome, JobError> {
    running.whole(TIDY, domain::tidy::tidy(&running.env.ctx, &running.claim)).await?;
    Ok(Outcome::Done)
}
