//! Erases a person who may not sign in any more.

use domain::UserId;

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::Step;

const ERASE: Step = Step::of("user.erase", "erase");

/// One transaction in the rules does it all; a person who is erased already stays so.
pub async fn run(running: &Running, user: UserId) -> Result<Outcome, JobError> {
    running.whole(ERASE, domain::erasure::carry_out(&running.env.ctx, &running.claim, user)).await?;
    Ok(Outcome::Done)
}
