//! Jobs that are queued: turns, pauses, ends, and who looks for whom.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use testkit::fixture::{await_status, credit, fresh_key, order, register, until};
use uuid::Uuid;

use super::{LONG, Stage};

/// How many jobs of one organisation may run at the same time in the part about fairness.
pub const BOUND: i64 = 12;
/// Within so many seconds the quiet organisation's job begins.
pub const FAIR_S: f64 = 2.0;
/// Within so many seconds a running job ends that was cancelled: a beat of production, and half of one.
const CANCEL_S: f64 = 15.0;
/// The queue that most parts play in.
const QUEUE: &str = "mail";

fn open(org: Uuid) -> String {
    format!("select count(*) from job where org_id = '{org}' and state in ('queued', 'running', 'waiting', 'retry')")
}

/// What fairness came to.
#[derive(Debug)]
pub struct Fairness {
    /// The longest that the other organisation's job waited.
    pub seconds: f64,
    /// Jobs of the loud one that ran at the same time, at the most.
    pub most_running: i64,
}

/// One organisation has very many jobs of 20 ms queued; another asks for one at a time.
///
/// # Errors
/// When the other's waits too long, or the loud one's bound is broken.
pub async fn fairness(stage: &Stage) -> Result<Fairness> {
    let (loud, quiet) = (Uuid::from_u128(1), Uuid::from_u128(2));
    bound(stage, BOUND).await?;
    stage.probes(Some(loud), QUEUE, stage.sizes.loud, 20).await?;
    let done = format!("select count(*) from job where org_id = '{loud}' and state = 'succeeded'");
    stage.until_count(&done, 1).await?;
    let running = format!("select count(*) from job where org_id = '{loud}' and state = 'running'");
    let waited = format!(
        "select coalesce(max(extract(epoch from started_at - created_at)), 0)::float8 from job where org_id = '{quiet}'"
    );
    let (mut seconds, mut most_running) = (0.0_f64, 0);
    let before: i64 = stage.checker.figure(&done).await?;
    for _ in 0..stage.sizes.quiet {
        stage.probes(Some(quiet), QUEUE, 1, 0).await?;
        stage.until_none(&open(quiet)).await?;
        most_running = most_running.max(stage.checker.figure(&running).await?);
        seconds = seconds.max(stage.checker.figure(&waited).await?);
    }
    stage.until_count(&done, before + 1).await.context("the loud one's jobs do not continue")?;
    // The rest is withdrawn, or the next parts would wait for it; what a worker takes just now may stay.
    let withdraw = format!(
        "delete from job where id in (
            select id from job where org_id = '{loud}' and state = 'queued' for update skip locked)"
    );
    stage.checker.change(&withdraw).await?;
    stage.until_none(&open(loud)).await?;
    bound(stage, 200).await?;
    ensure!(!stage.sizes.judged || seconds <= FAIR_S, "the other's job waited {seconds:.2} s");
    ensure!(most_running <= BOUND, "{most_running} of the loud one's jobs ran at the same time");
    Ok(Fairness { seconds, most_running })
}

async fn bound(stage: &Stage, running: i64) -> Result<()> {
    stage.checker.change(&format!("update queue_control set org_running = {running} where queue = '{QUEUE}'")).await
}

/// Pauses a queue over the API, and resumes it. Returns the seconds until its jobs were done.
///
/// # Errors
/// When a job begins meanwhile, or none does after.
pub async fn pause(stage: &Stage) -> Result<f64> {
    let org = Uuid::from_u128(3);
    let reason = json!({ "reason": "maintenance of the mail server" });
    let paused = stage.admin.post(&format!("/api/admin/queues/{QUEUE}/pause"), &reason).await?;
    ensure!(paused.status == 200 && paused.body["paused"] == true, "{} {}", paused.status, paused.body);
    stage.probes(Some(org), QUEUE, 50, 0).await?;
    for _ in 0..3 {
        stage.one_round("power").await?;
    }
    let queued = format!("select count(*) from job where org_id = '{org}' and state = 'queued' and lease_token = 0");
    let queued: i64 = stage.checker.figure(&queued).await?;
    ensure!(queued == 50, "{} of 50 jobs began in a paused queue", 50 - queued);
    let resumed = stage.admin.post(&format!("/api/admin/queues/{QUEUE}/resume"), &reason).await?;
    ensure!(resumed.status == 200 && resumed.body["paused"] == false, "{} {}", resumed.status, resumed.body);
    let began = Instant::now();
    stage.until_none(&open(org)).await?;
    Ok(began.elapsed().as_secs_f64())
}

/// The organisation's only job.
async fn only(stage: &Stage, org: Uuid) -> Result<String> {
    let id: Uuid = stage.checker.figure(&format!("select id from job where org_id = '{org}'")).await?;
    Ok(domain::JobId(id).to_string())
}

async fn cancel_one(stage: &Stage, job: &str) -> Result<f64> {
    let began = Instant::now();
    let told = stage.admin.post(&format!("/api/admin/jobs/{job}/cancel"), &json!({ "reason": "not wanted" })).await?;
    ensure!(told.status == 200, "{} {}", told.status, told.body);
    until(LONG, || async {
        let now = stage.admin.get(&format!("/api/admin/jobs/{job}")).await?;
        Ok((now.body["state"] == "cancelled").then_some(()))
    })
    .await?;
    Ok(began.elapsed().as_secs_f64())
}

/// A job that is due in an hour.
const LATER: &str = "
insert into job (id, org_id, kind, queue, max_attempts, deadline_at, run_at)
values (gen_random_uuid(), '{org}', 'platform.probe', 'mail', 3, now() + interval '2 hours',
        now() + interval '1 hour')";

/// Cancels a queued job and one that runs. Returns the seconds of each.
///
/// # Errors
/// When one does not end.
pub async fn cancel(stage: &Stage) -> Result<(f64, f64)> {
    let (running, waiting) = (Uuid::from_u128(4), Uuid::from_u128(5));
    stage.probes(Some(running), QUEUE, 1, 110_000).await?;
    let runs = format!("select count(*) from job where org_id = '{running}' and state = 'running'");
    stage.until_count(&runs, 1).await?;
    stage.checker.change(&LATER.replace("{org}", &waiting.to_string())).await?;
    let queued = cancel_one(stage, &only(stage, waiting).await?).await?;
    let at_work = cancel_one(stage, &only(stage, running).await?).await?;
    ensure!(at_work < CANCEL_S, "a job that runs ended {at_work:.1} s after it was cancelled");
    Ok((queued, at_work))
}

/// How often the provider was asked.
#[derive(Debug)]
pub struct Looks {
    /// Lists of machines.
    pub lists: i64,
    /// Requests for single machines.
    pub singles: i64,
    /// Requests that one a server each second until it ran would have made.
    pub without: i64,
}

async fn requests(stage: &Stage, route: &str) -> Result<i64> {
    let truth = stage.checker.truth().await?;
    let routes = truth["traffic"]["routes"].as_array().context("the truth has its traffic")?;
    let of = |entry: &&serde_json::Value| entry["method"] == "GET" && entry["route"] == route;
    Ok(routes.iter().filter(of).filter_map(|entry| entry["requests"].as_i64()).sum())
}

/// Orders many servers at once and counts what the provider was asked.
///
/// # Errors
/// When one does not run, or machines were asked for one by one.
pub async fn watched(stage: &Stage) -> Result<Looks> {
    let (customer, org) = register(&stage.stack.anonymous(), "thirty@example.com").await?;
    credit(&stage.admin, &org, "100").await?;
    let before = (requests(stage, "/linode/instances").await?, requests(stage, "/linode/instances/{id}").await?);
    let began = Instant::now();
    let mut servers = Vec::new();
    for n in 0..stage.sizes.servers {
        let placed = customer.post_once("/api/vps", &order(&stage.plan, &format!("web-{n}")), &fresh_key()).await?;
        ensure!(placed.status == 202, "{} {}", placed.status, placed.body);
        servers.push(placed.text("/vps/id"));
    }
    for vps in &servers {
        await_status(&customer, vps, "running", LONG).await?;
    }
    let lists = requests(stage, "/linode/instances").await? - before.0;
    let singles = requests(stage, "/linode/instances/{id}").await? - before.1;
    let count = i64::try_from(servers.len())?;
    ensure!(singles <= count, "{singles} requests for {count} single machines: nobody watched for all");
    let without = i64::try_from(began.elapsed().as_secs())? * count;
    Ok(Looks { lists, singles, without })
}

/// Jobs that failed of a class that no other has.
const FAILED: &str = "
insert into job (id, kind, queue, max_attempts, deadline_at, state, finished_at, error_code)
select gen_random_uuid(), 'platform.probe', 'mail', 3, now() + interval '5 min', 'failed', now(), 'story'
from generate_series(1, {count})";

/// Retries all failed jobs of a filter, after the count was shown.
///
/// # Errors
/// When the count is wrong, or a job is retried other than once.
pub async fn bulk(stage: &Stage) -> Result<()> {
    let count = stage.sizes.failed;
    stage.checker.change(&FAILED.replace("{count}", &count.to_string())).await?;
    let request = |dry_run: bool, expected: i64| {
        json!({
            "action": "retry",
            "filter": { "state": "failed", "error": "story" },
            "reason": "mended",
            "dry_run": dry_run,
            "expected": expected,
        })
    };
    let shown = stage.admin.post("/api/admin/jobs/bulk", &request(true, count)).await?;
    ensure!(shown.status == 200 && shown.body["count"] == count, "{} {}", shown.status, shown.body);
    let changed = stage.admin.post("/api/admin/jobs/bulk", &request(false, count - 1)).await?;
    ensure!(changed.status == 409 && changed.body["code"] == "count_changed", "{} {}", changed.status, changed.body);
    let started = stage.admin.post("/api/admin/jobs/bulk", &request(false, count)).await?;
    ensure!(started.status == 202, "{} {}", started.status, started.body);
    let job = started.text("/job/id");
    until(LONG, || async {
        let now = stage.admin.get(&format!("/api/admin/jobs/{job}")).await?;
        Ok((now.body["state"] == "succeeded").then_some(()))
    })
    .await?;
    let taken_up = "select count(*) from job where retry_of in (select id from job where error_code = 'story')";
    let taken_up: i64 = stage.checker.figure(taken_up).await?;
    ensure!(taken_up == count, "{taken_up} of {count} were retried");
    Ok(())
}
