//! The price book: versions, moves, prices of single organisations, and the cap, as they are charged.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ledger::NextPrice;
use domain::rating::{Price, Rule, Stretch};
use domain::work::{Job, NewJob};
use domain::{Actor, OrgId, billing, catalog, db};
use sea_orm::TryGetable;
use serde_json::json;
use testkit::client::{micros, text};
use testkit::fixture::{await_status, fresh_key, order};
use testkit::{Client, TestApp};

const LONG: Duration = Duration::from_secs(20);

async fn figure<T: TryGetable>(app: &TestApp, sql: &str) -> T {
    db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}

async fn exec(app: &TestApp, sql: &str) {
    db::exec(&app.ctx.db, db::sql(sql, [])).await.unwrap();
}

pub async fn running(app: &TestApp, client: &Client, plan: &str, label: &str) -> String {
    let ordered = client.post_once("/api/vps", &order(plan, label), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    await_status(client, &vps, "running", LONG).await.unwrap();
    app.run_jobs().await;
    vps
}

/// Charges everything up to an instant, which business time is moved to.
pub async fn tick(app: &TestApp, at: DateTime<Utc>) {
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let ahead: i64 =
        figure(app, "select coalesce(extract(epoch from max(ahead)) * 1000000, 0)::bigint from clock_offset").await;
    if at > now {
        app.set_ahead(TimeDelta::microseconds(ahead) + (at - now)).await;
    }
    let tx = app.ctx.begin().await.unwrap();
    domain::work::enqueue(&app.ctx, &tx, NewJob::new(Job::ChargeUsage { tick: at })).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
    app.check_books().await;
}

/// Every segment was charged what the function in SQL says, and its lines add up to it.
async fn check_segments(app: &TestApp) {
    let wrong: i64 = figure(
        app,
        "select count(*) from usage_segment s
         where s.billed_micros <> usage_billed(s)
           or s.billed_micros <> (select coalesce(sum(micros), 0) from usage_line l where l.segment_id = s.id)",
    )
    .await;
    assert_eq!(wrong, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_and_rust_say_the_same_of_random_histories() {
    let app = TestApp::start().await;
    // Histories: any start, price, rule, base and cap, and hours over many months.
    let sql = "select jsonb_agg(to_jsonb(t)) from (
        select *,
          usage_f(started_at, month_micros, hours_per_month, capped, base_micros, cap_micros, n) as f,
          usage_seconds(started_at, month_micros, hours_per_month, capped, base_micros, cap_micros, seconds)
            as by_second
        from (
          select
            timestamptz '2026-01-01 00:00:00Z' + random() * interval '800 days' as started_at,
            (random() * 100000000)::bigint as month_micros,
            case when random() < 0.5 then 730 else 672 end as hours_per_month,
            random() < 0.8 as capped,
            case when random() < 0.3 then (random() * 50000000)::bigint else 0 end as base_micros,
            case when random() < 0.3 then (random() * 100000000)::bigint end as cap_micros,
            (random() * case when random() < 0.5 then 100 else 9000 end)::int as n,
            (random() * case when random() < 0.5 then 360000 else 32400000 end)::bigint as seconds
          from generate_series(1, 3000)) r) t";
    let found: serde_json::Value = figure(&app, sql).await;
    for row in found.as_array().unwrap() {
        let number = |name: &str| row[name].as_i64().unwrap();
        let stretch = Stretch {
            started_at: row["started_at"].as_str().unwrap().parse().unwrap(),
            price: Price {
                month_micros: number("month_micros"),
                rule: Rule::of(i32::try_from(number("hours_per_month")).unwrap(), row["capped"] == true, None),
            },
            base_micros: number("base_micros"),
            cap_micros: row["cap_micros"].as_i64(),
        };
        assert_eq!(number("f"), stretch.through(number("n")), "{row}");
        assert_eq!(number("by_second"), stretch.seconds_micros(number("seconds")), "{row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn irregular_ticks_charge_the_closed_form_with_its_cap() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "1000").await;
    running(&app, &casey, &plan, "web-1").await;
    // A month of 31 days from its first second, so that its cap is reached.
    exec(&app, "update usage_segment set started_at = timestamptz '2027-05-01 00:00:00Z'").await;
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    for hours in [1, 2, 30, 30, 700, 729, 735, 740, 744, 745, 1_000, 1_600] {
        tick(&app, start + TimeDelta::hours(hours)).await;
    }
    // An older tick, as after a clock that was put back, changes nothing.
    let before = app.balance(org).await;
    tick(&app, start + TimeDelta::hours(800)).await;
    assert_eq!(app.balance(org).await, before);
    let stretch = Stretch::first(start, Price { month_micros: 6_000_000, rule: Rule::CAPPED });
    assert_eq!(1_000_000_000 - before, stretch.through(1_600));
    let may: i64 = figure(&app, "select sum(micros)::bigint from usage_line where hour_no <= 744").await;
    assert_eq!(may, 6_000_000, "May costs what the page says");
    check_segments(&app).await;
    let months: i64 = figure(
        &app,
        "select count(*) from charge_run r where exists (
        select from charge_chunk c where c.run_id = r.id and c.done_at is not null and c.lines > 0)",
    )
    .await;
    assert_eq!(months, 8, "each run that charged something has a report, and the others charged nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resize_in_mid_hour_crosses_the_cap_and_is_charged_as_rust_says() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "1000").await;
    let vps: domain::VpsId = running(&app, &casey, &plan, "web-1").await.parse().unwrap();
    exec(&app, "update usage_segment set started_at = timestamptz '2027-05-01 00:10:00Z'").await;
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    let job: uuid::Uuid = figure(&app, "select id from job limit 1").await;
    let price = |month_micros| Price { month_micros, rule: Rule::CAPPED };
    let (mut stretch, mut paid) = (Stretch::first(start, price(6_000_000)), 0);
    // Up, when the first cap was reached; down, in the middle of an hour; and in the next month.
    for (at, month_micros) in [(739 * 60 + 30, 10_000_000), (741 * 60 + 5, 4_000_000), (800 * 60, 24_000_000)] {
        let at = start + TimeDelta::minutes(at);
        tick(&app, at).await;
        let tx = app.ctx.begin().await.unwrap();
        let to = NextPrice { price: price(month_micros), version: None, list_micros: month_micros };
        billing::change_price(&app.ctx, &tx, vps, to, at, domain::JobId(job)).await.unwrap();
        tx.commit().await.unwrap();
        let billed = stretch.hours_at(at);
        let (hours, next) = stretch.followed_by(price(month_micros), at, billed);
        paid += stretch.through(hours);
        stretch = next;
        let (base, cap): (i64, Option<i64>) = (
            figure(&app, "select base_micros from usage_segment where ended_at is null").await,
            figure::<Option<i64>>(&app, "select cap_micros from usage_segment where ended_at is null").await,
        );
        assert_eq!((base, cap), (stretch.base_micros, stretch.cap_micros), "at {at}");
    }
    tick(&app, start + TimeDelta::hours(2_000)).await;
    let left = stretch.hours_at(start + TimeDelta::hours(2_000));
    assert_eq!(1_000_000_000 - app.balance(org).await, paid + stretch.through(left));
    let may: i64 = figure(
        &app,
        "select sum(l.micros)::bigint from usage_line l join usage_segment s on s.id = l.segment_id
         where s.started_at + make_interval(hours => l.hour_no - 1) < timestamptz '2027-06-01 00:00:00Z'",
    )
    .await;
    assert!((6_000_000..=10_000_000).contains(&may), "{may}: at most the dearest price of May");
    check_segments(&app).await;
    let hours: i64 = figure(&app, "select count(*) from usage_line").await;
    let distinct: i64 = figure(
        &app,
        "select count(distinct s.started_at + make_interval(hours => l.hour_no)) from usage_line l
         join usage_segment s on s.id = l.segment_id",
    )
    .await;
    assert_eq!(hours, distinct, "an hour of the clock is charged once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_price_is_a_version_and_touches_nothing_that_runs() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (mut casey, _) = app.customer("casey", "100").await;
    let first = running(&app, &casey, &plan, "web-1").await;
    let change = json!({ "markup_monthly": { "amount": "3", "currency": "USD" }, "hours_per_month": 672 });
    let _ = admin.patch(&format!("/api/admin/plans/{plan}"), &change).await.unwrap().expect(200);
    let versions = admin.get(&format!("/api/admin/plans/{plan}/prices")).await.unwrap().expect(200);
    let shown: Vec<_> = versions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["version"].as_i64().unwrap(), micros(row, "/price/monthly"), row["servers"].as_i64().unwrap()))
        .collect();
    assert_eq!(shown, [(2, 8_000_000, 0), (1, 6_000_000, 1)]);
    assert_eq!(versions["items"][0]["price"]["capped"], true, "new plans have a cap");
    let second = running(&app, &casey, &plan, "web-2").await;
    let price = async |id: &str| casey.get(&format!("/api/vps/{id}")).await.unwrap().expect(200)["price"].clone();
    assert_eq!(
        (micros(&price(&first).await, "/monthly"), price(&first).await["hours_per_month"].as_i64()),
        (6_000_000, Some(730))
    );
    assert_eq!(
        (micros(&price(&second).await, "/monthly"), price(&second).await["hours_per_month"].as_i64()),
        (8_000_000, Some(672))
    );

    // Repriced and deleted in mid-hour: what runs keeps its price.
    let start: DateTime<Utc> = figure(&app, "select min(started_at) from usage_segment").await;
    let _ = admin.delete(&format!("/api/admin/plans/{plan}"), None).await.unwrap().expect(204);
    tick(&app, start + TimeDelta::hours(5)).await;
    check_segments(&app).await;
    casey.renew().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_move_to_a_version_from_a_moment_and_are_told_before() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "100").await;
    let vps = running(&app, &casey, &plan, "web-1").await;
    let change = json!({ "markup_monthly": { "amount": "5", "currency": "USD" } });
    let _ = admin.patch(&format!("/api/admin/plans/{plan}"), &change).await.unwrap().expect(200);
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    let from = start + TimeDelta::minutes(150);
    let path = format!("/api/admin/plans/{plan}/prices");
    let wanted = json!({ "version": 2, "from": from.to_rfc3339(), "reason": "costs rose" });
    let past = json!({ "version": 2, "from": "2020-01-01T00:00:00Z", "reason": "costs rose" });
    let refused = admin.post(&path, &past).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer").as_str()), (400, "/from"));
    let moved = admin.post(&path, &wanted).await.unwrap().expect(201);
    assert_eq!(moved["servers"], 1);
    app.run_jobs().await;
    let mails: i64 =
        figure(&app, "select count(*) from job where params->>'mail' = 'price_change' and state = 'succeeded'").await;
    assert_eq!(mails, 1, "the owner was told");

    // A tick that is late carries it out from its moment, and a repeated one does nothing.
    for _ in 0..2 {
        tick(&app, start + TimeDelta::minutes(350)).await;
    }
    let old = Stretch::first(start, Price { month_micros: 6_000_000, rule: Rule::CAPPED });
    let (hours, new) = old.followed_by(Price { month_micros: 10_000_000, rule: Rule::CAPPED }, from, 1);
    assert_eq!(hours, 3, "hour 3 had begun");
    let spent = old.through(3) + new.through(new.hours_at(start + TimeDelta::minutes(350)));
    assert_eq!(100_000_000 - app.balance(org).await, spent);
    check_segments(&app).await;
    let renewed = app.anonymous.sign_in("casey@example.com", testkit::fixture::PASSWORD).await.unwrap();
    assert_eq!(
        micros(&renewed.get(&format!("/api/vps/{vps}")).await.unwrap().expect(200), "/price/monthly"),
        10_000_000
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_pays_its_own_price_while_it_lasts() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "100").await;
    let (dana, _) = app.customer("dana", "100").await;
    running(&app, &casey, &plan, "web-1").await;
    let path = format!("/api/admin/customers/{org}/prices");
    let monthly = json!({ "amount": "1", "currency": "USD" });
    let both = json!({ "discount_bp": 100, "monthly": monthly, "running": false, "reason": "a test" });
    assert_eq!(admin.post(&path, &both).await.unwrap().status, 400);
    let discount = json!({ "discount_bp": 5000, "running": true, "reason": "a good customer" });
    let own = admin.post(&path, &discount).await.unwrap().expect(201);
    app.run_jobs().await;
    let monthly = async |client: &Client| {
        micros(&client.get(&format!("/api/plans/{plan}/quote")).await.unwrap().expect(200), "/price/monthly")
    };
    assert_eq!((monthly(&casey).await, monthly(&dana).await), (3_000_000, 6_000_000));
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-2"), &fresh_key()).await.unwrap().expect(202);
    assert_eq!(micros(&ordered, "/vps/price/monthly"), 3_000_000);
    app.run_jobs().await;
    let start: DateTime<Utc> = figure(&app, "select min(started_at) from usage_segment").await;
    tick(&app, start + TimeDelta::hours(3)).await;
    let open: i64 =
        figure(&app, "select count(*) from usage_segment where ended_at is null and month_micros = 3000000").await;
    assert_eq!(open, 2, "the one that ran was moved");

    let admin = app.admin().await;
    let ended = admin.delete(&format!("{path}/{}", text(&own, "/id")), None).await.unwrap().expect(200);
    assert!(ended["until"].is_string());
    app.run_jobs().await;
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    tick(&app, now + TimeDelta::hours(2)).await;
    let back: i64 =
        figure(&app, "select count(*) from usage_segment where ended_at is null and month_micros = 6000000").await;
    assert_eq!(back, 2, "both pay the list's price again");
    check_segments(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_ordered_before_the_cap_is_charged_as_before() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "100").await;
    running(&app, &casey, &plan, "web-1").await;
    exec(&app, "update usage_segment set capped = false, started_at = timestamptz '2027-05-01 00:00:00Z'").await;
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    tick(&app, start + TimeDelta::hours(744)).await;
    assert_eq!(100_000_000 - app.balance(org).await, 6_000_000 * 744 / 730);
    check_segments(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_divided_reported_and_repeated_without_effect() {
    let app = TestApp::start().await;
    let orgs: Vec<OrgId> = testkit::seed::running_servers(&app.ctx, 60, 3).await.unwrap();
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let at = now + TimeDelta::hours(2);
    for _ in 0..3 {
        tick(&app, at).await;
    }
    let page = domain::page::PageRequest::default();
    let found = billing::runs(&app.ctx, &Actor::Operator, &page).await.unwrap().items;
    let figures: Vec<_> = found.iter().map(|run| (run.charged, run.skipped, run.in_debt, run.failed)).collect();
    let count = i64::try_from(orgs.len()).unwrap();
    assert_eq!(figures, [(0, count, 0, 0), (0, count, 0, 0), (count, 0, 0, 0)]);
    assert!(found.iter().all(|run| run.chunks_done == run.chunks && run.ended_at.is_some()));
    let lines: i64 = figure(&app, "select count(*) from usage_line").await;
    assert_eq!(found[2].lines, lines);
    assert!(billing::charge_until(&app.ctx, &Actor::Operator, at + TimeDelta::days(9)).await.is_err(), "a future tick");
    assert!(catalog::versions(&app.ctx, &Actor::Operator, domain::PlanId(uuid::Uuid::nil())).await.unwrap().is_empty());
}
