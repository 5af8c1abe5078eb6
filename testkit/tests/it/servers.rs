//! What a customer reads of a server: what happens to it, who asked for it, and what failed.

use std::time::Duration;

use serde_json::{Value, json};
use simulators::{Fault, FaultKind};
use testkit::TestApp;
use testkit::app::CLOUD_TOKEN;
use testkit::client::{Client, text};
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
    (casey, vps)
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
