//! Prices and stock that differ from region to region, and change at the provider while people order.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::db;
use serde_json::{Value as Json, json};
use simulators::{Market, Tariff};
use testkit::client::{micros, row, text};
use testkit::fixture::{await_status, fresh_key, order, until};
use testkit::{Client, TestApp};

const LONG: Duration = Duration::from_secs(20);

/// The id of the only cloud.
async fn cloud(admin: &Client) -> String {
    text(&admin.get("/api/admin/clouds").await.unwrap().expect(200), "/items/0/id")
}

/// Has the catalog read, as an administrator does by hand.
async fn sync(app: &TestApp, admin: &Client) {
    let path = format!("/api/admin/clouds/{}/sync", cloud(admin).await);
    let job = text(&admin.post(&path, &json!({})).await.unwrap().expect(202), "/job/id");
    until(LONG, async || {
        let job = admin.get(&format!("/api/admin/jobs/{job}")).await?.body;
        Ok((job["state"] == "succeeded").then_some(()))
    })
    .await
    .unwrap();
    app.run_jobs().await;
}

/// Gives a plan another markup.
async fn mark_up(admin: &Client, plan: &str, amount: &str) {
    let markup = json!({ "markup_monthly": { "amount": amount, "currency": "USD" } });
    let _ = admin.patch(&format!("/api/admin/plans/{plan}"), &markup).await.unwrap().expect(200);
}

fn tariff(hourly: f64, monthly: f64) -> Tariff {
    Tariff { hourly, monthly }
}

fn in_region(plan: &str, label: &str, region: &str) -> Json {
    let mut body = order(plan, label);
    body["region"] = json!(region);
    body
}

async fn regions(casey: &Client, plan: &str) -> Json {
    casey.get(&format!("/api/plans/{plan}/regions")).await.unwrap().expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_with_a_price_of_its_own_is_sold_at_it() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "10").await;
    let shown = regions(&casey, &plan).await;
    assert_eq!(micros(row(&shown, "id", "us-east"), "/price/monthly"), 6_000_000);
    assert_eq!(micros(row(&shown, "id", "br-gru"), "/price/monthly"), 8_000_000, "7 at the provider, and our 1");
    let quote = casey.get(&format!("/api/plans/{plan}/quote?region=br-gru")).await.unwrap().expect(200);
    assert_eq!((micros(&quote, "/price/monthly"), micros(&quote, "/held_now")), (8_000_000, 10_958));
    let nowhere = casey.get(&format!("/api/plans/{plan}/quote?region=atlantis")).await.unwrap();
    assert_eq!((nowhere.status.as_u16(), nowhere.text("/errors/0/pointer").as_str()), (400, "/region"));

    let ordered = casey.post_once("/api/vps", &in_region(&plan, "web-1", "br-gru"), &fresh_key()).await.unwrap();
    let ordered = ordered.expect(202);
    assert_eq!(micros(&ordered, "/vps/price/monthly"), 8_000_000);
    let running = await_status(&casey, &text(&ordered, "/vps/id"), "running", LONG).await.unwrap();
    assert_eq!(micros(&running, "/spent_this_month"), 10_958);
    assert_eq!(app.balance(org).await, 10_000_000 - 10_958);
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_a_region_ran_out_of_is_not_offered_there() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "10").await;
    let sold_out = BTreeMap::from([("eu-west".to_owned(), BTreeSet::from(["g6-nanode-1".to_owned()]))]);
    app.cloud.set_market(Market { sold_out, ..Market::default() });
    sync(&app, &admin).await;

    let shown = regions(&casey, &plan).await;
    assert_eq!(row(&shown, "id", "eu-west")["available"], false);
    assert_eq!(row(&shown, "id", "us-east")["available"], true);
    let refused = casey.post_once("/api/vps", &in_region(&plan, "web-1", "eu-west"), &fresh_key()).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer").as_str()), (400, "/region"));
    assert_eq!(app.balance(org).await, 10_000_000);

    app.cloud.set_market(Market::default());
    sync(&app, &admin).await;
    assert_eq!(row(&regions(&casey, &plan).await, "id", "eu-west")["available"], true, "back in stock");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_is_no_longer_sold_keeps_its_plan_in_sight_of_the_administrator() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, _) = app.customer("casey", "10").await;
    app.run_jobs().await;
    app.cloud.clear_mails();
    app.cloud.set_market(Market { withdrawn: BTreeSet::from(["g6-nanode-1".to_owned()]), ..Market::default() });
    sync(&app, &admin).await;

    let plans = admin.get("/api/admin/plans").await.unwrap().expect(200);
    assert!(row(&plans, "id", &plan)["size_gone_at"].is_string(), "the plan says since when: {plans}");
    let sold = casey.get("/api/plans").await.unwrap().expect(200);
    assert_eq!(sold["items"], json!([]), "nobody can order it");
    let refused = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer").as_str()), (400, "/plan_id"));
    let catalog = admin.get(&format!("/api/admin/clouds/{}/catalog", cloud(&admin).await)).await.unwrap().expect(200);
    assert!(catalog["types"].as_array().unwrap().iter().all(|kind| kind["id"] != "g6-nanode-1"), "{catalog}");

    let path = format!("/api/admin/plans/{plan}");
    let changed = admin.patch(&path, &json!({ "name": "Nano (old)", "active": false })).await.unwrap().expect(200);
    assert_eq!((text(&changed, "/name").as_str(), changed["active"].as_bool()), ("Nano (old)", Some(false)));
    let told = app.cloud.mails().into_iter().filter(|mail| mail.subject == "Your price list changed").count();
    assert_eq!(told, 1, "the administrator was told, once");
    sync(&app, &admin).await;
    assert_eq!(app.cloud.mails().len(), 1, "and is not told again of the same");

    let _ = admin.patch(&path, &json!({ "active": true })).await.unwrap().expect(200);
    app.cloud.set_market(Market::default());
    sync(&app, &admin).await;
    let plans = admin.get("/api/admin/plans").await.unwrap().expect(200);
    assert!(row(&plans, "id", &plan)["size_gone_at"].is_null(), "sold again: {plans}");
    let _ = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    assert_eq!(admin.delete(&path, None).await.unwrap().status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timetable_reads_the_catalog_and_a_new_price_is_told_to_administrators() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    app.admin().await;
    app.run_jobs().await;
    app.cloud.clear_mails();
    let prices = BTreeMap::from([("g6-nanode-1".to_owned(), tariff(0.009, 6.0))]);
    app.cloud.set_market(Market { prices, ..Market::default() });

    let entry = scheduler::TIMETABLE.iter().find(|entry| entry.name == "cloud.sync").expect("it is on the timetable");
    scheduler::advance(&app.ctx, entry).await.unwrap();
    app.set_ahead(chrono::TimeDelta::hours(1)).await;
    let admin = app.admin().await;
    assert_eq!(scheduler::advance(&app.ctx, entry).await.unwrap(), 1);
    let shown = until(LONG, async || {
        let plans = admin.get("/api/admin/plans").await?.body;
        let nano = row(&plans, "id", &plan).clone();
        Ok((micros(&nano, "/cost_monthly") == 6_000_000).then_some(nano))
    })
    .await
    .unwrap();
    app.run_jobs().await;
    assert_eq!((micros(&shown, "/known_cost_monthly"), micros(&shown, "/price/monthly")), (5_000_000, 7_000_000));
    let mails = app.cloud.mails();
    let told = mails.iter().find(|mail| mail.subject == "Your price list changed").expect("a mail");
    assert_eq!(told.to, ["admin@example.com"]);
    assert!(told.text.contains("Nano: 6.00 USD a month, 5.00 USD before."), "{}", told.text);
    let event = "select message from activity where event = 'plan.cost'";
    let event: Option<String> = db::scalar(&app.ctx.db, db::sql(event, [])).await.unwrap();
    assert!(event.unwrap().contains("Nano costs at the provider in a month changed from 5.00 USD to 6.00 USD"));

    let kept = admin.patch(&format!("/api/admin/plans/{plan}"), &json!({})).await.unwrap().expect(200);
    assert_eq!(micros(&kept, "/known_cost_monthly"), 6_000_000, "seen to");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_placed_at_the_price_that_was_seen_or_not_at_all() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "10").await;
    let seen = casey.get(&format!("/api/plans/{plan}/quote")).await.unwrap().expect(200)["price"]["hourly"].clone();
    let mut body = order(&plan, "web-1");
    body["price_hourly"] = seen.clone();
    mark_up(&admin, &plan, "2").await;

    let key = fresh_key();
    let refused = casey.post_once("/api/vps", &body, &key).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (409, "price_changed"));
    assert_eq!((micros(&refused.body, "/price_seen"), micros(&refused.body, "/price_now")), (8_219, 9_589));
    assert_eq!(app.balance(org).await, 10_000_000, "nothing was set aside");
    assert_eq!(casey.get("/api/vps").await.unwrap().expect(200)["items"], json!([]));

    body["price_hourly"] = refused.body["price_now"].clone();
    let ordered = casey.post_once("/api/vps", &body, &fresh_key()).await.unwrap().expect(202);
    assert_eq!(micros(&ordered, "/vps/price/monthly"), 7_000_000);
    mark_up(&admin, &plan, "1").await;
    body["label"] = json!("web-2");
    let refused = casey.post_once("/api/vps", &body, &fresh_key()).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (409, "price_changed"), "a lower one too");
    app.run_jobs().await;
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_takes_no_plan_off_sale_while_it_is_checked() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, _) = app.customer("casey", "10").await;
    app.run_jobs().await;
    let path = format!("/api/admin/clouds/{}", cloud(&admin).await);
    let pause = json!({ "reason": "a test" });
    let _ = admin.post("/api/admin/queues/upkeep/pause", &pause).await.unwrap().expect(200);
    app.cloud.set_token("another-token-0123456789", true);
    let changed = admin.patch(&path, &json!({ "token": "another-token-0123456789" })).await.unwrap().expect(202);
    assert_eq!(text(&changed, "/cloud/status"), "valid", "what was valid stays so until the verdict");
    let _ = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let _ = admin.post("/api/admin/queues/upkeep/resume", &pause).await.unwrap().expect(200);
    app.run_jobs().await;

    let _ = admin.patch(&path, &json!({ "token": "a-token-that-is-refused" })).await.unwrap().expect(202);
    until(LONG, async || Ok((admin.get(&path).await?.body["status"] == "invalid").then_some(()))).await.unwrap();
    let refused = casey.post_once("/api/vps", &order(&plan, "web-2"), &fresh_key()).await.unwrap();
    assert_eq!(refused.text("/errors/0/pointer"), "/plan_id", "a refused token does");
}
