//! A payment from the click to the balance, with the simulated payment provider behind it.

use std::time::Duration;

use domain::work::Job;
use domain::{OrgId, PaymentId};
use futures::future::join_all;
use serde_json::{Value as Json, json};
use simulators::{Choice, Fault, FaultKind, Posting};
use testkit::client::text;
use testkit::fixture::{fresh_key, until};
use testkit::{Client, Reply, TestApp};

use crate::person::{exec, scalar};

/// A customer whose address is confirmed, with an empty wallet.
pub async fn payer(app: &TestApp, name: &str) -> (Client, OrgId) {
    let (client, org) = app.customer(name, "0").await;
    exec(app, "update app_user set email_verified_at = now()", vec![]).await;
    (client, org)
}

pub async fn begin(client: &Client, amount: &str) -> Reply {
    let body = json!({ "amount": { "amount": amount, "currency": "USD" } });
    client.post_once("/api/payments", &body, &fresh_key()).await.unwrap()
}

/// A payment whose order can be approved; its id and the provider's of its order.
pub async fn opened(app: &TestApp, client: &Client, amount: &str) -> (String, String) {
    let begun = begin(client, amount).await.expect(202);
    let id = text(&begun, "/payment/id");
    let seen = in_state(client, &id, "open").await;
    assert!(text(&seen, "/approve_url").starts_with(&app.cloud.paypal_url), "{seen}");
    (id.clone(), order_of(app, &id).await)
}

pub async fn order_of(app: &TestApp, id: &str) -> String {
    let id: PaymentId = id.parse().unwrap();
    domain::db::scalar(&app.ctx.db, domain::db::sql("select order_id from payment where id = $1", [id.0.into()]))
        .await
        .unwrap()
        .unwrap()
}

pub async fn read(client: &Client, id: &str) -> Json {
    client.get(&format!("/api/payments/{id}")).await.unwrap().expect(200)
}

pub async fn in_state(client: &Client, id: &str, state: &str) -> Json {
    let seen = until(Duration::from_secs(20), async || {
        let seen = read(client, id).await;
        Ok((seen["state"] == state).then_some(seen))
    });
    match seen.await {
        Ok(seen) => seen,
        Err(error) => panic!("{id} is not {state}: {error} {}", read(client, id).await),
    }
}

/// The payer's page says that they are back.
pub async fn come_back(client: &Client, id: &str) {
    client.post(&format!("/api/payments/{id}/return"), &json!({})).await.unwrap().expect(200);
}

/// A payment that arrived; its id and the provider's of its capture.
pub async fn paid(app: &TestApp, client: &Client, amount: &str) -> (String, String) {
    let (id, order) = opened(app, client, amount).await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    come_back(client, &id).await;
    in_state(client, &id, "credited").await;
    app.run_jobs().await;
    (id.clone(), capture_of(app, &id))
}

pub fn capture_of(app: &TestApp, id: &str) -> String {
    let captures = app.cloud.paypal.truth().captures;
    captures.into_iter().find(|capture| capture.custom_id.as_deref() == Some(id)).expect("a capture").id
}

/// Rings a payment's settler, and waits until all is done.
pub async fn ring(app: &TestApp, id: &str) {
    let id: PaymentId = id.parse().unwrap();
    domain::payment::settle_now(&app.ctx, &domain::Actor::Operator, id).await.unwrap();
    app.run_jobs().await;
}

/// What credits, refunds and the provider's own books say must be one.
pub async fn agrees(app: &TestApp, orgs: &[OrgId]) {
    app.check_books().await;
    let clearing =
        "select -coalesce(sum(p.amount_micros), 0)::bigint from posting p join account a on a.id = p.account_id
        where a.kind = 'paypal_clearing' and a.currency = 'USD'";
    let ours: i64 = scalar(app, clearing).await;
    let theirs = app.cloud.paypal.truth().balances.get("USD").copied().unwrap_or(0);
    assert_eq!(ours, theirs * 10_000, "clearing is the provider's balance");
    for org in orgs {
        assert!(app.balance(*org).await >= 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_fill_the_wallet() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "25").await;
    let seen = read(&casey, &id).await;
    assert_eq!(
        (text(&seen, "/credited/amount"), &seen["approve_url"]),
        ("25.000000".to_owned(), &Json::Null),
        "{seen}"
    );
    assert_eq!(app.balance(org).await, 25_000_000, "the whole amount, whatever the provider kept");
    let statement = casey.get("/api/wallet/statement").await.unwrap().expect(200);
    assert_eq!(statement["items"][0]["kind"], "topup", "{statement}");
    let fee: i64 = scalar(&app, "select fee_micros from payment_capture").await;
    assert!(fee > 0, "what it kept is known");
    agrees(&app, &[org]).await;
    let mails = app.cloud.mails();
    assert!(mails.iter().any(|mail| mail.subject.contains("Payment received: 25.00 USD")), "the receipt was sent");
    let told = casey.get("/api/activity").await.unwrap().expect(200);
    assert!(told.to_string().contains("billing.topup"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_alone_is_enough_and_a_lost_one_is_found() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, order) = opened(&app, &casey, "10").await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    in_state(&casey, &id, "credited").await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 10_000_000, "nobody came back to the page");

    app.cloud.paypal.set_posting(Posting::Lost);
    let (lost, order) = opened(&app, &casey, "11").await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    // The provider's times are whole seconds: a list up to now may lack what happened in this one.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    enqueue(&app, |tick| Job::PaymentEvents { list: Some(tick) }).await;
    in_state(&casey, &lost, "credited").await;
    app.run_jobs().await;
    agrees(&app, &[org]).await;
    assert_eq!(app.balance(org).await, 21_000_000);

    let (polled, order) = opened(&app, &casey, "12").await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    exec(&app, "update payment set look_at = business_now() where state = 'open'", vec![]).await;
    enqueue(&app, |tick| Job::PollPayments { tick }).await;
    in_state(&casey, &polled, "credited").await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 33_000_000);
}

pub async fn enqueue(app: &TestApp, job: impl FnOnce(chrono::DateTime<chrono::Utc>) -> Job) {
    let tx = app.ctx.begin().await.unwrap();
    let tick = app.ctx.clock.now(&tx).await.unwrap();
    domain::work::enqueue(&app.ctx, &tx, domain::work::NewJob::new(job(tick))).await.unwrap();
    sea_orm::DatabaseTransaction::commit(tx).await.unwrap();
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_that_nobody_may_pay_are_refused_at_their_field_and_no_call_is_made() {
    let app = TestApp::start().await;
    let (casey, _) = payer(&app, "casey").await;
    for bad in ["0", "-1", "4.99", "500.01", "1e3", "5,00", "5.001", "NaN", "1e308", "", " 5", &"9".repeat(10_000)] {
        let reply = begin(&casey, bad).await;
        assert_eq!(reply.status, 400, "{bad:.20} {}", reply.body);
        let pointer = text(&reply.body, "/errors/0/pointer");
        assert!(pointer.starts_with("/amount"), "{bad:.20} {pointer}");
    }
    for body in [
        json!({ "amount": { "amount": "5.5", "currency": "JPY" } }),
        json!({ "amount": { "amount": 25, "currency": "USD" } }),
        json!({ "amount": { "amount": "25", "currency": "USD" }, "price": "1" }),
    ] {
        let reply = casey.post_once("/api/payments", &body, &fresh_key()).await.unwrap();
        assert_eq!(reply.status, 400, "{body} {}", reply.body);
    }
    let count: i64 = scalar(&app, "select count(*) from payment").await;
    assert_eq!((count, app.cloud.paypal.truth().orders.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_pay_and_how_much() {
    let app = TestApp::start().await;
    let (casey, _) = app.customer("casey", "0").await;
    assert_eq!(text(&begin(&casey, "10").await.body, "/code"), "email_unverified");
    exec(&app, "update app_user set email_verified_at = now()", vec![]).await;
    for _ in 0..3 {
        begin(&casey, "10").await.expect(202);
    }
    assert_eq!(text(&begin(&casey, "10").await.body, "/code"), "too_many_open_payments");
    app.run_jobs().await;
    let list = casey.get("/api/payments").await.unwrap().expect(200);
    for item in list["items"].as_array().unwrap() {
        let path = format!("/api/payments/{}/cancel", text(item, "/id"));
        let cancelled = casey.post(&path, &json!({})).await.unwrap().expect(200);
        assert_eq!(cancelled["state"], "cancelled", "{cancelled}");
    }
    let reply = begin(&casey, "100.01").await;
    assert_eq!((reply.status.as_u16(), text(&reply.body, "/code")), (403, "first_week_limit".to_owned()));
    let offer = casey.get("/api/payments/offer").await.unwrap().expect(200);
    assert_eq!(text(&offer, "/max/amount"), "100.000000", "{offer}");
    let (dana, _) = payer(&app, "dana").await;
    let id = text(&list, "/items/0/id");
    for path in [format!("/api/payments/{id}"), format!("/api/payments/{id}/return")] {
        let reply = if path.ends_with("return") { dana.post(&path, &json!({})).await } else { dana.get(&path).await };
        assert_eq!(reply.unwrap().status, 404, "{path}: another's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_begins_one_payment() {
    let app = TestApp::start().await;
    let (casey, _) = payer(&app, "casey").await;
    let (body, key) = (json!({ "amount": { "amount": "10", "currency": "USD" } }), fresh_key());
    let replies = join_all((0..8).map(|_| casey.post_once("/api/payments", &body, &key))).await;
    let ids: std::collections::BTreeSet<_> =
        replies.into_iter().map(|reply| text(&reply.unwrap().expect(202), "/payment/id")).collect();
    assert_eq!(ids.len(), 1);
    app.run_jobs().await;
    assert_eq!(app.cloud.paypal.truth().orders.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_takes_nothing_twice() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    app.cloud.paypal.fault(Fault::new(FaultKind::LostAnswer).on("POST", "/v2/checkout/orders$")).unwrap();
    let (id, order) = opened(&app, &casey, "10").await;
    app.cloud.paypal.fault(Fault::new(FaultKind::LostAnswer).on("POST", "/capture$")).unwrap();
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    come_back(&casey, &id).await;
    in_state(&casey, &id, "credited").await;
    app.run_jobs().await;
    let truth = app.cloud.paypal.truth();
    assert_eq!((truth.orders.len(), truth.captures.len()), (1, 1));
    assert_eq!(app.balance(org).await, 10_000_000);
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_examined_is_no_money_until_it_arrives() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, order) = opened(&app, &casey, "10").await;
    app.cloud.paypal.choose(&order, Choice::Review).unwrap();
    come_back(&casey, &id).await;
    in_state(&casey, &id, "pending").await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 0);
    assert!(app.cloud.mails().iter().any(|mail| mail.subject.contains("is being checked")));
    app.cloud.paypal.end_review(&capture_of(&app, &id), true).unwrap();
    in_state(&casey, &id, "credited").await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 10_000_000);

    let (refused, order) = opened(&app, &casey, "11").await;
    app.cloud.paypal.choose(&order, Choice::Review).unwrap();
    come_back(&casey, &refused).await;
    in_state(&casey, &refused, "pending").await;
    app.run_jobs().await;
    app.cloud.paypal.end_review(&capture_of(&app, &refused), false).unwrap();
    in_state(&casey, &refused, "declined").await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 10_000_000);
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn declined_then_approved_by_other_means_is_credited_once() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, order) = opened(&app, &casey, "10").await;
    app.cloud.paypal.choose(&order, Choice::Refuse).unwrap();
    come_back(&casey, &id).await;
    let declined = in_state(&casey, &id, "declined").await;
    app.run_jobs().await;
    assert!(declined["approve_url"].is_string(), "the payer may go there again: {declined}");
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    come_back(&casey, &id).await;
    in_state(&casey, &id, "credited").await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 10_000_000);
    agrees(&app, &[org]).await;

    let (last, order) = opened(&app, &casey, "11").await;
    app.cloud.paypal.choose(&order, Choice::Decline).unwrap();
    come_back(&casey, &last).await;
    let declined = in_state(&casey, &last, "declined").await;
    app.run_jobs().await;
    assert_eq!(declined["approve_url"], Json::Null, "a completed order is not paid: {declined}");
    assert_eq!(app.balance(org).await, 10_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_then_approved_is_not_taken_and_expired_ends() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, order) = opened(&app, &casey, "10").await;
    casey.post(&format!("/api/payments/{id}/cancel"), &json!({})).await.unwrap().expect(200);
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    come_back(&casey, &id).await;
    app.run_jobs().await;
    assert_eq!((app.balance(org).await, app.cloud.paypal.truth().captures.len()), (0, 0));
    assert_eq!(read(&casey, &id).await["state"], "cancelled");

    let (late, _) = opened(&app, &casey, "11").await;
    app.set_ahead(chrono::TimeDelta::hours(7)).await;
    app.cloud.paypal.set_ahead(chrono::TimeDelta::hours(7));
    ring(&app, &late).await;
    let sql = "select state from payment where cancelled_at is null";
    assert_eq!(scalar::<String>(&app, sql).await, "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_and_sixty_four_rings_take_the_money_once() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    app.cloud.paypal.set_posting(Posting::Double);
    let (id, order) = opened(&app, &casey, "10").await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    let path = format!("/api/payments/{id}/return");
    let body = json!({});
    for reply in join_all((0..64).map(|_| casey.post(&path, &body))).await {
        reply.unwrap().expect(200);
    }
    in_state(&casey, &id, "credited").await;
    app.run_jobs().await;
    assert_eq!((app.balance(org).await, app.cloud.paypal.truth().captures.len()), (10_000_000, 1));
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_of_an_organisation_that_ended_is_on_its_books() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, order) = opened(&app, &casey, "10").await;
    app.cloud.paypal.choose(&order, Choice::Review).unwrap();
    come_back(&casey, &id).await;
    in_state(&casey, &id, "pending").await;
    app.run_jobs().await;
    exec(&app, "update org set deleted_at = now() where id = $1", vec![org.0.into()]).await;
    app.cloud.paypal.end_review(&capture_of(&app, &id), true).unwrap();
    ring(&app, &id).await;
    assert_eq!(scalar::<String>(&app, "select state from payment").await, "credited");
    let sql = "select balance_micros from account where kind = 'wallet' and org_id = (select org_id from payment)";
    assert_eq!(scalar::<i64>(&app, sql).await, 10_000_000, "and an administrator can give it back");
    app.check_books().await;
}
