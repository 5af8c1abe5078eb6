//! Compares a provider's machines with the rows: deletes those that no server owns, finds those that are lost.

use domain::CloudId;
use domain::cloud::{listing_begins, orphan_deleted, reconcile, reconcile_all};

use super::machines::ours;
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
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let comparing = running.begin(COMPARE, Intent::say("Comparing machines with servers")).await?;
    let began = listing_begins(ctx).await?;
    let listed = comparing.call(ours(running, cloud)).await?;
    let machines = listed.value().1.len();
    let (provider, machines) = listed.commit(Note::say(format!("{machines} machines listed"))).await?;
    let orphans = reconcile(ctx, claim, cloud, &machines, began, running.env.patience).await?;
    if !orphans.is_empty() {
        let words = "Deleting machines that belong to no server";
        let deleting = running.begin(DELETE, Intent::say(words)).await?;
        let all = async {
            for orphan in &orphans {
                provider.delete(&orphan.provider_ref).await?;
                orphan_deleted(ctx, claim, orphan).await?;
            }
            Ok::<_, JobError>(())
        };
        let deleted = deleting.call(all).await?;
        deleted.commit(Note::say(format!("{} machines deleted", orphans.len()))).await?;
    }
    Ok(Outcome::Done)
}
