//! Workers that come and go, and what is thrown at them.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use domain::JobId;
use redis::AsyncConnectionConfig;
use redis::aio::MultiplexedConnection;
use serde_json::json;

use super::{LONG, Stage};
use testkit::fixture::until;

/// The queue that all parts play in.
const QUEUE: &str = "mail";
/// How long a worker may take to stop.
const STOP: Duration = Duration::from_secs(30);

async fn probes(stage: &Stage, count: i64, sleep_ms: u32) -> Result<()> {
    stage.probes(None, QUEUE, count, sleep_ms).await
}

const OPEN: &str = "
select count(*) from job where kind = 'platform.probe' and state in ('queued', 'running', 'waiting', 'retry')";

async fn all_done(stage: &Stage) -> Result<()> {
    stage.until_none(OPEN).await
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
    /// Jobs that were queued.
    pub jobs: i64,
    /// Leases that lapsed: with a clean stop, none.
    pub crashes: i64,
    /// How long the slower worker took to stop.
    pub stop_s: f64,
}

/// How many workers hold jobs.
const HOLDERS: &str = "select count(distinct lease_owner) from job where state = 'running'";

/// Leases of probes that lapsed, in the archive too.
const CRASHES: &str = "
select coalesce(sum(crashes), 0)::bigint
from (select crashes, kind from job union all select crashes, kind from job_archive) j
where kind = 'platform.probe'";

/// Restarts each worker in turn, with jobs on all slots.
///
/// # Errors
/// When a job is lost, counted as a crash, or a worker does not stop in time.
pub async fn rolling(stage: &mut Stage) -> Result<Rolled> {
    let (count, sleep_ms) = stage.sizes.rolled;
    let before = done(stage).await?;
    probes(stage, count, sleep_ms).await?;
    stage.until_count(HOLDERS, 2).await.context("the workers do not share the jobs")?;
    let mut stop_s = 0.0_f64;
    for name in ["worker-1", "worker-2"] {
        let began = Instant::now();
        let status = stage.stack.stop(name, STOP).await?;
        ensure!(status.success(), "{name} ended with {status}");
        stop_s = stop_s.max(began.elapsed().as_secs_f64());
        stage.stack.start_role(name, &["worker"])?;
        let pid = stage.stack.pid(name).with_context(|| format!("{name} runs"))?;
        let reports = format!("select count(*) from worker where pid = {pid} and state = 'running'");
        stage.until_count(&reports, 1).await.with_context(|| format!("{name} does not report"))?;
    }
    all_done(stage).await?;
    let done = done(stage).await? - before;
    let crashes: i64 = stage.checker.figure(CRASHES).await?;
    ensure!(done == count, "{done} of {count} jobs are done");
    ensure!(crashes == 0, "{crashes} leases lapsed in a clean stop");
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
    ensure!(live.len() == 2, "{} workers run: {}", live.len(), workers.body);
    let pid = stage.stack.pid("worker-1").context("worker-1 runs")?;
    let first =
        live.iter().find(|worker| worker["pid"] == pid).with_context(|| format!("no worker {pid} is listed"))?;
    let id = first["id"].as_str().unwrap_or_default().to_owned();
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
            takes_nothing(stage, &id).await?;
        }
    }
    let ended = stage.stack.await_end("worker-1", STOP).await?;
    ensure!(ended.success(), "worker-1 was told to stop and ended with {ended}");
    stage.stack.start_role("worker-1", &["worker"])
}

/// Jobs come and are done, and this worker holds none of them at any look.
async fn takes_nothing(stage: &Stage, worker: &str) -> Result<()> {
    probes(stage, 20, 100).await?;
    let held = format!("select count(*) from job where lease_owner like '{worker}%' and state = 'running'");
    until(LONG, || async {
        let took: i64 = stage.checker.figure(&held).await?;
        ensure!(took == 0, "a quiet worker took {took} jobs");
        Ok((stage.checker.figure::<i64>(OPEN).await? == 0).then_some(()))
    })
    .await
}

/// A job that is done, a customer's if there is one, and the token of its last claim.
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

/// A kind that no worker knows, one whose parameters can't be read, and one of an organisation that does not exist.
const STRANGE: &str = r#"
insert into job (id, org_id, kind, queue, params, max_attempts, deadline_at)
values
    (gen_random_uuid(), null, 'vps.explode', 'mail', '{}', 3, now() + interval '1 hour'),
    (gen_random_uuid(), null, 'vps.power', 'power', '{"vps": 7}', 3, now() + interval '1 hour'),
    (gen_random_uuid(), gen_random_uuid(), 'mail.send', 'mail',
     '{"mail": "welcome", "user": "user_00000000000000000000000007", "vps": null}', 3, now() + interval '1 hour')"#;

/// Where each of them belongs, and how many are not there.
const MISPLACED: [(&str, &str); 3] = [
    (
        "the unknown kind waits for a newer worker",
        "select 1 - count(*) from job where kind = 'vps.explode' and state = 'queued'",
    ),
    (
        "the unreadable one needs attention",
        "select 1 - count(*) from job where kind = 'vps.power' and state = 'stuck' and error_code = 'unknown_job'",
    ),
    (
        "the mail to nobody failed and says why",
        "select 1 - count(*) from job where kind = 'mail.send' and state = 'failed' and error->>'admin' <> ''",
    ),
];

/// Junk in Redis and in the table; the rest continues.
///
/// # Errors
/// When it does not.
pub async fn junk(stage: &Stage) -> Result<()> {
    let mut redis = connect(stage).await?;
    fill(stage, &mut redis).await?;
    let queue = rings(&mut redis).await?;
    // An id without data, and a whole ring for a job that is done.
    let _: i64 = redis::cmd("RPUSH").arg(format!("{queue}:active")).arg("not-an-id").query_async(&mut redis).await?;
    let done = stage.checker.words(FINISHED).await?.pop().context("a job that is done")?;
    let (job, token) = done.split_once(' ').context("a job and its token")?;
    forge(&mut redis, &queue, job).await?;
    stage.checker.change(STRANGE).await?;
    probes(stage, 500, 0).await?;
    all_done(stage).await?;
    for (what, misplaced) in MISPLACED {
        stage.until_none(misplaced).await.with_context(|| format!("not so: {what}"))?;
    }
    let last = format!(
        "select max(lease_token)
         from (select id, lease_token from job union all select id, lease_token from job_archive) j
         where id = '{job}'"
    );
    let again: i64 = stage.checker.figure(&last).await?;
    ensure!(again.to_string() == token, "a forged ring made {job} run again");
    stage.checker.change("delete from job where kind = 'vps.explode'").await?;
    let _: () = redis::cmd("FLUSHALL").query_async(&mut redis).await?;
    probes(stage, 200, 0).await?;
    all_done(stage).await
}

/// A million keys take a moment to search and to drop.
async fn connect(stage: &Stage) -> Result<MultiplexedConnection> {
    let patient = AsyncConnectionConfig::new().set_response_timeout(Some(LONG));
    let client = redis::Client::open(stage.stack.redis_url.as_str())?;
    Ok(client.get_multiplexed_async_connection_with_config(&patient).await?)
}

/// Keys that are none of ours.
async fn fill(stage: &Stage, redis: &mut MultiplexedConnection) -> Result<()> {
    let fill = "for i = 1, 1000 do redis.call('set', 'junk:' .. ARGV[1] .. ':' .. i, 'x') end return 1";
    for part in 0..stage.sizes.foreign_thousands {
        let _: i64 = redis::cmd("EVAL").arg(fill).arg(0).arg(part).query_async(redis).await?;
    }
    Ok(())
}

/// The queue of mails, as apalis calls it.
async fn rings(redis: &mut MultiplexedConnection) -> Result<String> {
    let names: Vec<String> = redis::cmd("KEYS").arg(format!("*-{QUEUE}:workers")).query_async(redis).await?;
    let name = names.first().context("no queue of mails is in Redis")?;
    Ok(name.trim_end_matches(":workers").to_owned())
}
