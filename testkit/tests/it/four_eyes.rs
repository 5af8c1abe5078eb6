//! Credit above the limit takes two administrators.

use chrono::TimeDelta;
use domain::OrgId;
use futures::future::join_all;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{PASSWORD, fresh_key};
use testkit::{Client, Reply, TestApp};

use crate::person::scalar;

async fn quiet() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

async fn second(app: &TestApp, name: &str) -> Client {
    let email = format!("{}@example.com", name.to_lowercase());
    domain::identity::create_admin(&app.ctx, &email, name, SecretString::from(PASSWORD)).await.unwrap();
    app.anonymous.sign_in(&email, PASSWORD).await.unwrap()
}

async fn give(admin: &Client, org: OrgId, amount: &str) -> Json {
    let body = json!({ "amount": { "amount": amount, "currency": "USD" }, "reason": "an outage" });
    admin.post_once(&format!("/api/admin/customers/{org}/credit"), &body, &fresh_key()).await.unwrap().expect(201)
}

async fn decide(admin: &Client, id: &str, how: &str) -> Reply {
    let path = format!("/api/admin/billing/credits/{id}/{how}");
    let body = (how == "decline").then(|| json!({ "reason": "too much" }));
    admin.send(Method::POST, &path, body.as_ref(), &[]).await.unwrap()
}

fn told(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.text("/code"))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_administrator_alone_gives_at_once_and_it_is_said() {
    let app = quiet().await;
    let admin = app.admin().await;
    let (_, org) = app.customer("casey", "0").await;
    let given = give(&admin, org, "150").await;
    assert_eq!((&given["alone"], &given["waiting"]), (&json!(true), &Json::Null));
    assert_eq!(app.balance(org).await, 150_000_000);
    let audit = admin.get("/api/admin/activity?event=billing.credit_alone").await.unwrap().expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 1, "and so does the activity");
    let limit = admin.get("/api/admin/billing/credit-limit").await.unwrap().expect(200);
    assert_eq!((text(&limit, "/limit/amount"), limit["admins"].as_i64()), ("100.000000".to_owned(), Some(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn credit_above_the_limit_waits_for_the_other_one() {
    let app = quiet().await;
    let avery = app.admin().await;
    let blake = second(&app, "Blake").await;
    let (casey, org) = app.customer("casey", "0").await;
    assert_eq!(give(&avery, org, "60").await["alone"], false);
    // In parts it is as much: what one gives within a day counts together.
    let asked = give(&avery, org, "40.000001").await;
    assert!(asked["entry"].is_null(), "{asked}");
    assert_eq!(app.balance(org).await, 60_000_000, "nothing moved yet");
    let id = text(&asked, "/waiting/id");
    let seen = casey.get("/api/activity").await.unwrap().expect(200).to_string();
    assert!(!seen.contains("asked for"), "the customer is told of no credit that they may never get");

    assert_eq!(told(&decide(&avery, &id, "approve").await), (409, "own_request".to_owned()));
    assert_eq!(told(&decide(&avery, &id, "decline").await), (409, "own_request".to_owned()));
    let asked = decide(&blake, &id, "approve?dry_run=true").await.expect(200);
    assert_eq!((text(&asked, "/balance/amount"), app.balance(org).await), ("100.000001".to_owned(), 60_000_000));
    assert_eq!(told(&decide(&avery, &id, "approve?dry_run=true").await).1, "own_request");
    // Two clicks, or two administrators at once, give it once.
    let replies = join_all((0..8).map(|_| decide(&blake, &id, "approve"))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert!(replies.iter().all(|reply| reply.status == 200 || told(reply).1 == "credit_decided"));
    assert_eq!(app.balance(org).await, 100_000_001);
    let approved = replies.iter().find(|reply| reply.status == 200).unwrap();
    assert_eq!(approved.text("/asked_by_name"), "Avery Admin");
    assert_eq!(approved.text("/decided_by_name"), "Blake");
    let both: i64 = scalar(
        &app,
        "select count(*) from journal j
         join app_user a on a.email = 'admin@example.com' join app_user b on b.email = 'blake@example.com'
         where j.kind = 'credit' and j.meta->>'by' is not null and j.meta->>'approved_by' is not null
           and j.meta->>'by' <> j.meta->>'approved_by'",
    )
    .await;
    assert_eq!(both, 1, "the journal names both");
    let audit = avery.get("/api/admin/activity?event=billing.credit_approved").await.unwrap().expect(200);
    assert_eq!(text(&audit, "/items/0/message"), "Credit of 40.00 USD that Avery Admin asked for was approved");
    let statement = casey.get("/api/wallet/statement").await.unwrap().expect(200);
    assert_eq!(text(&statement, "/items/0/description"), "Credit: an outage");
    assert!(domain::ledger::books(&app.ctx).await.unwrap().right());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declined_or_older_than_seven_days_is_never_given() {
    let app = quiet().await;
    let avery = app.admin().await;
    second(&app, "Blake").await;
    let (_, org) = app.customer("casey", "0").await;
    let first = text(&give(&avery, org, "101").await, "/waiting/id");
    let old = text(&give(&avery, org, "102").await, "/waiting/id");
    let blake = app.anonymous.sign_in("blake@example.com", PASSWORD).await.unwrap();
    let declined = decide(&blake, &first, "decline").await.expect(200);
    assert_eq!((text(&declined, "/state"), text(&declined, "/decision")), ("declined".into(), "too much".into()));
    assert_eq!(told(&decide(&blake, &first, "approve").await), (409, "credit_decided".to_owned()));
    let path = format!("/api/admin/billing/credits?waiting=true&org={org}");
    let waiting = blake.get(&path).await.unwrap().expect(200);
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
    app.set_ahead(TimeDelta::days(7)).await;
    let blake = app.anonymous.sign_in("blake@example.com", PASSWORD).await.unwrap();
    assert_eq!(told(&decide(&blake, &old, "approve").await), (409, "credit_expired".to_owned()));
    assert!(blake.get(&path).await.unwrap().expect(200)["items"].as_array().unwrap().is_empty());
    let all = blake.get("/api/admin/billing/credits").await.unwrap().expect(200);
    assert_eq!(all["items"][0]["expired"], true, "{all}");
    assert_eq!(app.balance(org).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_lowers_the_limit_and_does_not_raise_it() {
    let app = quiet().await;
    let avery = app.admin().await;
    second(&app, "Blake").await;
    let set = async |amount: &str| {
        let body = json!({ "limit": { "amount": amount, "currency": "USD" } });
        avery.send(Method::PUT, "/api/admin/billing/credit-limit", Some(&body), &[]).await.unwrap()
    };
    set("20").await.expect(200);
    assert_eq!(told(&set("20.01").await), (409, "limit_binds".to_owned()));
    let promo = json!({ "code": "WELCOME-2026", "amount": { "amount": "21", "currency": "USD" }, "max_uses": 1 });
    let reply = avery.post("/api/admin/billing/promos", &promo).await.unwrap();
    assert_eq!(reply.text("/errors/0/pointer"), "/amount/amount", "a code is no way around it");
    let limit = domain::Money::usd(500_000_000);
    domain::credit::set_four_eyes(&app.ctx, &domain::Actor::Operator, limit).await.unwrap();
    let (_, org) = app.customer("casey", "0").await;
    assert_eq!(give(&avery, org, "500").await["alone"], false);
    assert_eq!(app.balance(org).await, 500_000_000);
}
