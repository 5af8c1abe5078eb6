//! Does one thing to many jobs.

use domain::BulkId;
use domain::queue::progress;
use domain::work::{bulk, bulk_step};

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const ACT: Step = Step::of("platform.bulk", "act");

/// Goes through the jobs a few at a time; each is a transaction of its own, so a second run continues
/// where the first ended.
pub async fn run(running: &Running, id: BulkId) -> Result<Outcome, JobError> {
    let acting = running.begin(ACT, Intent::say("Working through the jobs").percent(0)).await?;
    let mut cancelled = false;
    let all = async {
        while bulk_step(&running.env.ctx, &running.claim, id).await? {
            tell(running, id).await?;
            if running.should_end() {
                cancelled = true;
                break;
            }
        }
        bulk(&running.env.ctx, id).await
    };
    let gone_through = acting.call(all).await?;
    let bulk = gone_through.value();
    let refused =
        if bulk.refused == 0 { String::new() } else { format!(", {} could no longer be changed", bulk.refused) };
    let words = format!("{} of {} jobs changed{refused}", bulk.done, bulk.total);
    gone_through.commit(Note::say(words)).await?;
    Ok(if cancelled { Outcome::Cancelled } else { Outcome::Done })
}

async fn tell(running: &Running, id: BulkId) -> domain::Result<()> {
    let bulk = domain::work::bulk(&running.env.ctx, id).await?;
    let gone = i64::from(bulk.done) + i64::from(bulk.refused);
    let percent = u8::try_from((gone * 100 / i64::from(bulk.total.max(1))).min(99)).unwrap_or(99);
    progress(&running.env.ctx.db, &running.claim, percent, &format!("{gone} of {} jobs", bulk.total)).await
}
