//! Tax where money moves by the hour: holds, charges, forecasts and limits with it, and what is left for the invoice.

use std::time::Duration;

use chrono::{DateTime, Datelike as _, TimeDelta, TimeZone as _, Utc};
use domain::invoice::Issue;
use domain::ledger::verify;
use domain::work::{Job, NewJob};
use domain::{OrgId, db};
use sea_orm::TryGetable;
use serde_json::{Value as Json, json};
use simulators::{Fault, FaultKind};
use testkit::client::{micros, row, text};
use testkit::fixture::{PASSWORD, await_status, fresh_key, order, until};
use testkit::{Client, TestApp};

const LONG: Duration = Duration::from_secs(20);

async fn figure<T: TryGetable>(app: &TestApp, sql: &str) -> T {
    db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}

async fn enqueue(app: &TestApp, job: Job) {
    let tx = app.ctx.begin().await.unwrap();
    domain::work::enqueue(&app.ctx, &tx, NewJob::new(job)).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
}

async fn now(app: &TestApp) -> DateTime<Utc> {
    app.ctx.clock.now(&app.ctx.db).await.unwrap()
}

async fn move_to(app: &TestApp, then: DateTime<Utc>) {
    let real: DateTime<Utc> = figure(app, "select now()").await;
    app.set_ahead(then - real).await;
}

/// Moves business time to an instant and charges what began before it.
async fn charge_until(app: &TestApp, then: DateTime<Utc>) {
    move_to(app, then).await;
    enqueue(app, Job::ChargeUsage { tick: then }).await;
}

/// A day of the next month at noon.
async fn of_next_month(app: &TestApp, day: u32) -> DateTime<Utc> {
    let now = now(app).await;
    let (year, month) = if now.month() == 12 { (now.year() + 1, 1) } else { (now.year(), now.month() + 1) };
    Utc.with_ymd_and_hms(year, month, day, 12, 0, 0).unwrap()
}

/// An installation in the middle of a month that sells with 19 % to consumers in Germany.
async fn taxed(prices: &str) -> (TestApp, String) {
    let app = TestApp::start().await;
    move_to(&app, of_next_month(&app, 10).await).await;
    let admin = app.admin().await;
    let seller = json!({ "seller_name": "Nimbus GmbH", "country": "DE", "tax_id": "136695976", "prices": prices });
    admin.patch("/api/admin/billing/details", &seller).await.unwrap().expect(200);
    add_rule(&app, "b2c", 1_900, "S", "2020-01-01").await;
    let plan = app.plan().await;
    (app, plan)
}

async fn add_rule(app: &TestApp, buyer: &str, basis_points: i64, category: &str, from: &str) -> String {
    let rule = json!({ "country": "DE", "buyer": buyer, "basis_points": basis_points, "category": category,
        "valid_from": from, "note": "As the law says" });
    text(&app.admin().await.post("/api/admin/billing/tax", &rule).await.unwrap().expect(201), "/id")
}

/// A customer in Germany.
async fn german(app: &TestApp, credit: &str) -> (Client, OrgId) {
    let (casey, org) = app.customer("casey", credit).await;
    casey.patch(&format!("/api/orgs/{org}"), &json!({ "country": "DE", "city": "Köln" })).await.unwrap().expect(200);
    (casey, org)
}

async fn running(app: &TestApp, client: &Client, plan: &str, label: &str) -> String {
    let ordered = client.post_once("/api/vps", &order(plan, label), &fresh_key()).await.unwrap().expect(202);
    let vps = text(&ordered, "/vps/id");
    await_status(client, &vps, "running", LONG).await.unwrap();
    app.run_jobs().await;
    vps
}

async fn signed_in(app: &TestApp) -> Client {
    app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap()
}

async fn posted(app: &TestApp, account: &str) -> i64 {
    let sum = "select coalesce(sum(p.amount_micros), 0)::bigint from posting p join account a on a.id = p.account_id
               where a.kind = ";
    figure(app, &format!("{sum}'{account}'")).await
}

/// What the hours cost, the tax on each server's as one amount, and the sum of the lines' taxes.
async fn hours(app: &TestApp) -> (i64, i64, i64) {
    let of = async |sql: &str| figure::<i64>(app, sql).await;
    let price = of("select sum(micros)::bigint from usage_line").await;
    let exact = of("select sum(billed_micros * 1900 / 10000)::bigint from usage_segment").await;
    let lines = of("select coalesce(sum(tax_micros), 0)::bigint from usage_line").await;
    (price, exact, lines)
}

async fn invoice(app: &TestApp) -> Json {
    let tick = now(app).await;
    enqueue(app, Job::IssueInvoice { what: Issue::Due { tick } }).await;
    let all = signed_in(app).await.get("/api/invoices?limit=100").await.unwrap().expect(200);
    row(&all, "kind", "invoice").clone()
}

async fn all_right(app: &TestApp) {
    app.check_books().await;
    let checks = verify::verify(&app.ctx, &[]).await.unwrap();
    let wrong: Vec<_> = checks.iter().filter(|check| check.wrong > 0).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn net_prices_take_their_tax_with_each_hour_and_the_invoice_leaves_the_wallet_alone() {
    let (app, plan) = taxed("net").await;
    let (casey, org) = german(&app, "100").await;
    let quote = casey.get(&format!("/api/plans/{plan}/quote")).await.unwrap().expect(200);
    let hour = micros(&quote, "/price/hourly");
    assert_eq!(micros(&quote, "/held_now"), hour + hour * 19 / 100, "the hold has its tax");
    assert_eq!((&quote["tax"]["basis_points"], &quote["tax"]["added"]), (&json!(1_900), &json!(true)));
    running(&app, &casey, &plan, "web-1").await;
    running(&app, &casey, &plan, "web-2").await;
    assert_eq!(100_000_000 - app.balance(org).await, micros(&quote, "/held_now") * 2, "and so has the first hour");
    let start = now(&app).await;
    for hours in [1, 2, 5, 30] {
        // No session outlives its minutes.
        let live = signed_in(&app).await.get("/api/wallet").await.unwrap().expect(200);
        assert_eq!(micros(&live, "/hourly_with_tax"), hour * 2 + hour * 2 * 19 / 100);
        charge_until(&app, start + TimeDelta::hours(hours)).await;
        let (price, exact, lines) = self::hours(&app).await;
        assert_eq!((exact, posted(&app, "tax_due").await), (lines, lines), "to the micro-unit after {hours} hours");
        assert_eq!(100_000_000 - app.balance(org).await, price + lines);
    }
    let before = of_next_month(&app, 2).await;
    move_to(&app, before).await;
    let wallet = signed_in(&app).await.get("/api/wallet").await.unwrap().expect(200);
    enqueue(&app, Job::ChargeUsage { tick: before }).await;
    assert_eq!(app.balance(org).await, micros(&wallet, "/live_balance"), "what the page said is what was taken");
    let (balance, tax) = (app.balance(org).await, posted(&app, "tax_due").await);
    let issued = invoice(&app).await;
    assert_eq!(app.balance(org).await, balance, "the hours paid their tax");
    let this_month: i64 = figure(
        &app,
        "select coalesce(sum(l.tax_micros), 0)::bigint from usage_line l join usage_segment s on s.id = l.segment_id
         where s.started_at + make_interval(hours => l.hour_no - 1) >= date_trunc('month', business_now(), 'UTC')",
    )
    .await;
    let posted_tax = posted(&app, "tax_due").await;
    assert_eq!(posted_tax - this_month, micros(&issued, "/tax"), "what is due is what the document says");
    assert!((posted_tax - tax).abs() <= 6_000, "its rounding alone: {}", posted_tax - tax);
    all_right(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gross_prices_contain_their_tax_and_the_wallet_pays_what_the_page_says() {
    let (app, plan) = taxed("gross").await;
    let (casey, org) = german(&app, "100").await;
    let quote = casey.get(&format!("/api/plans/{plan}/quote")).await.unwrap().expect(200);
    assert_eq!(quote["held_now"], quote["price"]["hourly"]);
    assert_eq!(quote["tax"]["added"], json!(false));
    running(&app, &casey, &plan, "web-1").await;
    let then = of_next_month(&app, 2).await;
    charge_until(&app, then).await;
    let (price, _, lines) = hours(&app).await;
    assert_eq!(100_000_000 - app.balance(org).await, price, "no more than the page says");
    let contained: i64 = figure(&app, "select sum(billed_micros * 1900 / 11900)::bigint from usage_segment").await;
    assert_eq!((contained, posted(&app, "tax_due").await), (lines, lines));
    assert_eq!(posted(&app, "revenue").await, price - lines);
    let balance = app.balance(org).await;
    let issued = invoice(&app).await;
    assert_eq!(app.balance(org).await, balance);
    let (total, tax) = (micros(&issued, "/total"), micros(&issued, "/tax"));
    let net = (total * 10_000 / 11_900 + 5_000) / 10_000 * 10_000;
    assert!((total - net - tax).abs() <= 10_000, "{issued}");
    all_right(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_outage_each_hour_has_the_rate_of_its_day() {
    let (app, plan) = taxed("net").await;
    let (casey, org) = german(&app, "100").await;
    running(&app, &casey, &plan, "web-1").await;
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    let (first, second) = (start.date_naive() + TimeDelta::days(2), start.date_naive() + TimeDelta::days(4));
    let admin = app.admin().await;
    let rules = admin.get("/api/admin/billing/tax").await.unwrap().expect(200);
    let rule = text(&rules, "/items/0/id");
    let end = json!({ "valid_to": first.to_string() });
    admin.patch(&format!("/api/admin/billing/tax/{rule}"), &end).await.unwrap().expect(200);
    let lower = add_rule(&app, "b2c", 700, "S", &first.to_string()).await;
    let end = json!({ "valid_to": second.to_string() });
    admin.patch(&format!("/api/admin/billing/tax/{lower}"), &end).await.unwrap().expect(200);
    add_rule(&app, "b2c", 2_100, "S", &second.to_string()).await;
    let then = start + TimeDelta::days(6) - TimeDelta::minutes(1);
    move_to(&app, then).await;
    let live = micros(&signed_in(&app).await.get("/api/wallet").await.unwrap().expect(200), "/live_balance");
    enqueue(&app, Job::ChargeUsage { tick: then }).await;
    assert_eq!(app.balance(org).await, live, "the forecast knows the changes");
    let by_day = "with through as (
           select s.started_at + make_interval(hours => l.hour_no - 1) as began,
             sum(l.micros) over (partition by l.segment_id order by l.hour_no)::bigint as cost, l.micros, l.tax_micros
           from usage_line l join usage_segment s on s.id = l.segment_id),
         rated as (select *, case when began < '{1}' then 1900 when began < '{2}' then 700 else 2100 end as rate
           from through)
         select count(*) filter (where tax_micros <> cost * rate / 10000 - (cost - micros) * rate / 10000)
         from rated";
    let sql = by_day.replace("{1}", &format!("{first}T00:00:00Z")).replace("{2}", &format!("{second}T00:00:00Z"));
    assert_eq!(figure::<i64>(&app, &sql).await, 0, "no hour has another rate");
    let journals: i64 = figure(&app, "select count(*) from journal where kind = 'usage'").await;
    assert_eq!(journals, 3, "one for each rate");
    enqueue(&app, Job::ChargeUsage { tick: then }).await;
    assert_eq!(figure::<i64>(&app, "select count(*) from journal where kind = 'usage'").await, 3, "and once");
    all_right(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_turns_out_to_owe_none_gets_it_back_with_the_invoice() {
    let (app, plan) = taxed("net").await;
    add_rule(&app, "b2b", 0, "AE", "2020-01-01").await;
    let (casey, org) = german(&app, "100").await;
    running(&app, &casey, &plan, "web-1").await;
    let tick = now(&app).await + TimeDelta::hours(30);
    charge_until(&app, tick).await;
    let (_, _, taxed) = hours(&app).await;
    assert!(taxed > 0);
    let number = json!({ "tax_id": "DE136695976" });
    signed_in(&app).await.patch(&format!("/api/orgs/{org}/billing"), &number).await.unwrap().expect(200);
    charge_until(&app, of_next_month(&app, 2).await).await;
    assert_eq!(hours(&app).await.2, taxed, "no hour since then has any");
    let balance = app.balance(org).await;
    let issued = invoice(&app).await;
    assert_eq!(micros(&issued, "/tax"), 0);
    assert_eq!(app.balance(org).await, balance + taxed, "what the document does not say is given back");
    assert_eq!(posted(&app, "tax_due").await, 0);
    all_right(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_can_pay_its_hour_but_not_the_tax_is_refused_and_a_failed_one_gives_both_back() {
    let (app, plan) = taxed("net").await;
    // An hour of $6 a month is 0.008219, and 0.009780 with its tax.
    let (casey, org) = german(&app, "0.009779").await;
    let refused = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(402);
    assert_eq!((&refused["code"], micros(&refused, "/needed")), (&json!("insufficient_funds"), 9_780));
    testkit::fixture::credit(&app.admin().await, &org.to_string(), "0.000001").await.unwrap();
    let limits = json!({ "hour_cap": { "amount": "0.009", "currency": "USD" } });
    casey.put("/api/wallet/limits", &limits).await.unwrap().expect(200);
    let capped = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(402);
    assert_eq!(capped["code"], "spend_cap_reached", "the limit is of what is paid");
    casey.put("/api/wallet/limits", &json!({})).await.unwrap().expect(200);
    app.cloud.fault(Fault::new(FaultKind::BootFails).times(1)).unwrap();
    app.cloud.fault(Fault::new(FaultKind::ServerError).on("POST", "/boot$").times(1_000)).unwrap();
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    assert_eq!(app.balance(org).await, 0);
    until(LONG, async || {
        let requests = app.cloud.truth().requests;
        Ok(requests.iter().any(|one| one.path.ends_with("/boot")).then_some(()))
    })
    .await
    .expect("it is told to boot");
    let cancel = format!("/api/admin/jobs/{}/cancel", text(&ordered, "/job/id"));
    app.admin().await.post(&cancel, &json!({ "reason": "the cloud is broken" })).await.unwrap().expect(200);
    await_status(&casey, &text(&ordered, "/vps/id"), "failed", LONG).await.unwrap();
    app.run_jobs().await;
    assert_eq!((app.balance(org).await, posted(&app, "tax_due").await), (9_780, 0));
    all_right(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_cannot_pay_the_tax_owes_it() {
    let (app, plan) = taxed("net").await;
    let (casey, org) = german(&app, "0.011").await;
    running(&app, &casey, &plan, "web-1").await;
    let wallet = casey.get("/api/wallet").await.unwrap().expect(200);
    let start: DateTime<Utc> = figure(&app, "select started_at from usage_segment").await;
    let zero: DateTime<Utc> = text(&wallet, "/zero_at").parse().unwrap();
    assert_eq!((zero - start).num_hours(), 1, "the second hour is the first that it can't pay");
    charge_until(&app, start + TimeDelta::minutes(90)).await;
    let (price, _, tax) = hours(&app).await;
    let wallet = signed_in(&app).await.get("/api/wallet").await.unwrap().expect(200);
    assert_eq!((app.balance(org).await, micros(&wallet, "/owed")), (0, price + tax - 11_000));
    testkit::fixture::credit(&app.admin().await, &org.to_string(), "1").await.unwrap();
    assert_eq!(app.balance(org).await, 1_011_000 - price - tax, "new credit pays it first");
    all_right(&app).await;
}
