//! Lists all our machines of a cloud while jobs wait for one of them: one list instead of a request for each.

use domain::CloudId;
use domain::cloud::{end_watch, listing_begins, store_machines};
use domain::queue::remember;
use serde_json::json;

use super::machines::ours;
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const LIST: Step = Step::of("cloud.watch", "look");
const END: Step = Step::of("cloud.watch", "end");

/// One list; the next follows after a pause, until no job waits any more.
pub async fn run(running: &Running, cloud: CloudId) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    // Only the first list stands in the timeline; there may be thousands.
    let listing = if LIST.is_done(claim) {
        running.resume(LIST)
    } else {
        running.begin(LIST, Intent::say("Watching the machines that jobs wait for")).await?
    };
    let began = listing_begins(ctx).await?;
    let listed = listing.call(async { Ok::<_, JobError>(ours(running, cloud).await?.1) }).await?;
    let watched = if LIST.is_done(claim) {
        let machines = listed.not_yet();
        store_machines(ctx, claim, cloud, &machines, began).await?
    } else {
        let words = format!("{} machines", listed.value().len());
        let machines = listed.commit(Note::say(words)).await?;
        store_machines(ctx, claim, cloud, &machines, began).await?
    };
    remember(&ctx.db, claim, &json!({ "woken": watched.woken, "waiting": watched.waiting })).await?;
    if watched.waiting == 0 && running.whole(END, end_watch(ctx, claim, cloud)).await? {
        return Ok(Outcome::Done);
    }
    Ok(Outcome::Wait { pause: running.env.waits.watch, step_data: json!({ "waiting": watched.waiting }) })
}
