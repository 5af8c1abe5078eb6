//! `./dev prove jobs`: the job platform, steered and broken: fairness, pause, cancel, schedules,
//! retention, restarts, junk; with its figures.

mod line;
mod restart;
mod retention;
mod schedules;
mod sizes;

use std::time::Duration;

use anyhow::{Result, ensure};
use testkit::client::Client;
use testkit::fixture::{PASSWORD, add_plan, connect_cloud, until};
use testkit::stack::{CLOUD_TOKEN, Stack};

pub use sizes::Sizes;

use crate::checker::Checker;
use crate::story::{Story, last_words};

const ADMIN: &str = "admin@example.com";
/// The longest that any part waits for one thing.
const LONG: Duration = Duration::from_mins(2);

/// No-op jobs of an organisation (or of none) in a queue; the statement for one of them.
const PROBES: &str = "
insert into job (id, org_id, kind, queue, priority, params, max_attempts, deadline_at)
select gen_random_uuid(), {org}, 'platform.probe', '{queue}', 1, jsonb_build_object('sleep_ms', {sleep_ms}), 3,
       now() + interval '1 hour'
from generate_series(1, {count})";

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
    /// How much is played with.
    pub sizes: Sizes,
}

impl Stage {
    /// Enqueues no-op jobs in a queue, by one statement; they do nothing for so long.
    async fn probes(&self, org: Option<uuid::Uuid>, queue: &str, count: i64, sleep_ms: u32) -> Result<()> {
        let org = org.map_or_else(|| "null".to_owned(), |org| format!("'{org}'::uuid"));
        let insert = PROBES
            .replace("{org}", &org)
            .replace("{queue}", queue)
            .replace("{sleep_ms}", &sleep_ms.to_string())
            .replace("{count}", &count.to_string());
        self.checker.change(&insert).await
    }

    /// Waits until a job of another queue is done that is enqueued now: the relay has looked since.
    async fn one_round(&self, queue: &str) -> Result<()> {
        self.probes(None, queue, 1, 0).await?;
        let open = format!(
            "select count(*) from job where kind = 'platform.probe' and queue = '{queue}' and finished_at is null"
        );
        self.until_none(&open).await
    }

    /// Waits until a count is zero.
    async fn until_none(&self, count: &str) -> Result<()> {
        until(LONG, || async { Ok((self.checker.figure::<i64>(count).await? == 0).then_some(())) }).await
    }

    /// Waits until a count is at least this.
    async fn until_count(&self, count: &str, wanted: i64) -> Result<()> {
        until(LONG, || async { Ok((self.checker.figure::<i64>(count).await? >= wanted).then_some(())) }).await
    }
}

/// Plays the story.
///
/// # Errors
/// The first step that fails.
pub async fn play(sizes: Sizes) -> Result<()> {
    let mut story = Story::begin("jobs", "Jobs that are never lost, and easy to steer");
    let settings = [
        ("WORKER_QUEUES", "provision=16,power=8,billing=2,mail=16,upkeep=4"),
        ("WATCH_MS", "1000"),
        ("KEEP_SUCCEEDED_DAYS", "0"),
        ("DRAIN_MS", "20000"),
        ("VPS_QUOTA", "100"),
        ("RUST_LOG", "warn"),
    ];
    let settings = [&settings, sizes.leases].concat();
    let stack = story.step("a fresh installation starts", Stack::start(&settings)).await?;
    let checker = Checker::of(&stack).await?;
    let (admin, plan) = Box::pin(begin(&stack)).await?;
    let mut stage = Stage { stack, checker, admin, plan, sizes };
    let outcome = Box::pin(parts(&mut story, &mut stage)).await;
    if outcome.is_err() {
        last_words(&stage.stack, &stage.checker).await;
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

async fn parts(story: &mut Story, stage: &mut Stage) -> Result<()> {
    steered(story, stage).await?;
    broken(story, stage).await?;
    let soak = stage.sizes.soak;
    let sizes = story
        .step(&format!("{soak} jobs go through, to the archive, and out of Redis"), retention::soak(stage, soak))
        .await?;
    for line in sizes {
        Story::figure(&line);
    }
    story.step("the books are right", stage.checker.books()).await?;
    let stuck = "select count(*) from job where state = 'stuck' and kind not in ('vps.power')";
    let stuck: i64 = stage.checker.figure(stuck).await?;
    ensure!(stuck == 0, "{stuck} jobs are stuck");
    Ok(())
}

async fn steered(story: &mut Story, stage: &mut Stage) -> Result<()> {
    let Sizes { loud, servers, schedulers, hours, .. } = stage.sizes;
    let slowest = story
        .step(&format!("{loud} due jobs of one organisation do not hold up another's"), line::fairness(stage))
        .await?;
    Story::figure(&format!(
        "the other's jobs began within {:.2} s at the most (bar {} s); of the loud one at most {} ran at the same time \
         (bound {})",
        slowest.seconds,
        line::FAIR_S,
        slowest.most_running,
        line::BOUND
    ));
    let paused = story.step("a queue is paused, takes work, begins none, and resumes", line::pause(stage)).await?;
    Story::figure(&format!("done {paused:.2} s after it was resumed"));
    let cancelled =
        story.step("a queued job is cancelled at once, one that runs at its next beat", line::cancel(stage)).await?;
    Story::figure(&format!("{:.3} s queued, {:.1} s running (beat 10 s in production)", cancelled.0, cancelled.1));
    let looks = story
        .step(&format!("{servers} servers start at once, and one watcher looks for all of them"), line::watched(stage))
        .await?;
    Story::figure(&format!(
        "{} lists and {} requests for single machines; a request a look and server would have been {}",
        looks.lists, looks.singles, looks.without
    ));
    story.step("bulk: counted first, then done to each once", line::bulk(stage)).await?;
    let ticked = format!(
        "{schedulers} schedulers tick each of {hours} hours once; one is run by hand; what never fires is refused"
    );
    story.step(&ticked, schedules::play(stage)).await
}

async fn broken(story: &mut Story, stage: &mut Stage) -> Result<()> {
    let rolled = story.step("a rolling restart of all workers under load", restart::rolling(stage)).await?;
    Story::figure(&format!(
        "{} jobs done, {} crashes counted; the slower stop took {:.1} s",
        rolled.jobs, rolled.crashes, rolled.stop_s
    ));
    story.step("a worker is told to be quiet, and to stop, from the page", restart::told(stage)).await?;
    story
        .step(
            "junk in Redis, forged rings, unknown kinds: dropped with a line that says why; the rest continues",
            restart::junk(stage),
        )
        .await
}
