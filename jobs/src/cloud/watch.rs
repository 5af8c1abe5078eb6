//! Looks at all our machines of a cloud while jobs wait for one of them: one list instead of a
//! request for each.

use domain::CloudId;
use domain::cloud::{end_watch, keep_look, look_begins};
use domain::queue::remember;
use serde_json::json;

use super::machines::ours;
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const LOOK: Step = Step::of("cloud.watch", "look");
const END: Step = Step::of("cloud.watch", "end");

/// One list; the next follows after a pause, until no job waits any more.
pub async fn run(running: &Running, cloud: CloudId) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    // Only the first list stands in the timeline; there may be thousands.
    let looking = if LOOK.is_done(claim) {
        running.resume(LOOK)
    } else {
        running.begin(LOOK, Intent::say("Watching the machines that jobs wait for")).await?
    };
    let began = look_begins(ctx).await?;
    let seen = looking.call(async { Ok::<_, JobError>(ours(running, cloud).await?.1) }).await?;
    let look = if LOOK.is_done(claim) {
        let machines = seen.not_yet();
        keep_look(ctx, claim, cloud, &machines, began).await?
    } else {
        let words = format!("{} machines", seen.value().len());
        let machines = seen.commit(Note::say(words)).await?;
        keep_look(ctx, claim, cloud, &machines, began).await?
    };
    remember(&ctx.db, claim, &json!({ "woken": look.woken, "waiting": look.waiting })).await?;
    if look.waiting == 0 && running.whole(END, end_watch(ctx, claim, cloud)).await? {
        return Ok(Outcome::Done);
    }
    Ok(Outcome::Wait { pause: running.env.waits.watch, step_data: json!({ "waiting": look.waiting }) })
}
