//! What admins do to jobs.

use serde_json::json;
use testkit::TestApp;
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{await_status, fresh_key, order, plan_called};
use testkit::seed::PLAN as SEEDED_PLAN;

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_nobody_began_is_cancelled_at_once() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, org) = app.customer("casey", "10").await;
    let plan = plan_called(&casey, SEEDED_PLAN).await.unwrap();
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let job = text(&ordered, "/job/id");
    let admin = app.admin().await;
    let cancelled =
        admin.post(&format!("/api/admin/jobs/{job}/cancel"), &json!({ "reason": "a test" })).await.unwrap().expect(200);
    assert_eq!(text(&cancelled, "/state"), "cancelled");
    assert_eq!(app.balance(org).await, 10_000_000);
    let vps = casey.get(&format!("/api/vps/{}", text(&ordered, "/vps/id"))).await.unwrap().expect(200);
    assert_eq!(text(&vps, "/status"), "failed");
    let again = admin.post(&format!("/api/admin/jobs/{job}/cancel"), &json!({})).await.unwrap();
    assert_eq!((again.status.as_u16(), again.text("/code").as_str()), (409, "not_cancellable"));
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_thing_at_a_time_on_a_server() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "10").await;
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    await_status(&casey, &vps, "running", std::time::Duration::from_secs(20)).await.unwrap();
    let action = json!({ "action": "reboot" });
    let path = format!("/api/vps/{vps}/action");
    let replies = futures::future::join_all((0..8).map(|_| casey.post(&path, &action))).await;
    let statuses: Vec<_> = replies.into_iter().map(|reply| reply.unwrap().status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
    app.run_jobs().await;
    let again = casey.post(&path, &json!({ "action": "boot" })).await.unwrap();
    assert_eq!(again.status, 202, "the provider is asked what the server does: {}", again.body);
    await_status(&casey, &vps, "running", std::time::Duration::from_secs(20)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_listed_filtered_and_counted() {
    let app = TestApp::start().await;
    app.plan().await;
    app.customer("casey", "1").await;
    app.run_jobs().await;
    let admin = app.admin().await;
    let all = admin.get("/api/admin/jobs?limit=2").await.unwrap().expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let next = admin.get(&format!("/api/admin/jobs?limit=2&cursor={}", text(&all, "/next"))).await.unwrap().expect(200);
    let ids = |page: &serde_json::Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|job| text(job, "/id")).collect()
    };
    let (first, second) = (ids(&all), ids(&next));
    assert!(!second.is_empty(), "the second page is empty: {next}");
    assert!(second.iter().all(|id| !first.contains(id)), "the pages overlap: {first:?} {second:?}");
    let syncs = admin.get("/api/admin/jobs?kind=cloud.sync&state=succeeded").await.unwrap().expect(200);
    let kinds: Vec<_> = syncs["items"].as_array().unwrap().iter().map(|job| text(job, "/kind")).collect();
    assert_eq!(kinds, ["cloud.sync"]);
    let counts = admin.get("/api/admin/jobs/counts").await.unwrap().expect(200);
    assert!(counts["by_state"]["succeeded"].as_i64().unwrap() >= 3, "{counts}");
}
