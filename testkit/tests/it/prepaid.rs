//! Prepaid: notices, limits, and what happens when funds end, under a clock that is moved.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::work::{Job, NewJob};
use domain::{OrgId, db};
use sea_orm::TryGetable;
use serde_json::json;
use testkit::client::{micros, text};
use testkit::fixture::{await_status, credit, fresh_key, order};
use testkit::{Client, TestApp};

const LONG: Duration = Duration::from_secs(20);

async fn figure<T: TryGetable>(app: &TestApp, sql: &str) -> T {
    db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}

async fn running(app: &TestApp, client: &Client, plan: &str, label: &str) -> String {
    let ordered = client.post_once("/api/vps", &order(plan, label), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    await_status(client, &vps, "running", LONG).await.unwrap();
    app.run_jobs().await;
    vps
}

async fn enqueue(app: &TestApp, job: Job) {
    let tx = app.ctx.begin().await.unwrap();
    domain::work::enqueue(&app.ctx, &tx, NewJob::new(job)).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
}

/// Moves business time to an instant, charges, and looks after the wallets, as the timetable would.
async fn live_until(app: &TestApp, at: DateTime<Utc>) {
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let ahead: i64 =
        figure(app, "select coalesce(extract(epoch from max(ahead)) * 1000000, 0)::bigint from clock_offset").await;
    app.set_ahead(TimeDelta::microseconds(ahead) + (at - now)).await;
    enqueue(app, Job::ChargeUsage { tick: at }).await;
    enqueue(app, Job::WatchWallets { org: None }).await;
    app.check_books().await;
}

async fn told(app: &TestApp) -> Vec<String> {
    figure(app, "select coalesce(array_agg(kind order by id), '{}') from wallet_notice").await
}

async fn again(app: &TestApp) -> Client {
    app.anonymous.sign_in("casey@example.com", testkit::fixture::PASSWORD).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_tells_when_it_is_empty_and_each_notice_is_sent_once() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    // 100 hours of $6 a month.
    let (casey, org) = app.customer("casey", "0.821").await;
    running(&app, &casey, &plan, "web-1").await;
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    enqueue(&app, Job::WatchWallets { org: None }).await;
    let wallet = casey.get("/api/wallet").await.unwrap().expect(200);
    let zero: DateTime<Utc> = text(&wallet, "/zero_at").parse().unwrap();
    assert_eq!((zero - start).num_hours(), 99, "the hundredth hour is the first that it can't pay: {zero}");
    assert_eq!(micros(&wallet, "/live_balance"), micros(&wallet, "/balance"));
    let kept: DateTime<Utc> = figure(&app, "select zero_at from wallet_forecast where zero_at is not null").await;
    assert!((kept - zero).num_seconds().abs() <= 1, "{kept} is kept");
    assert!(told(&app).await.is_empty(), "it lasts for longer than 72 hours");

    for (hours, expected) in [
        (30, vec!["runway_72"]),
        (31, vec!["runway_72"]),
        (80, vec!["runway_72", "runway_24"]),
        (99, vec!["runway_72", "runway_24", "runway_0"]),
        (101, vec!["runway_72", "runway_24", "runway_0"]),
    ] {
        live_until(&app, start + TimeDelta::hours(hours) + TimeDelta::minutes(5)).await;
        assert_eq!(told(&app).await, expected, "after {hours} hours");
        let moved: bool = figure(&app, "select bool_or(moved <> computed) from wallet_forecast").await;
        assert!(!moved, "an hourly charge moves no forecast");
    }
    let mails: i64 =
        figure(&app, "select count(*) from job where params->>'mail' = 'low_balance' and state = 'succeeded'").await;
    assert_eq!(mails, 3);
    let renewed = again(&app).await;
    let listed = renewed.get("/api/wallet/notices").await.unwrap().expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
    let events = renewed.get("/api/activity").await.unwrap().expect(200);
    assert!(events["items"].as_array().unwrap().iter().any(|event| event["event"] == "billing.low_balance"));

    // A little credit begins no episode; a lot does, and then everything is told again.
    credit(&app.admin().await, &org.to_string(), "0.1").await.unwrap();
    enqueue(&app, Job::WatchWallets { org: None }).await;
    assert_eq!(told(&app).await.len(), 3);
    credit(&app.admin().await, &org.to_string(), "1").await.unwrap();
    enqueue(&app, Job::WatchWallets { org: None }).await;
    live_until(&app, start + TimeDelta::hours(200)).await;
    assert_eq!(told(&app).await.len(), 4, "a notice of the new episode");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_keeps_the_limits_and_notices_say_how_much_is_spent() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (mut casey, _) = app.customer("casey", "100").await;
    let limits = json!({ "hour_cap": { "amount": "0.01", "currency": "USD" } });
    let _ = casey.put("/api/wallet/limits", &limits).await.unwrap().expect(200);
    running(&app, &casey, &plan, "web-1").await;
    let refused = casey.post_once("/api/vps", &order(&plan, "web-2"), &fresh_key()).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (402, "spend_cap_reached"));
    let orders: i64 = figure(&app, "select count(*) from vps").await;
    assert_eq!(orders, 1, "nothing is left of a refused order");

    // The month is counted to its end, so a limit is never passed by servers that keep their price.
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    let limits = json!({ "month_cap": { "amount": "0.02", "currency": "USD" } });
    let _ = casey.put("/api/wallet/limits", &limits).await.unwrap().expect(200);
    let refused = casey.post_once("/api/vps", &order(&plan, "web-2"), &fresh_key()).await.unwrap();
    let month_end = domain::clock::month_start(start + TimeDelta::days(31));
    if month_end - start > TimeDelta::hours(3) {
        assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (402, "spend_cap_reached"));
        live_until(&app, start + TimeDelta::minutes(90)).await;
        assert_eq!(told(&app).await, ["cap_80"], "of 50 and 80 percent the graver alone");
        live_until(&app, start + TimeDelta::minutes(150)).await;
        assert_eq!(told(&app).await, ["cap_80", "cap_100"]);
    }
    casey = again(&app).await;
    for (body, pointer) in [
        (json!({ "month_cap": { "amount": "-1", "currency": "USD" } }), "/month_cap/amount"),
        (json!({ "hour_cap": { "amount": "1", "currency": "EUR" } }), "/hour_cap/currency"),
    ] {
        let refused = casey.put("/api/wallet/limits", &body).await.unwrap();
        assert_eq!(refused.status, 400, "{body}: {pointer}");
    }
}

/// What every hour has cost so far, and what was paid for it.
async fn unfunded(app: &TestApp, org: OrgId) -> i64 {
    let sql = "select -balance_micros from account where kind = 'receivable' and org_id = $1";
    db::scalar(&app.ctx.db, db::sql(sql, [org.into()])).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn under_the_ladder_no_hour_is_unfunded() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "0.5").await;
    let admin = app.admin().await;
    let policy = json!({ "funds_end": "ladder", "ladder_hours": 24, "reason": "prepaid" });
    let _ = admin.put(&format!("/api/admin/customers/{org}/funds"), &policy).await.unwrap().expect(200);
    let vps = running(&app, &casey, &plan, "web-1").await;
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    // 0.5 pays 60 hours; 26 of them are the reserve. A second server would need one too.
    let refused = casey.post_once("/api/vps", &order(&plan, "web-2"), &fresh_key()).await.unwrap();
    assert_eq!(refused.status, 202, "the reserve of two servers is there: {}", refused.body);
    app.run_jobs().await;
    let refused = casey.post_once("/api/vps", &order(&plan, "web-3"), &fresh_key()).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (402, "insufficient_funds"));

    let mut at = start;
    while figure::<i64>(&app, "select count(*) from ladder").await == 0 {
        at += TimeDelta::hours(1);
        assert!(at < start + TimeDelta::hours(60), "the ladder begins");
        live_until(&app, at).await;
        assert_eq!(unfunded(&app, org).await, 0, "at {at}");
    }
    assert!(told(&app).await.contains(&"funds_suspend".to_owned()));
    await_status(&again(&app).await, &vps, "stopped", LONG).await.unwrap();
    let casey = again(&app).await;
    let wallet = casey.get("/api/wallet").await.unwrap().expect(200);
    assert!(wallet["stopped"]["delete_at"].is_string(), "{wallet}");
    let boot = casey.post(&format!("/api/vps/{vps}/action"), &json!({ "action": "boot" })).await.unwrap();
    assert_eq!((boot.status.as_u16(), boot.text("/code").as_str()), (402, "suspended"));

    // Credit resumes by itself, once; what ran runs again.
    credit(&app.admin().await, &org.to_string(), "0.5").await.unwrap();
    app.run_jobs().await;
    await_status(&casey, &vps, "running", LONG).await.unwrap();
    let resumed: i64 = figure(&app, "select count(*) from ladder where outcome = 'resumed'").await;
    assert_eq!(resumed, 1);

    // And without credit they are deleted, funded to the last hour.
    while figure::<i64>(&app, "select count(*) from vps where deleted_at is null").await > 0 {
        at += TimeDelta::hours(1);
        assert!(at < start + TimeDelta::hours(200), "the servers are deleted");
        live_until(&app, at).await;
        assert_eq!(unfunded(&app, org).await, 0, "at {at}");
    }
    enqueue(&app, Job::WatchWallets { org: None }).await;
    let outcomes: Vec<String> = figure(&app, "select array_agg(outcome order by began_at) from ladder").await;
    assert_eq!(outcomes, ["resumed", "deleted"]);
    let early: i64 =
        figure(&app, "select count(*) from ladder where outcome = 'deleted' and deleting_at < delete_at").await;
    assert_eq!(early, 0, "never before the day that was told");
    assert!(app.balance(org).await >= 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_run_on_where_nothing_else_was_decided() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "0.02").await;
    let vps = running(&app, &casey, &plan, "web-1").await;
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    live_until(&app, start + TimeDelta::hours(10)).await;
    assert!(unfunded(&app, org).await > 0);
    assert_eq!(
        text(&again(&app).await.get(&format!("/api/vps/{vps}")).await.unwrap().expect(200), "/status"),
        "running"
    );
    assert_eq!(figure::<i64>(&app, "select count(*) from ladder").await, 0);
    assert_eq!(told(&app).await, ["runway_0"], "only the gravest of those that came at once");
    let wallet = again(&app).await.get("/api/wallet").await.unwrap().expect(200);
    assert!(micros(&wallet, "/live_balance") < 0);
}
