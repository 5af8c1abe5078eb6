//! What a customer reads of their money, and takes away.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::db;
use domain::work::{Job, NewJob};
use serde_json::{Value as Json, json};
use testkit::client::{row, text};
use testkit::fixture::{await_status, fresh_key, order};
use testkit::{Client, TestApp};

const LONG: Duration = Duration::from_secs(20);

async fn running(app: &TestApp, casey: &Client, plan: &str, label: &str) {
    let ordered = casey.post_once("/api/vps", &order(plan, label), &fresh_key()).await.unwrap().expect(202);
    await_status(casey, &text(&ordered, "/vps/id"), "running", LONG).await.unwrap();
    app.run_jobs().await;
}

async fn charge(app: &TestApp, hours: i64) {
    let started: Option<DateTime<Utc>> =
        db::scalar(&app.ctx.db, db::sql("select max(started_at) from usage_segment", [])).await.unwrap();
    let tick = started.unwrap() + TimeDelta::hours(hours);
    app.set_ahead(TimeDelta::hours(hours + 1)).await;
    let tx = app.ctx.begin().await.unwrap();
    domain::work::enqueue(&app.ctx, &tx, NewJob::new(Job::ChargeUsage { tick })).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
}

async fn statement(casey: &Client) -> Json {
    casey.get("/api/wallet/statement").await.unwrap().expect(200)
}

#[expect(clippy::disallowed_methods, reason = "a test's client needs none of the product's settings")]
async fn exported(app: &TestApp, casey: &Client) -> (reqwest::header::HeaderMap, String) {
    let request = reqwest::Client::new().get(format!("{}/api/wallet/statement.csv", app.base));
    let response = request.bearer_auth(casey.token().unwrap()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    (response.headers().clone(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_says_what_became_of_it_and_a_charge_of_which_servers_it_is() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (mut casey, _) = app.customer("casey", "10").await;
    running(&app, &casey, &plan, "web-1").await;
    let hold = |statement: &Json| {
        let hold = row(statement, "kind", "hold");
        (text(hold, "/hold"), text(hold, "/description"))
    };
    assert_eq!(
        hold(&statement(&casey).await),
        ("charged".to_owned(), "First hour of web-1: held, became hour 1".to_owned())
    );
    running(&app, &casey, &plan, "web-2").await;
    charge(&app, 2).await;
    casey.renew().await.unwrap();
    let entries = statement(&casey).await;
    let usage = row(&entries, "kind", "usage");
    assert_eq!((usage["servers"].as_i64(), usage["hold"].is_null()), (Some(2), true));
    assert!(text(usage, "/description").starts_with("2 servers, "), "{usage}");
    assert_eq!(row(&entries, "kind", "credit")["servers"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_every_entry_to_the_last_digit_and_no_formula() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (mut casey, org) = app.customer("casey", "10").await;
    running(&app, &casey, &plan, "web-1").await;
    let given = json!({ "amount": { "amount": "0.000001", "currency": "USD" }, "reason": "=1+\"1\"" });
    let path = format!("/api/admin/customers/{org}/credit");
    let _ = app.admin().await.post_once(&path, &given, &fresh_key()).await.unwrap().expect(201);
    charge(&app, 1).await;
    casey.renew().await.unwrap();

    let (headers, csv) = exported(&app, &casey).await;
    assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(headers["content-disposition"], "attachment; filename=\"statement.csv\"");
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "time,kind,description,servers,hours,amount,balance_after,currency");
    let entries = statement(&casey).await;
    let entries = entries["items"].as_array().unwrap();
    assert_eq!(lines.len() - 1, entries.len(), "{csv}");
    for (line, entry) in lines[1..].iter().zip(entries) {
        let money = format!("{},{},USD", text(entry, "/amount/amount"), text(entry, "/balance_after/amount"));
        assert!(line.ends_with(&money), "{line} is not {entry}");
        assert!(line.contains(&text(entry, "/description").replace('"', "\"\"")), "{line}");
    }
    assert!(csv.contains("\"Credit: =1+\"\"1\"\"\",0,0,0.000001,"), "{csv}");

    let (stranger, _) = app.customer("stranger", "1").await;
    assert!(!exported(&app, &stranger).await.1.contains("web-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_whole_beyond_one_chunk_and_ends_at_its_bound() {
    let app = TestApp::start().await;
    let (casey, org) = app.customer("casey", "10").await;
    let many = "with made as (
          insert into journal (idem_key, kind, org_id, effective_at)
          select 'test:' || n, 'credit', $1, business_now() from generate_series(1, 1200) n returning id, idem_key)
        insert into journal_reason (journal_id, reason)
        select id, 'entry ' || split_part(idem_key, ':', 2) from made";
    db::exec(&app.ctx.db, db::sql(many, [org.into()])).await.unwrap();
    let (_, csv) = exported(&app, &casey).await;
    assert_eq!(csv.lines().count(), 1 + 1 + 1200);
    for n in [1, 500, 501, 1000, 1001, 1200] {
        assert_eq!(csv.matches(&format!("Credit: entry {n}\"")).count(), 1, "entry {n} is there once");
    }
}
