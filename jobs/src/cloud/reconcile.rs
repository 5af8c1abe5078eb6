//! Compares a provider's machines with the rows: deletes those that no server owns, finds those that are lost.

use domain::CloudId;
use domain::cloud::{EpochState, Orphan, fresh_mark, orphan_deleted, reconcile, reconcile_all};

use super::sights::{Seen, advance, see};
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const COMPARE: Step = Step::of("cloud.reconcile", "compare");
const DELETE: Step = Step::of("cloud.reconcile", "delete");
const FAN_OUT: Step = Step::of("cloud.reconcile", "fan_out");

/// Without a cloud, enqueues a comparison of each.
pub async fn run(running: &Running, cloud: Option<CloudId>) -> Result<Outcome, JobError> {
    if let Some(cloud) = cloud {
        return one(running, cloud).await;
    }
    running.whole(FAN_OUT, reconcile_all(&running.env.ctx, &running.claim)).await?;
    Ok(Outcome::Done)
}

async fn one(running: &Running, cloud: CloudId) -> Result<Outcome, JobError> {
    let comparing = running.begin(COMPARE, Intent::say("Comparing machines with servers")).await?;
    let looked = comparing.call(see(running, cloud)).await?;
    let words = match looked.value() {
        Some(seen) => format!("{} machines seen", seen.sights.machines.len()),
        None => "The token belongs to another account; nothing was compared".to_owned(),
    };
    let Some(seen) = looked.commit(Note::say(words)).await? else { return Ok(Outcome::Done) };
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let orphans = reconcile(ctx, claim, cloud, &seen.sights, running.env.patience).await?;
    if !orphans.is_empty() {
        let words = "Deleting machines that belong to no server";
        let deleting = running.begin(DELETE, Intent::say(words)).await?;
        let deleted = deleting.call(delete(running, cloud, &seen, &orphans)).await?;
        deleted.commit(Note::say(format!("{} machines deleted", orphans.len()))).await?;
    }
    Ok(Outcome::Done)
}

/// Who destroys advances the mark first: a database that knows less than this one finds that out by it.
async fn delete(running: &Running, cloud: CloudId, seen: &Seen, orphans: &[Orphan]) -> Result<(), JobError> {
    let (ctx, claim, provider) = (&running.env.ctx, &running.claim, seen.provider.as_ref());
    let (machines, bearers) = (&seen.sights.machines, &seen.epoch.bearers);
    if seen.epoch.state == EpochState::Fits && seen.epoch.advance.is_none() && !bearers.is_empty() {
        advance(running, provider, cloud, machines, bearers, fresh_mark(ctx)).await?;
    }
    for orphan in orphans {
        provider.delete(&orphan.provider_ref).await?;
        orphan_deleted(ctx, claim, orphan).await?;
    }
    Ok(())
}
