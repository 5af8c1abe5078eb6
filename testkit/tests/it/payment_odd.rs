//! What goes wrong around payments: a database that is away, another currency, answers that come too late, and an
//! organisation that ends meanwhile.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::OrgId;
use futures::future::join_all;
use jobs::PaymentPace;
use providers::{Connections, ErrorClass, NewOrder, PayAmount, PaymentProvider};
use reqwest::Method;
use sea_orm::ConnectionTrait as _;
use serde_json::json;
use simulators::{Choice, Fault, FaultKind, Forgery, Posting};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::database::Server;
use testkit::fixture::{fresh_key, until};
use testkit::{Client, TestApp};

use crate::payment::{agrees, capture_of, come_back, in_state, opened, paid, payer, read, ring};
use crate::payment_lies::{message, send};
use crate::person::{exec, scalar};

const LONG: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_thousand_messages_that_are_not_verified_are_to_come_again() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let fill = "insert into payment_event (provider, event_id, state, kind, cert_url, headers, raw, received_at)
        select 'paypal', 'WH-' || n, 'unverified', 'X', 'https://api.paypal.com/v1/notifications/certs/CERT-' || n,
          '{}', 'x', now()
        from generate_series(1, 1000) n";
    exec(&app, fill, vec![]).await;
    let signed = app.cloud.paypal.signed(&message("WH-1001", "X", &json!({})), Forgery::Genuine);
    assert_eq!(send(&app, &signed).await, 503);
    let kept = "select count(*) from payment_event";
    assert_eq!(scalar::<i64>(&app, kept).await, 1_000);
    exec(&app, "delete from payment_event where event_id = 'WH-7'", vec![]).await;
    assert_eq!(send(&app, &signed).await, 200, "the provider sends it again");
    assert_eq!(scalar::<i64>(&app, kept).await, 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_elsewhere_is_not_followed() {
    let app = TestApp::start().await;
    let genuine = app.cloud.paypal.signed(&message("WH-R", "X", &json!({})), Forgery::Genuine);
    let address = genuine.cert_url.rsplit_once('/').unwrap().0;
    let elsewhere = simulators::SignedMessage { cert_url: format!("{address}/CERT-redirect"), ..genuine.clone() };
    assert_eq!(send(&app, &elsewhere).await, 200, "it is kept until its certificate was looked for");
    app.run_jobs().await;
    assert_eq!(scalar::<i64>(&app, "select count(*) from payment_certificate").await, 0);
    let asked = app.cloud.paypal.truth().requests;
    let certificates: Vec<_> = asked.iter().filter(|one| one.path.contains("/certs/")).map(|one| &one.path).collect();
    assert_eq!(certificates, ["/v1/notifications/certs/CERT-redirect"], "and what it leads to is not asked");
}

/// Whether the database lets anybody in.
async fn database_answers(app: &TestApp, answers: bool) {
    let admin = testkit::database::connect(&Server::from_env().unwrap().admin).await.unwrap();
    let name = app.database().name();
    admin.execute_unprepared(&format!("alter database {name} allow_connections {answers}")).await.unwrap();
    if !answers {
        let end = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        admin.execute_unprepared(&end).await.unwrap();
        return;
    }
    // A pool finds out that a connection has ended when it uses it.
    let ask = async |_| domain::db::scalar::<i32>(&app.ctx.db, domain::db::sql("select 1", [])).await.is_ok();
    let asked = until(LONG, async || Ok(join_all((0..16).map(ask)).await.into_iter().all(|good| good).then_some(())));
    asked.await.expect("the database answers again");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_messages_are_answered_503_and_taken_when_they_come_again() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    paid(&app, &casey, "10").await;
    let (id, order) = opened(&app, &casey, "11").await;
    app.run_jobs().await;
    database_answers(&app, false).await;
    let genuine = app.cloud.paypal.signed(&message("WH-D", "X", &json!({})), Forgery::Genuine);
    assert_eq!(send(&app, &genuine).await, 503);
    // Nobody comes back to the page: the message alone says it.
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    let statuses = || app.cloud.paypal.truth().deliveries.iter().map(|sent| sent.status).collect::<Vec<_>>();
    until(LONG, async || Ok(statuses().contains(&503).then_some(()))).await.unwrap();
    database_answers(&app, true).await;
    in_state(&casey, &id, "credited").await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 21_000_000);
    agrees(&app, &[org]).await;
}

fn euros(payment: &str, invoice: &str) -> NewOrder {
    NewOrder {
        request_id: format!("ord:{invoice}"),
        payment: payment.to_owned(),
        invoice_id: invoice.to_owned(),
        amount: PayAmount { minor: 1_000, currency: "EUR".to_owned() },
        description: "Credit".to_owned(),
        brand: "SkyPanel".to_owned(),
        return_url: "https://panel.example.com/return".to_owned(),
        cancel_url: "https://panel.example.com/cancel".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_currency_is_in_no_wallet_and_goes_back_to_its_payer_alone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, _) = opened(&app, &casey, "10").await;
    // As if the order had been made of euros.
    let provider = app.env.payments.clone().unwrap();
    let order = provider.create_order(&euros(&id, "eur-1")).await.unwrap().id;
    exec(&app, "update payment set order_id = $1", vec![order.clone().into()]).await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    come_back(&casey, &id).await;
    in_state(&casey, &id, "review").await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 0);
    let waiting = admin.get("/api/admin/billing/unallocated").await.unwrap().expect(200);
    let seen = &waiting["items"][0];
    assert_eq!(
        (text(seen, "/mismatch"), text(seen, "/amount/amount"), text(seen, "/amount/currency")),
        ("currency".to_owned(), "10.000000".to_owned(), "EUR".to_owned()),
        "{waiting}"
    );
    let path = format!("/api/admin/billing/unallocated/{}/allocate", text(seen, "/id"));
    let body = json!({ "org_id": org.to_string(), "reason": "a test" });
    let refused = admin.send(Method::POST, &path, Some(&body), &[]).await.unwrap();
    assert_eq!((refused.status.as_u16(), text(&refused.body, "/code")), (409, "not_allocatable".to_owned()));
    app.check_books().await;

    app.cloud.paypal.refund_by_hand(&capture_of(&app, &id), None).unwrap();
    ring(&app, &id).await;
    let rest = "select coalesce(sum(p.amount_micros), 0)::bigint from posting p join account a on a.id = p.account_id
        where a.currency = 'EUR' and a.kind = 'unallocated'";
    assert_eq!(scalar::<i64>(&app, rest).await, 0, "nothing of it waits any more");
    assert_eq!(app.balance(org).await, 0);
    agrees(&app, &[org]).await;
}

/// How often the money of an order was asked for.
fn takings(app: &TestApp, order: &str) -> usize {
    let path = format!("/v2/checkout/orders/{order}/capture");
    app.cloud.paypal.truth().requests.iter().filter(|asked| asked.path == path).count()
}

/// Hours later, here and there.
async fn later(app: &TestApp, casey: &mut Client, hours: i64) {
    app.set_ahead(TimeDelta::hours(hours)).await;
    app.cloud.paypal.set_ahead(TimeDelta::hours(hours));
    casey.renew().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn seven_hours_later_money_is_looked_for_and_not_asked_for_again() {
    let app = TestApp::start().await;
    let (mut casey, org) = payer(&app, "casey").await;
    app.cloud.paypal.set_posting(Posting::Lost);
    let began = "update payment set state = 'capturing', capture_began_at = business_now() where state = 'open'";
    // The worker died between the answer and its commit: the money was taken.
    let (taken, order) = opened(&app, &casey, "10").await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    exec(&app, began, vec![]).await;
    app.env.payments.clone().unwrap().capture(&order, &format!("cap:{taken}:1")).await.unwrap();
    // The worker died before it asked: nothing was taken.
    let (lost, other) = opened(&app, &casey, "11").await;
    app.cloud.paypal.choose(&other, Choice::Pay).unwrap();
    exec(&app, began, vec![]).await;
    later(&app, &mut casey, 7).await;
    for id in [&taken, &lost, &taken] {
        ring(&app, id).await;
    }
    assert_eq!(text(&read(&casey, &taken).await, "/state"), "credited");
    assert_eq!((takings(&app, &order), takings(&app, &other)), (1, 0), "the provider may have forgotten the request");
    assert_eq!(app.balance(org).await, 10_000_000);
    later(&app, &mut casey, 80).await;
    ring(&app, &lost).await;
    assert_eq!(text(&read(&casey, &lost).await, "/state"), "expired", "and the payer's approval took no money");
    assert_eq!((app.balance(org).await, app.cloud.paypal.truth().captures.len()), (10_000_000, 1));
    agrees(&app, &[org]).await;
}

async fn end(client: &Client, org: OrgId) -> testkit::Reply {
    let name = json!({ "name": "Org of casey@example.com" });
    client.delete(&format!("/api/orgs/{org}"), Some(&name)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_ends_while_its_payment_is_examined_and_what_arrives_is_on_its_books() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, order) = opened(&app, &casey, "10").await;
    app.cloud.paypal.choose(&order, Choice::Review).unwrap();
    come_back(&casey, &id).await;
    in_state(&casey, &id, "pending").await;
    // Another one is approved, and nobody takes its money any more.
    app.cloud.paypal.set_posting(Posting::Lost);
    let (left, other) = opened(&app, &casey, "11").await;
    app.cloud.paypal.choose(&other, Choice::Pay).unwrap();
    app.run_jobs().await;
    assert_eq!(end(&casey, org).await.status, 204);
    app.cloud.paypal.end_review(&capture_of(&app, &id), true).unwrap();
    ring(&app, &id).await;
    ring(&app, &left).await;
    let wallet = "select balance_micros from account where kind = 'wallet' and org_id = (select min(org_id::text) from
        payment)::uuid";
    assert_eq!(scalar::<i64>(&app, wallet).await, 10_000_000, "an administrator can give it back");
    assert_eq!((takings(&app, &other), app.cloud.paypal.truth().captures.len()), (0, 1));
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_owes_does_not_end_until_a_payment_settled_it() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    crate::promo::owe(&app, org, 7_000_000).await;
    let refused = end(&casey, org).await;
    assert_eq!((refused.status.as_u16(), refused.text("/code")), (409, "in_debt".to_owned()));
    assert_eq!(refused.text("/owed/amount"), "7.000000");
    paid(&app, &casey, "7").await;
    assert_eq!(app.balance(org).await, 0);
    assert_eq!(end(&casey, org).await.status, 204);
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_sent_twice_is_neither_the_first_nor_the_last() {
    let app = TestApp::start().await;
    let (casey, _) = payer(&app, "casey").await;
    for body in [
        r#"{"amount":{"amount":"5","amount":"500","currency":"USD"}}"#,
        r#"{"amount":{"amount":"5","currency":"USD"},"amount":{"amount":"500","currency":"USD"}}"#,
        r#"{"amount":{"amount":"5","currency":"USD","currency":"EUR"}}"#,
    ] {
        let sent = casey.send_raw(Method::POST, "/api/payments", "application/json", body.into()).await.unwrap();
        assert_eq!(sent.status, 400, "{body}: {}", sent.body);
        assert!(sent.text("/errors/0/detail").contains("sent twice"), "{}", sent.body);
    }
    assert_eq!(scalar::<i64>(&app, "select count(*) from payment").await, 0);
    let three = json!({ "amount": { "amount": "5.125", "currency": "USD" } });
    let reply = casey.post_once("/api/payments", &three, &fresh_key()).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.text("/errors/0/pointer")), (400, "/amount/amount".to_owned()));
}

/// A worker's way to the provider, with the turns that all of them share.
fn paced(app: &TestApp) -> std::sync::Arc<dyn PaymentProvider> {
    let settings = testkit::payments::settings(&app.cloud.paypal_url).unwrap();
    Connections::new().paypal(settings, Some(std::sync::Arc::new(PaymentPace::new(app.ctx.clone())))).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_ask_once_a_second_together_and_what_takes_money_does_not_wait() {
    let app = TestApp::start().await;
    let (one, other) = (paced(&app), paced(&app));
    // Tokens first: they are no question.
    for provider in [&one, &other] {
        provider.create_order(&euros("payment", &fresh_key())).await.unwrap();
    }
    let began = Instant::now();
    let ask = async |number: usize| {
        let provider = if number.is_multiple_of(2) { &one } else { &other };
        provider.order("5O190127TN364715T").await.map(|_| began.elapsed())
    };
    let mut asked: Vec<Duration> = join_all((0..4).map(ask)).await.into_iter().map(Result::unwrap).collect();
    asked.sort_unstable();
    for (turn, at) in (0_u32..).zip(&asked) {
        assert!(*at + Duration::from_millis(50) >= Duration::from_secs(1) * turn, "{asked:?}");
    }

    let mut slower = Fault::new(FaultKind::RateLimited).on("GET", "/v2/checkout/orders/");
    slower.retry_after_s = Some(60);
    app.cloud.paypal.fault(slower).unwrap();
    exec(&app, "update payment_pace set free_at = 'epoch'", vec![]).await;
    let refused = one.order("5O190127TN364715T").await.unwrap_err();
    assert_eq!(refused.class, ErrorClass::RateLimited);
    let told = "select free_at > clock_timestamp() + interval '30 seconds' from payment_pace";
    until(LONG, async || Ok(scalar::<bool>(&app, told).await.then_some(()))).await.expect("the other hears of it");
    let full = other.order("5O190127TN364715T").await.unwrap_err();
    assert_eq!(full.class, ErrorClass::RateLimited);
    assert!(full.retry_after.is_some_and(|wait| wait > Duration::from_secs(30)), "{full:?}");
    let began = Instant::now();
    other.create_order(&euros("payment", &fresh_key())).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "a payer waits for nobody who asks");
}
