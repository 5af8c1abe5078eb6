//! Compares what stands at a provider with the rows: deletes what nobody owns, finds what is lost.

use domain::ProviderAccountId;
use domain::cloud::{look_begins, orphan_deleted, reconcile, reconcile_all};

use super::machines::ours;
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Done, Intent, Step};

const COMPARE: Step = Step::of("provider.reconcile", "compare");
const DELETE: Step = Step::of("provider.reconcile", "delete");
const FAN_OUT: Step = Step::of("provider.reconcile", "fan_out");

/// Without an account: a job for each.
pub async fn run(running: &Running, account: Option<ProviderAccountId>) -> Result<Outcome, JobError> {
    if let Some(account) = account {
        return one(running, account).await;
    }
    running.whole(FAN_OUT, reconcile_all(&running.env.ctx, &running.claim)).await?;
    Ok(Outcome::Done)
}

async fn one(running: &Running, account: ProviderAccountId) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let comparing = running.begin(COMPARE, Intent::say("Comparing machines and servers")).await?;
    let began = look_begins(ctx).await?;
    let listed = comparing.call(ours(running, account)).await?;
    let machines = listed.value().1.len();
    let (cloud, machines) = listed.commit(Done::say(format!("{machines} machines listed"))).await?;
    let found = reconcile(ctx, claim, account, &machines, began, running.env.patience).await?;
    if !found.orphans.is_empty() {
        let words = "Deleting machines that belong to no server";
        let deleting = running.begin(DELETE, Intent::say(words)).await?;
        let all = async {
            for orphan in &found.orphans {
                cloud.delete(&orphan.provider_ref).await?;
                orphan_deleted(ctx, claim, orphan).await?;
            }
            Ok::<_, JobError>(())
        };
        let deleted = deleting.call(all).await?;
        deleted.commit(Done::say(format!("{} machines deleted", found.orphans.len()))).await?;
    }
    Ok(Outcome::Done)
}
