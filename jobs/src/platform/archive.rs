//! Moves ended jobs to the archive and drops what is past its time.

use domain::queue::archive_batch;
use domain::tidy::drop_old;

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const MOVE: Step = Step::of("platform.archive", "move");
const DROP: Step = Step::of("platform.archive", "drop");

/// Batches move in transactions of their own, so a second run continues where the first ended.
pub async fn run(running: &Running) -> Result<Outcome, JobError> {
    let (ctx, claim, keep) = (&running.env.ctx, &running.claim, running.env.retention);
    let moving = running.begin(MOVE, Intent::say("Moving ended jobs to the archive")).await?;
    let all = async {
        let (mut jobs, mut steps) = (0, 0);
        loop {
            let moved = archive_batch(ctx, claim, keep).await?;
            (jobs, steps) = (jobs + moved.jobs, steps + moved.steps);
            if moved.jobs == 0 || running.should_end() {
                return Ok::<_, domain::Error>((jobs, steps));
            }
        }
    };
    let moved = moving.call(all).await?;
    let (jobs, steps) = *moved.value();
    moved.commit(Note::say(format!("{jobs} jobs and {steps} steps moved"))).await?;
    running.whole(DROP, drop_old(ctx, claim, keep)).await?;
    Ok(Outcome::Done)
}
