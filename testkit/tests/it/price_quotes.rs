//! Quotes of another price for servers that run: who would pay it, and how long each wallet would last, to the second.

use chrono::{DateTime, TimeDelta, Utc};
use domain::OrgId;
use serde_json::{Value as Json, json};
use testkit::client::{micros, text};
use testkit::fixture::PASSWORD;
use testkit::{Client, TestApp};

use crate::price_book::{running, tick};
use crate::quotes::{Dice, trace};

const COUNTRIES: [&str; 3] = ["DE", "FR", "IT"];

struct Customer {
    email: String,
    org: OrgId,
    servers: u64,
}

async fn now(app: &TestApp) -> DateTime<Utc> {
    app.ctx.clock.now(&app.ctx.db).await.unwrap()
}

/// An organisation's wallet, and when it is empty.
async fn wallet(app: &TestApp, customer: &Customer) -> (Json, DateTime<Utc>) {
    let client = app.anonymous.sign_in(&customer.email, PASSWORD).await.unwrap();
    let wallet = client.get("/api/wallet").await.unwrap().expect(200);
    let zero = ends(now(app).await, &wallet["runway_s"]);
    (wallet, zero)
}

fn ends(now: DateTime<Utc>, runway_s: &Json) -> DateTime<Utc> {
    now + TimeDelta::seconds(runway_s.as_i64().unwrap())
}

fn close(one: DateTime<Utc>, other: DateTime<Utc>) {
    assert!((one - other).num_seconds().abs() <= 5, "{one} and {other}");
}

/// Asks, and sees that nothing came of it.
async fn asked(app: &TestApp, admin: &Client, org: OrgId, path: &str, body: &Json) -> Json {
    let before = trace(app, org).await;
    let quote = admin.post(&format!("{path}?dry_run=true"), body).await.unwrap().expect(200);
    assert_eq!(trace(app, org).await, before, "a question leaves nothing");
    quote
}

/// Customers with taxes of their own, and with so many servers.
async fn customers(app: &TestApp, admin: &Client, plan: &str, dice: &mut Dice) -> Vec<Customer> {
    let mut all = Vec::new();
    for (n, country) in COUNTRIES.iter().enumerate() {
        let rule = json!({ "country": country, "buyer": "b2c", "basis_points": dice.below(2_800), "category": "S",
            "valid_from": "2020-01-01" });
        if n > 0 {
            admin.post("/api/admin/billing/tax", &rule).await.unwrap().expect(201);
        }
        let (client, org) = app.customer(&format!("casey{n}"), &format!("{}.5", 1 + dice.below(4))).await;
        client.patch(&format!("/api/orgs/{org}"), &json!({ "country": country })).await.unwrap().expect(200);
        let servers = 1 + dice.below(2);
        for place in 0..servers {
            running(app, &client, plan, &format!("web-{place}")).await;
        }
        all.push(Customer { email: format!("casey{n}@example.com"), org, servers });
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_carried_out_as_it_was_quoted() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let mut dice = Dice::thrown();
    let seller = json!({ "seller_name": "Nimbus GmbH", "country": "DE", "tax_id": "136695976", "prices": "net" });
    admin.patch("/api/admin/billing/details", &seller).await.unwrap().expect(200);
    let all = customers(&app, &admin, &plan, &mut dice).await;
    // One of them pays less than the list's price, which its servers that run do not.
    let own = json!({ "discount_bp": 1 + dice.below(5_000), "running": false, "reason": "a test" });
    admin.post(&format!("/api/admin/customers/{}/prices", all[0].org), &own).await.unwrap().expect(201);
    let markup = format!("{}.{:06}", 2 + dice.below(20), dice.below(1_000_000));
    let hours = if dice.below(2) == 0 { 730 } else { 672 };
    let change = json!({ "markup_monthly": { "amount": markup, "currency": "USD" }, "hours_per_month": hours });
    admin.patch(&format!("/api/admin/plans/{plan}"), &change).await.unwrap().expect(200);
    app.run_jobs().await;

    let from = now(&app).await + TimeDelta::minutes(i64::try_from(30 + dice.below(600)).unwrap());
    let (path, mut body) =
        (format!("/api/admin/plans/{plan}/prices"), json!({ "version": 2, "from": from, "reason": "costs rose" }));
    let at = now(&app).await;
    let quote = asked(&app, &admin, all[0].org, &path, &body).await;
    let servers: u64 = all.iter().map(|one| one.servers).sum();
    assert_eq!((quote["servers"].as_u64(), quote["organisations"].as_i64()), (Some(servers), Some(3)));
    let of =
        |org: OrgId| quote["most"].as_array().unwrap().iter().find(|one| one["org_id"] == org.to_string()).unwrap();
    for customer in &all {
        let (wallet, zero) = wallet(&app, customer).await;
        for figure in ["/balance", "/owed", "/hourly_rate", "/hourly_with_tax"] {
            assert_eq!(micros(of(customer.org), &format!("/before{figure}")), micros(&wallet, figure), "{figure}");
        }
        close(ends(at, &of(customer.org)["before"]["runway_s"]), zero);
    }
    body["org_id"] = json!(all[1].org.to_string());
    let one = asked(&app, &admin, all[1].org, &path, &body).await;
    assert_eq!((one["servers"].as_u64(), &one["most"][1]), (Some(all[1].servers), &Json::Null));
    assert_eq!(micros(&one, "/most/0/after/hourly_rate"), micros(of(all[1].org), "/after/hourly_rate"));
    body.as_object_mut().unwrap().remove("org_id");
    admin.post(&path, &body).await.unwrap().expect(201);
    app.run_jobs().await;

    tick(&app, from + TimeDelta::minutes(61)).await;
    let (mut before, mut after) = (0, 0);
    for customer in &all {
        let (wallet, zero) = wallet(&app, customer).await;
        let quoted = of(customer.org);
        for figure in ["/hourly_rate", "/hourly_with_tax"] {
            assert_eq!(micros(quoted, &format!("/after{figure}")), micros(&wallet, figure), "{figure}");
        }
        close(ends(at, &quoted["after"]["runway_s"]), zero);
        before += micros(quoted, "/before/hourly_rate");
        after += micros(quoted, "/after/hourly_rate");
    }
    assert_eq!((micros(&quote, "/hourly_before"), micros(&quote, "/hourly_after")), (before, after));
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_of_its_own_is_quoted_at_its_begin_and_at_its_end() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "2").await;
    running(&app, &casey, &plan, "web-1").await;
    let customer = Customer { email: "casey@example.com".to_owned(), org, servers: 1 };
    let path = format!("/api/admin/customers/{org}/prices");
    let kept = json!({ "discount_bp": 2_500, "running": false, "reason": "a test" });
    let nothing = asked(&app, &admin, org, &path, &kept).await;
    assert_eq!((&nothing["servers"], &nothing["most"]), (&json!(0), &json!([])), "who runs keeps the price");
    let body = json!({ "discount_bp": 2_500, "running": true, "reason": "a test" });
    let at = now(&app).await;
    let quote = asked(&app, &admin, org, &path, &body).await;
    assert_eq!((micros(&quote, "/hourly_before"), micros(&quote, "/hourly_after")), (8_219, 6_164));
    let own = text(&admin.post(&path, &body).await.unwrap().expect(201), "/id");
    app.run_jobs().await;
    tick(&app, at + TimeDelta::minutes(125)).await;
    let (cheaper, zero) = wallet(&app, &customer).await;
    assert_eq!(micros(&quote, "/most/0/after/hourly_rate"), micros(&cheaper, "/hourly_rate"));
    close(ends(at, &quote["most"][0]["after"]["runway_s"]), zero);

    let admin = app.admin().await;
    let (before, at, path) = (trace(&app, org).await, now(&app).await, format!("{path}/{own}"));
    let quote = admin.delete(&format!("{path}?dry_run=true"), None).await.unwrap().expect(200);
    assert_eq!(trace(&app, org).await, before, "a question ends nothing");
    assert_eq!((micros(&quote, "/hourly_before"), micros(&quote, "/hourly_after")), (6_164, 8_219));
    admin.delete(&path, None).await.unwrap().expect(200);
    assert_eq!(admin.delete(&format!("{path}?dry_run=true"), None).await.unwrap().status, 404, "it has ended");
    app.run_jobs().await;
    tick(&app, at + TimeDelta::minutes(125)).await;
    let (dearer, zero) = wallet(&app, &customer).await;
    assert_eq!(micros(&dearer, "/hourly_rate"), 8_219);
    close(ends(at, &quote["most"][0]["after"]["runway_s"]), zero);
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_about_a_price_is_refused_as_the_change() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "0").await;
    let path = format!("/api/admin/plans/{plan}/prices?dry_run=true");
    for (version, from, pointer) in
        [(1, "2020-01-01T00:00:00Z", "/from"), (9, "2027-06-01T00:00:00Z", "/version"), (1, "tomorrow", "/from")]
    {
        let body = json!({ "version": version, "from": from, "reason": "a test" });
        let refused = admin.post(&path, &body).await.unwrap();
        assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer").as_str()), (400, pointer), "{from}");
    }
    let body = json!({ "discount_bp": 100, "running": true, "reason": "a test" });
    let own = format!("/api/admin/customers/{org}/prices?dry_run=true");
    assert_eq!(casey.post(&own, &body).await.unwrap().status, 403);
    let none = admin.post(&own, &body).await.unwrap().expect(200);
    assert_eq!((&none["servers"], micros(&none, "/hourly_after")), (&json!(0), 0), "no server, no change");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_of_a_plan_takes_its_rule() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let plans = admin.get("/api/admin/plans").await.unwrap().expect(200);
    assert_eq!(text(&plans, "/items/0/id"), plan);
    let mut body = json!({ "cloud_id": plans["items"][0]["cloud_id"], "type_id": "g6-nanode-1",
        "markup_monthly": { "amount": "1", "currency": "USD" } });
    let tried = admin.post("/api/admin/plans/preview", &body).await.unwrap().expect(200);
    assert_eq!((micros(&tried, "/price/hourly"), &tried["price"]["capped"]), (8_219, &json!(true)));
    (body["hours_per_month"], body["capped"]) = (json!(672), json!(false));
    let tried = admin.post("/api/admin/plans/preview", &body).await.unwrap().expect(200);
    assert_eq!((micros(&tried, "/price/hourly"), &tried["price"]["capped"]), (8_928, &json!(false)));
    body["hours_per_month"] = json!(700);
    let refused = admin.post("/api/admin/plans/preview", &body).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer").as_str()), (400, "/hours_per_month"));
}
