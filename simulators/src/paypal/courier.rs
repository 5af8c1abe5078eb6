//! Signs messages and sends them.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::certs::Forgery;
use super::webhooks::Transmission;
use super::{PAYPAL_WEBHOOK_ID, PayPal, view};

/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Messages sent at the same time.
const MAX_AT_ONCE: usize = 64;

/// A message with all that goes with it.
#[derive(Clone, Debug, Serialize)]
pub struct SignedMessage {
    /// `PAYPAL-TRANSMISSION-ID`.
    pub transmission_id: String,
    /// `PAYPAL-TRANSMISSION-TIME`.
    pub transmission_time: String,
    /// `PAYPAL-CERT-URL`.
    pub cert_url: String,
    /// `PAYPAL-AUTH-ALGO`.
    pub auth_algo: String,
    /// `PAYPAL-TRANSMISSION-SIG`.
    pub transmission_sig: String,
    /// What was signed, byte for byte.
    pub body: Vec<u8>,
}

impl SignedMessage {
    /// The headers that it is sent with.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, &str); 6] {
        [
            ("PAYPAL-TRANSMISSION-ID", &self.transmission_id),
            ("PAYPAL-TRANSMISSION-TIME", &self.transmission_time),
            ("PAYPAL-CERT-URL", &self.cert_url),
            ("PAYPAL-AUTH-ALGO", &self.auth_algo),
            ("PAYPAL-TRANSMISSION-SIG", &self.transmission_sig),
            ("PAYPAL-AUTH-VERSION", "v2"),
        ]
    }
}

impl PayPal {
    /// A message signed as the simulator signs, or as a forger would.
    #[must_use]
    pub fn signed(&self, body: &[u8], forgery: Forgery) -> SignedMessage {
        self.signed_at(body, forgery, self.now())
    }

    /// The certificate that an address of the simulator holds, with what stands between it and the root.
    #[must_use]
    pub fn certificate(&self, cert_url: &str) -> Option<String> {
        self.authority.certificate(cert_url.rsplit('/').next()?)
    }

    fn signed_at(&self, body: &[u8], forgery: Forgery, now: DateTime<Utc>) -> SignedMessage {
        let transmission_id = uuid::Uuid::from_bytes(super::bytes()).to_string();
        let transmission_time = view::time(now);
        let webhook = match forgery {
            Forgery::OtherApp => "9AB12345CD678901E",
            Forgery::Simulator => "WEBHOOK_ID",
            _ => PAYPAL_WEBHOOK_ID,
        };
        let sum = crc32fast::hash(body);
        let message = format!("{transmission_id}|{transmission_time}|{webhook}|{sum}");
        let signature = STANDARD.encode(self.authority.sign(message.as_bytes()));
        SignedMessage {
            transmission_id,
            transmission_time,
            cert_url: format!("{}/v1/notifications/certs/{}", self.base, forgery.certificate()),
            auth_algo: "SHA256withRSA".to_owned(),
            transmission_sig: signature,
            body: body.to_vec(),
        }
    }
}

/// Sends messages as they fall due, until it is stopped.
pub(crate) async fn run(paypal: Arc<PayPal>, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(MAX_AT_ONCE));
    let client = Arc::new(OnceLock::new());
    loop {
        let (due, next) = paypal.lock().outbox.take_due(Instant::now());
        for sent in due {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
            let (paypal, client, stop) = (Arc::clone(&paypal), Arc::clone(&client), stop.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = deliver(&paypal, &client, sent) => {}
                }
                drop(slot);
            });
        }
        let idle = Instant::now() + Duration::from_hours(1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = paypal.bell.notified() => {}
            () = tokio::time::sleep_until(next.unwrap_or(idle)) => {}
        }
    }
}

async fn deliver(paypal: &Arc<PayPal>, client: &OnceLock<reqwest::Client>, sent: Transmission) {
    let (signer, body) = (Arc::clone(paypal), sent.body.clone());
    // The first signature waits for a key to be made.
    let message = tokio::task::spawn_blocking(move || signer.signed(body.as_bytes(), Forgery::Genuine)).await;
    let status = match message {
        Ok(message) => post(client.get_or_init(client_for_messages), &sent.url, message).await,
        Err(_) => 0,
    };
    paypal.lock().outbox.answered(sent, status);
    paypal.bell.notify_one();
}

async fn post(client: &reqwest::Client, url: &str, message: SignedMessage) -> u16 {
    let mut request = client.post(url).header("Content-Type", "application/json").header("User-Agent", "PayPal/AUHD-1");
    for (name, value) in message.headers() {
        request = request.header(name, value);
    }
    match request.body(message.body).send().await {
        Ok(answer) => answer.status().as_u16(),
        Err(error) => {
            tracing::debug!(%error, url, "a message did not arrive");
            0
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one door by which the simulators call others: ADR 37")]
fn client_for_messages() -> reqwest::Client {
    reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build().expect("a client")
}
