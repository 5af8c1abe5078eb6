//! Strikes an installation, and puts back what was broken.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value as Json, json};
use tokio::time::sleep;

use super::lane::Lane;
use super::plan::{Fault, Plan, Timed};
use testkit::fixture::until;
use testkit::proxy::Weather;
use testkit::stack::Signal;

/// A worker that was stopped sleeps for so many leases.
const LEASES: u32 = 3;

/// So long the API may take to be there again.
const READY: Duration = Duration::from_secs(30);
/// So long a job is waited for whose holder is to be struck.
const WATCH: Duration = Duration::from_secs(2);
/// Between two looks for it; most jobs are held for some tens of milliseconds.
const GLANCE: Duration = Duration::from_millis(4);

/// Strikes at each fault's moment. When this returns, nothing is broken any more.
///
/// # Errors
/// When something could not be broken, or not be put back.
pub async fn strike_all(lane: &Lane, plan: &Plan, began: Instant) -> Result<()> {
    let outcomes = join_all(plan.faults.iter().map(|fault| strike_at(lane, fault, began))).await;
    heal(lane).await?;
    outcomes.into_iter().collect()
}

async fn strike_at(lane: &Lane, fault: &Timed<Fault>, began: Instant) -> Result<()> {
    tokio::time::sleep_until((began + fault.at).into()).await;
    *lane.tally().faults.entry(fault.what.kind()).or_default() += 1;
    strike(lane, fault.what).await.with_context(|| format!("{:?}", fault.what))
}

async fn strike(lane: &Lane, fault: Fault) -> Result<()> {
    match fault {
        Fault::KillWorker(number) => lane.signal(&holder(lane, number).await, Signal::Kill).await,
        Fault::KillApi => lane.signal("api", Signal::Kill).await,
        Fault::KillScheduler(number) => lane.signal(&format!("scheduler-{number}"), Signal::Kill).await,
        Fault::StopWorker(number) => {
            let name = holder(lane, number).await;
            lane.signal(&name, Signal::Stop).await;
            sleep(lane.pace.lease * LEASES).await;
            lane.signal(&name, Signal::Continue).await;
        }
        Fault::RollingRestart => {
            for name in ["worker-0", "worker-1"] {
                lane.roll(name).await?;
            }
        }
        Fault::FlushRedis => redis(lane, redis::cmd("FLUSHALL")).await,
        Fault::PauseRedis(pause) => {
            let mut command = redis::cmd("CLIENT");
            command.arg("PAUSE").arg(u64::try_from(pause.as_millis())?);
            redis(lane, command).await;
        }
        Fault::RestartRedis => redis_away(lane, Duration::ZERO).await?,
        Fault::RedisOff(pause) => redis_away(lane, lane.pace.redis_off.unwrap_or(pause)).await?,
        Fault::CrashPostgres(pause) => crash_postgres(lane, pause).await?,
        Fault::Delay(pause, lasting) => weather(lane, Weather::Delayed(pause), lasting).await,
        Fault::Cut(lasting) => weather(lane, Weather::CutAfterRequest, lasting).await,
        Fault::HalfOpen(lasting) => weather(lane, Weather::HalfOpen, lasting).await,
        Fault::RateLimited(times) => {
            cloud(lane, json!({ "fault": "rate_limited", "times": times, "retry_after_s": 1 })).await?;
        }
        Fault::ServerError(after_effect) => {
            cloud(lane, json!({ "fault": "server_error", "after_effect": after_effect })).await?;
        }
        Fault::LostAnswer => cloud(lane, json!({ "fault": "lost_answer", "method": "POST" })).await?,
        Fault::ListLag(lag) => cloud(lane, json!({ "fault": "list_lag", "lag_ms": lag.as_millis() })).await?,
        Fault::BootFails => cloud(lane, json!({ "fault": "boot_fails" })).await?,
        Fault::MailRefused => {
            lane.checker.steer(Method::PUT, "/mail/fault", &json!({ "kind": "temporary", "times": 1 })).await?;
        }
    }
    Ok(())
}

/// The worker that holds a job, as soon as one does; another where none does for a while.
async fn holder(lane: &Lane, otherwise: usize) -> String {
    let began = Instant::now();
    while began.elapsed() < WATCH {
        let owners = lane.checker.words("select lease_owner from job where state = 'running' order by id").await;
        for owner in owners.unwrap_or_default() {
            if let Some(name) = lane.process_of(&owner).await {
                return name;
            }
        }
        sleep(GLANCE).await;
    }
    format!("worker-{otherwise}")
}

async fn cloud(lane: &Lane, fault: Json) -> Result<()> {
    lane.checker.steer(Method::POST, "/faults", &fault).await
}

async fn weather(lane: &Lane, weather: Weather, lasting: Duration) {
    lane.proxy.set(weather);
    sleep(lasting).await;
    lane.proxy.set(Weather::Clear);
}

/// A command for Redis, unless another fault keeps it away.
async fn redis(lane: &Lane, command: redis::Cmd) {
    let url = lane.stack.lock().await.redis_url.clone();
    if let Ok(client) = redis::Client::open(url)
        && let Ok(mut connection) = client.get_multiplexed_async_connection().await
    {
        let _ = command.query_async::<redis::Value>(&mut connection).await;
    }
}

async fn redis_away(lane: &Lane, pause: Duration) -> Result<()> {
    // Another fault may have it away already; that one brings it back.
    if lane.stack.lock().await.kill("redis").await.is_err() {
        return Ok(());
    }
    sleep(pause).await;
    lane.stack.lock().await.start_redis().await
}

/// The lock is held until the server is back: two crashes at once are one after the other.
async fn crash_postgres(lane: &Lane, pause: Duration) -> Result<()> {
    let mut stack = lane.stack.lock().await;
    let cluster = stack.cluster.as_mut().context("the installation has a cluster of its own")?;
    cluster.stop_at_once().await?;
    sleep(pause).await;
    cluster.resume().await
}

async fn heal(lane: &Lane) -> Result<()> {
    lane.proxy.set(Weather::Clear);
    lane.checker.steer(Method::DELETE, "/faults", &json!({})).await?;
    lane.checker.steer(Method::PUT, "/mail/fault", &json!({ "kind": "none" })).await?;
    // The lock is not held meanwhile: the task that starts the API again needs it.
    let client = lane.stack.lock().await.anonymous();
    let ready = || async { Ok(client.get("/readyz").await.is_ok_and(|reply| reply.status == 200).then_some(())) };
    until(READY, ready).await.context("the API does not become ready")
}
