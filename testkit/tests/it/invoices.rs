//! Receipts, invoices and credit notes: numbers without gaps, amounts that add up, and whatever people wrote into them.

use std::time::Duration;

use chrono::{DateTime, Datelike as _, TimeDelta, TimeZone as _, Utc};
use domain::invoice::Issue;
use domain::ledger::verify;
use domain::queue::LeaseTimes;
use domain::work::{Job, NewJob};
use domain::{JobId, OrgId, db};
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::fixture::{self, PASSWORD, await_status, fresh_key, order};
use testkit::{Client, TestApp};

const LONG: Duration = Duration::from_secs(20);

async fn enqueue(app: &TestApp, job: Job) -> JobId {
    let tx = app.ctx.begin().await.unwrap();
    let id = domain::work::enqueue(&app.ctx, &tx, NewJob::new(job)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn scalar<T: sea_orm::TryGetable>(app: &TestApp, sql: &str) -> T {
    db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}

/// Whatever is due now: invoices of the month before, receipts of credits.
async fn issue_due(app: &TestApp) {
    let tick = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    enqueue(app, Job::IssueInvoice { what: Issue::Due { tick } }).await;
    app.run_jobs().await;
}

/// Moves business time to this instant.
async fn at(app: &TestApp, then: DateTime<Utc>) {
    let real: DateTime<Utc> = scalar(app, "select now()").await;
    app.set_ahead(then - real).await;
}

/// A day and hour of the month after this one.
async fn of_next_month(app: &TestApp, day: u32) -> DateTime<Utc> {
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let (year, month) = if now.month() == 12 { (now.year() + 1, 1) } else { (now.year(), now.month() + 1) };
    Utc.with_ymd_and_hms(year, month, day, 12, 0, 0).unwrap()
}

/// An installation in the middle of a month, whichever day the test runs on.
async fn started() -> TestApp {
    let app = TestApp::start().await;
    at(&app, of_next_month(&app, 10).await).await;
    app
}

/// Makes it the second day of the next month, and charges all hours until then.
async fn next_month(app: &TestApp) {
    let then = of_next_month(app, 2).await;
    at(app, then + TimeDelta::minutes(1)).await;
    enqueue(app, Job::ChargeUsage { tick: then }).await;
    app.run_jobs().await;
}

/// Casey again: no session outlives a month.
async fn signed_in(app: &TestApp) -> Client {
    app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap()
}

async fn server(app: &TestApp, casey: &Client, plan: &str, label: &str) {
    let ordered = casey.post_once("/api/vps", &order(plan, label), &fresh_key()).await.unwrap().expect(202);
    await_status(casey, &text(&ordered, "/vps/id"), "running", LONG).await.unwrap();
    app.run_jobs().await;
}

async fn list(client: &Client) -> Vec<Json> {
    client.get("/api/invoices?limit=100").await.unwrap().expect(200)["items"].as_array().unwrap().clone()
}

/// A file as it is downloaded.
#[expect(clippy::disallowed_methods, reason = "a test's client needs none of the product's settings")]
async fn download(app: &TestApp, client: &Client, path: &str) -> (String, Vec<u8>) {
    let request = reqwest::Client::new().get(format!("{}{path}", app.base)).bearer_auth(client.token().unwrap());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    let content = response.bytes().await.unwrap().to_vec();
    leave(path, &content);
    (kind, content)
}

/// For the judges: the files of documents, where they ask for them.
fn leave(path: &str, content: &[u8]) {
    let (Ok(folder), Some((id, form @ ("pdf" | "xml")))) = (std::env::var("DOCUMENTS_OUT"), path.rsplit_once('/'))
    else {
        return;
    };
    let id = id.rsplit('/').next().unwrap();
    std::fs::write(std::path::Path::new(&folder).join(format!("{id}.{form}")), content).unwrap();
}

async fn all_right(app: &TestApp) {
    let checks = verify::verify(&app.ctx, &[]).await.unwrap();
    let wrong: Vec<_> = checks.iter().filter(|check| check.wrong > 0).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(checks.len() >= 12 && checks.iter().map(|check| check.checked).sum::<i64>() > 0);
}

fn micros(amount: &Json) -> i64 {
    let text = amount["amount"].as_str().unwrap();
    domain::Money::parse(text, domain::Currency::USD).unwrap().micros
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_has_one_invoice_that_equals_its_usage_lines_and_a_credit_one_receipt() {
    let app = started().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "100").await;
    server(&app, &casey, &plan, "web-1").await;
    server(&app, &casey, &plan, "web-2").await;
    next_month(&app).await;
    let casey = signed_in(&app).await;
    for _ in 0..2 {
        issue_due(&app).await;
    }
    let found = list(&casey).await;
    assert_eq!(found.len(), 2, "one of each, however often the tick comes: {found:?}");
    let all = json!({ "items": found });
    let (invoice, receipt) = (row(&all, "kind", "invoice"), row(&all, "kind", "receipt"));
    assert_eq!((text(invoice, "/number"), text(receipt, "/number")), ("INV-000001".into(), "REC-000001".into()));
    assert_eq!(micros(&receipt["total"]), 100_000_000);
    let detail = casey.get(&format!("/api/invoices/{}", text(invoice, "/id"))).await.unwrap().expect(200);
    let charged: i64 = scalar(
        &app,
        "select sum(l.micros)::bigint from usage_line l join usage_segment s on s.id = l.segment_id
         where s.started_at + make_interval(hours => l.hour_no - 1)
           < date_trunc('month', business_now() at time zone 'UTC') at time zone 'UTC'",
    )
    .await;
    assert_eq!(micros(&detail["exact"]), charged, "to the micro-unit");
    let lines = detail["lines"].as_array().unwrap();
    assert_eq!(lines.iter().map(|line| micros(&line["net"])).sum::<i64>(), micros(&invoice["net"]));
    assert!((micros(&invoice["net"]) - charged).abs() <= 5_000, "rounded once");
    assert_eq!(micros(&invoice["due"]), 0);
    let hours: i64 = lines.iter().map(|line| line["hours"].as_i64().unwrap()).sum();
    let billed: i64 = scalar(&app, "select count(*) from usage_line").await;
    assert!(hours < billed, "the new month's hours are the next invoice's");
    let (pdf_type, pdf) = download(&app, &casey, &format!("/api/invoices/{}/pdf", text(invoice, "/id"))).await;
    assert!(pdf_type == "application/pdf" && pdf.starts_with(b"%PDF-1.7"), "{pdf_type}");
    let (_, page) = download(&app, &casey, &format!("/api/invoices/{}/html", text(invoice, "/id"))).await;
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("web-1") && page.contains(detail["chain_head"].as_str().unwrap()), "{page}");
    let mails = app.cloud.mails();
    let mail = mails.iter().find(|mail| mail.subject.contains("INV-000001")).expect("the invoice came by mail");
    assert!(mail.text.contains(detail["chain_head"].as_str().unwrap()), "with the head of the chain");
    let (other, _) = app.customer("olga", "0").await;
    other.get(&format!("/api/invoices/{}", text(invoice, "/id"))).await.unwrap().expect(404);
    all_right(&app).await;
    assert_eq!(scalar::<i64>(&app, &format!("select count(*) from invoice where org_id = '{}'", org.0)).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn tax_is_on_the_invoice_in_the_books_and_in_the_electronic_form() {
    let app = started().await;
    let admin = app.admin().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "100").await;
    let rule =
        json!({ "country": "DE", "buyer": "b2c", "basis_points": 1900, "category": "S", "valid_from": "2020-01-01" });
    admin.post("/api/admin/billing/tax", &rule).await.unwrap().expect(400);
    let seller = json!({ "seller_name": "Nimbus GmbH", "address_lines": "Hauptstr. 1", "city": "Berlin",
        "postcode": "10115", "country": "de", "tax_id": "136695976", "email": "billing@nimbus.example" });
    let details = admin.patch("/api/admin/billing/details", &seller).await.unwrap().expect(200);
    assert_eq!((&details["tax_id"], &details["country"]), (&json!("DE136695976"), &json!("DE")));
    let made = admin.post("/api/admin/billing/tax", &rule).await.unwrap().expect(201);
    let again = admin.post("/api/admin/billing/tax", &rule).await.unwrap().expect(409);
    assert_eq!(again["code"], "tax_rule_overlaps");
    let none = admin.patch("/api/admin/billing/details", &json!({ "tax_id": "" })).await.unwrap();
    assert_eq!(none.status, 400, "a rule needs the number");
    casey.patch(&format!("/api/orgs/{org}"), &json!({ "country": "DE", "city": "Köln" })).await.unwrap().expect(200);
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let (rate, _) = domain::tax::rate_of(&app.ctx.db, org, now).await.unwrap();
    assert_eq!(rate.basis_points, 1_900, "what a price would ask");
    server(&app, &casey, &plan, "web-1").await;
    next_month(&app).await;
    let casey = signed_in(&app).await;
    issue_due(&app).await;
    let all = json!({ "items": list(&casey).await });
    let invoice = row(&all, "kind", "invoice");
    let (net, tax) = (micros(&invoice["net"]), micros(&invoice["tax"]));
    assert_eq!(tax, (net * 19 / 100 + 5_000) / 10_000 * 10_000, "once, on the sum");
    let due: i64 = scalar(
        &app,
        "select coalesce(sum(p.amount_micros), 0)::bigint - (
           select coalesce(sum(l.tax_micros), 0) from usage_line l join usage_segment s on s.id = l.segment_id
           where s.started_at + make_interval(hours => l.hour_no - 1) >= date_trunc('month', business_now(), 'UTC'))
           ::bigint
         from posting p join account a on a.id = p.account_id where a.kind = 'tax_due'",
    )
    .await;
    assert_eq!(due, tax, "without the hours of the new month");
    let (_, xml) = download(&app, &casey, &format!("/api/invoices/{}/xml", text(invoice, "/id"))).await;
    let xml = String::from_utf8(xml).unwrap();
    assert!(xml.contains("<ram:CategoryCode>S</ram:CategoryCode>") && xml.contains("DE136695976"), "{xml}");
    let ended = json!({ "valid_to": "2030-01-01" });
    let path = format!("/api/admin/billing/tax/{}", text(&made, "/id"));
    app.admin().await.patch(&path, &ended).await.unwrap().expect(200);
    app.admin().await.delete(&path, None).await.unwrap().expect(204);
    all_right(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credit_note_gives_back_no_more_than_the_invoice_however_often_it_is_asked_for() {
    let app = started().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "100").await;
    server(&app, &casey, &plan, "web-1").await;
    next_month(&app).await;
    let casey = signed_in(&app).await;
    let admin = app.admin().await;
    issue_due(&app).await;
    let all = json!({ "items": list(&casey).await });
    let (invoice, receipt) = (row(&all, "kind", "invoice"), row(&all, "kind", "receipt"));
    let path = format!("/api/admin/billing/invoices/{}/credit-note", text(invoice, "/id"));
    let (total, before) = (micros(&invoice["total"]), app.balance(org).await);
    for amount in ["0.00", "-1.00", "0.001", "100000.00"] {
        let body = json!({ "amount": { "amount": amount, "currency": "USD" }, "reason": "a mistake" });
        assert_eq!(admin.post_once(&path, &body, &fresh_key()).await.unwrap().status, 400, "{amount}");
    }
    let wrong = format!("/api/admin/billing/invoices/{}/credit-note", text(receipt, "/id"));
    let whole = json!({ "reason": "a mistake" });
    assert_eq!(admin.post_once(&wrong, &whole, &fresh_key()).await.unwrap().expect(409)["code"], "not_correctable");
    let part = json!({ "amount": { "amount": "0.02", "currency": "USD" }, "reason": "a mistake" });
    let key = fresh_key();
    let quote = admin.post_once(&format!("{path}?dry_run=true"), &part, &key).await.unwrap().expect(200);
    assert_eq!(app.balance(org).await, before, "a question gives nothing back");
    assert_eq!(micros(&quote["balance"]), before + 20_000);
    for _ in 0..2 {
        admin.post_once(&path, &part, &key).await.unwrap().expect(202);
    }
    assert_eq!(app.balance(org).await, before + 20_000, "as it was quoted");
    let asked = futures::future::join_all((0..16).map(|_| {
        let (admin, path, whole) = (&admin, &path, &whole);
        async move { admin.post_once(path, whole, &fresh_key()).await.unwrap().status.as_u16() }
    }))
    .await;
    assert_eq!(asked.iter().filter(|status| **status == 202).count(), 1, "{asked:?}");
    app.run_jobs().await;
    assert_eq!(app.balance(org).await - before, total, "to the hundredth");
    let notes: Vec<Json> = list(&casey).await.into_iter().filter(|one| one["kind"] == "credit_note").collect();
    assert_eq!(notes.len(), 2);
    assert!(notes.iter().all(|note| note["corrects"] == invoice["number"]), "{notes:?}");
    assert_eq!(notes.iter().map(|note| micros(&note["total"])).sum::<i64>(), total);
    all_right(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_issuers_number_from_one_without_a_gap_and_what_breaks_off_leaves_none() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let orgs = testkit::seed::running_servers(&app.ctx, 64, 1).await.unwrap();
    let journals: Vec<i64> = scalar(&app, "select array_agg(id) from journal where kind = 'credit'").await;
    assert_eq!((orgs.len(), journals.len()), (64, 64));
    let mut waiting = Vec::new();
    for &journal in &journals {
        waiting.push(enqueue(&app, Job::IssueInvoice { what: Issue::Receipt { journal } }).await);
    }
    // A third of them breaks off somewhere on the way.
    let runs = waiting.iter().enumerate().map(|(place, &job)| {
        let env = app.env.clone();
        async move {
            let times = LeaseTimes::default();
            let run = workers::execute(&env, &times, "a worker", job);
            if place % 3 == 0 {
                let _ = tokio::time::timeout(Duration::from_millis(u64::try_from(place).unwrap() * 3), run).await;
            } else {
                run.await;
            }
        }
    });
    futures::future::join_all(runs).await;
    for _ in 0..3 {
        let lapse = "update job set lease_until = now() - interval '1 s' where lease_until is not null";
        db::exec(&app.ctx.db, db::sql(lapse, [])).await.unwrap();
        domain::queue::sweep(&app.ctx).await.unwrap();
        let due = "update job set run_at = now() where state = 'retry'";
        db::exec(&app.ctx.db, db::sql(due, [])).await.unwrap();
        for &job in &waiting {
            workers::execute(&app.env, &LeaseTimes::default(), "a worker", job).await;
        }
    }
    let numbers: Vec<i64> = scalar(&app, "select array_agg(no order by no) from invoice where kind = 'receipt'").await;
    assert_eq!(numbers, (1..=64).collect::<Vec<i64>>());
    all_right(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_customer_calls_themself_stays_text() {
    let app = TestApp::start().await;
    let (casey, org) = app.customer("casey", "0").await;
    let evil = "=cmd() ]]> <script> \u{5e9}\u{5dc}\u{5d5}\u{5dd} \"'&";
    let sql = "update org set name = $2 where id = $1";
    db::exec(&app.ctx.db, db::sql(sql, [org.into(), evil.into()])).await.unwrap();
    fixture::credit(&app.admin().await, &org.to_string(), "10").await.unwrap();
    app.run_jobs().await;
    let receipt = &list(&casey).await[0];
    let (_, page) = download(&app, &casey, &format!("/api/invoices/{}/html", text(receipt, "/id"))).await;
    let page = String::from_utf8(page).unwrap();
    assert!(!page.contains("<script") && page.contains("=cmd() ]]&gt; &lt;script&gt;"), "{page}");
    let (_, csv) = download(&app, &casey, "/api/invoices.csv").await;
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.starts_with("number,kind,") && csv.contains("\"REC-000001\",receipt,"), "{csv}");
    let (_, lines) = download(&app, &casey, "/api/invoices.ndjson").await;
    let first: Json = serde_json::from_slice(lines.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    assert_eq!(first["org_name"], evil);
    let (kind, _) = download(&app, &casey, "/api/wallet/usage.csv").await;
    assert_eq!(kind, "text/csv; charset=utf-8");
    let (_, entries) = download(&app, &casey, "/api/wallet/statement.ndjson").await;
    assert!(String::from_utf8(entries).unwrap().contains("\"kind\":\"credit\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_billing_profile_has_a_history_and_documents_keep_what_they_say() {
    let app = TestApp::start().await;
    let (casey, org) = app.customer("casey", "0").await;
    let about = format!("/api/orgs/{org}");
    casey.patch(&about, &json!({ "city": "Lyon", "country": "FR" })).await.unwrap().expect(200);
    fixture::credit(&app.admin().await, &org.to_string(), "10").await.unwrap();
    app.run_jobs().await;
    casey.patch(&about, &json!({ "city": "Paris" })).await.unwrap().expect(200);
    let receipt = &list(&casey).await[0];
    let detail = casey.get(&format!("/api/invoices/{}", text(receipt, "/id"))).await.unwrap().expect(200);
    assert!(detail["buyer"]["lines"].to_string().contains("Lyon"), "{detail}");
    let cities: Vec<String> = scalar(&app, "select array_agg(profile->>'city' order by id) from billing_profile").await;
    assert_eq!(cities, ["Lyon", "Paris"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_on_demand_is_of_a_month_that_has_ended() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, org) = app.customer("casey", "0").await;
    let body = |month: &str| json!({ "org_id": org, "month": month });
    admin.post("/api/admin/billing/invoices", &body("2999-01-01T00:00:00Z")).await.unwrap().expect(400);
    admin.post("/api/admin/billing/invoices", &body("2026-01-01T00:00:00Z")).await.unwrap().expect(202);
    app.run_jobs().await;
    let all = admin.get("/api/admin/billing/invoices").await.unwrap().expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 0, "nothing was used");
    let unknown = OrgId(uuid::Uuid::from_u128(7));
    let body = json!({ "org_id": unknown, "month": "2026-01-01T00:00:00Z" });
    admin.post("/api/admin/billing/invoices", &body).await.unwrap().expect(404);
    fixture::credit(&admin, &org.to_string(), "5").await.unwrap();
    issue_due(&app).await;
    let all = admin.get(&format!("/api/admin/billing/invoices?org={org}&kind=receipt")).await.unwrap().expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}
