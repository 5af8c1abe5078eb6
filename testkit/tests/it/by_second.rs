//! Plans that are charged by the second: sold, used for seconds, capped, repriced, and read.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ledger::NextPrice;
use domain::rating::{Price, Rule, Stretch};
use domain::work::{Job, NewJob};
use domain::{JobId, OrgId, VpsId, billing, db};
use sea_orm::TryGetable;
use serde_json::json;
use testkit::client::{micros, text};
use testkit::fixture::{PASSWORD, await_status, fresh_key, order};
use testkit::{Client, TestApp};
use uuid::Uuid;

const LONG: Duration = Duration::from_secs(20);
const MONTH: i64 = 6_000_000;
const RULE: Rule = Rule::of(672, true, Some(60));

async fn figure<T: TryGetable>(app: &TestApp, sql: &str) -> T {
    db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}

async fn exec(app: &TestApp, sql: &str) {
    db::exec(&app.ctx.db, db::sql(sql, [])).await.unwrap();
}

/// A plan of six dollars a month of 672 hours, by the second and at least a minute.
async fn plan(app: &TestApp) -> String {
    let plan = app.plan().await;
    let rule = json!({ "hours_per_month": 672, "charged_by": "second" });
    let changed = app.admin().await.patch(&format!("/api/admin/plans/{plan}"), &rule).await.unwrap().expect(200);
    let price = &changed["price"];
    assert_eq!((price["charged_by"].as_str(), price["minimum_s"].as_i64()), (Some("second"), Some(60)));
    plan
}

async fn running(app: &TestApp, client: &Client, plan: &str, label: &str) -> VpsId {
    let ordered = client.post_once("/api/vps", &order(plan, label), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    await_status(client, &vps, "running", LONG).await.unwrap();
    app.run_jobs().await;
    vps.parse().unwrap()
}

/// Charges everything up to an instant, which business time is moved to.
async fn tick(app: &TestApp, at: DateTime<Utc>) {
    let now: DateTime<Utc> = figure(app, "select now()").await;
    if at > app.ctx.clock.now(&app.ctx.db).await.unwrap() {
        app.set_ahead(at - now).await;
    }
    let tx = app.ctx.begin().await.unwrap();
    domain::work::enqueue(&app.ctx, &tx, NewJob::new(Job::ChargeUsage { tick: at })).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
    app.check_books().await;
}

async fn started_at(app: &TestApp) -> DateTime<Utc> {
    figure(app, "select min(started_at) from usage_segment").await
}

/// The server's time at the plan's price.
async fn stretch(app: &TestApp) -> Stretch {
    Stretch::first(started_at(app).await, price(MONTH))
}

const fn price(month_micros: i64) -> Price {
    Price { month_micros, rule: RULE }
}

async fn close(app: &TestApp, vps: VpsId, at: DateTime<Utc>) {
    let tx = app.ctx.begin().await.unwrap();
    billing::close_segment(&app.ctx, &tx, vps, at, JobId(Uuid::nil())).await.unwrap();
    tx.commit().await.unwrap();
}

async fn spent(app: &TestApp, org: OrgId) -> i64 {
    1_000_000_000 - app.balance(org).await
}

/// Every segment was charged what the function in SQL says, and its lines add up to it.
async fn check_segments(app: &TestApp) {
    let wrong = "select count(*) from usage_segment s
        where s.billed_micros <> usage_billed(s)
           or s.billed_micros <> (select coalesce(sum(micros), 0) from usage_line l where l.segment_id = s.id)";
    assert_eq!(figure::<i64>(app, wrong).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ninety_seconds_of_a_server_cost_ninety_seconds() {
    let app = TestApp::start().await;
    let plan = plan(&app).await;
    let (mut casey, org) = app.customer("casey", "10").await;
    // The order sets an hour aside, and the hold goes back when the server runs.
    let hour = price(MONTH).hour_micros();
    let quote = casey.get(&format!("/api/plans/{plan}/quote")).await.unwrap().expect(200);
    assert_eq!((micros(&quote, "/held_now"), micros(&quote, "/needed")), (hour, hour));
    let vps = running(&app, &casey, &plan, "web-1").await;
    assert_eq!(app.balance(org).await, 10_000_000, "nothing is charged before the hour has ended");
    let wallet = casey.get("/api/wallet").await.unwrap().expect(200);
    let (due, live) = (micros(&wallet, "/due"), micros(&wallet, "/live_balance"));
    assert_eq!((micros(&wallet, "/held"), live), (0, 10_000_000 - due));
    assert!(due >= MONTH * 60 / (672 * 3_600), "the minimum is due at once: {due}");
    assert!(due < hour, "{due}");

    let start = started_at(&app).await;
    let now: DateTime<Utc> = figure(&app, "select now()").await;
    // In its ninetieth second: one that began counts.
    app.set_ahead(start + TimeDelta::milliseconds(75_000) - now).await;
    casey = casey.sign_in("casey@example.com", PASSWORD).await.unwrap();
    let asked = json!({ "label": "web-1" });
    let _ = casey.delete(&format!("/api/vps/{vps}"), Some(&asked)).await.unwrap().expect(202);
    await_status(&casey, &vps.to_string(), "deleted", LONG).await.unwrap();
    let seconds: i64 =
        figure(&app, "select extract(epoch from ended_at - started_at)::bigint from usage_segment").await;
    let after: f64 = figure(
        &app,
        "select extract(epoch from v.deleted_at - s.started_at)::float8
         from usage_segment s join vps v on v.id = s.vps_id",
    )
    .await;
    assert!((75..600).contains(&seconds), "{seconds}");
    #[expect(clippy::cast_possible_truncation, reason = "minutes")]
    let whole = after.ceil() as i64;
    assert_eq!(seconds, whole, "the second that has begun counts, and no more");
    let cost = stretch(&app).await.seconds_micros(seconds);
    assert_eq!(10_000_000 - app.balance(org).await, cost);
    assert_eq!(cost, MONTH * seconds / (672 * 3_600));
    check_segments(&app).await;

    // What people read of it.
    casey.renew().await.unwrap();
    let statement = casey.get("/api/wallet/statement").await.unwrap().expect(200);
    let usage = statement["items"].as_array().unwrap().iter().find(|entry| entry["kind"] == "usage").unwrap();
    let lines = casey.get(&format!("/api/wallet/statement/{}/lines", text(usage, "/id"))).await.unwrap().expect(200);
    assert_eq!(
        (
            lines["items"][0]["seconds"].as_i64(),
            lines["items"][0]["hour_no"].as_i64(),
            micros(&lines["items"][0], "/amount")
        ),
        (Some(seconds), Some(1), cost)
    );
    let (_, csv) = crate::money_doors::download(&app, &casey, "/api/wallet/usage.csv").await;
    assert!(csv.lines().nth(1).unwrap().ends_with(&format!(",{seconds}")), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_costs_its_minimum_at_least_and_whole_hours_as_hours_do() {
    let app = TestApp::start().await;
    let plan = plan(&app).await;
    let (casey, org) = app.customer("casey", "1000").await;
    let vps = running(&app, &casey, &plan, "web-1").await;
    exec(&app, "update usage_segment set started_at = timestamptz '2027-05-01 00:10:00Z'").await;
    let stretch = stretch(&app).await;
    let minutes = |minutes| stretch.started_at + TimeDelta::minutes(minutes);
    // An hour is due when it has ended: not before, once, and late ones together.
    for (at, hours) in [(0, 0), (59, 0), (60, 1), (60, 1), (61, 1), (239, 3), (100, 3)] {
        tick(&app, minutes(at)).await;
        assert_eq!(spent(&app, org).await, stretch.through(hours), "after {at} minutes");
    }
    check_segments(&app).await;
    // Ended at the very end of an hour, that is no hour more; a second time, nothing.
    for _ in 0..2 {
        close(&app, vps, minutes(240)).await;
    }
    tick(&app, minutes(500)).await;
    assert_eq!(spent(&app, org).await, stretch.through(4));

    // Months have passed: the session is over.
    let casey = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap();
    let short = running(&app, &casey, &plan, "web-2").await;
    let began: DateTime<Utc> = figure(&app, "select started_at from usage_segment where ended_at is null").await;
    let before = spent(&app, org).await;
    close(&app, short, began + TimeDelta::seconds(7)).await;
    assert_eq!(spent(&app, org).await - before, MONTH * 60 / (672 * 3_600), "a minute at least");
    check_segments(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_31_days_reaches_its_cap_by_the_second_too() {
    let app = TestApp::start().await;
    let plan = plan(&app).await;
    let (casey, org) = app.customer("casey", "1000").await;
    let vps = running(&app, &casey, &plan, "web-1").await;
    // The first hour of May begins half an hour into it, its last one ends in June.
    exec(&app, "update usage_segment set started_at = timestamptz '2027-04-30 23:30:00Z'").await;
    let stretch = stretch(&app).await;
    let hours = |hours| stretch.started_at + TimeDelta::hours(hours);
    for at in [1, 5, 300, 671, 673, 673, 700, 744, 745, 746] {
        tick(&app, hours(at)).await;
        assert_eq!(spent(&app, org).await, stretch.through(at), "after {at} hours");
    }
    let may = "select sum(l.micros)::bigint from usage_line l join usage_segment s on s.id = l.segment_id
        where s.started_at + make_interval(hours => l.hour_no - 1) between '2027-05-01Z' and '2027-05-31 23:59:59Z'";
    assert_eq!(figure::<i64>(&app, may).await, MONTH, "May costs what the page says");
    // Ended within an hour of June, and read by the month.
    let end = hours(746) + TimeDelta::seconds(1_234);
    close(&app, vps, end).await;
    assert_eq!(spent(&app, org).await, stretch.due_at(end));
    let june: i64 = figure(&app, "select charged_since(s, '2027-06-01Z') from usage_segment s").await;
    assert_eq!(june, stretch.due_at(end) - stretch.through(745), "an hour belongs to the month in which it began");
    let after: i64 = figure(&app, "select charged_since(s, '2027-07-01Z') from usage_segment s").await;
    assert_eq!(after, 0);
    check_segments(&app).await;
}

/// Resizes at random seconds, a tick now and then: each price ends and the next one begins with the same second.
#[tokio::test(flavor = "multi_thread")]
async fn resizes_to_the_second_are_charged_as_rust_says() {
    let app = TestApp::start().await;
    let plan = plan(&app).await;
    let (casey, org) = app.customer("casey", "1000").await;
    let vps = running(&app, &casey, &plan, "web-1").await;
    exec(&app, "update usage_segment set started_at = timestamptz '2027-05-01 00:10:00Z'").await;
    let (mut stretch, mut paid) = (stretch(&app).await, 0);
    let hourly = Price { month_micros: 9_000_000, rule: Rule::of(672, true, None) };
    let steps = [
        (30, price(10_000_000)),
        (90, price(4_000_000)),
        (700 * 3_600 + 1_801, price(24_000_000)),
        (743 * 3_600 + 59 * 60, hourly),
        (800 * 3_600 + 600, price(5_000_000)),
        (800 * 3_600 + 601, price(7_000_000)),
    ];
    let start = stretch.started_at;
    for (seconds, to) in steps {
        let at = start + TimeDelta::seconds(seconds);
        tick(&app, at).await;
        let billed: i32 = figure(&app, "select billed_hours from usage_segment where ended_at is null").await;
        let tx = app.ctx.begin().await.unwrap();
        let next = NextPrice { price: to, version: None, list_micros: to.month_micros };
        billing::change_price(&app.ctx, &tx, vps, next, at, JobId(Uuid::nil())).await.unwrap();
        tx.commit().await.unwrap();
        let (_, follows) = stretch.followed_by(to, at, i64::from(billed));
        paid += stretch.seconds_micros((follows.started_at - stretch.started_at).num_seconds());
        stretch = follows;
        let row: serde_json::Value =
            figure(&app, "select to_jsonb(s) from usage_segment s where ended_at is null").await;
        let began: DateTime<Utc> = row["started_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            (began, row["base_micros"].as_i64(), row["cap_micros"].as_i64(), row["minimum_s"].as_i64()),
            (
                stretch.started_at,
                Some(stretch.base_micros),
                stretch.cap_micros,
                stretch.price.rule.increment.minimum_s().map(i64::from)
            ),
            "after {seconds} s"
        );
        assert_eq!(spent(&app, org).await, paid, "after {seconds} s");
    }
    // Lost and found within the hour: another one begins where it ended.
    let lost = start + TimeDelta::seconds(900 * 3_600 + 77);
    close(&app, vps, lost).await;
    let tx = app.ctx.begin().await.unwrap();
    let same = NextPrice { price: price(7_000_000), version: None, list_micros: 7_000_000 };
    billing::continue_segment(&app.ctx, &tx, org, vps, same, lost).await.unwrap();
    tx.commit().await.unwrap();
    let (_, follows) = stretch.followed_by(price(7_000_000), lost, 0);
    paid += stretch.due_at(lost);
    tick(&app, start + TimeDelta::hours(2_000)).await;
    let left = follows.charged_at(start + TimeDelta::hours(2_000));
    assert_eq!(spent(&app, org).await, paid + follows.through(left));
    check_segments(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_leaves_what_servers_by_the_second_are_using() {
    let app = TestApp::start().await;
    let plan = plan(&app).await;
    let (casey, org) = app.customer("casey", "0.02").await;
    let hour = price(MONTH).hour_micros();
    assert_eq!(hour, 8_928);
    running(&app, &casey, &plan, "web-1").await;
    assert_eq!(app.balance(org).await, 20_000);
    let quote = casey.get(&format!("/api/plans/{plan}/quote")).await.unwrap().expect(200);
    assert_eq!((micros(&quote, "/needed"), quote["affordable"].as_bool()), (2 * hour + 1, Some(true)));
    running(&app, &casey, &plan, "web-2").await;
    // Three hours would be more than there is: two are used by the servers that run.
    let refused = casey.post_once("/api/vps", &order(&plan, "web-3"), &fresh_key()).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (402, "insufficient_funds"));
    assert_eq!(micros(&refused.body, "/needed"), 3 * hour + 2);
    let quote = casey.get(&format!("/api/plans/{plan}/quote")).await.unwrap().expect(200);
    assert_eq!(quote["affordable"], false);
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_charged_by_the_second_has_a_minimum() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let path = format!("/api/admin/plans/{plan}");
    let refused = admin.patch(&path, &json!({ "minimum_s": 60 })).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer").as_str()), (400, "/minimum_s"));
    for (change, by, minimum) in [
        (json!({ "charged_by": "second", "minimum_s": 300 }), "second", Some(300)),
        (json!({ "minimum_s": 1 }), "second", Some(1)),
        (json!({ "charged_by": "second" }), "second", Some(1)),
        (json!({ "charged_by": "hour" }), "hour", None),
    ] {
        let changed = admin.patch(&path, &change).await.unwrap().expect(200);
        assert_eq!(
            (text(&changed, "/price/charged_by").as_str(), changed["price"]["minimum_s"].as_i64()),
            (by, minimum)
        );
    }
    let versions = admin.get(&format!("{path}/prices")).await.unwrap().expect(200);
    let minimums: Vec<_> =
        versions["items"].as_array().unwrap().iter().map(|row| row["price"]["minimum_s"].as_i64()).collect();
    assert_eq!(minimums, [None, Some(1), Some(300), None], "each rule is a version");
}
