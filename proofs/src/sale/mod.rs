//! `./dev prove sale`: one server, end to end, with everything broken once.

mod outages;

use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::json;

use crate::checker::Checker;
use crate::pages;
use crate::story::{Story, last_words};
use testkit::client::{Client, micros};
use testkit::fixture::{PASSWORD, add_plan, await_status, connect_cloud, credit, fresh_key, order, register, until};
use testkit::stack::{CLOUD_TOKEN, Stack};

const ADMIN: &str = "admin@example.com";
const LONG: Duration = Duration::from_mins(1);
/// The first hour of $6 a month: floor(6 000 000 / 730), in micro-units.
const HOUR: i64 = 8_219;

/// Leases and looks of a small play, so that a crash is over in seconds.
const SHORT: [(&str, &str); 8] = [
    ("LEASE_MS", "3000"),
    ("BEAT_MS", "500"),
    ("SWEEP_MS", "500"),
    ("RERING_MS", "1500"),
    ("POLL_FIRST_MS", "150"),
    ("POLL_MAX_MS", "500"),
    ("WATCH_MS", "250"),
    ("UNWATCHED_MS", "3000"),
];

/// Plays the sale through the public API, and through the pages when there is a browser. A small play has short
/// leases.
///
/// # Errors
/// The first step that fails.
pub async fn play(with_pages: bool, small: bool) -> Result<()> {
    let mut story = Story::begin("sale", "Sell one server, end to end");
    let settings: &[_] = if small { &SHORT } else { &[] };
    let mut stack = story
        .step(
            "a fresh installation starts: API, two workers, scheduler, Redis, simulated cloud",
            Stack::start(settings),
        )
        .await?;
    let checker = Checker::of(&stack).await?;
    let outcome = Box::pin(acts(&mut story, &mut stack, &checker, with_pages)).await;
    if outcome.is_err() {
        last_words(&stack, &checker).await;
    }
    outcome?;
    story.end();
    Ok(())
}

/// Who takes part, and what is sold.
struct Cast {
    admin: Client,
    casey: Client,
    plan: String,
}

async fn acts(story: &mut Story, stack: &mut Stack, checker: &Checker, with_pages: bool) -> Result<()> {
    let mut cast = prepared(story, stack, checker).await?;
    let casey = &cast.casey;
    let vps = story.step("the customer orders a server and it runs", ordered(casey, &cast.plan, checker)).await?;
    story.step("reboots it, shuts it down, boots it, renames it", used(casey, &vps)).await?;
    broken(story, stack, checker, &cast).await?;
    charged(story, stack, checker, &mut cast).await?;
    story.step("the customer deletes a server by typing its name", deleted(&cast.casey, checker, &vps)).await?;
    let anonymous = stack.anonymous();
    story.step("nobody and a stranger see and change nothing", strangers(&anonymous, &vps, &cast.plan)).await?;
    story.step("the doctor finds everything well", stack.run(&["doctor"], "")).await?;
    story.step("the books are right", checker.books()).await?;
    if with_pages {
        return by_page(story).await;
    }
    Story::figure("the pages were left out: this proof is not whole");
    Ok(())
}

async fn prepared(story: &mut Story, stack: &Stack, checker: &Checker) -> Result<Cast> {
    let anonymous = stack.anonymous();
    story
        .step("an operator creates an administrator", stack.run(&["admin", "create", "--email", ADMIN], PASSWORD))
        .await?;
    let admin = story.step("the administrator signs in", anonymous.sign_in(ADMIN, PASSWORD)).await?;
    let cloud = story
        .step(
            "connects a cloud; its token is validated and its catalog read by jobs",
            connect_cloud(&admin, &stack.cloud_url, CLOUD_TOKEN),
        )
        .await?;
    let plan = story.step("prices a plan", add_plan(&admin, &cloud, "g6-nanode-1", "Nano", "1")).await?;
    let (casey, org) = story.step("a customer registers", register(&anonymous, "casey@example.com")).await?;
    story.step("a welcome mail arrives over STARTTLS with AUTH", welcomed(checker)).await?;
    story.step("an order without money is refused with what is needed", refused_without_money(&casey, &plan)).await?;
    story.step("the administrator gives credit for a reason", credit(&admin, &org, "10")).await?;
    story.step("the books are right", checker.books()).await?;
    Ok(Cast { admin, casey, plan })
}

async fn broken(story: &mut Story, stack: &mut Stack, checker: &Checker, cast: &Cast) -> Result<()> {
    let Cast { admin, casey, plan } = cast;
    story
        .step(
            "the provider's answer to an order is lost: one server, one charge",
            outages::lost_answer(casey, checker, plan),
        )
        .await?;
    let seconds = story
        .step(
            "kill -9 of the worker in mid-provision: resumes, one server, one charge",
            outages::killed_worker(stack, casey, checker, plan),
        )
        .await?;
    Story::figure(&format!("running {seconds:.1} s after the kill (in production a lease of 30 s, a sweep each 5 s)"));
    story
        .step(
            "FLUSHALL of Redis in mid-flight: three orders complete",
            outages::flushed_redis(stack, casey, checker, plan),
        )
        .await?;
    story
        .step(
            "the cloud refuses our token: money back, and Retry completes the order",
            outages::refused_then_retried(casey, admin, checker, plan, CLOUD_TOKEN),
        )
        .await?;
    story.step("the books are right", checker.books()).await
}

async fn charged(story: &mut Story, stack: &Stack, checker: &Checker, cast: &mut Cast) -> Result<()> {
    story.step("three hours pass and are charged by ticks", hours_pass(stack, checker, 3)).await?;
    // Deleting wants a fresh proof, and hours have passed.
    cast.casey = cast.casey.sign_in("casey@example.com", PASSWORD).await?;
    cast.admin.renew().await?;
    story.step("the same three ticks come twice more: nothing is charged again", ticks_replayed(checker, 3)).await?;
    story
        .step(
            "every hour was charged once, and the statement adds up to the balance",
            statement_adds_up(&cast.casey, checker),
        )
        .await
}

async fn by_page(story: &mut Story) -> Result<()> {
    let fresh = story.step("a second fresh installation starts", Stack::start(&[])).await?;
    story
        .step("an operator creates its administrator", fresh.run(&["admin", "create", "--email", ADMIN], PASSWORD))
        .await?;
    story.step("the same sale on the web page, in a browser", pages::play("01-sale.spec.ts", ADMIN, &fresh)).await?;
    let checker = Checker::of(&fresh).await?;
    story.step("the books are right there too", checker.books()).await
}

async fn welcomed(checker: &Checker) -> Result<()> {
    let sql = "select count(*) from job where kind = 'mail.send' and state = 'succeeded'";
    until(LONG, || async { Ok((checker.figure::<i64>(sql).await? >= 2).then_some(())) }).await
}

async fn refused_without_money(casey: &Client, plan: &str) -> Result<()> {
    let reply = casey.post_once("/api/vps", &order(plan, "too-early"), &fresh_key()).await?;
    ensure!(reply.status == 402 && reply.body["code"] == "insufficient_funds", "{} {}", reply.status, reply.body);
    ensure!(micros(&reply.body, "/needed") == HOUR, "another amount is needed: {}", reply.body);
    ensure!(micros(&reply.body, "/available") == 0, "something is available: {}", reply.body);
    Ok(())
}

async fn ordered(casey: &Client, plan: &str, checker: &Checker) -> Result<String> {
    let (vps, at_provider) = outages::place(casey, plan, "web-1").await?;
    let running = await_status(casey, &vps, "running", LONG).await?;
    ensure!(running["ipv4"].is_string(), "it has no address: {running}");
    ensure!(checker.standing(&at_provider).await? == 1, "it does not stand at the provider");
    checker.books().await?;
    Ok(vps)
}

async fn used(casey: &Client, vps: &str) -> Result<()> {
    for (action, status) in [("reboot", "running"), ("shutdown", "stopped"), ("boot", "running")] {
        let reply = casey.post(&format!("/api/vps/{vps}/action"), &json!({ "action": action })).await?;
        ensure!(reply.status == 202, "{action}: {} {}", reply.status, reply.body);
        await_status(casey, vps, status, LONG).await?;
    }
    let renamed = casey.patch(&format!("/api/vps/{vps}"), &json!({ "label": "web-one" })).await?;
    ensure!(renamed.status == 200 && renamed.body["label"] == "web-one", "{}", renamed.body);
    Ok(())
}

/// Hours whose charge is done.
const CHARGED: &str = "
select count(*)
from schedule_tick t
join job j on j.id = t.job_id
where t.name = 'billing.hourly' and j.state = 'succeeded'";

async fn hours_pass(stack: &Stack, checker: &Checker, hours: i64) -> Result<()> {
    let before: i64 = checker.figure("select count(*) from schedule_tick where name = 'billing.hourly'").await?;
    for hour in 1..=hours {
        stack.run(&["demo", "clock", "--ahead-s", &(hour * 3600).to_string()], "").await?;
        until(LONG, || async { Ok((checker.figure::<i64>(CHARGED).await? >= before + hour).then_some(())) }).await?;
        checker.books().await?;
    }
    let charged = checker.hours().await?;
    ensure!(charged > 0, "no hour was charged");
    Ok(())
}

const REPLAY: &str = "
update job
set state = 'queued', finished_at = null, step_data = '{}', run_at = now(), dispatched_at = null
where id in (select job_id from schedule_tick where name = 'billing.hourly')";

/// Puts the ticks' jobs back into the queue, twice: what a lost acknowledgement would do.
async fn ticks_replayed(checker: &Checker, ticks: i64) -> Result<()> {
    let figures = "select count(*) || ' ' || coalesce(sum(micros), 0) from usage_line";
    let before: String = checker.figure(figures).await?;
    for _ in 0..2 {
        checker.change(REPLAY).await?;
        let open = "select count(*) from job where kind = 'billing.charge' and state <> 'succeeded'";
        until(LONG, || async { Ok((checker.figure::<i64>(open).await? == 0).then_some(())) }).await?;
        checker.books().await?;
    }
    let after: String = checker.figure(figures).await?;
    ensure!(before == after, "{ticks} ticks replayed twice charged again: {before} became {after}");
    Ok(())
}

async fn statement_adds_up(casey: &Client, checker: &Checker) -> Result<()> {
    checker.hours().await?;
    let mut sum = 0;
    let mut path = "/api/wallet/statement?limit=100".to_owned();
    loop {
        let page = casey.get(&path).await?;
        ensure!(page.status == 200, "{} {}", page.status, page.body);
        sum += page.body["items"].as_array().into_iter().flatten().map(|entry| micros(entry, "/amount")).sum::<i64>();
        match page.body["next"].as_str() {
            Some(next) => path = format!("/api/wallet/statement?limit=100&cursor={next}"),
            None => break,
        }
    }
    let wallet = casey.get("/api/wallet").await?;
    ensure!(
        sum == micros(&wallet.body, "/balance"),
        "the statement adds up to {sum}, the wallet says {}",
        wallet.body["balance"]
    );
    Ok(())
}

async fn deleted(casey: &Client, checker: &Checker, vps: &str) -> Result<()> {
    let standing = checker.standing_in_all().await?;
    let wrong = casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await?;
    ensure!(wrong.status == 400, "a wrong name deletes: {}", wrong.body);
    let reply = casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-one" }))).await?;
    ensure!(reply.status == 202, "{} {}", reply.status, reply.body);
    await_status(casey, vps, "deleted", LONG).await?;
    ensure!(checker.standing_in_all().await? == standing - 1, "it still stands at the provider");
    checker.hours().await?;
    checker.books().await
}

async fn strangers(anonymous: &Client, vps: &str, plan: &str) -> Result<()> {
    let (robin, _) = register(anonymous, "robin@example.com").await?;
    for (who, client, status) in [("nobody", anonymous, 401), ("a stranger", &robin, 404)] {
        let reply = client.send(Method::GET, &format!("/api/vps/{vps}"), None, &[]).await?;
        ensure!(reply.status == status, "{who} gets {}: {}", reply.status, reply.body);
        let reply = client.post(&format!("/api/vps/{vps}/action"), &json!({ "action": "shutdown" })).await?;
        ensure!(reply.status == status, "{who} gets {}: {}", reply.status, reply.body);
    }
    let reply = robin.get("/api/admin/jobs").await?;
    ensure!(reply.status == 403, "a customer reads admin pages: {}", reply.status);
    ensure!(anonymous.get(&format!("/api/plans/{plan}/quote")).await?.status == 401, "a quote for nobody");
    Ok(())
}
