//! A worker process that holds a hundred jobs is killed: how soon do they all run elsewhere?

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use domain::work::{Job, NewJob, enqueue_many};

use super::ours::{Ours, WORKERS, scalar};
use crate::JobsScale;

/// Each runs longer than the measurement may take.
const SLEEP_MS: u32 = 120_000;
/// After so long it is given up.
const LIMIT: Duration = Duration::from_secs(90);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Seconds from the kill until another process holds them all.
///
/// # Errors
/// When they do not all run elsewhere in time.
pub async fn measure(redis_url: &str, scale: JobsScale) -> Result<Duration> {
    let held = scale.held;
    let mut ours = Ours::start(redis_url, held, scale.leases).await?;
    let [first, second] = WORKERS;
    ours.clear().await?;
    ours.stack.start_role(first, &["worker"])?;
    let jobs: Vec<_> = (0..held).map(|_| NewJob::new(Job::Probe { sleep_ms: Some(SLEEP_MS) })).collect();
    let tx = ours.ctx.begin().await?;
    enqueue_many(&ours.ctx, &tx, &jobs).await?;
    tx.commit().await?;
    until_running(&ours, held, "where true").await?;
    let owner: Option<String> = scalar(&ours.owner, "select min(lease_owner) from job").await?;
    let owner = owner.context("nobody holds them")?;
    ours.stack.start_role(second, &["worker"])?;
    // The second stands idle beside the first, as it would have for hours, and the last beat is of any age.
    tokio::time::sleep(scale.beside).await;
    until_running(&ours, held, &format!("where lease_owner = '{owner}'")).await?;
    let killed = Instant::now();
    ours.stack.kill(first).await?;
    until_running(&ours, held, &format!("where lease_owner <> '{owner}' and lease_until > now()")).await?;
    Ok(killed.elapsed())
}

/// Waits until all of them run and are of the wanted kind.
async fn until_running(ours: &Ours, held: u32, wanted: &str) -> Result<()> {
    let began = Instant::now();
    loop {
        let running: Option<i64> =
            scalar(&ours.owner, &format!("select count(*) filter ({wanted}) from job where state = 'running'")).await?;
        if running == Some(i64::from(held)) {
            return Ok(());
        }
        ensure!(began.elapsed() < LIMIT, "{} of {held} jobs run {wanted} after {LIMIT:?}", running.unwrap_or(0));
        tokio::time::sleep(LOOK).await;
    }
}
