//! The line that jobs stand in: turns, pauses, ends, and who looks for whom.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use uuid::Uuid;

use super::Stage;
use testkit::fixture::{await_status, credit, fresh_key, order, register, until};

const LONG: Duration = Duration::from_mins(2);

/// Jobs of an organisation in the queue of mails, by one statement; they do nothing for so long.
async fn stand(stage: &Stage, org: Uuid, count: i64, sleep_ms: u32) -> Result<()> {
    let params = json!({ "sleep_ms": sleep_ms });
    stage
        .checker
        .change(&format!(
            "insert into job (id, org_id, kind, queue, priority, params, max_attempts, deadline_at) \
             select gen_random_uuid(), '{org}', 'platform.probe', 'mail', 1, '{params}', 3, now() + interval '1 hour' from generate_series(1, {count})"
        ))
        .await
}

async fn open(stage: &Stage, org: Uuid) -> Result<i64> {
    let sql = format!(
        "select count(*) from job where org_id = '{org}' and state in ('queued', 'running', 'waiting', 'retry')"
    );
    stage.checker.figure(&sql).await
}

/// What fairness came to.
#[derive(Debug)]
pub struct Fairness {
    /// The longest that the other organisation's job waited.
    pub seconds: f64,
    /// Jobs of the loud one that ran at the same time, at the most.
    pub most_running: i64,
    /// How many may.
    pub bound: i64,
}

/// One organisation has 200,000 jobs of 20 ms in line; another asks for one at a time.
///
/// # Errors
/// When the other's waits too long, or the loud one's bound is broken.
pub async fn fairness(stage: &Stage) -> Result<Fairness> {
    let (loud, quiet) = (Uuid::from_u128(1), Uuid::from_u128(2));
    stage.checker.change("update queue_control set org_running = 12 where queue = 'mail'").await?;
    stand(stage, loud, 200_000, 20).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (mut seconds, mut most_running) = (0.0_f64, 0);
    for _ in 0..20 {
        stand(stage, quiet, 1, 0).await?;
        until(LONG, || async { Ok((open(stage, quiet).await? == 0).then_some(())) }).await?;
        let running = format!("select count(*) from job where org_id = '{loud}' and state = 'running'");
        most_running = most_running.max(stage.checker.figure(&running).await?);
        let waited = format!(
            "select coalesce(max(extract(epoch from started_at - created_at)), 0)::float8 from job where org_id = '{quiet}'"
        );
        seconds = seconds.max(stage.checker.figure(&waited).await?);
    }
    let done: i64 = stage
        .checker
        .figure(&format!("select count(*) from job where org_id = '{loud}' and state = 'succeeded'"))
        .await?;
    // The rest of the crowd goes home, or the next parts would wait for it; whom a worker takes just now may stay.
    let home = format!(
        "delete from job where id in (select id from job where org_id = '{loud}' and state = 'queued' for update skip locked)"
    );
    stage.checker.change(&home).await?;
    until(LONG, || async { Ok((open(stage, loud).await? == 0).then_some(())) }).await?;
    stage.checker.change("update queue_control set org_running = 200 where queue = 'mail'").await?;
    ensure!(done > 0, "the loud one's jobs go on too");
    ensure!(seconds <= 2.0, "the other's job waited {seconds:.2} s");
    ensure!(most_running <= 12, "{most_running} of the loud one's jobs ran at the same time");
    Ok(Fairness { seconds, most_running, bound: 12 })
}

/// Pauses the queue of mails over the API, and lets it go on.
///
/// # Errors
/// When a job begins meanwhile, or none does after.
pub async fn pause(stage: &Stage) -> Result<f64> {
    let org = Uuid::from_u128(3);
    let reason = json!({ "reason": "maintenance of the mail server" });
    let paused = stage.admin.post("/api/admin/queues/mail/pause", &reason).await?;
    ensure!(paused.status == 200 && paused.body["paused"] == true, "{} {}", paused.status, paused.body);
    // Rings that are out already find the queue closed too.
    tokio::time::sleep(Duration::from_secs(1)).await;
    stand(stage, org, 50, 0).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    ensure!(open(stage, org).await? == 50, "a job began in a paused queue");
    let resumed = stage.admin.post("/api/admin/queues/mail/resume", &reason).await?;
    ensure!(resumed.status == 200 && resumed.body["paused"] == false, "{} {}", resumed.status, resumed.body);
    let began = Instant::now();
    until(LONG, || async { Ok((open(stage, org).await? == 0).then_some(())) }).await?;
    Ok(began.elapsed().as_secs_f64())
}

async fn one(stage: &Stage, org: Uuid, filter: &str) -> Result<String> {
    let id: Uuid = stage.checker.figure(&format!("select id from job where org_id = '{org}' {filter} limit 1")).await?;
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

/// Cancels a job in line and one that runs. Returns the seconds of each.
///
/// # Errors
/// When one does not end.
pub async fn cancel(stage: &Stage) -> Result<(f64, f64)> {
    let (running, waiting) = (Uuid::from_u128(4), Uuid::from_u128(5));
    stand(stage, running, 1, 110_000).await?;
    until(LONG, || async {
        let sql = format!("select count(*) from job where org_id = '{running}' and state = 'running'");
        Ok((stage.checker.figure::<i64>(&sql).await? == 1).then_some(()))
    })
    .await?;
    stage.checker.change(&format!(
        "insert into job (id, org_id, kind, queue, max_attempts, deadline_at, run_at) \
         values (gen_random_uuid(), '{waiting}', 'platform.probe', 'mail', 3, now() + interval '2 hours', now() + interval '1 hour')"
    ))
    .await?;
    let in_line = cancel_one(stage, &one(stage, waiting, "").await?).await?;
    let at_work = cancel_one(stage, &one(stage, running, "").await?).await?;
    ensure!(at_work < 15.0, "a job that runs ended {at_work:.1} s after it was cancelled");
    Ok((in_line, at_work))
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

/// Orders 30 servers at once and counts what the provider was asked.
///
/// # Errors
/// When one does not run, or machines were asked for one by one.
pub async fn watched(stage: &Stage) -> Result<Looks> {
    let (customer, org) = register(&stage.stack.anonymous(), "thirty@example.com").await?;
    credit(&stage.admin, &org, "100").await?;
    let before = (requests(stage, "/linode/instances").await?, requests(stage, "/linode/instances/{id}").await?);
    let began = Instant::now();
    let mut servers = Vec::new();
    for n in 0..30 {
        let placed = customer.post_once("/api/vps", &order(&stage.plan, &format!("web-{n}")), &fresh_key()).await?;
        ensure!(placed.status == 202, "{} {}", placed.status, placed.body);
        servers.push(placed.text("/vps/id"));
    }
    for vps in &servers {
        await_status(&customer, vps, "running", LONG).await?;
    }
    let lists = requests(stage, "/linode/instances").await? - before.0;
    let singles = requests(stage, "/linode/instances/{id}").await? - before.1;
    ensure!(singles <= 30, "{singles} requests for single machines: nobody watched for all");
    #[expect(clippy::cast_possible_truncation, reason = "a few thousand")]
    let without = (began.elapsed().as_secs_f64() * 30.0) as i64;
    Ok(Looks { lists, singles, without })
}

/// Retries all failed jobs of a filter, after the count was shown.
///
/// # Errors
/// When the count is wrong, or a job is taken up other than once.
pub async fn bulk(stage: &Stage) -> Result<()> {
    stage.checker.change(
        "insert into job (id, kind, queue, max_attempts, deadline_at, state, finished_at, error_code) \
         select gen_random_uuid(), 'platform.probe', 'mail', 3, now() + interval '5 min', 'failed', now(), 'story' from generate_series(1, 300)",
    )
    .await?;
    let wish = |dry_run: bool, expected: i64| json!({ "action": "retry", "filter": { "state": "failed", "error": "story" }, "reason": "mended", "dry_run": dry_run, "expected": expected });
    let shown = stage.admin.post("/api/admin/jobs/bulk", &wish(true, 300)).await?;
    ensure!(shown.status == 200 && shown.body["count"] == 300, "{} {}", shown.status, shown.body);
    let changed = stage.admin.post("/api/admin/jobs/bulk", &wish(false, 299)).await?;
    ensure!(changed.status == 409 && changed.body["code"] == "count_changed", "{} {}", changed.status, changed.body);
    let started = stage.admin.post("/api/admin/jobs/bulk", &wish(false, 300)).await?;
    ensure!(started.status == 202, "{} {}", started.status, started.body);
    let job = started.text("/job/id");
    until(LONG, || async {
        let now = stage.admin.get(&format!("/api/admin/jobs/{job}")).await?;
        Ok((now.body["state"] == "succeeded").then_some(()))
    })
    .await?;
    let taken_up: i64 = stage
        .checker
        .figure("select count(*) from job where retry_of in (select id from job where error_code = 'story')")
        .await?;
    ensure!(taken_up == 300, "{taken_up} of 300 were taken up");
    Ok(())
}
