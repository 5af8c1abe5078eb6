//! Quotes: what a change says that it would cost is what it costs, and asking changes nothing.

use std::time::Duration;

use domain::{OrgId, db};
use serde_json::{Value as Json, json};
use testkit::client::{Reply, micros, text};
use testkit::fixture::{await_status, fresh_key, order};
use testkit::{Client, TestApp};

use crate::payment::{agrees, paid, payer};
use crate::promo::owe;

const LONG: Duration = Duration::from_secs(20);
const COUNTRIES: [&str; 8] = ["DE", "FR", "IT", "ES", "NL", "AT", "BE", "PL"];

/// What a change of an organisation leaves: entries, postings, jobs, events, servers, keys.
pub async fn trace(app: &TestApp, org: OrgId) -> Vec<i64> {
    let sql = format!(
        "select array[
           (select count(*) from journal where org_id = '{0}'), (select count(*) from posting where org_id = '{0}'),
           (select count(*) from job where org_id = '{0}'), (select count(*) from activity where org_id = '{0}'),
           (select count(*) from vps where org_id = '{0}'), (select count(*) from payment_refund where org_id = '{0}'),
           (select count(*) from payment where org_id = '{0}'), (select count(*) from promo_use where org_id = '{0}'),
           (select coalesce(sum(uses), 0)::bigint from promo_code), (select count(*) from price_move),
           (select count(*) from price_override), (select count(*) from credit_request),
           (select count(*) from idempotency_key), (select count(*) from journal_reason)]",
        org.0
    );
    db::scalar(&app.ctx.db, db::sql(&sql, [])).await.unwrap().unwrap()
}

/// The postings of an organisation's newest entries, as a quote says them.
async fn written(app: &TestApp, org: OrgId, entries: i64) -> Json {
    let sql = format!(
        "select coalesce(jsonb_agg(jsonb_build_object('kind', j.kind, 'account', a.kind,
           'micros', p.amount_micros) order by j.id, p.seq), '[]')
         from (select * from journal where org_id = '{}' order by id desc limit {entries}) j
         join posting p on p.journal_id = j.id join account a on a.id = p.account_id",
        org.0
    );
    db::scalar(&app.ctx.db, db::sql(&sql, [])).await.unwrap().unwrap()
}

fn lines(quote: &Json) -> Json {
    let line =
        |line: &Json| json!({ "kind": line["kind"], "account": line["account"], "micros": micros(line, "/amount") });
    quote["lines"].as_array().unwrap().iter().map(line).collect()
}

/// Asks what a change would cost, and sees that nothing came of it.
async fn asked(app: &TestApp, client: &Client, org: OrgId, path: &str, body: &Json, key: &str) -> Reply {
    let before = trace(app, org).await;
    let reply = client.post_once(&format!("{path}?dry_run=true"), body, key).await.unwrap();
    assert_eq!(trace(app, org).await, before, "a question leaves nothing");
    let unkeyed = client.post(&format!("{path}?dry_run=true"), body).await.unwrap();
    assert_eq!((unkeyed.status, lines_or_code(&unkeyed)), (reply.status, lines_or_code(&reply)), "a key is not needed");
    reply
}

fn lines_or_code(reply: &Reply) -> Json {
    if reply.status == 200 { lines(&reply.body) } else { reply.body["code"].clone() }
}

/// Chance that can be had again by its seed.
pub struct Dice(pub u64);

impl Dice {
    /// Thrown again, unless `SEED` says how.
    pub fn thrown() -> Self {
        let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand_seed);
        println!("SEED={seed}");
        Self(seed)
    }

    /// A number below another.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn quote_and_charge_are_equal_whatever_the_plan_the_rule_and_the_tax() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let seller = json!({ "seller_name": "Nimbus GmbH", "country": "DE", "tax_id": "136695976" });
    admin.patch("/api/admin/billing/details", &seller).await.unwrap().expect(200);
    let mut dice = Dice::thrown();
    for (round, country) in COUNTRIES.iter().enumerate() {
        let prices = if dice.below(2) == 0 { "net" } else { "gross" };
        admin.patch("/api/admin/billing/details", &json!({ "prices": prices })).await.unwrap().expect(200);
        let basis_points = dice.below(2_800);
        if basis_points > 0 {
            let rule = json!({ "country": country, "buyer": "b2c", "basis_points": basis_points, "category": "S",
                "valid_from": "2020-01-01" });
            admin.post("/api/admin/billing/tax", &rule).await.unwrap().expect(201);
        }
        let markup = format!("{}.{:06}", dice.below(40), dice.below(1_000_000));
        let hours = if dice.below(2) == 0 { 730 } else { 672 };
        let change = json!({ "markup_monthly": { "amount": markup, "currency": "USD" }, "hours_per_month": hours });
        admin.patch(&format!("/api/admin/plans/{plan}"), &change).await.unwrap().expect(200);
        let (casey, org) = app.customer(&format!("casey{round}"), "0").await;
        casey.patch(&format!("/api/orgs/{org}"), &json!({ "country": country })).await.unwrap().expect(200);
        let amount = format!("{}.{:06}", 1 + dice.below(30), dice.below(1_000_000));
        credit_as_quoted(&app, &admin, org, &amount).await;
        for label in ["web-1", "web-2"] {
            order_as_quoted(&app, &casey, org, &plan, label).await;
        }
    }
    app.check_books().await;
}

fn rand_seed() -> u64 {
    u64::from_le_bytes(uuid::Uuid::parse_str(&fresh_key()).unwrap().as_bytes()[..8].try_into().unwrap())
}

async fn credit_as_quoted(app: &TestApp, admin: &Client, org: OrgId, amount: &str) {
    let (path, key) = (format!("/api/admin/customers/{org}/credit"), fresh_key());
    let body = json!({ "amount": { "amount": amount, "currency": "USD" }, "reason": "a quote's test" });
    let quote = asked(app, admin, org, &path, &body, &key).await.expect(200);
    // The same key: the question did not use it.
    admin.post_once(&path, &body, &key).await.unwrap().expect(201);
    // Its receipt, and the mail of it.
    app.run_jobs().await;
    assert_eq!(lines(&quote), written(app, org, 1).await);
    assert_eq!(micros(&quote, "/balance"), app.balance(org).await);
}

async fn order_as_quoted(app: &TestApp, casey: &Client, org: OrgId, plan: &str, label: &str) {
    let (body, key) = (order(plan, label), fresh_key());
    let wizard = casey.get(&format!("/api/plans/{plan}/quote")).await.unwrap().expect(200);
    let quote = asked(app, casey, org, "/api/vps", &body, &key).await.expect(200);
    assert_eq!(lines(&quote)[1]["micros"], micros(&wizard, "/held_now"), "the wizard says the same");
    assert_eq!(micros(&quote, "/balance"), micros(&wizard, "/balance_after"));
    assert!((quote["runway_s"].as_i64().unwrap() - wizard["runway_after_s"].as_i64().unwrap()).abs() <= 7_200);
    let ordered = casey.post_once("/api/vps", &body, &key).await.unwrap().expect(202);
    await_status(casey, &text(&ordered, "/vps/id"), "running", LONG).await.unwrap();
    app.run_jobs().await;
    let hold: Json = {
        let all = written(app, org, 2).await;
        all.as_array().unwrap().iter().filter(|line| line["kind"] == "hold").cloned().collect()
    };
    assert_eq!(lines(&quote), hold, "what was asked is what was set aside");
    let wallet = casey.get("/api/wallet").await.unwrap().expect(200);
    for figure in ["/balance", "/hourly_rate", "/hourly_with_tax"] {
        assert_eq!(micros(&quote, figure), micros(&wallet, figure), "{figure}");
    }
    let lasts = wallet["runway_s"].as_i64().unwrap();
    // A cap ends with the month, and the hours of a server begin some seconds after the question.
    assert!((quote["runway_s"].as_i64().unwrap() - lasts).abs() <= 7_200, "{quote} and {lasts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_refused_as_the_change_would_be() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "0").await;
    let asked_order = asked(&app, &casey, org, "/api/vps", &order(&plan, "web-1"), &fresh_key()).await.expect(402);
    assert_eq!(asked_order["code"], "insufficient_funds");
    let path = format!("/api/admin/customers/{org}/credit");
    let body = json!({ "amount": { "amount": "0", "currency": "USD" }, "reason": "a quote's test" });
    let admin = app.admin().await;
    assert_eq!(admin.post(&format!("{path}?dry_run=true"), &body).await.unwrap().status, 400);
    assert_eq!(casey.post(&format!("{path}?dry_run=true"), &body).await.unwrap().status, 403);
    let body = order(&plan, "web-1");
    assert_eq!(casey.post("/api/vps?dry_run=false", &body).await.unwrap().status, 400, "an order needs its key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_quoted_to_the_payer_and_to_the_wallet() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "50").await;
    order_as_quoted(&app, &casey, org, &plan, "web-1").await;
    let path = format!("/api/admin/billing/payments/{id}/refunds");
    for (amount, to) in [("20", "payer"), ("0.001", "wallet")] {
        let body = json!({ "amount": { "amount": amount, "currency": "USD" }, "to": to, "reason": "a test" });
        let key = fresh_key();
        let quote = asked(&app, &admin, org, &path, &body, &key).await.expect(200);
        admin.post_once(&path, &body, &key).await.unwrap().expect(201);
        app.run_jobs().await;
        let booked = written(&app, org, 4).await;
        let quoted = lines(&quote);
        assert_eq!(quoted.as_array().unwrap().len(), 2);
        assert!(quoted.as_array().unwrap().iter().all(|line| booked.as_array().unwrap().contains(line)), "{booked}");
        assert_eq!(micros(&quote, "/balance"), app.balance(org).await);
    }
    let body = json!({ "amount": { "amount": "1000", "currency": "USD" }, "to": "payer", "reason": "a test" });
    assert_eq!(asked(&app, &admin, org, &path, &body, &fresh_key()).await.expect(400)["code"], "refund_too_large");
    agrees(&app, &[org]).await;
}

/// What was quoted was written, and the figures before and after it are the organisation's.
async fn written_as_quoted(app: &TestApp, client: &Client, org: OrgId, quote: &Json, before: &Json) {
    for (figure, member) in [("/balance", "/before/balance"), ("/owed", "/before/owed")] {
        assert_eq!(micros(before, figure), micros(quote, member), "{figure} before");
    }
    let kinds: std::collections::BTreeSet<_> =
        quote["lines"].as_array().unwrap().iter().map(|line| line["kind"].to_string()).collect();
    let booked = written(app, org, i64::try_from(kinds.len()).unwrap()).await;
    // What the provider keeps is known once the money arrived: of its two accounts the sum is told before.
    let own = |lines: &Json| -> Json {
        let ours = |line: &&Json| line["account"].as_str().is_some_and(|name| !name.starts_with("paypal_"));
        lines.as_array().unwrap().iter().filter(ours).cloned().collect()
    };
    assert_eq!(own(&lines(quote)), own(&booked));
    let wallet = client.get("/api/wallet").await.unwrap().expect(200);
    for figure in ["/balance", "/owed", "/hourly_rate", "/hourly_with_tax"] {
        assert_eq!(micros(quote, figure), micros(&wallet, figure), "{figure} after");
    }
    assert_eq!(quote["runway_s"].is_null(), wallet["runway_s"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn credit_of_every_kind_is_quoted_whatever_is_owed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut dice = Dice::thrown();
    for round in 0..4 {
        let (casey, org) = payer(&app, &format!("casey{round}")).await;
        let debt = i64::try_from(dice.below(12_000_000) * dice.below(2)).unwrap();
        if debt > 0 {
            owe(&app, org, debt).await;
        }
        let wallet = async || casey.get("/api/wallet").await.unwrap().expect(200);
        let gives = format!("{}.{:06}", 1 + dice.below(9), dice.below(1_000_000));
        let code = format!("QUOTE-{round}-2026");
        let made = json!({ "code": code, "amount": { "amount": gives, "currency": "USD" }, "max_uses": 1 });
        admin.post("/api/admin/billing/promos", &made).await.unwrap().expect(201);
        app.run_jobs().await;
        let (path, body, key, before) = ("/api/wallet/promo", json!({ "code": code }), fresh_key(), wallet().await);
        let quote = asked(&app, &casey, org, path, &body, &key).await.expect(200);
        casey.post_once(path, &body, &key).await.unwrap().expect(201);
        written_as_quoted(&app, &casey, org, &quote, &before).await;
        assert_eq!(asked(&app, &casey, org, path, &body, &fresh_key()).await.expect(409)["code"], "promo_used");

        app.run_jobs().await;
        let (amount, before) = (format!("{}.{:02}", 5 + dice.below(20), dice.below(100)), wallet().await);
        let body = json!({ "amount": { "amount": amount, "currency": "USD" } });
        let quote = asked(&app, &casey, org, "/api/payments", &body, &fresh_key()).await.expect(200);
        paid(&app, &casey, &amount).await;
        written_as_quoted(&app, &casey, org, &quote, &before).await;

        owe(&app, org, 5_000_000).await;
        let before = wallet().await;
        let some = json!({ "amount": "1.250001", "currency": "USD" });
        let (path, body) =
            (format!("/api/admin/customers/{org}/write-off"), json!({ "amount": some, "reason": "a test" }));
        let key = fresh_key();
        let quote = asked(&app, &admin, org, &path, &body, &key).await.expect(200);
        admin.post_once(&path, &body, &key).await.unwrap().expect(201);
        written_as_quoted(&app, &casey, org, &quote, &before).await;
        assert!(micros(&quote, "/before/owed") - micros(&quote, "/owed") == 1_250_001);
        app.run_jobs().await;
    }
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_about_a_top_up_or_a_code_is_refused_as_the_change() {
    let app = TestApp::start().await;
    let (casey, org) = app.customer("casey", "0").await;
    let pay = |amount: &str| json!({ "amount": { "amount": amount, "currency": "USD" } });
    let path = "/api/payments?dry_run=true";
    assert_eq!(casey.post(path, &pay("25")).await.unwrap().expect(403)["code"], "email_unverified");
    crate::person::exec(&app, "update app_user set email_verified_at = now()", vec![]).await;
    let small = casey.post(path, &pay("4.99")).await.unwrap();
    assert_eq!((small.status.as_u16(), small.text("/errors/0/pointer").as_str()), (400, "/amount/amount"));
    assert_eq!(casey.post(path, &pay("100.01")).await.unwrap().expect(403)["code"], "first_week_limit");
    assert_eq!(casey.post("/api/payments", &pay("25")).await.unwrap().status, 400, "the change needs its key");
    // A code is found by asking as little as by trying.
    let before = trace(&app, org).await;
    let mut codes = Vec::new();
    for _ in 0..11 {
        let reply = casey.post("/api/wallet/promo?dry_run=true", &json!({ "code": "NEVER-2026" })).await.unwrap();
        codes.push(reply.text("/code"));
    }
    assert_eq!((codes[9].as_str(), codes[10].as_str()), ("promo_refused", "rate_limited"));
    assert_eq!(trace(&app, org).await, before);
}
