//! One server from order to deletion, and the ways in which that can go wrong.

use std::time::Duration;

use domain::db;
use serde_json::json;
use simulators::{Fault, FaultKind};
use testkit::TestApp;
use testkit::client::{micros, row, text};
use testkit::fixture::{await_status, fresh_key, order, until};

const LONG: Duration = Duration::from_secs(20);
/// The first hour of $6 a month: floor(6 000 000 / 730).
const HOUR: i64 = 8_219;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_ordered_used_and_deleted() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;

    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    assert_eq!(text(&ordered, "/vps/status"), "requested");
    assert_eq!(text(&ordered, "/job/kind"), "vps.provision");
    assert_eq!(app.balance(org).await, 10_000_000 - HOUR, "the first hour is set aside");
    let vps = text(&ordered, "/vps/id");

    let running = await_status(&casey, &vps, "running", LONG).await.unwrap();
    assert!(running["ipv4"].is_string(), "no address: {running}");
    assert!(running["started_at"].is_string(), "no start: {running}");
    assert_eq!(micros(&running, "/spent_this_month"), HOUR);
    app.check_books().await;

    for (action, status) in [("reboot", "running"), ("shutdown", "stopped"), ("boot", "running")] {
        let acted = casey.post(&format!("/api/vps/{vps}/action"), &json!({ "action": action })).await.unwrap();
        assert_eq!(acted.status, 202, "{action}: {}", acted.body);
        await_status(&casey, &vps, status, LONG).await.unwrap();
    }
    let renamed = casey.patch(&format!("/api/vps/{vps}"), &json!({ "label": "web-one" })).await.unwrap().expect(200);
    assert_eq!(text(&renamed, "/label"), "web-one");

    let jobs = casey.get(&format!("/api/vps/{vps}/jobs")).await.unwrap().expect(200);
    let kinds: Vec<_> = jobs["items"].as_array().unwrap().iter().map(|job| text(job, "/kind")).collect();
    assert_eq!(kinds, ["vps.power", "vps.power", "vps.power", "vps.provision"]);
    let made = row(&jobs, "kind", "vps.provision");
    assert!(!made["steps"].as_array().unwrap().is_empty(), "the timeline tells the steps: {made}");

    let wrong = casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap();
    assert_eq!((wrong.status.as_u16(), wrong.text("/errors/0/pointer").as_str()), (400, "/label"));
    let deleted =
        casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-one" }))).await.unwrap().expect(202);
    assert_eq!(text(&deleted, "/job/kind"), "vps.delete");
    await_status(&casey, &vps, "deleted", LONG).await.unwrap();
    app.run_jobs().await;

    assert_eq!(app.balance(org).await, 10_000_000 - HOUR, "one started hour was charged");
    let truth = app.cloud.truth();
    assert_eq!((truth.creates, truth.deletes), (1, 1));
    app.check_books().await;
    let mails = app.cloud.mails();
    assert!(mails.iter().any(|mail| mail.subject.contains("Welcome")), "a welcome was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_makes_one_server_and_one_charge() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    app.cloud.fault(Fault::new(FaultKind::LostAnswer).on("POST", "/linode/instances$").times(1)).unwrap();

    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    await_status(&casey, &text(&ordered, "/vps/id"), "running", LONG).await.unwrap();
    let truth = app.cloud.truth();
    assert_eq!(truth.instances.len(), 1, "the lost server was found again, not made twice");
    assert_eq!(app.balance(org).await, 10_000_000 - HOUR);
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_lags_makes_one_server() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "10").await;
    app.cloud.fault(Fault::new(FaultKind::LostAnswer).on("POST", "/linode/instances$").times(1)).unwrap();
    app.cloud.fault(Fault { lag_ms: Some(2_500), ..Fault::new(FaultKind::ListLag).times(20) }).unwrap();

    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    await_status(&casey, &text(&ordered, "/vps/id"), "running", LONG).await.unwrap();
    assert_eq!(app.cloud.truth().instances.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_boots_is_taken_back_and_paid_back() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    // It neither boots by itself nor when told to.
    app.cloud.fault(Fault::new(FaultKind::BootFails).times(1)).unwrap();
    app.cloud.fault(Fault::new(FaultKind::ServerError).on("POST", "/boot$").times(1_000)).unwrap();

    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let (vps, job) = (text(&ordered, "/vps/id"), text(&ordered, "/job/id"));
    let admin = app.admin().await;
    // Once it was told to boot, an admin cancels the order rather than wait for all attempts.
    until(LONG, async || {
        let requests = app.cloud.truth().requests;
        Ok(requests.iter().any(|one| one.path.ends_with("/boot")).then_some(()))
    })
    .await
    .expect("it is told to boot");
    let _ = admin
        .post(&format!("/api/admin/jobs/{job}/cancel"), &json!({ "reason": "the cloud is broken" }))
        .await
        .unwrap()
        .expect(200);
    let failed = await_status(&casey, &vps, "failed", LONG).await.unwrap();
    assert!(text(&failed, "/failure").contains("back in your wallet"));
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 10_000_000, "all of it is back");
    assert!(app.cloud.truth().instances.iter().all(|instance| instance.deleted), "nothing is left at the provider");
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_fails_the_order_and_a_retry_completes_it() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    app.cloud.set_token(testkit::app::CLOUD_TOKEN, false);

    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let (vps, job) = (text(&ordered, "/vps/id"), text(&ordered, "/job/id"));
    let failed = await_status(&casey, &vps, "failed", LONG).await.unwrap();
    assert!(!text(&failed, "/failure").to_lowercase().contains("linode"), "customers never read a supplier's name");
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 10_000_000);
    assert!(app.cloud.mails().iter().any(|mail| mail.subject.contains("web-1")), "the customer was told");

    let admin = app.admin().await;
    let shown = admin.get(&format!("/api/admin/jobs/{job}")).await.unwrap().expect(200);
    assert_eq!(text(&shown, "/state"), "failed");
    assert!(text(&shown, "/error/message").contains("token"), "{shown}");
    app.cloud.set_token(testkit::app::CLOUD_TOKEN, true);
    let retried = admin
        .post(&format!("/api/admin/jobs/{job}/retry"), &json!({ "reason": "the token is right again" }))
        .await
        .unwrap()
        .expect(200);
    assert_ne!(text(&retried, "/id"), job, "a final job stays final; another retries it");
    await_status(&casey, &vps, "running", LONG).await.unwrap();
    assert_eq!(app.balance(org).await, 10_000_000 - HOUR);
    let again = admin.post(&format!("/api/admin/jobs/{job}/retry"), &json!({})).await.unwrap();
    assert_eq!((again.status.as_u16(), again.text("/code").as_str()), (409, "not_retryable"));
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_while_it_is_made_leaves_nothing() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    let _ = casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap().expect(202);
    await_status(&casey, &vps, "deleted", Duration::from_secs(40)).await.unwrap();
    assert!(app.cloud.truth().instances.iter().all(|instance| instance.deleted));
    assert!([10_000_000, 10_000_000 - HOUR].contains(&app.balance(org).await), "charged only if it ran");
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_order() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    let key = fresh_key();
    let body = order(&plan, "web-1");
    let many = futures::future::join_all((0..16).map(|_| casey.post_once("/api/vps", &body, &key))).await;
    let ids: std::collections::BTreeSet<_> =
        many.into_iter().map(|reply| text(&reply.unwrap().expect(202), "/vps/id")).collect();
    assert_eq!(ids.len(), 1, "sixteen sendings of one order are one server");
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 10_000_000 - HOUR);
    let other = casey.post_once("/api/vps", &order(&plan, "web-2"), &key).await.unwrap();
    assert_eq!((other.status.as_u16(), other.text("/code").as_str()), (409, "idempotency_key_reused"));
}

/// Postings whose balance is not the sum of those up to them.
const WRONG_BALANCES: &str = "
select count(*) from posting p
where p.balance_after <> (
  select sum(q.amount_micros) from posting q where q.account_id = p.account_id and q.journal_id <= p.journal_id)";

#[tokio::test(flavor = "multi_thread")]
async fn money_for_three_is_three_servers() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "0.025").await;
    let orders: Vec<_> = (0..24).map(|n| order(&plan, &format!("web-{n}"))).collect();
    let replies = futures::future::join_all(
        orders.iter().map(|body| async { casey.post_once("/api/vps", body, &fresh_key()).await }),
    )
    .await;
    let (mut taken, mut short) = (0, 0);
    for reply in replies {
        let reply = reply.unwrap();
        match reply.status.as_u16() {
            202 => taken += 1,
            402 => {
                assert_eq!(reply.text("/code"), "insufficient_funds");
                assert_eq!(micros(&reply.body, "/needed"), HOUR);
                assert!(micros(&reply.body, "/available") < HOUR);
                short += 1;
            }
            other => panic!("{other}: {}", reply.body),
        }
    }
    assert_eq!((taken, short), (3, 21));
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 25_000 - 3 * HOUR);
    let wrong: i64 = db::scalar(&app.ctx.db, db::sql(WRONG_BALANCES, [])).await.unwrap().unwrap();
    assert_eq!(wrong, 0, "each posting tells the balance after it, though orders waited for each other");
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_holds_against_parallel_orders() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "50").await;
    let orders: Vec<_> = (0..24).map(|n| order(&plan, &format!("web-{n}"))).collect();
    let replies = futures::future::join_all(
        orders.iter().map(|body| async { casey.post_once("/api/vps", body, &fresh_key()).await }),
    )
    .await;
    let statuses: Vec<_> = replies.into_iter().map(|reply| reply.unwrap().status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 10, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 14, "{statuses:?}");
    app.run_jobs().await;
}
