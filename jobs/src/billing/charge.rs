//! Divides a tick into chunks of organisations, each of which is a job: any number of workers share it.

use chrono::{DateTime, Utc};

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::Step;

const CHARGE: Step = Step::of("billing.charge", "charge");

/// One transaction in the rules does it all.
pub async fn run(running: &Running, tick: DateTime<Utc>) -> Result<Outcome, JobError> {
    running.whole(CHARGE, domain::billing::divide(&running.env.ctx, &running.claim, tick)).await?;
    Ok(Outcome::Done)
}
