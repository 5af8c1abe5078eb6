//! Removes what is past its time.

use crate::Running;
use crate::outcome::{JobError, Outcome};

/// One transaction in the rules does it all.
pub async fn run(running: &Running) -> Result<Outcome, JobError> {
    domain::tidy::tidy(&running.env.ctx, &running.claim).await?;
    Ok(Outcome::Done)
}
