//! Money at odd times: a clock that steps back, the year 2038, and a second that is said twice.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::rating::{Price, Rule, Stretch};
use domain::work::{Job, NewJob};
use serde_json::json;
use testkit::client::text;
use testkit::fixture::{await_status, fresh_key, order};
use testkit::{Client, TestApp};

use crate::person::scalar;

const MONTH: i64 = 6_000_000;

async fn running(app: &TestApp, client: &Client, plan: &str) {
    let ordered = client.post_once("/api/vps", &order(plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    await_status(client, &text(&ordered, "/vps/id"), "running", Duration::from_secs(20)).await.unwrap();
    app.run_jobs().await;
}

async fn enqueue(app: &TestApp, tick: DateTime<Utc>) {
    domain::work::enqueue(&app.ctx, &app.ctx.db, NewJob::new(Job::ChargeUsage { tick })).await.unwrap();
}

/// What the only server has cost after so many hours.
async fn cost(app: &TestApp, hours: i64) -> i64 {
    let started: DateTime<Utc> = scalar(app, "select min(started_at) from usage_segment").await;
    Stretch::first(started, Price { month_micros: MONTH, rule: Rule::CAPPED }).through(hours)
}

/// How many hours were charged, and how many of them twice.
async fn hours(app: &TestApp) -> (i64, i64) {
    let twice = "select count(*) - count(distinct (segment_id, hour_no)) from usage_line";
    (scalar(app, "select count(*) from usage_line").await, scalar(app, twice).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_steps_back_during_a_tick_charges_no_hour_twice_and_gives_none_back() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    running(&app, &casey, &plan).await;
    let start: DateTime<Utc> = scalar(&app, "select min(started_at) from usage_segment").await;
    let tick = |minutes: i64| start + TimeDelta::minutes(minutes);
    app.set_ahead(TimeDelta::hours(5)).await;
    // It is asked for at one time, and worked at an earlier one.
    enqueue(&app, tick(150)).await;
    app.set_ahead(TimeDelta::zero()).await;
    app.run_jobs().await;
    let early = hours(&app).await;
    for (hours, minutes) in [(1, 60), (0, 10), (5, 150), (2, 120), (6, 300)] {
        app.set_ahead(TimeDelta::hours(hours)).await;
        enqueue(&app, tick(minutes)).await;
        app.run_jobs().await;
        app.check_books().await;
    }
    let late = hours(&app).await;
    assert!(early.0 <= late.0 && late.1 == 0, "{early:?} {late:?}");
    assert_eq!(app.balance(org).await, 10_000_000 - cost(&app, late.0).await, "{late:?}");
    app.set_ahead(TimeDelta::hours(9)).await;
    enqueue(&app, tick(8 * 60)).await;
    app.run_jobs().await;
    let whole = hours(&app).await;
    assert_eq!(app.balance(org).await, 10_000_000 - cost(&app, whole.0).await);
    assert!(whole.0 >= 8 && whole.1 == 0, "{whole:?}: and the clock that catches up charges the rest");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_2038_hours_payments_and_invoices_of_suppliers_are_as_in_any_year() {
    let app = TestApp::start().await;
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let eve: DateTime<Utc> = "2038-01-19T02:30:00Z".parse().unwrap();
    app.set_ahead(eve - now).await;
    app.cloud.paypal.set_ahead(eve - now);
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    running(&app, &casey, &plan).await;
    app.set_ahead(eve - now + TimeDelta::hours(3)).await;
    enqueue(&app, eve + TimeDelta::hours(2)).await;
    app.run_jobs().await;
    let charged = hours(&app).await;
    assert!(charged.0 >= 2 && charged.1 == 0, "{charged:?}");
    assert_eq!(app.balance(org).await, 10_000_000 - cost(&app, charged.0).await);
    let admin = app.admin().await;
    let clouds = admin.get("/api/admin/clouds").await.unwrap().expect(200);
    // The last second that fits 32 bits, and a leap second, which is the one before it said twice.
    let csv = "machine_id,from,to,amount\n1,2038-01-19T03:14:07Z,2038-01-19T03:14:08Z,0.000001\n\
               1,2016-12-31T23:59:60Z,2017-01-01T00:00:01Z,0.000001\n";
    let body = json!({ "cloud_id": text(&clouds, "/items/0/id"), "number": "1", "form": "csv", "content": csv });
    let seen = admin.post("/api/admin/billing/suppliers", &body).await.unwrap().expect(201);
    assert_eq!(text(&seen, "/invoice/to"), "2038-01-19T03:14:08.000Z", "{seen}");
    let (payer, paying) = crate::payment::payer(&app, "dana").await;
    crate::payment::paid(&app, &payer, "25").await;
    assert_eq!(app.balance(paying).await, 25_000_000);
    app.check_books().await;
}
