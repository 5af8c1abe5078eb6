//! A deletion that an administrator cancels before it began: the server is again what it was.

use std::time::Duration;

use domain::{VpsId, db};
use serde_json::json;
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{await_status, fresh_key, order, until};
use testkit::{Client, TestApp};

use crate::machines::World;

const LONG: Duration = Duration::from_secs(20);

async fn queue(admin: &Client, name: &str, verb: &str) {
    let path = format!("/api/admin/queues/{name}/{verb}");
    let _ = admin.post(&path, &json!({ "reason": "a test" })).await.unwrap().expect(200);
}

/// Requests the deletion of web-1; returns its job.
async fn delete(casey: &Client, vps: &str) -> String {
    let deleted = casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap();
    let deleted = deleted.expect(202);
    assert_eq!((text(&deleted, "/vps/status"), text(&deleted, "/vps/desired")), ("deleting".into(), "deleted".into()));
    text(&deleted, "/job/id")
}

async fn switch(casey: &Client, vps: &str, action: &str, status: &str) {
    let acted = casey.post(&format!("/api/vps/{vps}/action"), &json!({ "action": action })).await.unwrap();
    assert_eq!(acted.status, 202, "{action}: {}", acted.body);
    await_status(casey, vps, status, LONG).await.unwrap();
}

/// What the row stores as the status before its deletion; empty for none.
async fn before_delete(app: &TestApp, vps: &str) -> String {
    let id: VpsId = vps.parse().unwrap();
    let sql = "select coalesce(status_before_delete, '') from vps where id = $1";
    db::scalar(&app.ctx.db, db::sql(sql, [id.into()])).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_deletion_gives_back_what_the_server_was() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "10").await;
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    await_status(&casey, &vps, "running", LONG).await.unwrap();
    let balance = app.balance(org).await;

    for (status, action, after) in [("running", "shutdown", "stopped"), ("stopped", "boot", "running")] {
        queue(&admin, "power", "pause").await;
        let job = delete(&casey, &vps).await;
        assert_eq!(before_delete(&app, &vps).await, status);
        let cancel = format!("/api/admin/jobs/{job}/cancel");
        let _ = admin.post(&cancel, &json!({ "reason": "a mistake" })).await.unwrap().expect(200);
        let kept = casey.get(&format!("/api/vps/{vps}")).await.unwrap().expect(200);
        assert_eq!((text(&kept, "/status"), text(&kept, "/desired")), (status.to_owned(), status.to_owned()));
        assert_eq!(before_delete(&app, &vps).await, "");
        queue(&admin, "power", "resume").await;
        switch(&casey, &vps, action, after).await;
    }
    assert_eq!(app.balance(org).await, balance, "the server was charged on, and not twice");

    delete(&casey, &vps).await;
    await_status(&casey, &vps, "deleted", LONG).await.unwrap();
    assert_eq!(before_delete(&app, &vps).await, "", "nothing is given back any more");
    app.run_jobs().await;
    app.check_books().await;
}

/// A worker holds its job and then wants the server: a deletion that held the server and wanted the job would wait for
/// the worker while the worker waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_holds_no_server_while_it_waits_for_its_job() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, _) = app.customer("casey", "10").await;
    let plan = text(&casey.get("/api/plans").await.unwrap().expect(200), "/items/0/id");
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    let id: VpsId = vps.parse().unwrap();

    let worker = app.ctx.begin().await.unwrap();
    db::exec(&worker, db::sql("select from job where target_id = $1 for update", [id.into()])).await.unwrap();
    let deleting = tokio::spawn(async move { delete(&casey, &vps).await });
    until(LONG, || async {
        let waiting = "select count(*) from pg_stat_activity where datname = current_database() \
                       and wait_event_type = 'Lock'";
        Ok(db::scalar::<i64>(&app.ctx.db, db::sql(waiting, [])).await?.filter(|waiting| *waiting > 0))
    })
    .await
    .unwrap();
    let locked = db::exec(&worker, db::sql("select from vps where id = $1 for update nowait", [id.into()])).await;
    assert_eq!(locked.unwrap(), 1, "the server is free while the deletion waits");
    worker.commit().await.unwrap();
    deleting.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deletion_of_a_server_that_never_ran_is_not_cancelled() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "10").await;
    queue(&admin, "provision", "pause").await;
    queue(&admin, "power", "pause").await;
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    let job = delete(&casey, &vps).await;
    let refused =
        admin.post(&format!("/api/admin/jobs/{job}/cancel"), &json!({ "reason": "a mistake" })).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (409, "not_cancellable"));
    queue(&admin, "provision", "resume").await;
    queue(&admin, "power", "resume").await;
    await_status(&casey, &vps, "deleted", LONG).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 10_000_000, "what was set aside is back");
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_deletion_gives_back_a_stopped_server_and_a_lost_one() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    let cancelled = async |status: &str| {
        queue(&world.admin, "power", "pause").await;
        let job = delete(&world.casey, &vps).await;
        let cancel = format!("/api/admin/jobs/{job}/cancel");
        let _ = world.admin.post(&cancel, &json!({ "reason": "a mistake" })).await.unwrap().expect(200);
        queue(&world.admin, "power", "resume").await;
        assert_eq!((world.status(&vps).await.as_str(), before_delete(&world.app, &vps).await.as_str()), (status, ""));
    };
    switch(&world.casey, &vps, "shutdown", "stopped").await;
    cancelled("stopped").await;
    switch(&world.casey, &vps, "boot", "running").await;

    world.app.cloud.hide(machine.parse().unwrap(), true);
    world.compare().await;
    world.compare().await;
    assert_eq!(world.status(&vps).await, "lost");
    cancelled("lost").await;
    assert_eq!(world.count("select count(*) from usage_segment where ended_at is null").await, 0, "and not charged");
    world.app.cloud.hide(machine.parse().unwrap(), false);
    world.compare().await;
    assert_eq!(world.status(&vps).await, "running");
    assert_eq!(world.count("select count(*) from usage_segment where ended_at is null").await, 1);
    world.app.check_books().await;
}
