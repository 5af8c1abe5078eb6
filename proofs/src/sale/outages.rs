//! The parts of the story in which something breaks.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::checker::Checker;
use testkit::client::{Client, text};
use testkit::fixture::{await_status, fresh_key, order, until};
use testkit::stack::Stack;

const LONG: Duration = Duration::from_mins(1);
/// Seconds in which the work of a worker that was killed is done by another: a lease, a sweep, and five more.
const RESUMES: f64 = 40.0;

/// Orders a server and returns its id and its label at the provider.
///
/// # Errors
/// When the API refuses.
pub async fn place(client: &Client, plan: &str, label: &str) -> Result<(String, String)> {
    let reply = client.post_once("/api/vps", &order(plan, label), &fresh_key()).await?;
    ensure!(reply.status == 202, "{} {}", reply.status, reply.body);
    let vps = reply.text("/vps/id");
    let at_provider = format!("sp-{}", vps.trim_start_matches("vps_"));
    Ok((vps, at_provider))
}

async fn once(checker: &Checker, at_provider: &str) -> Result<()> {
    ensure!(checker.standing(at_provider).await? == 1, "there is not exactly one server at the provider");
    let truth = checker.truth().await?;
    let made = truth["instances"]
        .as_array()
        .context("instances")?
        .iter()
        .filter(|instance| instance["label"] == *at_provider)
        .count();
    ensure!(made == 1, "{made} servers were made");
    let charged = format!(
        "select count(*)
         from usage_line l
         join usage_segment s on s.id = l.segment_id
         join vps v on v.id = s.vps_id
         where v.provider_label = '{at_provider}' and l.hour_no = 1"
    );
    let charged: i64 = checker.figure(&charged).await?;
    ensure!(charged == 1, "the first hour was charged {charged} times");
    checker.books().await
}

/// The provider makes the server but its answer is lost.
///
/// # Errors
/// When there is not exactly one server and one charge.
pub async fn lost_answer(client: &Client, checker: &Checker, plan: &str) -> Result<()> {
    checker
        .steer(
            Method::POST,
            "/faults",
            &json!({ "fault": "lost_answer", "method": "POST", "path": "/linode/instances$", "times": 1 }),
        )
        .await?;
    let (vps, at_provider) = place(client, plan, "lost-answer").await?;
    await_status(client, &vps, "running", LONG).await?;
    once(checker, &at_provider).await
}

/// The worker that makes the server is killed in the middle. Returns the seconds until the server
/// runs.
///
/// # Errors
/// When it does not resume within 60 s, or there is not exactly one server and one charge.
pub async fn killed_worker(stack: &mut Stack, client: &Client, checker: &Checker, plan: &str) -> Result<f64> {
    // Slow enough that the kill falls between the request and its answer.
    checker
        .steer(
            Method::POST,
            "/faults",
            &json!({ "fault": "slow", "method": "POST", "path": "/linode/instances$", "times": 1, "delay_ms": 4000 }),
        )
        .await?;
    let (vps, at_provider) = place(client, plan, "killed-worker").await?;
    let owner: String = until(LONG, || async {
        let holder = format!(
            "select coalesce((
                select j.lease_owner
                from job j
                join vps v on v.id = j.target_id
                where v.provider_label = '{at_provider}' and j.state = 'running'
                  and j.step_data->>'create_tried' = 'true'), '')"
        );
        let owner: String = checker.figure(&holder).await?;
        Ok((!owner.is_empty()).then_some(owner))
    })
    .await?;
    let name = ["worker-1", "worker-2"]
        .into_iter()
        .find(|name| stack.pid(name).is_some_and(|pid| owner.contains(&format!("-{pid}-"))))
        .with_context(|| format!("no worker holds the lease of {owner}"))?;
    stack.kill(name).await?;
    let began = std::time::Instant::now();
    await_status(client, &vps, "running", LONG).await?;
    let seconds = began.elapsed().as_secs_f64();
    ensure!(seconds < RESUMES, "it took {seconds:.1} s, and {RESUMES} s are allowed");
    once(checker, &at_provider).await?;
    let crashes = format!(
        "select j.crashes
         from job j
         join vps v on v.id = j.target_id
         where j.kind = 'vps.provision' and v.provider_label = '{at_provider}'"
    );
    let crashes: i32 = checker.figure(&crashes).await?;
    ensure!(crashes == 1, "the kill was not noticed as a crash ({crashes})");
    stack.start_role(name, &["worker"])?;
    Ok(seconds)
}

/// Redis is wiped while orders are on their way.
///
/// # Errors
/// When one of them does not complete, or not exactly once.
pub async fn flushed_redis(stack: &Stack, client: &Client, checker: &Checker, plan: &str) -> Result<()> {
    let mut redis = redis::Client::open(stack.redis_url.as_str())?.get_multiplexed_async_connection().await?;
    let mut placed = Vec::new();
    for n in 0..3 {
        placed.push(place(client, plan, &format!("flushed-{n}")).await?);
        let _: String = redis::cmd("FLUSHALL").query_async(&mut redis).await?;
    }
    for (vps, at_provider) in &placed {
        await_status(client, vps, "running", LONG).await?;
        once(checker, at_provider).await?;
    }
    Ok(())
}

/// The cloud refuses our token: the order fails with its money back; an admin mends the token,
/// presses Retry, and the order completes.
///
/// # Errors
/// When any of that is not so.
pub async fn refused_then_retried(
    client: &Client,
    admin: &Client,
    checker: &Checker,
    plan: &str,
    token: &str,
) -> Result<()> {
    let before: i64 =
        checker.figure("select coalesce(sum(balance_micros), 0)::bigint from account where kind = 'wallet'").await?;
    // A watcher that is still looking would meet the refusal first, and the order would wait for a new token.
    let looking = "select count(*) from job where kind = 'cloud.watch' and finished_at is null";
    until(LONG, || async { Ok((checker.figure::<i64>(looking).await? == 0).then_some(())) }).await?;
    checker.steer(Method::PUT, "/token", &json!({ "token": token, "valid": false })).await?;
    let (vps, at_provider) = place(client, plan, "refused").await?;
    await_status(client, &vps, "failed", LONG).await?;
    let after: i64 =
        checker.figure("select coalesce(sum(balance_micros), 0)::bigint from account where kind = 'wallet'").await?;
    ensure!(before == after, "the money set aside was not given back");
    let failed = admin.get("/api/admin/jobs?state=failed&kind=vps.provision").await?;
    let items = failed.body["items"].as_array().context("a list of jobs")?;
    let of_ours = |job: &&Json| job["target"]["id"] == *vps;
    let job = text(items.iter().find(of_ours).with_context(|| format!("no job of {vps}: {}", failed.body))?, "/id");
    let shown = admin.get(&format!("/api/admin/jobs/{job}")).await?;
    ensure!(shown.body["can_retry"] == true, "{}", shown.body);
    ensure!(text(&shown.body, "/error/message").contains("token"), "the reason does not help: {}", shown.body);
    checker.steer(Method::PUT, "/token", &json!({ "token": token, "valid": true })).await?;
    let retried =
        admin.post(&format!("/api/admin/jobs/{job}/retry"), &json!({ "reason": "the token is right again" })).await?;
    ensure!(retried.status == 200, "{}", retried.body);
    await_status(client, &vps, "running", LONG).await?;
    once(checker, &at_provider).await
}
