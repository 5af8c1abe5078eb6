//! What is PayPal's alone.

use chrono::TimeDelta;
use providers::{CaptureState, Captured, Connections, ErrorClass, OrderState, code};
use serde_json::{Value, json};
use simulators::{Choice, PAYPAL_CLIENT_SECRET, PAYPAL_MERCHANT_ID, PAYPAL_PAYER_ID, Terms};

use super::paypal::{PaypalWorld, settings, world};
use super::{World as _, amount, order, refund};

fn requests(world: &PaypalWorld, path: &str) -> usize {
    world.simulators.paypal.truth().requests.iter().filter(|request| request.path == path).count()
}

#[tokio::test]
async fn one_token_serves_many_calls_and_is_fetched_once() {
    let world = world().await;
    for number in 0..5 {
        world.provider.create_order(&order(&format!("pay_{number}"), amount(500, "USD"))).await.expect("an order");
    }
    assert_eq!(requests(&world, "/v1/oauth2/token"), 1);
    world.simulators.paypal.set_ahead(TimeDelta::hours(10));
    world.provider.create_order(&order("pay_9", amount(500, "USD"))).await.expect("an order");
    assert_eq!(requests(&world, "/v1/oauth2/token"), 2);
}

#[tokio::test]
async fn credentials_that_are_refused_are_said_to_be() {
    let world = world().await;
    let client =
        Connections::new().paypal(settings(&world.simulators.paypal_url, "wrong-MARK"), None).expect("a client");
    let error = client.identity().await.expect_err("refused");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Credentials, code::UNAUTHENTICATED));
    assert!(!format!("{error:?} {client:?}").contains("MARK"));
}

#[tokio::test]
async fn only_this_computer_is_simulated() {
    for address in ["http://pay.example", "https://user@127.0.0.1/", "ftp://127.0.0.1/"] {
        assert!(Connections::new().paypal(settings(address, "x"), None).is_err(), "{address}");
    }
}

#[tokio::test]
async fn a_payer_is_told_with_their_country_and_the_payee() {
    let world = world().await;
    let made = world.provider.create_order(&order("pay_1", amount(500, "USD"))).await.expect("an order");
    assert_eq!(made.payee.as_deref(), Some(PAYPAL_MERCHANT_ID));
    world.pay(&made.id).await;
    let Captured::Order(done) = world.provider.capture(&made.id, "cap:1").await.expect("an answer") else {
        panic!("captured")
    };
    let capture = &done.captures[0];
    assert_eq!((capture.payer_country.as_deref(), capture.payer.as_deref()), (Some("DE"), Some(PAYPAL_PAYER_ID)));
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "another client than ours asks")]
async fn an_order_of_the_other_birth_is_read_too() {
    let world = world().await;
    let (http, base) = (reqwest::Client::new(), &world.simulators.paypal_url);
    let token: Value = http
        .post(format!("{base}/v1/oauth2/token"))
        .basic_auth(simulators::PAYPAL_CLIENT_ID, Some(PAYPAL_CLIENT_SECRET))
        .body("grant_type=client_credentials")
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a token");
    let token = token["access_token"].as_str().expect("a token");
    let body = json!({
        "intent": "CAPTURE",
        "purchase_units": [{ "amount": { "currency_code": "USD", "value": "5.00" }, "custom_id": "pay_1" }],
        "application_context": { "return_url": "http://localhost/back" },
    });
    let made = http.post(format!("{base}/v2/checkout/orders")).bearer_auth(token).json(&body).send().await;
    let made: Value = made.expect("an answer").json().await.expect("an order");
    assert_eq!(made["status"], "CREATED");
    assert!(made.get("purchase_units").is_none(), "the least, where nobody asks for more");
    let id = made["id"].as_str().expect("an id");
    let found = world.provider.order(id).await.expect("an answer").expect("it exists");
    assert_eq!((found.state, found.payment.as_deref()), (OrderState::Open, Some("pay_1")));
    assert!(found.approve_url.is_some_and(|url| url.ends_with(id)));
}

#[tokio::test]
async fn a_request_with_a_known_id_and_another_body_is_refused_aloud() {
    let world = world().await;
    world.provider.create_order(&order("pay_1", amount(500, "USD"))).await.expect("an order");
    let other = world.provider.create_order(&order("pay_1", amount(501, "USD"))).await.expect_err("another body");
    assert!(other.message.contains("PAYPAL_REQUEST_ID_WITH_ANOTHER_BODY"), "{other}");
    world.simulators.paypal.set_ahead(TimeDelta::hours(6));
    world.provider.create_order(&order("pay_1", amount(501, "USD"))).await.expect("forgotten after six hours");
}

#[tokio::test]
async fn an_invoice_is_paid_once_whatever_the_order() {
    let world = world().await;
    let asked = order("pay_1", amount(500, "USD"));
    let mut twin = asked.clone();
    twin.request_id = "ord:twin".to_owned();
    let [one, two] = [&asked, &twin].map(|asked| world.provider.create_order(asked));
    let (one, two) = (one.await.expect("an order"), two.await.expect("an order"));
    assert_ne!(one.id, two.id);
    for id in [&one.id, &two.id] {
        world.pay(id).await;
    }
    assert!(matches!(world.provider.capture(&one.id, "cap:1").await, Ok(Captured::Order(_))));
    assert_eq!(world.provider.capture(&two.id, "cap:2").await, Ok(Captured::Before));
}

#[tokio::test]
async fn fees_are_what_is_told_and_never_computed() {
    let world = world().await;
    let terms = Terms { fee_basis_points: 0, fee_fixed_minor: 333, fee_returned_minor: 7, ..Terms::default() };
    world.simulators.paypal.set_terms(terms);
    let made = world.provider.create_order(&order("pay_1", amount(1000, "USD"))).await.expect("an order");
    world.pay(&made.id).await;
    let Ok(Captured::Order(done)) = world.provider.capture(&made.id, "cap:1").await else { panic!("captured") };
    let capture = &done.captures[0];
    assert_eq!((capture.fee.clone(), capture.net.clone()), (Some(amount(333, "USD")), Some(amount(667, "USD"))));
    let back = world.provider.refund(&refund("rfd_1", &capture.id, amount(1000, "USD"))).await.expect("a refund");
    assert_eq!(back.fee_returned, Some(amount(7, "USD")));
}

#[tokio::test]
async fn after_180_days_nothing_goes_back() {
    let world = world().await;
    let made = world.provider.create_order(&order("pay_1", amount(1000, "USD"))).await.expect("an order");
    world.pay(&made.id).await;
    let Ok(Captured::Order(done)) = world.provider.capture(&made.id, "cap:1").await else { panic!("captured") };
    world.simulators.paypal.set_ahead(TimeDelta::days(181));
    let late = world.provider.refund(&refund("rfd_1", &done.captures[0].id, amount(1, "USD"))).await;
    assert!(late.expect_err("too late").message.starts_with("REFUND_TIME_LIMIT_EXCEEDED"));
}

#[tokio::test]
async fn while_a_payer_complains_only_all_goes_back() {
    let world = world().await;
    let made = world.provider.create_order(&order("pay_1", amount(1000, "USD"))).await.expect("an order");
    world.pay(&made.id).await;
    let Ok(Captured::Order(done)) = world.provider.capture(&made.id, "cap:1").await else { panic!("captured") };
    let capture = &done.captures[0].id;
    world.complain(capture).await;
    let part = world.provider.refund(&refund("rfd_1", capture, amount(1, "USD"))).await.expect_err("refused");
    assert!(part.message.starts_with("TRANSACTION_DISPUTED"), "{part}");
    world.provider.refund(&refund("rfd_2", capture, amount(1000, "USD"))).await.expect("all of it");
}

#[tokio::test]
async fn an_echeck_is_kept_out() {
    let world = world().await;
    let made = world.provider.create_order(&order("pay_1", amount(1000, "USD"))).await.expect("an order");
    assert!(world.simulators.paypal.choose(&made.id, Choice::Echeck).is_err());
}

#[tokio::test]
async fn a_reversal_is_found_in_the_order_or_by_its_id() {
    let world = world().await;
    let made = world.provider.create_order(&order("pay_1", amount(1000, "USD"))).await.expect("an order");
    world.pay(&made.id).await;
    let Ok(Captured::Order(done)) = world.provider.capture(&made.id, "cap:1").await else { panic!("captured") };
    let id = world.simulators.paypal.reverse(&done.captures[0].id, Some(400)).expect("a reversal");
    let order = world.provider.order(&made.id).await.expect("an answer").expect("it exists");
    assert_eq!(order.captures[0].state, CaptureState::Completed);
    assert_eq!(order.refunds.iter().map(|refund| (&refund.id, refund.amount.minor)).collect::<Vec<_>>(), [(&id, 400)]);
    world.simulators.paypal.set_terms(Terms { reversals_listed: false, ..Terms::default() });
    let order = world.provider.order(&made.id).await.expect("an answer").expect("it exists");
    assert!(order.refunds.is_empty());
    let found = world.provider.find_refund(&id).await.expect("an answer").expect("it exists");
    assert_eq!((found.capture.as_str(), found.ours), (done.captures[0].id.as_str(), None));
}

#[tokio::test]
async fn more_events_than_a_page_are_listed_oldest_first() {
    let world = world().await;
    let began = world.simulators.paypal.now() - TimeDelta::minutes(1);
    for number in 0..320 {
        let asked = order(&format!("pay_{number}"), amount(500, "USD"));
        let made = world.provider.create_order(&asked).await.expect("an order");
        world.pay(&made.id).await;
    }
    let events = world.provider.events(began, began + TimeDelta::hours(1)).await.expect("a list");
    assert_eq!(events.len(), 320);
    let last = String::from_utf8_lossy(&events[319].body).into_owned();
    assert!(last.contains("pay_319") && !String::from_utf8_lossy(&events[0].body).contains("pay_319"));
}

#[tokio::test]
async fn a_certificate_is_fetched_from_its_own_place_alone() {
    let world = world().await;
    let base = &world.simulators.paypal_url;
    let signed = world.simulators.paypal.signed(b"{}", simulators::Forgery::Genuine);
    let pem = world.provider.certificate(&signed.cert_url).await.expect("a certificate");
    assert!(pem.starts_with(b"-----BEGIN CERTIFICATE-----"));
    let before = world.simulators.paypal.truth().requests.len();
    for evil in ["http://127.0.0.1:1/v1/notifications/certs/x", "https://api.paypal.com/v1/notifications/certs/x", "x"]
    {
        assert_eq!(world.provider.certificate(evil).await.expect_err("refused").code, code::VALIDATION, "{evil}");
    }
    assert_eq!(world.simulators.paypal.truth().requests.len(), before, "nothing was asked");
    let elsewhere = world.provider.certificate(&format!("{base}/v1/notifications/certs/CERT-redirect")).await;
    assert!(elsewhere.is_err(), "no redirect is followed");
}
