//! Chains what the ledger's journals say.

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const SEAL: Step = Step::of("ledger.seal", "seal");

/// Some organisations a transaction; what was chained before waits no more, so a run that dies loses nothing.
pub async fn run(running: &Running) -> Result<Outcome, JobError> {
    let begun = running.begin(SEAL, Intent::say("Chaining journals")).await?;
    let sealed =
        begun.call(async { Ok::<_, JobError>(domain::ledger::chain::seal_waiting(&running.env.ctx).await?) }).await?;
    let words = format!("{} journals chained", sealed.value());
    sealed.commit(Note::say(words)).await?;
    Ok(Outcome::Done)
}
