//! What a customer reads of a server: what happens to it, who asked for it, and what failed.

use std::time::Duration;

use domain::db;
use domain::work::{Job, NewJob};
use serde_json::{Value, json};
use simulators::{Fault, FaultKind};
use testkit::TestApp;
use testkit::app::{AppOptions, CLOUD_TOKEN};
use testkit::client::{Client, micros, text};
use testkit::fixture::{await_status, fresh_key, order, until};

const LONG: Duration = Duration::from_secs(30);

/// A running server of casey's.
async fn running(app: &TestApp, label: &str) -> (Client, String) {
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "10").await;
    let ordered = casey.post_once("/api/vps", &order(&plan, label), &fresh_key()).await.unwrap().expect(202);
    assert_eq!(text(&ordered, "/job/action"), "create");
    let vps = text(&ordered, "/vps/id");
    await_status(&casey, &vps, "running", LONG).await.unwrap();
    // Its own job is over: nothing else asks the cloud, whose refusal would hold what is ordered next.
    app.run_jobs().await;
    (casey, vps)
}

/// A customer, and a plan that is sold without a cloud behind it.
async fn seeded(app: &TestApp) -> (Client, String) {
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, _) = app.customer("casey", "10").await;
    let plan = text(&casey.get("/api/plans").await.unwrap().expect(200), "/items/0/id");
    (casey, plan)
}

async fn act(casey: &Client, vps: &str, action: &str) -> Value {
    casey.post(&format!("/api/vps/{vps}/action"), &json!({ "action": action })).await.unwrap().expect(202)
}

async fn newest_job(casey: &Client, vps: &str) -> Value {
    casey.get(&format!("/api/vps/{vps}/jobs")).await.unwrap().expect(200)["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_says_what_it_does_and_who_asked() {
    let app = TestApp::start().await;
    let (casey, vps) = running(&app, "web-1").await;
    let me = casey.get("/api/auth/me").await.unwrap().expect(200);
    for action in ["reboot", "shutdown", "boot"] {
        let acted = act(&casey, &vps, action).await;
        assert_eq!(text(&acted, "/vps/job/action"), action);
        let status = if action == "shutdown" { "stopped" } else { "running" };
        await_status(&casey, &vps, status, LONG).await.unwrap();
        let job = newest_job(&casey, &vps).await;
        assert_eq!((text(&job, "/action"), text(&job, "/state")), (action.to_owned(), "succeeded".to_owned()));
        assert_eq!(text(&job, "/actor/name"), text(&me, "/user/name"));
        assert!(job["finished_at"].is_string() && job["next_try_at"].is_null(), "{job}");
        let admin = app.admin().await.get(&format!("/api/admin/jobs/{}", text(&job, "/id"))).await.unwrap().expect(200);
        assert_eq!(text(&admin, "/action"), action);
    }
    let deleted = casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap();
    assert_eq!(text(&deleted.expect(202), "/vps/job/action"), "delete");
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_tries_are_counted_and_not_listed() {
    let app = TestApp::start().await;
    let (casey, vps) = running(&app, "web-1").await;
    app.cloud.fault(Fault::new(FaultKind::ServerError).on("POST", "/reboot$").times(3)).unwrap();
    act(&casey, &vps, "reboot").await;
    let trying = until(LONG, async || {
        let job = newest_job(&casey, &vps).await;
        Ok((job["state"] == "retry" && job["attempts"] == 2).then_some(job))
    })
    .await
    .unwrap();
    assert_eq!(trying["max_attempts"], 6);
    assert!(trying["next_try_at"].is_string() && trying["failure"].is_null(), "{trying}");
    await_status(&casey, &vps, "running", LONG).await.unwrap();
    let done = newest_job(&casey, &vps).await;
    assert_eq!((text(&done, "/state").as_str(), &done["attempts"]), ("succeeded", &json!(3)));
    for job in [&trying, &done] {
        let failed = job["steps"].as_array().unwrap().iter().filter(|step| step["state"] == "failed").count();
        assert_eq!(failed, 0, "{job}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_for_good_is_told_once_and_by_its_name() {
    let app = TestApp::start().await;
    let (casey, vps) = running(&app, "web-1").await;
    app.cloud.set_token(CLOUD_TOKEN, false);
    act(&casey, &vps, "reboot").await;
    let failed = until(LONG, async || {
        let job = newest_job(&casey, &vps).await;
        Ok((job["state"] == "failed").then_some(job))
    })
    .await
    .unwrap();
    assert!(failed["failure"].is_string(), "{failed}");
    let rows = failed["steps"].as_array().unwrap().iter().filter(|step| step["state"] == "failed").count();
    assert_eq!(rows, 1, "{failed}");
    let events = casey.get("/api/activity").await.unwrap().expect(200);
    let told: Vec<String> = events["items"].as_array().unwrap().iter().map(|event| text(event, "/message")).collect();
    assert!(told.iter().any(|words| words.starts_with("web-1 could not be rebooted: ")), "{told:?}");
    assert!(told.iter().all(|words| !words.contains("vps.") && !words.contains("provider")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_has_its_customers_own_words() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, plan) = seeded(&app).await;
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    let path = format!("/api/vps/{vps}");
    assert_eq!((&ordered["vps"]["tags"], &ordered["vps"]["notes"]), (&json!([]), &json!("")));

    let said = json!({ "tags": [" Web ", "prod", "web"], "notes": "The shop.\r\nAsk Ada first." });
    let changed = casey.patch(&path, &said).await.unwrap().expect(200);
    assert_eq!(changed["tags"], json!(["web", "prod"]), "each once, in small letters");
    assert_eq!(text(&changed, "/notes"), "The shop.\nAsk Ada first.");
    assert_eq!(text(&changed, "/label"), "web-1", "what is left out stays");
    let renamed = casey.patch(&path, &json!({ "label": "web-one" })).await.unwrap().expect(200);
    assert_eq!((&renamed["tags"], text(&renamed, "/label").as_str()), (&json!(["web", "prod"]), "web-one"));

    for (tag, found) in [("web", 1), ("PROD", 1), ("we", 0), ("shop", 0)] {
        let list = casey.get(&format!("/api/vps?tag={tag}")).await.unwrap().expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), found, "{tag}");
    }
    let eleven: Vec<String> = (0..11).map(|n| format!("t{n}")).collect();
    for (body, pointer) in [
        (json!({ "tags": ["a b"] }), "/tags/0"),
        (json!({ "tags": ["ok", "-"] }), "/tags/1"),
        (json!({ "tags": ["x".repeat(33)] }), "/tags/0"),
        (json!({ "tags": eleven }), "/tags"),
        (json!({ "notes": "n".repeat(2001) }), "/notes"),
        (json!({ "notes": "a\u{202E}b" }), "/notes"),
    ] {
        let refused = casey.patch(&path, &body).await.unwrap();
        let at = refused.text("/errors/0/pointer");
        assert_eq!((refused.status.as_u16(), at.as_str()), (400, pointer), "{body}");
    }
    let events = casey.get("/api/activity").await.unwrap().expect(200);
    let told: Vec<String> = events["items"].as_array().unwrap().iter().map(|event| text(event, "/message")).collect();
    for words in ["web-one was tagged", "The notes of web-one were changed", "web-one was renamed"] {
        assert!(told.iter().any(|message| message == words), "{words}: {told:?}");
    }
    let cleared = casey.patch(&path, &json!({ "tags": [], "notes": "" })).await.unwrap().expect(200);
    assert_eq!((&cleared["tags"], &cleared["notes"]), (&json!([]), &json!("")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_can_begin_with_is_said_before() {
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHMJwhzjgmTJdnLpEf6/cpa4ICysMRPPLsuPa+Q6UtWd";
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, plan) = seeded(&app).await;
    let (other, _) = app.customer("mallory", "0").await;
    let quota = async |client: &Client| client.get("/api/quota").await.unwrap().expect(200);
    let nothing = json!({
        "servers_used": 0, "servers_limit": 10, "vcpus_used": 0, "vcpus_limit": 100, "memory_mib_used": 0,
        "memory_mib_limit": 524_288, "storage_gib_used": 0, "storage_gib_limit": 10_240,
    });
    assert_eq!(quota(&casey).await, nothing);
    for (label, comment) in [("web-1", " ada@laptop"), ("web-2", " ada@home"), ("web-3", "")] {
        let mut body = order(&plan, label);
        if label != "web-3" {
            body["ssh_public_key"] = json!(format!("{KEY}{comment}"));
        }
        let ordered = casey.post_once("/api/vps", &body, &fresh_key()).await.unwrap().expect(202);
        if label == "web-3" {
            assert_eq!(ordered["vps"]["ssh_key"], json!(null));
        } else {
            assert_eq!(text(&ordered, "/vps/ssh_key/comment"), comment.trim());
            assert!(text(&ordered, "/vps/ssh_key/fingerprint").starts_with("SHA256:"));
        }
    }
    let used = quota(&casey).await;
    assert_eq!((&used["servers_used"], &used["servers_limit"]), (&json!(3), &json!(10)));
    assert!(["vcpus_used", "memory_mib_used", "storage_gib_used"].iter().all(|part| used[part].as_i64() >= Some(3)));
    assert_eq!(quota(&other).await["servers_used"], 0);
    let keys = casey.get("/api/ssh-keys").await.unwrap().expect(200)["items"].clone();
    assert_eq!(keys.as_array().unwrap().len(), 1, "one key, whatever is written behind it: {keys}");
    assert_eq!((&keys[0]["servers"], text(&keys[0], "/key/comment").as_str()), (&json!(2), "ada@home"));
    assert_eq!(text(&keys[0], "/public_key"), format!("{KEY} ada@home"));
    assert_eq!(other.get("/api/ssh-keys").await.unwrap().expect(200)["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn months_add_up_and_the_next_charge_is_foretold() {
    let app = TestApp::start().await;
    for entry in domain::schedule::TIMETABLE {
        domain::schedule::ensure(&app.ctx, entry).await.unwrap();
    }
    let (casey, vps) = running(&app, "web-1").await;
    app.run_jobs().await;
    let quote = async || casey.get(&format!("/api/vps/{vps}/quote")).await.unwrap().expect(200);
    let first = quote().await;
    assert_eq!(first["months"].as_array().unwrap().len(), 1);
    assert_eq!(first["months"][0]["hours"], 1);

    // It has run for forty days: at least two months.
    for table in ["usage_segment", "vps"] {
        let back = format!("update {table} set started_at = started_at - interval '40 days'");
        db::exec(&app.ctx.db, db::sql(&back, [])).await.unwrap();
    }
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let tx = app.ctx.begin().await.unwrap();
    domain::work::enqueue(&app.ctx, &tx, NewJob::new(Job::ChargeUsage { tick: now })).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;

    let later = quote().await;
    let months = later["months"].as_array().unwrap();
    assert!(months.len() >= 2, "{later}");
    let sum: i64 = months.iter().map(|month| micros(month, "/amount")).sum();
    assert_eq!(sum, micros(&later, "/spent_total"), "the months are all there is");
    assert_eq!(micros(&months[0], "/amount"), micros(&later, "/spent_this_month"));
    assert_eq!(months.iter().map(|month| month["hours"].as_i64().unwrap()).sum::<i64>(), 40 * 24 + 1);
    assert!(months.is_sorted_by(|newer, older| text(newer, "/month") > text(older, "/month")), "{later}");

    let at: chrono::DateTime<chrono::Utc> = text(&later, "/next_charge/at").parse().unwrap();
    assert!(at > now && at.timestamp() % 3600 == 0, "at the next full hour: {later}");
    let amount = micros(&later, "/next_charge/amount");
    assert!((8_219..=2 * 8_220).contains(&amount), "one hour, or two where the next begins before the tick: {later}");
}
