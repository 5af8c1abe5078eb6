//! `./dev prove jobs`: the job platform, steered and broken: fairness, pause, cancel, schedules,
//! retention, restarts, junk; with its figures.

mod line;
mod restart;
mod retention;
mod schedules;

use anyhow::{Result, ensure};

use crate::checker::Checker;
use crate::story::Story;
use testkit::client::Client;
use testkit::fixture::{PASSWORD, add_plan, connect_cloud};
use testkit::stack::{CLOUD_TOKEN, Stack};

const ADMIN: &str = "admin@example.com";

/// What the parts of the story share.
#[derive(Debug)]
pub struct Stage {
    /// The installation.
    pub stack: Stack,
    /// A second way to the truth.
    pub checker: Checker,
    /// An administrator.
    pub admin: Client,
    /// A plan to order.
    pub plan: String,
}

/// Plays the story; `soak` is how many jobs go through the part about retention.
///
/// # Errors
/// The first step that fails.
pub async fn play(soak: i64) -> Result<()> {
    let mut story = Story::begin("Jobs that are never lost, and easy to steer");
    let settings = [
        ("WORKER_QUEUES", "provision=16,power=8,billing=2,mail=16,upkeep=4"),
        ("WATCH_MS", "1000"),
        ("KEEP_SUCCEEDED_DAYS", "0"),
        ("DRAIN_MS", "20000"),
        ("VPS_QUOTA", "100"),
        ("RUST_LOG", "warn"),
    ];
    let stack = story.step("a fresh installation starts", Stack::start(&settings)).await?;
    let checker = Checker::of(&stack).await?;
    let begun = Box::pin(begin(&stack)).await?;
    let mut stage = Stage { stack, checker, admin: begun.0, plan: begun.1 };
    let outcome = Box::pin(parts(&mut story, &mut stage, soak)).await;
    if outcome.is_err() {
        for name in ["api", "worker-1", "worker-2", "scheduler"] {
            eprintln!("\n--- last lines of {name} ---\n{}", stage.stack.log_tail(name, 25));
        }
    }
    outcome?;
    story.end();
    Ok(())
}

async fn begin(stack: &Stack) -> Result<(Client, String)> {
    stack.run(&["admin", "create", "--email", ADMIN], PASSWORD).await?;
    let admin = stack.anonymous().sign_in(ADMIN, PASSWORD).await?;
    let cloud = connect_cloud(&admin, &stack.cloud_url, CLOUD_TOKEN).await?;
    let plan = add_plan(&admin, &cloud, "g6-nanode-1", "Nano", "1").await?;
    Ok((admin, plan))
}

async fn parts(story: &mut Story, stage: &mut Stage, soak: i64) -> Result<()> {
    let slowest =
        story.step("200,000 due jobs of one organisation do not hold up another's", line::fairness(stage)).await?;
    Story::figure(&format!(
        "the other's jobs began within {:.2} s at the most (bar 2 s); of the loud one at most {} ran at the same time (bound {})",
        slowest.seconds, slowest.most_running, slowest.bound
    ));
    let paused = story.step("a queue is paused, takes work, begins none, and goes on", line::pause(stage)).await?;
    Story::figure(&format!("done {paused:.2} s after it was resumed"));
    let cancelled =
        story.step("a job in line is cancelled at once, one that runs at its next beat", line::cancel(stage)).await?;
    Story::figure(&format!("{:.3} s in line, {:.1} s running (beat 10 s)", cancelled.0, cancelled.1));
    let looks =
        story.step("30 servers start at once, and one watcher looks for all of them", line::watched(stage)).await?;
    Story::figure(&format!(
        "{} lists and {} requests for single machines; a request a look and server would have been {}",
        looks.lists, looks.singles, looks.without
    ));
    story.step("bulk: counted first, then done to each once", line::bulk(stage)).await?;
    story
        .step(
            "five schedulers tick each of 12 hours once; one is run by hand; what never fires is refused",
            schedules::play(stage),
        )
        .await?;
    let rolled = story.step("a rolling restart of all workers under load", restart::rolling(stage)).await?;
    Story::figure(&format!(
        "{} jobs done, {} crashes counted; the slower stop took {:.1} s",
        rolled.jobs, rolled.crashes, rolled.stop_s
    ));
    story.step("a worker is told to be quiet, and to stop, from the page", restart::told(stage)).await?;
    story
        .step(
            "junk in Redis, forged rings, unknown kinds: dropped with a line that says why; the rest goes on",
            restart::junk(stage),
        )
        .await?;
    let sizes = story
        .step(&format!("{soak} jobs go through, to the archive, and out of Redis"), retention::soak(stage, soak))
        .await?;
    for line in sizes {
        Story::figure(&line);
    }
    story.step("the books are right", stage.checker.books()).await?;
    let stuck: i64 =
        stage.checker.figure("select count(*) from job where state = 'stuck' and kind not in ('vps.power')").await?;
    ensure!(stuck == 0, "{stuck} jobs are stuck");
    Ok(())
}
