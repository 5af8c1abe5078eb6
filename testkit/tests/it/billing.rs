//! Hours, charged once and to the micro-unit.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::rating::{Price, Rule, Stretch};
use domain::work::{Job, NewJob};
use domain::{OrgId, db};
use testkit::app::AppOptions;
use testkit::client::{micros, text};
use testkit::fixture::{await_status, credit, fresh_key, order};
use testkit::{Client, TestApp};

const MONTH: i64 = 6_000_000;

async fn running(app: &TestApp, client: &Client, plan: &str, label: &str) -> String {
    let ordered = client.post_once("/api/vps", &order(plan, label), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    await_status(client, &vps, "running", Duration::from_secs(20)).await.unwrap();
    app.run_jobs().await;
    vps
}

async fn tick(app: &TestApp, at: DateTime<Utc>) {
    let tx = app.ctx.begin().await.unwrap();
    domain::work::enqueue(&app.ctx, &tx, NewJob::new(Job::ChargeUsage { tick: at })).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
}

/// What a server of the plan has cost after so many hours.
async fn cost(app: &TestApp, hours: i64) -> i64 {
    Stretch::first(started_at(app).await, Price { month_micros: MONTH, rule: Rule::CAPPED }).through(hours)
}

async fn started_at(app: &TestApp) -> DateTime<Utc> {
    db::scalar(&app.ctx.db, db::sql("select min(started_at) from usage_segment", [])).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hour_once_however_often_the_tick_comes() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (mut casey, org) = app.customer("casey", "10").await;
    running(&app, &casey, &plan, "web-1").await;
    let start = started_at(&app).await;
    app.set_ahead(TimeDelta::hours(5)).await;
    // Two hours late, the same again, an older one, then the next: F(n) telescopes.
    for minutes in [150, 150, 90, 210] {
        tick(&app, start + TimeDelta::minutes(minutes)).await;
        app.check_books().await;
    }
    assert_eq!(app.balance(org).await, 10_000_000 - cost(&app, 4).await);
    let hours: Vec<i32> =
        db::scalar(&app.ctx.db, db::sql("select array_agg(hour_no order by hour_no) from usage_line", []))
            .await
            .unwrap()
            .unwrap();
    assert_eq!(hours, [1, 2, 3, 4]);

    casey.renew().await.unwrap();
    let statement = casey.get("/api/wallet/statement").await.unwrap().expect(200);
    let entries = statement["items"].as_array().unwrap();
    let sum: i64 = entries.iter().map(|entry| micros(entry, "/amount")).sum();
    assert_eq!(sum, app.balance(org).await, "the statement adds up to the balance");
    assert_eq!(micros(&entries[0], "/balance_after"), sum);
    let lines =
        casey.get(&format!("/api/wallet/statement/{}/lines", text(&entries[1], "/id"))).await.unwrap().expect(200);
    let charged: i64 = lines["items"].as_array().unwrap().iter().map(|line| micros(line, "/amount")).sum();
    assert_eq!(-charged, micros(&entries[1], "/amount"), "an entry's hours add up to it");

    let events = casey.get("/api/activity").await.unwrap().expect(200);
    let told: Vec<_> =
        events["items"].as_array().unwrap().iter().filter(|event| event["event"] == "billing.charge").collect();
    assert_eq!(told.len(), 2, "each run that charged something is told once");
    assert!(told.iter().all(|event| event["status"] == "info" && event["entity_type"] == "org"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_costs_what_its_hours_do() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "20").await;
    running(&app, &casey, &plan, "web-1").await;
    let start = started_at(&app).await;
    app.set_ahead(TimeDelta::hours(730)).await;
    tick(&app, start + TimeDelta::hours(730)).await;
    assert_eq!(app.balance(org).await, 20_000_000 - cost(&app, 730).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn short_funds_become_a_debt_that_credit_pays_first() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (mut casey, org) = app.customer("casey", "0.01").await;
    let vps = running(&app, &casey, &plan, "web-1").await;
    let start = started_at(&app).await;
    app.set_ahead(TimeDelta::hours(3)).await;
    tick(&app, start + TimeDelta::hours(3)).await;
    let due = cost(&app, 3).await;
    casey.renew().await.unwrap();
    let wallet = casey.get("/api/wallet").await.unwrap().expect(200);
    assert_eq!((micros(&wallet, "/balance"), micros(&wallet, "/owed")), (0, due - 10_000));
    assert_eq!(
        text(&casey.get(&format!("/api/vps/{vps}")).await.unwrap().expect(200), "/status"),
        "running",
        "service continues"
    );
    let refused = casey.post_once("/api/vps", &order(&plan, "web-2"), &fresh_key()).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (402, "in_debt"));
    assert_eq!(micros(&refused.body, "/owed"), due - 10_000);
    let events = casey.get("/api/activity").await.unwrap().expect(200);
    assert!(events["items"].as_array().unwrap().iter().any(|event| event["event"] == "billing.insufficient"));

    credit(&app.admin().await, &org.to_string(), "1").await.unwrap();
    assert_eq!(app.balance(org).await, 1_000_000 - (due - 10_000), "the debt is paid first");
    app.check_books().await;
    let again = casey.post_once("/api/vps", &order(&plan, "web-2"), &fresh_key()).await.unwrap();
    assert_eq!(again.status, 202, "{}", again.body);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_charges_the_started_hour_and_no_more() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (mut casey, org) = app.customer("casey", "10").await;
    let vps = running(&app, &casey, &plan, "web-1").await;
    app.set_ahead(TimeDelta::minutes(90)).await;
    // A deletion wants a fresh proof.
    casey = casey.sign_in("casey@example.com", testkit::fixture::PASSWORD).await.unwrap();
    let _ = casey
        .delete(&format!("/api/vps/{vps}"), Some(&serde_json::json!({ "label": "web-1" })))
        .await
        .unwrap()
        .expect(202);
    await_status(&casey, &vps, "deleted", Duration::from_secs(20)).await.unwrap();
    let expected = 10_000_000 - cost(&app, 2).await;
    assert_eq!(app.balance(org).await, expected);
    app.set_ahead(TimeDelta::hours(9)).await;
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    tick(&app, now).await;
    assert_eq!(app.balance(org).await, expected, "a deleted server costs nothing more");
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_on_one_tick_charge_once() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let orgs = seed_servers(&app, 40, 3).await;
    let at = app.ctx.clock.now(&app.ctx.db).await.unwrap() + TimeDelta::hours(2);
    let ids: Vec<_> = {
        let tx = app.ctx.begin().await.unwrap();
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(domain::work::enqueue(&app.ctx, &tx, NewJob::new(Job::ChargeUsage { tick: at })).await.unwrap());
        }
        tx.commit().await.unwrap();
        ids
    };
    let times = domain::queue::LeaseTimes::default();
    futures::future::join_all(ids.iter().map(|id| workers::execute(&app.env, &times, "test", *id))).await;
    // Each was divided into chunks, which are charged at the same time too.
    let chunks = "select array_agg(id) from job where kind = 'billing.charge_chunk'";
    let chunks: Vec<uuid::Uuid> = db::scalar(&app.ctx.db, db::sql(chunks, [])).await.unwrap().unwrap();
    let chunks: Vec<_> = chunks.into_iter().map(domain::JobId).collect();
    futures::future::join_all(chunks.iter().map(|id| workers::execute(&app.env, &times, "test", *id))).await;
    let charged: i64 = db::scalar(&app.ctx.db, db::sql("select count(*) from journal where kind = 'usage'", []))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(charged, i64::try_from(orgs.len()).unwrap(), "one journal an organisation");
    app.check_books().await;
}

/// Organisations with running servers, written straight into the tables.
async fn seed_servers(app: &TestApp, orgs: i64, each: i64) -> Vec<OrgId> {
    testkit::seed::running_servers(&app.ctx, orgs, each).await.unwrap()
}
