//! Orders that failed: what their customer can mend, their name, and what a retry needs and takes.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{VpsId, db};
use serde_json::{Value as Json, json};
use testkit::app::CLOUD_TOKEN;
use testkit::client::{micros, text};
use testkit::fixture::{await_status, fresh_key, order};
use testkit::{Client, TestApp};

const LONG: Duration = Duration::from_secs(20);
/// The first hour of $6 a month.
const HOUR: i64 = 8_219;
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKk3nVd9CQwGkRrvYq7Xg0lYJw5tV1dW0Zb3JzLx2QhH ada@laptop";

/// An order that fails because the provider refuses the cloud's token; returns the server and its job.
async fn failed(app: &TestApp, casey: &Client, body: &Json) -> (String, String) {
    app.cloud.set_token(CLOUD_TOKEN, false);
    let ordered = casey.post_once("/api/vps", body, &fresh_key()).await.unwrap().expect(202);
    let (vps, job) = (text(&ordered, "/vps/id"), text(&ordered, "/job/id"));
    await_status(casey, &vps, "failed", LONG).await.unwrap();
    app.cloud.set_token(CLOUD_TOKEN, true);
    // The refusal paused the cloud; a validation that succeeds resumes it.
    let admin = app.admin().await;
    let clouds = admin.get("/api/admin/clouds").await.unwrap().expect(200);
    let path = format!("/api/admin/clouds/{}", text(&clouds, "/items/0/id"));
    let _ = admin.patch(&path, &json!({ "token": CLOUD_TOKEN })).await.unwrap().expect(202);
    app.run_jobs().await;
    (vps, job)
}

/// The body of an order by key alone.
fn order_by_key(plan: &str, key: &str) -> Json {
    let mut body = order(plan, "web-1");
    let fields = body.as_object_mut().unwrap();
    fields.remove("root_password");
    fields.insert("ssh_public_key".to_owned(), json!(key));
    body
}

/// Removes what is past its time, as the timetable does, after so long.
async fn tidied(app: &TestApp, ahead: TimeDelta) {
    app.set_ahead(ahead).await;
    let tidy = scheduler::TIMETABLE.iter().find(|entry| entry.name == "platform.tidy").unwrap();
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let job = domain::work::NewJob::new((tidy.job)(now));
    let tx = app.ctx.begin().await.unwrap();
    domain::work::enqueue(&app.ctx, &tx, job).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
}

async fn retry(admin: &Client, job: &str) -> testkit::client::Reply {
    admin.post(&format!("/api/admin/jobs/{job}/retry"), &json!({ "reason": "mended" })).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_password_is_gone_is_not_retried_and_can_be_ordered_again() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    let (vps, job) = failed(&app, &casey, &order(&plan, "web-1")).await;
    tidied(&app, TimeDelta::hours(25)).await;

    let (admin, casey) = (app.admin().await, again(&app, "casey").await);
    let shown = admin.get(&format!("/api/admin/jobs/{job}")).await.unwrap().expect(200);
    assert_eq!((shown["can_retry"].as_bool(), shown["password_gone"].as_bool()), (Some(false), Some(true)));
    assert!(shown["retry_takes"].is_null(), "{shown}");
    let refused = retry(&admin, &job).await;
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (409, "password_gone"));
    assert!(refused.text("/detail").contains("order again"), "{}", refused.body);
    let bulk = json!({ "action": "retry", "filter": { "state": "failed", "kind": "vps.provision" }, "dry_run": true });
    let counted = admin.post("/api/admin/jobs/bulk", &bulk).await.unwrap().expect(200);
    assert_eq!((counted["count"].as_i64(), counted["takes"].is_null()), (Some(0), true), "in bulk neither: {counted}");
    assert_eq!(app.balance(org).await, 10_000_000, "nothing was charged");
    assert_eq!(app.cloud.truth().creates, 0, "nothing was created");

    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    await_status(&casey, &text(&ordered, "/vps/id"), "running", LONG).await.unwrap();
    let kept = casey.get(&format!("/api/vps/{vps}")).await.unwrap().expect(200);
    assert_eq!(text(&kept, "/status"), "failed", "the failed order is still told");
    app.check_books().await;
}

/// Signed in again: an access token does not last for days.
async fn again(app: &TestApp, name: &str) -> Client {
    app.anonymous.sign_in(&format!("{name}@example.com"), testkit::fixture::PASSWORD).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_with_a_key_is_retried_for_as_long_as_it_is_there() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "10").await;
    let (vps, job) = failed(&app, &casey, &order_by_key(&plan, KEY)).await;
    tidied(&app, TimeDelta::hours(25)).await;
    let _ = retry(&app.admin().await, &job).await.expect(200);
    await_status(&again(&app, "casey").await, &vps, "running", LONG).await.unwrap();
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_failed_order_says_what_it_takes_and_the_customer_is_told() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    let (vps, job) = failed(&app, &casey, &order(&plan, "web-1")).await;
    let admin = app.admin().await;
    app.cloud.clear_mails();

    let shown = admin.get(&format!("/api/admin/jobs/{job}")).await.unwrap().expect(200);
    assert_eq!(micros(&shown, "/retry_takes"), HOUR);
    let bulk = json!({ "action": "retry", "filter": { "kind": "vps.provision" }, "dry_run": true });
    let counted = admin.post("/api/admin/jobs/bulk", &bulk).await.unwrap().expect(200);
    assert_eq!((counted["count"].as_i64(), micros(&counted, "/takes")), (Some(1), HOUR));
    let next = retry(&admin, &job).await.expect(200);
    assert!(next["retry_takes"].is_null(), "it is taken: {next}");
    await_status(&casey, &vps, "running", LONG).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 10_000_000 - HOUR);
    let mails = app.cloud.mails();
    let told = mails.iter().find(|mail| mail.subject.contains("being created after all")).expect("a mail");
    assert_eq!(told.to, ["casey@example.com"]);
    assert!(told.text.contains("web-1") && told.text.contains("0.0082 USD"), "{}", told.text);
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_failed_order_is_free_again() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    let (first, job) = failed(&app, &casey, &order(&plan, "web-1")).await;
    let admin = app.admin().await;
    let ordered = casey.post_once("/api/vps", &order(&plan, "WEB-1"), &fresh_key()).await.unwrap().expect(202);
    let second = text(&ordered, "/vps/id");
    await_status(&casey, &second, "running", LONG).await.unwrap();

    let taken = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap();
    assert_eq!(taken.text("/code"), "label_taken", "that of a living server is not");
    let refused = retry(&admin, &job).await;
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (409, "label_taken"));
    assert_eq!(app.balance(org).await, 10_000_000 - HOUR, "one of them was charged");
    let label = json!({ "label": "web-1" });
    let deleted = casey.delete(&format!("/api/vps/{first}"), Some(&label)).await.unwrap();
    assert_eq!(deleted.status, 202, "the failed one is deleted beside it: {}", deleted.body);
    await_status(&casey, &first, "deleted", LONG).await.unwrap();
    let kept = casey.get(&format!("/api/vps/{second}")).await.unwrap().expect(200);
    assert_eq!(text(&kept, "/status"), "running");
    app.run_jobs().await;
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_is_named_and_the_order_can_be_placed_again() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    // Long and of three kinds, but the same few characters again and again: our rules take it, the provider's do not.
    let mut body = order(&plan, "web-1");
    body["root_password"] = json!("aB1aB1aB1aB1aB1");
    let ordered = casey.post_once("/api/vps", &body, &fresh_key()).await.unwrap().expect(202);
    let failed = await_status(&casey, &text(&ordered, "/vps/id"), "failed", LONG).await.unwrap();
    assert_eq!(text(&failed, "/failure_field"), "/root_password");
    assert!(text(&failed, "/failure").contains("root password was refused"), "{failed}");
    assert_eq!(app.balance(org).await, 10_000_000);
    let again = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let running = await_status(&casey, &text(&again, "/vps/id"), "running", LONG).await.unwrap();
    assert!(running["failure_field"].is_null());
    app.run_jobs().await;
    let mails = app.cloud.mails();
    assert!(mails.iter().any(|mail| mail.text.contains("root password was refused")), "the mail says so too");
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_is_named() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "10").await;
    let body = order_by_key(&plan, KEY);
    let admin = app.admin().await;
    let reason = json!({ "reason": "a test" });
    let _ = admin.post("/api/admin/queues/provision/pause", &reason).await.unwrap().expect(200);
    let ordered = casey.post_once("/api/vps", &body, &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    // A key that our reading lets pass and the provider does not: none is known, so the row is given one.
    let spoilt = "update vps set ssh_public_key = 'ssh-ed25519 nonsense' where id = $1";
    let id: VpsId = vps.parse().unwrap();
    db::exec(&app.ctx.db, db::sql(spoilt, [id.into()])).await.unwrap();
    let _ = admin.post("/api/admin/queues/provision/resume", &reason).await.unwrap().expect(200);
    let failed = await_status(&casey, &vps, "failed", LONG).await.unwrap();
    assert_eq!(text(&failed, "/failure_field"), "/ssh_public_key");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_no_supplier_takes_are_refused_before_anything_is_set_aside() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    let short_rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAwCAAQ==";
    let token = "sk-ssh-ed25519@openssh.com \
                 AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHAAAABHNzaDo=";
    for bad in [short_rsa, token, &KEY[..60], &format!("{KEY}\nsecond line")] {
        let refused = casey.post_once("/api/vps", &order_by_key(&plan, bad), &fresh_key()).await.unwrap();
        assert_eq!(refused.status, 400, "{bad}: {}", refused.body);
        assert_eq!(refused.text("/errors/0/pointer"), "/ssh_public_key", "{bad}");
    }
    assert_eq!(app.balance(org).await, 10_000_000);
    let body = order_by_key(&plan, &format!("{}\n{}", &KEY[..50], &KEY[50..]));
    let ordered = casey.post_once("/api/vps", &body, &fresh_key()).await.unwrap().expect(202);
    let id: VpsId = text(&ordered, "/vps/id").parse().unwrap();
    let stored: Option<String> =
        db::scalar(&app.ctx.db, db::sql("select ssh_public_key from vps where id = $1", [id.into()])).await.unwrap();
    assert_eq!(stored.as_deref(), Some(KEY), "a pasted line break is mended");
    app.run_jobs().await;
}
