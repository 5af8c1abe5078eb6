//! Messages in every order, twice, forged; and money that fits nothing.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value as Json, json};
use simulators::{Choice, Forgery, Posting, SignedMessage};
use testkit::TestApp;
use testkit::client::text;

use crate::payment::{agrees, capture_of, come_back, in_state, opened, paid, payer, ring};
use crate::person::{exec, scalar};

#[expect(clippy::disallowed_methods, reason = "a provider's courier has none of the product's settings")]
pub async fn send(app: &TestApp, message: &SignedMessage) -> u16 {
    let mut request = reqwest::Client::builder().build().unwrap().post(format!("{}/api/payments/webhook", app.base));
    for (name, value) in message.headers() {
        request = request.header(name, value);
    }
    request
        .header("content-type", "application/json")
        .body(message.body.clone())
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

/// Waits until the two messages about a payment have come, and their certificate is known.
async fn told(app: &TestApp) {
    let count = "select count(*) from payment_event where state = 'done'";
    let come = testkit::fixture::until(std::time::Duration::from_mins(1), async || {
        Ok((scalar::<i64>(app, count).await >= 2).then_some(()))
    });
    assert!(come.await.is_ok(), "the messages have come");
    app.run_jobs().await;
}

pub fn message(id: &str, kind: &str, resource: &Json) -> Vec<u8> {
    serde_json::to_vec(&json!({ "id": id, "event_type": kind, "resource": resource })).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn any_message_any_number_of_times_in_any_order() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    app.cloud.paypal.set_posting(Posting::Held);
    let (id, order) = opened(&app, &casey, "10").await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    come_back(&casey, &id).await;
    in_state(&casey, &id, "credited").await;
    app.run_jobs().await;
    app.cloud.paypal.refund_by_hand(&capture_of(&app, &id), Some(300)).unwrap();
    app.cloud.paypal.release(true, 25);
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    app.run_jobs().await;
    ring(&app, &id).await;
    assert_eq!(app.balance(org).await, 7_000_000, "captures less refunds");
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_of_one_message_at_once_ring_once() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    app.cloud.paypal.set_posting(Posting::Lost);
    let (id, _) = paid(&app, &casey, "10").await;
    let rings = "select rings from payment";
    let before: i32 = scalar(&app, rings).await;
    let body = message("WH-64", "PAYMENT.CAPTURE.COMPLETED", &json!({ "id": capture_of(&app, &id), "custom_id": id }));
    let signed = app.cloud.paypal.signed(&body, Forgery::Genuine);
    let statuses = join_all((0..64).map(|_| send(&app, &signed))).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    app.run_jobs().await;
    assert_eq!(scalar::<i32>(&app, rings).await, before + 1);
    assert_eq!(app.balance(org).await, 10_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_providers_is_refused_and_leaves_nothing() {
    let app = TestApp::start().await;
    let (casey, _) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "10").await;
    told(&app).await;
    let done = "select count(*) from payment_event where state = 'done'";
    let before: i64 = scalar(&app, done).await;
    let body = message("WH-F", "PAYMENT.CAPTURE.COMPLETED", &json!({ "id": capture_of(&app, &id), "custom_id": id }));
    for forgery in [
        Forgery::WrongAuthority,
        Forgery::SelfSigned,
        Forgery::Expired,
        Forgery::OtherName,
        Forgery::OtherApp,
        Forgery::Simulator,
    ] {
        send(&app, &app.cloud.paypal.signed(&body, forgery)).await;
        app.run_jobs().await;
        assert_eq!(scalar::<i64>(&app, done).await, before, "{forgery:?}");
    }
    let genuine = app.cloud.paypal.signed(&body, Forgery::Genuine);
    let mut changed = vec![genuine.clone(); 4];
    changed[0].body.push(b' ');
    changed[1].transmission_id.push('0');
    changed[2].transmission_time = "2020-01-01T00:00:00Z".to_owned();
    changed[3].transmission_sig = "AAAA".to_owned();
    for (place, message) in changed.iter().enumerate() {
        assert_eq!(send(&app, message).await, 400, "{place}");
    }
    for url in
        ["https://evil.example.com/v1/notifications/certs/x", "http://api.paypal.com@evil.example.com/x", "x", ""]
    {
        let message = SignedMessage { cert_url: url.to_owned(), ..genuine.clone() };
        assert_eq!(send(&app, &message).await, 400, "{url}");
    }
    assert_eq!(scalar::<i64>(&app, done).await, before);
    // A forgery under its id keeps the genuine one out of nothing.
    assert_eq!(send(&app, &genuine).await, 200);
    app.run_jobs().await;
    assert_eq!(scalar::<i64>(&app, done).await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_about_nothing_are_parked_and_large_ones_refused() {
    let app = TestApp::start().await;
    let (casey, _) = payer(&app, "casey").await;
    paid(&app, &casey, "10").await;
    told(&app).await;
    let sent = |kind: &str, resource: Json| {
        let body = message(&format!("WH-{kind}"), kind, &resource);
        app.cloud.paypal.signed(&body, Forgery::Genuine)
    };
    assert_eq!(send(&app, &sent("BILLING.PLAN.CREATED", json!({ "id": "P1" }))).await, 200);
    assert_eq!(send(&app, &sent("PAYMENT.CAPTURE.COMPLETED", json!({ "id": "C-unknown" }))).await, 200);
    app.run_jobs().await;
    assert_eq!(scalar::<i64>(&app, "select count(*) from payment_event where state = 'parked'").await, 2);
    let large = sent("X", json!({ "text": "x".repeat(300 * 1024) }));
    assert_eq!(send(&app, &large).await, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_genuine_dollar_for_a_bigger_payment_waits_for_an_administrator() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, order) = opened(&app, &casey, "50").await;
    // As if the order had been made of one dollar.
    exec(&app, "update payment set amount_micros = 99000000", vec![]).await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    come_back(&casey, &id).await;
    in_state(&casey, &id, "review").await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 0);
    agrees(&app, &[org]).await;
    let waiting = admin.get("/api/admin/billing/unallocated").await.unwrap().expect(200);
    assert_eq!(text(&waiting, "/items/0/mismatch"), "amount", "{waiting}");
    let path = format!("/api/admin/billing/unallocated/{}/allocate", text(&waiting, "/items/0/id"));
    let body = json!({ "org_id": org.to_string(), "reason": "a test" });
    let quote = admin.post(&format!("{path}?dry_run=true"), &body).await.unwrap().expect(200);
    assert_eq!(
        (text(&quote, "/lines/0/kind"), text(&quote, "/balance/amount")),
        ("allocation".into(), "50.000000".into())
    );
    assert_eq!(app.balance(org).await, 0, "a question moves nothing");
    admin.send(Method::POST, &path, Some(&body), &[]).await.unwrap().expect(200);
    assert_eq!(app.balance(org).await, 50_000_000);
    let again = admin.send(Method::POST, &path, Some(&body), &[]).await.unwrap();
    assert_eq!(text(&again.body, "/code"), "allocated");
    assert_eq!(text(&crate::payment::read(&casey, &id).await, "/state"), "credited");
    agrees(&app, &[org]).await;
}
