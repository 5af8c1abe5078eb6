//! Nothing grows without bound: sizes before and after many jobs.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::Stage;
use testkit::fixture::until;

/// Jobs enqueued at a time.
const CHUNK: i64 = 20_000;

#[derive(Clone, Copy, Debug)]
struct Sizes {
    table: i64,
    indexes: i64,
    archive: i64,
    redis_keys: i64,
    redis_bytes: i64,
}

const TABLES: &str = "select pg_table_size('job') + pg_table_size('job_step') + pg_table_size('job_stat')";
const INDEXES: &str = "select pg_indexes_size('job') + pg_indexes_size('job_step') + pg_indexes_size('job_stat')";
const ARCHIVE: &str = "
select coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint
from pg_inherits
where inhparent in ('job_archive'::regclass, 'job_step_archive'::regclass)";

async fn sizes(stage: &Stage) -> Result<Sizes> {
    let mut redis = redis::Client::open(stage.stack.redis_url.as_str())?.get_multiplexed_async_connection().await?;
    let info: String = redis::cmd("INFO").arg("memory").query_async(&mut redis).await?;
    let used =
        info.lines().find_map(|line| line.strip_prefix("used_memory:")).and_then(|text| text.trim().parse().ok());
    let figure = async |sql: &str| stage.checker.figure::<i64>(sql).await;
    Ok(Sizes {
        table: figure(TABLES).await?,
        indexes: figure(INDEXES).await?,
        archive: figure(ARCHIVE).await?,
        redis_keys: redis::cmd("DBSIZE").query_async(&mut redis).await?,
        redis_bytes: used.unwrap_or(0),
    })
}

fn mb(bytes: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "megabytes for people")]
    let mb = bytes as f64 / 1_048_576.0;
    format!("{mb:.1} MB")
}

/// Sends so many jobs through, with the archive at work, and says what is left.
///
/// # Errors
/// When jobs do not get through, or the tables keep them.
pub async fn soak(stage: &Stage, jobs: i64) -> Result<Vec<String>> {
    let before = sizes(stage).await?;
    let began = Instant::now();
    let mut sent = 0;
    while sent < jobs {
        let chunk = CHUNK.min(jobs - sent);
        stage.probes(None, "mail", chunk, 0).await?;
        sent += chunk;
        let line = "select count(*) from job where kind = 'platform.probe' and state = 'queued'";
        until(Duration::from_mins(5), || async {
            Ok((stage.checker.figure::<i64>(line).await? < CHUNK).then_some(()))
        })
        .await?;
        archive(stage).await?;
    }
    let open = "select count(*) from job where kind = 'platform.probe' and state in ('queued', 'running')";
    until(Duration::from_mins(5), || async { Ok((stage.checker.figure::<i64>(open).await? == 0).then_some(())) })
        .await?;
    let took = began.elapsed().as_secs_f64();
    archive(stage).await?;
    stage.checker.change("vacuum job, job_step").await?;
    let left: i64 =
        stage.checker.figure("select count(*) from job where kind = 'platform.probe' and state = 'succeeded'").await?;
    ensure!(left == 0, "{left} ended jobs were not archived");
    // Answered rings are removed each 30 s.
    until(Duration::from_mins(2), || async { Ok((sizes(stage).await?.redis_keys < 2_000).then_some(())) }).await?;
    let after = sizes(stage).await?;
    Ok(told(jobs, took, before, after))
}

async fn archive(stage: &Stage) -> Result<()> {
    let run = stage.admin.post("/api/admin/schedules/platform.archive/run", &json!({ "reason": "the soak" })).await?;
    ensure!(run.status.is_success(), "{} {}", run.status, run.body);
    let job = run.text("/job/id");
    until(Duration::from_mins(5), || async {
        let now = stage.admin.get(&format!("/api/admin/jobs/{job}")).await?;
        Ok((now.body["state"] == "succeeded").then_some(()))
    })
    .await
}

fn told(jobs: i64, took: f64, before: Sizes, after: Sizes) -> Vec<String> {
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (rate, each) = (jobs as f64 / took, (after.archive - before.archive) as f64 / jobs as f64);
    let ten_million = each * 10_000_000.0 / 1_073_741_824.0;
    vec![
        format!("{jobs} jobs in {took:.0} s: {rate:.0}/s, the archive at work beside them"),
        format!(
            "the tables {} -> {}, their indexes {} -> {}",
            mb(before.table),
            mb(after.table),
            mb(before.indexes),
            mb(after.indexes)
        ),
        format!(
            "archive {} -> {}: {each:.0} bytes a job, so {ten_million:.1} GB for ten million, dropped by the month",
            mb(before.archive),
            mb(after.archive)
        ),
        format!(
            "Redis {} -> {} keys, {} -> {}",
            before.redis_keys,
            after.redis_keys,
            mb(before.redis_bytes),
            mb(after.redis_bytes)
        ),
    ]
}
