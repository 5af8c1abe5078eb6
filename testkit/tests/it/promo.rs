//! Promo codes at the door.

use chrono::{SecondsFormat, TimeDelta};
use domain::OrgId;
use futures::future::join_all;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::fixture::fresh_key;
use testkit::{Client, Reply, TestApp};

use crate::payment::{paid, payer};
use crate::person::{exec, scalar};

async fn quiet() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

fn promo(code: &str, amount: &str, max_uses: i32) -> Json {
    json!({ "code": code, "amount": { "amount": amount, "currency": "USD" }, "max_uses": max_uses })
}

async fn make(admin: &Client, body: &Json) -> String {
    text(&admin.post("/api/admin/billing/promos", body).await.unwrap().expect(201), "/id")
}

async fn redeem(client: &Client, code: &str) -> Reply {
    client.post_once("/api/wallet/promo", &json!({ "code": code }), &fresh_key()).await.unwrap()
}

fn told(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.text("/code"))
}

/// Makes the organisation owe so many micro-units.
pub async fn owe(app: &TestApp, org: OrgId, micros: i64) {
    exec(
        app,
        "with j as (insert into journal (idem_key, kind, org_id, effective_at)
           values ('usage:test:' || gen_random_uuid(), 'usage', $1, business_now()) returning id),
         w as (update account set balance_micros = balance_micros - $2 where org_id = $1 and kind = 'receivable'
           returning id, balance_micros)
         insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
         select j.id, 1, w.id, $1, -$2::bigint, w.balance_micros from j, w
         union all
         select j.id, 2, a.id, $1, $2::bigint, null from j, account a where a.kind = 'revenue'",
        vec![org.0.into(), micros.into()],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_who_use_a_code_at_once_10_get_it_and_each_once() {
    let app = quiet().await;
    let id = make(&app.admin().await, &promo("Welcome-2026", "5", 10)).await;
    let mut all = Vec::new();
    for n in 0..64 {
        all.push(payer(&app, &format!("casey{n}")).await);
    }
    // Each twice at once: an organisation has it once, with however many requests.
    let twice = all.iter().flat_map(|(client, _)| [client, client]);
    let replies = join_all(twice.map(|client| redeem(client, " wELCOME-2026 "))).await;
    let given = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(given, 10);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        let (status, code) = told(reply);
        assert!(
            matches!((status, code.as_str()), (409, "promo_refused" | "promo_used") | (429, "rate_limited")),
            "{code}"
        );
    }
    let journals: i64 = scalar(&app, "select count(*) from journal where kind = 'promo'").await;
    let orgs: i64 = scalar(&app, "select count(distinct org_id) from journal where kind = 'promo'").await;
    assert_eq!((journals, orgs), (10, 10));
    let balances: i64 = scalar(&app, "select sum(balance_micros)::bigint from account where kind = 'wallet'").await;
    assert_eq!(balances, 50_000_000);
    let seen = app.admin().await.get("/api/admin/billing/promos").await.unwrap().expect(200);
    assert_eq!((seen["items"][0]["uses"].as_i64(), &seen["items"][0]["counts"]), (Some(10), &json!(false)));
    let uses = app.admin().await.get(&format!("/api/admin/billing/promos/{id}/uses?limit=100")).await.unwrap();
    assert_eq!(uses.expect(200)["items"].as_array().unwrap().len(), 10);
    assert!(domain::ledger::books(&app.ctx).await.unwrap().right(), "and the books balance");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_code_that_does_not_count_is_answered_alike() {
    let app = quiet().await;
    let admin = app.admin().await;
    let ended = make(&admin, &promo("ENDED-2026", "5", 10)).await;
    admin.post(&format!("/api/admin/billing/promos/{ended}/end"), &json!({})).await.unwrap().expect(200);
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let in_an_hour = (now + TimeDelta::hours(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut late = promo("LATE-2026", "5", 10);
    late["expires_at"] = json!(in_an_hour);
    make(&admin, &late).await;
    make(&admin, &promo("GONE-2026", "5", 1)).await;
    let (dana, _) = payer(&app, "dana").await;
    redeem(&dana, "GONE-2026").await.expect(201);
    let (_, org) = payer(&app, "casey").await;
    app.set_ahead(TimeDelta::hours(2)).await;
    let casey = app.anonymous.sign_in("casey@example.com", testkit::fixture::PASSWORD).await.unwrap();
    let mut answers = Vec::new();
    for code in ["ENDED-2026", "LATE-2026", "GONE-2026", "NEVER-2026", "x", "' or 1=1 --"] {
        let reply = redeem(&casey, code).await;
        assert_eq!(told(&reply), (409, "promo_refused".to_owned()), "{code}");
        answers.push(text(&reply.body, "/detail"));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(app.balance(org).await, 0);
    // Ten an hour: then even a code that counts is refused, so that none is found by trying.
    make(&app.admin().await, &promo("GOOD-2026", "5", 10)).await;
    for _ in 0..4 {
        assert_eq!(told(&redeem(&casey, "NEVER-2026").await).1, "promo_refused");
    }
    assert_eq!(told(&redeem(&casey, "GOOD-2026").await), (429, "rate_limited".to_owned()));
    assert_eq!(app.balance(org).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_used_once_pays_a_debt_first_and_says_so() {
    let app = quiet().await;
    make(&app.admin().await, &promo("WELCOME-2026", "5", 10)).await;
    let (casey, org) = payer(&app, "casey").await;
    owe(&app, org, 2_000_000).await;
    let key = fresh_key();
    let body = json!({ "code": "welcome-2026" });
    let first = casey.post_once("/api/wallet/promo", &body, &key).await.unwrap().expect(201);
    assert_eq!(text(&first, "/balance/amount"), "3.000000");
    assert_eq!(text(&first, "/entry/description"), "Promo code WELCOME-2026");
    let again = casey.post_once("/api/wallet/promo", &body, &key).await.unwrap().expect(201);
    assert_eq!(first, again, "a lost answer is given again");
    assert_eq!(told(&redeem(&casey, "Welcome-2026").await), (409, "promo_used".to_owned()));
    let statement = casey.get("/api/wallet/statement").await.unwrap().expect(200);
    assert_eq!(text(row(&statement, "kind", "settlement"), "/amount/amount"), "-2.000000");
    assert_eq!(app.balance(org).await, 3_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_code_gave_is_spent_first_and_never_goes_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    make(&admin, &promo("WELCOME-2026", "5", 10)).await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "20").await;
    redeem(&casey, "WELCOME-2026").await.expect(201);
    let refundable = async || {
        let seen = admin.get(&format!("/api/admin/billing/payments/{id}")).await.unwrap().expect(200);
        text(&seen, "/captures/0/refundable/amount")
    };
    assert_eq!(refundable().await, "20.000000", "of 25 in the wallet");
    let spend = "with j as (insert into journal (idem_key, kind, org_id, effective_at)
           values ('usage:test:spent', 'usage', $1, now()) returning id),
         w as (update account set balance_micros = balance_micros - 6000000 where org_id = $1 and kind = 'wallet'
           returning id, balance_micros)
         insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
         select j.id, 1, w.id, $1, -6000000, w.balance_micros from j, w
         union all
         select j.id, 2, a.id, $1, 6000000, null from j, account a where a.kind = 'revenue'";
    exec(&app, spend, vec![org.0.into()]).await;
    assert_eq!(refundable().await, "19.000000", "5 of the 6 that were spent were the code's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_made_within_bounds_and_by_administrators() {
    let app = quiet().await;
    let admin = app.admin().await;
    for (body, pointer) in [
        (promo("short", "5", 1), "/code"),
        (promo("WITH SPACE", "5", 1), "/code"),
        (promo("WELCOME-2026", "0", 1), "/amount/amount"),
        (promo("WELCOME-2026", "1000.000001", 1), "/amount/amount"),
    ] {
        let reply = admin.post("/api/admin/billing/promos", &body).await.unwrap();
        assert_eq!((reply.status.as_u16(), reply.text("/errors/0/pointer").as_str()), (400, pointer), "{body}");
    }
    make(&admin, &promo("WELCOME-2026", "1000", 1)).await;
    let twice = admin.post("/api/admin/billing/promos", &promo("welcome-2026", "1", 1)).await.unwrap();
    assert_eq!(told(&twice), (409, "promo_taken".to_owned()));
    let (casey, _) = app.customer("casey", "0").await;
    assert_eq!(told(&redeem(&casey, "WELCOME-2026").await), (403, "email_unverified".to_owned()));
}
