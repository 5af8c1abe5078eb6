//! Charges the hours of one chunk of organisations.

use domain::JobId;

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::Step;

const CHARGE: Step = Step::of("billing.charge_chunk", "charge");

/// One transaction in the rules does it all.
pub async fn run(running: &Running, run: JobId, no: i32) -> Result<Outcome, JobError> {
    running.whole(CHARGE, domain::billing::charge_chunk(&running.env.ctx, &running.claim, run, no)).await?;
    Ok(Outcome::Done)
}
