//! Messages of the simulated PayPal, and whom they convince.

use ::testkit::payments;
use chrono::{DateTime, TimeDelta, Utc};
use domain::payment::signature::{Headers, Refusal, Trust, Verifier};
use simulators::{Config, Forgery, PAYPAL_WEBHOOK_ID, PayPal, SignedMessage, Simulators};

const BODY: &[u8] =
    br#"{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"amount":{"value":"1.0"},"x":{}}}"#;

struct World {
    simulators: Simulators,
    verifier: Verifier,
    now: DateTime<Utc>,
}

async fn world() -> World {
    let simulators = simulators::start(Config::default()).await.expect("the simulators start");
    let verifier = payments::verifier(&simulators).expect("a verifier");
    let now = simulators.paypal.now();
    World { simulators, verifier, now }
}

impl World {
    fn paypal(&self) -> &PayPal {
        &self.simulators.paypal
    }

    fn pem(&self, message: &SignedMessage) -> Vec<u8> {
        self.paypal().certificate(&message.cert_url).expect("a certificate").into_bytes()
    }

    fn judged(&self, message: &SignedMessage) -> Result<(), Refusal> {
        self.verifier.message(&self.pem(message), &headers(message), &message.body, self.now)
    }
}

fn headers(message: &SignedMessage) -> Headers<'_> {
    Headers {
        transmission_id: &message.transmission_id,
        transmission_time: &message.transmission_time,
        cert_url: &message.cert_url,
        auth_algo: &message.auth_algo,
        transmission_sig: &message.transmission_sig,
    }
}

#[tokio::test]
async fn a_genuine_message_is_believed() {
    let world = world().await;
    let message = world.paypal().signed(BODY, Forgery::Genuine);
    assert_eq!(world.judged(&message), Ok(()));
    assert_eq!(world.verifier.certificate(&world.pem(&message), world.now), Ok(()));
    assert!(world.verifier.address(&message.cert_url).is_ok());
    let empty = world.paypal().signed(b"", Forgery::Genuine);
    assert_eq!(world.judged(&empty), Ok(()), "also one of nothing");
}

#[tokio::test]
async fn one_byte_one_id_one_second_changed_is_another_message() {
    let world = world().await;
    let genuine = world.paypal().signed(BODY, Forgery::Genuine);
    for place in [0, BODY.len() / 2, BODY.len() - 1] {
        let mut changed = genuine.clone();
        changed.body[place] ^= 1;
        assert_eq!(world.judged(&changed), Err(Refusal::Signature), "byte {place}");
    }
    // What a parser would think the same is another message too.
    for body in ["{\"id\":\"WH-1\"}", &String::from_utf8_lossy(BODY).replace("1.0", "1"), ""] {
        let changed = SignedMessage { body: body.as_bytes().to_vec(), ..genuine.clone() };
        assert_eq!(world.judged(&changed), Err(Refusal::Signature), "{body}");
    }
    let other = world.paypal().signed(BODY, Forgery::Genuine).transmission_id;
    let changed = SignedMessage { transmission_id: other, ..genuine.clone() };
    assert_eq!(world.judged(&changed), Err(Refusal::Signature));
    let changed = SignedMessage { transmission_time: "2026-01-01T00:00:00Z".to_owned(), ..genuine.clone() };
    assert_eq!(world.judged(&changed), Err(Refusal::Signature));
    let parted = format!("{}|x", genuine.transmission_id);
    let changed = SignedMessage { transmission_id: parted, ..genuine.clone() };
    assert_eq!(world.judged(&changed), Err(Refusal::Header));
    for sig in ["", "not base64", "AAAA", &genuine.transmission_sig[1..]] {
        let changed = SignedMessage { transmission_sig: sig.to_owned(), ..genuine.clone() };
        assert!(matches!(world.judged(&changed), Err(Refusal::Header | Refusal::Signature)), "{sig}");
    }
    for algorithm in ["", "SHA1withRSA", "sha256withrsa", "none", "SHA512withRSA"] {
        let changed = SignedMessage { auth_algo: algorithm.to_owned(), ..genuine.clone() };
        assert_eq!(world.judged(&changed), Err(Refusal::Algorithm), "{algorithm}");
    }
}

#[tokio::test]
async fn a_message_for_another_application_is_none_of_ours() {
    let world = world().await;
    for forgery in [Forgery::OtherApp, Forgery::Simulator] {
        let message = world.paypal().signed(BODY, forgery);
        assert_eq!(world.judged(&message), Err(Refusal::Signature), "{forgery:?}");
    }
}

#[tokio::test]
async fn a_certificate_needs_a_chain_a_name_and_its_time() {
    let world = world().await;
    for (forgery, refusal) in [
        (Forgery::WrongAuthority, Refusal::Untrusted),
        (Forgery::SelfSigned, Refusal::Untrusted),
        (Forgery::Expired, Refusal::Expired),
        (Forgery::OtherName, Refusal::Name),
    ] {
        let message = world.paypal().signed(BODY, forgery);
        assert_eq!(world.judged(&message), Err(refusal), "{forgery:?}");
        assert_eq!(world.verifier.certificate(&world.pem(&message), world.now), Err(refusal), "{forgery:?}");
    }
    let genuine = world.paypal().signed(BODY, Forgery::Genuine);
    let pem = world.pem(&genuine);
    for (days, refusal) in [(-36_500, Refusal::Expired), (36_500, Refusal::Expired)] {
        assert_eq!(world.verifier.certificate(&pem, world.now + TimeDelta::days(days)), Err(refusal), "{days}");
    }
    // 2038 is a year like any other.
    assert_eq!(world.verifier.certificate(&pem, world.now + TimeDelta::days(12 * 366)), Ok(()));
    let leaf = String::from_utf8_lossy(&pem).split_inclusive("-----END CERTIFICATE-----\n").next().unwrap().to_owned();
    assert_eq!(world.verifier.certificate(leaf.as_bytes(), world.now), Err(Refusal::Untrusted), "a link is missing");
    assert_eq!(world.verifier.certificate(b"", world.now), Err(Refusal::Unreadable));
}

#[tokio::test]
async fn production_is_not_convinced_by_the_simulators_genuine_signature() {
    let world = world().await;
    let mut message = world.paypal().signed(BODY, Forgery::Genuine);
    let pem = world.pem(&message);
    for (trust, host) in [(Trust::Live, "api.paypal.com"), (Trust::Sandbox, "api.sandbox.paypal.com")] {
        let verifier = Verifier::new(&trust, PAYPAL_WEBHOOK_ID).expect("a verifier");
        let at_home = verifier.message(&pem, &headers(&message), BODY, world.now);
        assert_eq!(at_home, Err(Refusal::Address), "its address is not the provider's");
        // Also if a forger had the simulator's certificate served from the right address.
        message.cert_url = format!("https://{host}/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270");
        assert_eq!(verifier.message(&pem, &headers(&message), BODY, world.now), Err(Refusal::Untrusted));
        assert_eq!(verifier.certificate(&pem, world.now), Err(Refusal::Untrusted));
        assert!(!verifier.page_allowed(&world.simulators.paypal_url));
        message = world.paypal().signed(BODY, Forgery::Genuine);
    }
}

#[tokio::test]
async fn each_simulator_is_its_own_authority() {
    let (world, other) = (self::world().await, self::world().await);
    let message = other.paypal().signed(BODY, Forgery::Genuine);
    assert_eq!(world.verifier.address(&message.cert_url), Err(Refusal::Address));
    assert_eq!(world.verifier.certificate(&other.pem(&message), world.now), Err(Refusal::Untrusted));
    assert!(world.verifier.page_allowed(&format!("{}/checkoutnow?token=X", world.simulators.paypal_url)));
    assert!(!world.verifier.page_allowed(&format!("{}/checkoutnow?token=X", other.simulators.paypal_url)));
}
