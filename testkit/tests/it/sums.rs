//! Revenue, cost and margin; what is owed, by age; debts that are written off.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::work::{Job, NewJob};
use domain::{Actor, Money, OrgId, sums};
use secrecy::SecretString;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{micros, text};
use testkit::fixture::{PASSWORD, await_status, credit, fresh_key, order};
use testkit::{Client, Reply, TestApp};

use crate::person::{exec, scalar};

async fn quiet() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

async fn run(app: &TestApp, client: &Client, plan: &str, label: &str) {
    let ordered = client.post_once("/api/vps", &order(plan, label), &fresh_key()).await.unwrap().expect(202);
    await_status(client, &text(&ordered, "/vps/id"), "running", Duration::from_secs(20)).await.unwrap();
    app.run_jobs().await;
}

/// Makes the organisation owe so many micro-units more, since so many days.
async fn owe(app: &TestApp, org: OrgId, amount: i64, days: i32) {
    exec(
        app,
        "with j as (insert into journal (idem_key, kind, org_id, effective_at)
           values ('usage:test:' || gen_random_uuid(), 'usage', $1, business_now() - make_interval(days => $3))
           returning id),
         w as (update account set balance_micros = balance_micros - $2 where org_id = $1 and kind = 'receivable'
           returning id, balance_micros)
         insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
         select j.id, 1, w.id, $1, -$2::bigint, w.balance_micros from j, w
         union all
         select j.id, 2, a.id, $1, $2::bigint, null from j, account a where a.kind = 'revenue'",
        vec![org.0.into(), amount.into(), days.into()],
    )
    .await;
}

fn aged(of: &Json) -> [i64; 5] {
    ["/total", "/to_30", "/to_60", "/to_90", "/over_90"].map(|name| micros(of, name))
}

async fn receivables(admin: &Client) -> Json {
    admin.get("/api/admin/billing/receivables").await.unwrap().expect(200)
}

async fn write_off(admin: &Client, org: OrgId, amount: &str, key: &str) -> Reply {
    let body = json!({ "amount": { "amount": amount, "currency": "USD" }, "reason": "the company was dissolved" });
    admin.post_once(&format!("/api/admin/customers/{org}/write-off"), &body, key).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn revenue_is_what_was_charged_and_cost_what_the_provider_asks() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "50").await;
    let (dana, _) = app.customer("dana", "50").await;
    run(&app, &casey, &plan, "web-1").await;
    run(&app, &dana, &plan, "web-2").await;
    app.set_ahead(TimeDelta::days(70)).await;
    let tick = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    domain::work::enqueue(&app.ctx, &app.ctx.db, NewJob::new(Job::ChargeUsage { tick })).await.unwrap();
    app.run_jobs().await;

    let admin = app.admin().await;
    let read = async |query: &str| {
        admin.get(&format!("/api/admin/billing/revenue?months=5{query}")).await.unwrap().expect(200)
    };
    let seen = read("").await;
    // Each month to the micro-unit what its lines say.
    let lines: Vec<String> = scalar(
        &app,
        "select array_agg(month || ' ' || micros || ' ' || hours order by month) from (
           select to_char(g.started_at + make_interval(hours => l.hour_no - 1), 'YYYY-MM') as month,
             sum(l.micros) as micros, count(*) as hours
           from usage_line l join usage_segment g on g.id = l.segment_id group by 1) m",
    )
    .await;
    let shown: Vec<String> = seen["months"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|month| month["sums"]["hours"] != 0)
        .map(|month| {
            let sums = &month["sums"];
            format!("{} {} {}", &text(month, "/month")[..7], micros(sums, "/revenue"), sums["hours"])
        })
        .collect();
    assert_eq!(shown, lines);
    assert_eq!(seen["months"].as_array().unwrap().len(), 5, "months without revenue are there too");
    // The provider asks 5 of the 6 that a month costs, and a month at most.
    let mut cost: BTreeMap<String, i64> = BTreeMap::new();
    let hours: Vec<String> = scalar(
        &app,
        "select array_agg(month || ' ' || hours) from (
           select l.segment_id, to_char(g.started_at + make_interval(hours => l.hour_no - 1), 'YYYY-MM') as month,
             count(*) as hours
           from usage_line l join usage_segment g on g.id = l.segment_id group by 1, 2) m",
    )
    .await;
    for line in hours {
        let (month, hours) = line.split_once(' ').unwrap();
        *cost.entry(month.to_owned()).or_default() += (5_000_000 * hours.parse::<i64>().unwrap() / 730).min(5_000_000);
    }
    for month in seen["months"].as_array().unwrap() {
        let expected = cost.get(&text(month, "/month")[..7]).copied().unwrap_or_default();
        assert_eq!(micros(&month["sums"], "/cost"), expected, "{month}");
        assert_eq!(micros(&month["sums"], "/margin"), micros(&month["sums"], "/revenue") - expected);
    }
    let whole: i64 = scalar(&app, "select sum(micros)::bigint from usage_line").await;
    assert_eq!((micros(&seen["total"], "/revenue"), micros(&seen["total"], "/unknown")), (whole, 0));
    assert!((1_600..1_700).contains(&seen["total"]["margin_bp"].as_i64().unwrap()), "{}", seen["total"]);

    let by_plan = read("&by=plan").await;
    assert_eq!((by_plan["rows"][0]["id"].as_str(), text(&by_plan, "/rows/0/name")), (Some(&*plan), "Nano".to_owned()));
    let by_org = read("&by=org").await;
    let rows = by_org["rows"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| micros(&row["sums"], "/revenue")).sum::<i64>(), whole);
    let own = rows.iter().find(|row| row["id"] == org.to_string()).unwrap();
    let alone = read(&format!("&org={org}")).await;
    assert_eq!(alone["total"], own["sums"], "one customer's months are that customer's row");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_keeps_the_cost_of_its_version_and_an_unknown_one_is_said() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "50").await;
    run(&app, &casey, &plan, "web-1").await;
    let kept: i64 = scalar(&app, "select cost_month_micros from usage_segment").await;
    assert_eq!(kept, 5_000_000);
    // The provider's price changes: what runs keeps the cost that it was sold at.
    exec(&app, "update cloud_type set month_micros = 9000000", vec![]).await;
    run(&app, &casey, &plan, "web-2").await;
    let all: Vec<i64> =
        scalar(&app, "select array_agg(cost_month_micros order by started_at) from usage_segment").await;
    assert_eq!(all[0], 5_000_000);
    exec(&app, "update usage_segment set cost_month_micros = null", vec![]).await;
    let seen = app.admin().await.get("/api/admin/billing/revenue?months=1").await.unwrap().expect(200);
    assert!(micros(&seen["total"], "/revenue") > 0);
    assert_eq!(micros(&seen["total"], "/unknown"), micros(&seen["total"], "/revenue"), "{}", seen["total"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_owed_is_as_old_as_the_charges_that_are_not_paid() {
    let app = quiet().await;
    let admin = app.admin().await;
    let (_, casey) = app.customer("casey", "0").await;
    let (_, dana) = app.customer("dana", "0").await;
    for (amount, days) in [(4_000_000, 120), (3_000_000, 75), (2_000_000, 45), (1_000_000, 5)] {
        owe(&app, casey, amount, days).await;
    }
    owe(&app, dana, 30_000_000, 1).await;
    let seen = receivables(&admin).await;
    assert_eq!(text(&seen, "/debtors/0/org_id"), dana.to_string(), "who owes the most is first");
    assert_eq!(aged(&seen["debtors"][1]["owed"]), [10_000_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000]);
    assert_eq!(aged(&seen["owed"]), [40_000_000, 31_000_000, 2_000_000, 3_000_000, 4_000_000]);
    // Five pay the oldest four, and one of the next.
    credit(&admin, &casey.to_string(), "5").await.unwrap();
    let seen = receivables(&admin).await;
    assert_eq!(aged(&seen["debtors"][1]["owed"]), [5_000_000, 1_000_000, 2_000_000, 2_000_000, 0]);
    let since: DateTime<Utc> = text(&seen, "/debtors/1/since").parse().unwrap();
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    assert_eq!((now - since).num_days(), 75);
    assert_eq!(aged(&seen["clearing"]), [0; 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_holds_is_aged_too() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, _) = crate::payment::payer(&app, "casey").await;
    crate::payment::paid(&app, &casey, "50").await;
    let held: i64 = scalar(
        &app,
        "select -sum(p.amount_micros)::bigint from posting p join account a on a.id = p.account_id
         where a.kind = 'paypal_clearing'",
    )
    .await;
    assert!(held > 0);
    assert_eq!(aged(&receivables(&admin).await["clearing"]), [held, held, 0, 0, 0]);
    app.set_ahead(TimeDelta::days(40)).await;
    let admin = app.admin().await;
    assert_eq!(aged(&receivables(&admin).await["clearing"]), [held, 0, held, 0, 0]);
    let body = json!({ "amount": { "amount": "10", "currency": "USD" }, "reference": "a test" });
    admin.post_once("/api/admin/billing/payouts", &body, &fresh_key()).await.unwrap().expect(201);
    let left = held - 10_000_000;
    assert_eq!(aged(&receivables(&admin).await["clearing"]), [left, 0, left, 0, 0], "a payout pays the oldest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debt_is_written_off_once_and_never_more_than_is_owed() {
    let app = quiet().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "0").await;
    owe(&app, org, 12_000_000, 100).await;
    let more = write_off(&admin, org, "12.000001", &fresh_key()).await;
    assert_eq!((more.status.as_u16(), more.text("/errors/0/pointer").as_str()), (400, "/amount/amount"));
    let key = fresh_key();
    let first = write_off(&admin, org, "10", &key).await.expect(201);
    assert_eq!(text(&first, "/owed/amount"), "2.000000");
    assert_eq!(write_off(&admin, org, "10", &key).await.expect(201), first, "a lost answer is given again");
    write_off(&admin, org, "2", &fresh_key()).await.expect(201);
    assert!(receivables(&admin).await["debtors"].as_array().unwrap().is_empty());
    let statement = casey.get("/api/wallet/statement").await.unwrap().expect(200);
    assert_eq!(text(&statement, "/items/0/description"), "Debt of 2.00 USD written off: it need not be paid");
    assert_eq!(text(&statement, "/items/0/kind"), "write_off");
    let lost: i64 = scalar(
        &app,
        "select sum(p.amount_micros)::bigint from posting p join account a on a.id = p.account_id
         where a.kind = 'bad_debt'",
    )
    .await;
    assert_eq!(lost, -12_000_000);
    let reasons: i64 =
        scalar(&app, "select count(*) from journal_reason where reason = 'the company was dissolved'").await;
    assert_eq!(reasons, 2);
    app.check_books().await;
    let refused = write_off(&casey, org, "1", &fresh_key()).await;
    assert_eq!(refused.status.as_u16(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_administrators_writes_off_no_more_than_they_give() {
    let app = quiet().await;
    let admin = app.admin().await;
    let password = SecretString::from(PASSWORD);
    domain::identity::create_admin(&app.ctx, "blake@example.com", "Blake", password).await.unwrap();
    let (_, org) = app.customer("casey", "0").await;
    owe(&app, org, 300_000_000, 100).await;
    credit(&admin, &org.to_string(), "60").await.unwrap();
    let reply = write_off(&admin, org, "40.01", &fresh_key()).await;
    assert_eq!((reply.status.as_u16(), reply.text("/code").as_str()), (409, "two_needed"), "60 were given today");
    write_off(&admin, org, "40", &fresh_key()).await.expect(201);
    let rest = Money::usd(200_000_000);
    let done = sums::write_off(&app.ctx, &Actor::Operator, org, rest, "bankrupt", None).await.unwrap();
    assert_eq!(done.owed.micros, 0);
    let written: i64 = scalar(&app, "select count(*) from journal where kind = 'write_off'").await;
    assert_eq!(written, 2);
}
