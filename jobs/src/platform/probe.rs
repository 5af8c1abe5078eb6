//! A job that shows that jobs reach workers.

use std::time::Duration;

use domain::work::MAX_PROBE_SLEEP_MS;

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::Step;

const PROBE: Step = Step::of("platform.probe", "probe");

/// A probe that sleeps looks this often whether it was asked to end.
const NAP: Duration = Duration::from_millis(200);

/// Does nothing, or sleeps, and writes nothing but that it is done.
pub async fn run(running: &Running, sleep_ms: Option<u32>) -> Result<Outcome, JobError> {
    running.whole(PROBE, async { Ok::<_, JobError>(sleep(running, sleep_ms.unwrap_or(0)).await) }).await
}

async fn sleep(running: &Running, ms: u32) -> Outcome {
    let mut left = Duration::from_millis(ms.min(MAX_PROBE_SLEEP_MS).into());
    while !left.is_zero() {
        if running.should_end() {
            return Outcome::Cancelled;
        }
        let nap = left.min(NAP);
        tokio::time::sleep(nap).await;
        left -= nap;
    }
    Outcome::Done
}
