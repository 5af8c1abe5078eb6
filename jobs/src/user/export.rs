//! Copies what is held about a person.

use domain::{DataExportId, UserId};

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::Step;

const COPY: Step = Step::of("user.export", "copy");

/// One transaction in the rules does it all; a copy that is ready already stays as it is.
pub async fn run(running: &Running, user: UserId, export: DataExportId) -> Result<Outcome, JobError> {
    running.whole(COPY, domain::data_export::copy(&running.env.ctx, &running.claim, user, export)).await?;
    Ok(Outcome::Done)
}
