//! Workers that come and go, and what is thrown at them.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use domain::JobId;
use redis::AsyncConnectionConfig;
use redis::aio::MultiplexedConnection;
use serde_json::json;

use super::Stage;
use testkit::fixture::until;

const LONG: Duration = Duration::from_mins(2);

async fn probes(stage: &Stage, count: i64, sleep_ms: u32) -> Result<()> {
    let params = json!({ "sleep_ms": sleep_ms });
    stage
        .checker
        .change(&format!(
            "insert into job (id, kind, queue, priority, params, max_attempts, deadline_at, error_code) \
             select gen_random_uuid(), 'platform.probe', 'mail', 1, '{params}', 3, now() + interval '1 hour', null from generate_series(1, {count})"
        ))
        .await
}

const OPEN: &str =
    "select count(*) from job where kind = 'platform.probe' and state in ('queued', 'running', 'waiting', 'retry')";

async fn all_done(stage: &Stage) -> Result<()> {
    until(LONG, || async { Ok((stage.checker.figure::<i64>(OPEN).await? == 0).then_some(())) }).await
}

/// Probes that are done, those in the archive too.
async fn done(stage: &Stage) -> Result<i64> {
    let at =
        |table: &str| format!("select count(*) from {table} where kind = 'platform.probe' and state = 'succeeded'");
    Ok(stage.checker.figure::<i64>(&at("job")).await? + stage.checker.figure::<i64>(&at("job_archive")).await?)
}

/// What a rolling restart came to.
#[derive(Debug)]
pub struct Rolled {
    /// Jobs that were in line.
    pub jobs: i64,
    /// Leases that lapsed: with a clean stop, none.
    pub crashes: i64,
    /// How long the slower worker took to stop.
    pub stop_s: f64,
}

/// Restarts each worker in turn, with jobs of half a second on all slots.
///
/// # Errors
/// When a job is lost, counted as a crash, or a worker does not stop in time.
pub async fn rolling(stage: &mut Stage) -> Result<Rolled> {
    let before = done(stage).await?;
    probes(stage, 600, 500).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut stop_s = 0.0_f64;
    for name in ["worker-1", "worker-2"] {
        let began = Instant::now();
        let status = stage.stack.stop(name, Duration::from_secs(30)).await?;
        ensure!(status.success(), "{name} ended with {status}");
        stop_s = stop_s.max(began.elapsed().as_secs_f64());
        stage.stack.start_role(name, &["worker"])?;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    all_done(stage).await?;
    let done = done(stage).await? - before;
    let crashes: i64 = stage.checker.figure("select coalesce(sum(crashes), 0)::bigint from (select crashes, kind from job union all select crashes, kind from job_archive) j where kind = 'platform.probe'").await?;
    ensure!(done == 600 && crashes == 0, "{done} of 600 done, {crashes} crashes");
    Ok(Rolled { jobs: done, crashes, stop_s })
}

/// Tells one worker to be quiet and another to stop.
///
/// # Errors
/// When one does not do what it is told.
pub async fn told(stage: &mut Stage) -> Result<()> {
    let workers = stage.admin.get("/api/admin/workers").await?;
    let listed = workers.body["items"].as_array().cloned().unwrap_or_default();
    let live: Vec<_> = listed.iter().filter(|worker| worker["state"] == "running").collect();
    ensure!(live.len() == 2, "{}", workers.body);
    let id = live[0]["id"].as_str().unwrap_or_default().to_owned();
    let tell = async |what: &str| {
        stage.admin.post(&format!("/api/admin/workers/{id}/{what}"), &json!({ "reason": "a look at its host" })).await
    };
    let doing = async || -> Result<String> {
        let now = stage.admin.get("/api/admin/workers").await?;
        let found =
            now.body["items"].as_array().into_iter().flatten().find(|worker| worker["id"] == id.as_str()).cloned();
        Ok(found.map_or_else(|| "gone".to_owned(), |worker| worker["state"].as_str().unwrap_or_default().to_owned()))
    };
    for (what, becomes) in [("quiet", "quiet"), ("wake", "running"), ("stop", "gone")] {
        let reply = tell(what).await?;
        ensure!(reply.status == 200, "{what}: {} {}", reply.status, reply.body);
        until(LONG, || async { Ok((doing().await? == becomes).then_some(())) }).await?;
        if becomes == "quiet" {
            probes(stage, 20, 0).await?;
            all_done(stage).await?;
            let took: i64 = stage
                .checker
                .figure(&format!("select count(*) from job where lease_owner like '{id}%' and state = 'running'"))
                .await?;
            ensure!(took == 0, "a quiet worker took {took} jobs");
        }
    }
    let name = ["worker-1", "worker-2"]
        .into_iter()
        .find(|name| stage.stack.pid(name).is_none_or(|pid| id.contains(&format!("-{pid}-"))));
    let name = name.unwrap_or("worker-1");
    let ended = stage.stack.stop(name, Duration::from_secs(5)).await;
    ensure!(ended.is_ok(), "{name} is still there: {ended:?}");
    stage.stack.start_role(name, &["worker"])
}

/// A job that is done, a customer's if there is one at hand, and the token of its last claim.
const FINISHED: &str =
    "select id || ' ' || lease_token from job where state = 'succeeded' order by org_id nulls last, id desc limit 1";

/// Puts a ring for a job into a queue, in apalis' own form.
async fn forge(redis: &mut MultiplexedConnection, queue: &str, job: &str) -> Result<()> {
    let id = format!("{}.1", job.replace('-', ""));
    let ring = json!({ "job": JobId(job.parse()?), "dispatch": 1 }).to_string();
    let mut pipe = redis::pipe();
    pipe.hset(format!("{queue}:data"), &id, ring).ignore();
    let meta = [("attempts", "0"), ("max_attempts", "5"), ("status", "Pending"), ("idempotency_key", "")];
    pipe.hset_multiple(format!("{queue}:meta:{id}"), &meta).ignore();
    pipe.rpush(format!("{queue}:active"), &id).ignore();
    Ok(pipe.query_async(redis).await?)
}

/// Rubbish in Redis and in the table; the rest goes on.
///
/// # Errors
/// When it does not.
pub async fn junk(stage: &Stage) -> Result<()> {
    // A million keys take a moment to search and to drop.
    let patient = AsyncConnectionConfig::new().set_response_timeout(Some(LONG));
    let client = redis::Client::open(stage.stack.redis_url.as_str())?;
    let mut redis = client.get_multiplexed_async_connection_with_config(&patient).await?;
    let fill = "for i = 1, 10000 do redis.call('set', 'junk:' .. ARGV[1] .. ':' .. i, 'x') end return 1";
    for part in 0..100 {
        let _: i64 = redis::cmd("EVAL").arg(fill).arg(0).arg(part).query_async(&mut redis).await?;
    }
    let queue: String = {
        let names: Vec<String> = redis::cmd("KEYS").arg("*-mail:workers").query_async(&mut redis).await?;
        names.first().map(|name| name.trim_end_matches(":workers").to_owned()).unwrap_or_default()
    };
    ensure!(!queue.is_empty(), "no queue of mails is to be seen in Redis");
    // An id without data, and a whole ring for a job that is done.
    let _: i64 = redis::cmd("RPUSH").arg(format!("{queue}:active")).arg("not-an-id").query_async(&mut redis).await?;
    let done = stage.checker.words(FINISHED).await?.pop().context("a job that is done")?;
    let (job, token) = done.split_once(' ').context("a job and its token")?;
    forge(&mut redis, &queue, job).await?;
    let strange = "insert into job (id, org_id, kind, queue, params, max_attempts, deadline_at) values \
        (gen_random_uuid(), null, 'vps.explode', 'mail', '{}', 3, now() + interval '1 hour'), \
        (gen_random_uuid(), null, 'vps.power', 'power', '{\"vps\": 7}', 3, now() + interval '1 hour'), \
        (gen_random_uuid(), gen_random_uuid(), 'mail.send', 'mail', '{\"mail\": \"welcome\", \"user\": \"user_00000000000000000000000007\", \"vps\": null}', 3, now() + interval '1 hour')";
    stage.checker.change(strange).await?;
    probes(stage, 500, 0).await?;
    all_done(stage).await?;
    let placed = "select count(*) from job where (kind = 'vps.explode' and state = 'queued') or (kind = 'vps.power' and state = 'stuck' and error_code = 'unknown_job') or (kind = 'mail.send' and state = 'failed' and error->>'admin' <> '')";
    let all = until(LONG, || async { Ok((stage.checker.figure::<i64>(placed).await? == 3).then_some(())) }).await;
    all.context("the 3 strange jobs are not all where they belong")?;
    let again: i64 = stage.checker.figure(&format!("select max(lease_token) from (select id, lease_token from job union all select id, lease_token from job_archive) j where id = '{job}'")).await?;
    ensure!(again.to_string() == token, "a forged ring made {job} run again");
    stage.checker.change("delete from job where kind = 'vps.explode'").await?;
    let _: () = redis::cmd("FLUSHALL").query_async(&mut redis).await?;
    probes(stage, 200, 0).await?;
    all_done(stage).await
}
