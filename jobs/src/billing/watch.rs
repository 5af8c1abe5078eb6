//! Looks after wallets: when they are empty, who is told, and what happens then.

use domain::OrgId;

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const WATCH: Step = Step::of("billing.watch", "watch");

/// Each wallet's step is a transaction of its own, and is done once however often this runs.
pub async fn run(running: &Running, org: Option<OrgId>) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let begun = running.begin(WATCH, Intent::say("Looking after wallets")).await?;
    let watched = begun.call(async { Ok::<_, JobError>(domain::prepaid::watch(ctx, claim, org).await?) }).await?;
    let found = watched.value();
    let words = format!("{} wallets computed, {} notices, {} ladders", found.computed, found.told, found.climbed);
    watched.commit(Note::say(words)).await?;
    Ok(Outcome::Done)
}
