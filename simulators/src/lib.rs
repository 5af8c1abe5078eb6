//! Outside worlds that misbehave on demand: a simulated Linode (API v4), a simulated PayPal, an SMTP sink and an issuer
//! of identities (`OpenID` Connect), for tests and for development
//! without an account at a provider.
//!
//! Invariant: every effect that an answer reports has happened before that answer is written; a fault can lose the
//! answer, never the effect.
//!
//! Start one in a test with [`start`] (every port is free to choose), or run the binary `skypanel-sim`.
//! What really happened is in [`Simulators::truth`], and over HTTP by the control server's `GET /state`.

mod clock;
mod config;
mod control;
mod gate;
mod http;
mod linode;
mod oidc;
mod paypal;
mod smtp;

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use crate::{
    config::Config,
    linode::{
        faults::{Fault, FaultKind},
        limits::{LimitClass, LimitSettings},
        market::{Market, Tariff},
        strays::Stray,
        timing::Timing,
        truth::{Traffic, TrafficRoute, Truth, TruthInstance, TruthRequest},
    },
    oidc::{Lie, LieKind, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OidcTruth, Person, SigningAlg},
    paypal::{
        Choice, Forgery, Movement, PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, PAYPAL_MERCHANT_ID, PAYPAL_PAYER_ID,
        PAYPAL_WEBHOOK_ID, PayPal, PaypalDelivery, PaypalRequest, PaypalThing, PaypalTruth, Posting, RefundFate,
        SignedMessage, Sum, Terms,
    },
    smtp::{Mail, MailFault, MailFaultKind},
};
use crate::{
    linode::{Cloud, Door, keeper},
    oidc::Issuer,
    smtp::Sink,
};

/// The simulators of one process or one test: they stop when this is dropped.
pub struct Simulators {
    /// Base address of the simulated Linode API, ending in `/v4`.
    pub linode_url: String,
    /// Base address of the control server.
    pub control_url: String,
    /// Where the SMTP sink listens.
    pub smtp_addr: SocketAddr,
    /// Where it listens for TLS from the first byte.
    pub smtps_addr: SocketAddr,
    /// The authority that signed the sink's certificate, in PEM: clients are to trust it.
    pub smtp_cert_pem: String,
    /// The issuer's own address, which its tokens name.
    pub oidc_issuer: String,
    /// The simulated PayPal's own address, of its API and its page.
    pub paypal_url: String,
    /// The simulated PayPal itself: deciding for payers, and what really happened.
    pub paypal: Arc<PayPal>,
    cloud: Arc<Cloud>,
    issuer: Arc<Issuer>,
    sink: Arc<Sink>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Binds the servers and starts serving.
///
/// # Errors
/// When a port cannot be bound, the certificate cannot be made or written to the path asked for, or the file with the
/// cloud's machines cannot be read.
pub async fn start(config: Config) -> anyhow::Result<Simulators> {
    let linode = bind(config.linode, "linode").await?;
    let control = bind(config.control, "control").await?;
    let mail = bind(config.smtp, "smtp").await?;
    let oidc = bind(config.oidc, "oidc").await?;
    let oidc_issuer = format!("http://{}", oidc.local_addr()?);
    let payments = bind(config.paypal, "paypal").await?;
    let paypal_url = format!("http://{}", payments.local_addr()?);
    let linode_url = format!("http://{}/v4", linode.local_addr()?);
    let control_url = format!("http://{}", control.local_addr()?);
    let mail_in_tls = bind(config.smtps, "smtps").await?;
    let smtp_addr = mail.local_addr()?;
    let tls_from_the_start = mail_in_tls.local_addr()?;

    let identity = smtp::tls::Identity::generate().context("SMTP certificate")?;
    if let Some(path) = &config.smtp_cert_out {
        tokio::fs::write(path, &identity.authority_pem).await.with_context(|| format!("write {}", path.display()))?;
    }
    let smtp_cert_pem = identity.authority_pem.clone();
    let paypal = Arc::new(PayPal::new(paypal_url.clone(), config.paypal_webhook.clone())?);
    if let Some(path) = &config.paypal_ca_out {
        tokio::fs::write(path, paypal.root_pem()).await.with_context(|| format!("write {}", path.display()))?;
    }
    let cloud = Arc::new(Cloud::open(&config).await?);
    let sink = Arc::new(Sink::new(&config, identity.acceptor));

    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    let (gate, door) = (cloud.gate(), Door(Arc::clone(&cloud)));
    let issuer = Arc::new(Issuer::new(oidc_issuer.clone()));
    let desk = control::Control::new(Arc::clone(&cloud), Arc::clone(&sink), Arc::clone(&issuer), Arc::clone(&paypal));
    let (payments_gate, payments_door) = (paypal.gate(), paypal::Door(Arc::clone(&paypal)));
    tasks.spawn(paypal::run_courier(Arc::clone(&paypal), stop.clone()));
    let identities = oidc::Door(Arc::clone(&issuer));
    let servers_stop = stop.clone();
    // The keeper stops last: an answer waits until the change that it reports is in the file.
    let served = CancellationToken::new();
    let no_more = served.clone();
    tasks.spawn(async move {
        tokio::join!(
            http::serve(linode, Some(gate), door, servers_stop.clone()),
            http::serve(control, None, Arc::new(desk), servers_stop.clone()),
            http::serve(oidc, None, Arc::new(identities), servers_stop.clone()),
            http::serve(payments, Some(payments_gate), payments_door, servers_stop.clone())
        );
        no_more.cancel();
    });
    tasks.spawn(keeper::keep(Arc::clone(&cloud), served));
    tasks.spawn(smtp::serve(mail, false, Arc::clone(&sink), stop.clone()));
    tasks.spawn(smtp::serve(mail_in_tls, true, Arc::clone(&sink), stop.clone()));

    Ok(Simulators {
        linode_url,
        control_url,
        smtp_addr,
        smtps_addr: tls_from_the_start,
        smtp_cert_pem,
        oidc_issuer,
        paypal_url,
        paypal,
        cloud,
        issuer,
        sink,
        stop,
        tasks,
    })
}

impl Simulators {
    /// What really exists and what was really requested, whatever the answers said.
    #[must_use]
    pub fn truth(&self) -> Truth {
        self.cloud.truth()
    }

    /// Adds a machine that was never ordered, and returns its id.
    ///
    /// # Errors
    /// When its label is taken, or its type, region or image does not exist.
    pub fn add_stray(&self, stray: Stray) -> anyhow::Result<u64> {
        self.cloud.add_stray(stray).map_err(anyhow::Error::msg)
    }

    /// Removes a machine at once, without a request to the API; `false` when there is none with this id.
    #[must_use]
    pub fn vanish(&self, id: u64) -> bool {
        self.cloud.vanish(id)
    }

    /// Makes the cloud deny a machine that exists, in lists and by its id, or show it again.
    pub fn hide(&self, id: u64, hidden: bool) {
        self.cloud.hide(id, hidden);
    }

    /// Counts of the requests that reached the cloud.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.cloud.traffic()
    }

    /// Arms a fault; it wears off after [`Fault::times`] hits.
    ///
    /// # Errors
    /// When the path is not a regular expression or a number is out of bounds.
    pub fn fault(&self, fault: Fault) -> anyhow::Result<()> {
        self.cloud.arm(fault).map(|_| ()).map_err(anyhow::Error::msg)
    }

    /// Disarms every fault of the cloud.
    pub fn clear_faults(&self) {
        self.cloud.disarm();
    }

    /// Forgets everything and starts over, with another seed if one is given.
    pub fn reset(&self, seed: Option<u64>) {
        self.cloud.reset(seed);
        self.issuer.reset();
        self.paypal.reset();
        self.sink.reset();
    }

    /// Signs this person in at the issuer whenever a browser comes there; with nobody, a page asks.
    pub fn set_person(&self, person: Option<Person>) {
        self.issuer.set_person(person);
    }

    /// Makes the issuer lie, or not any more.
    pub fn set_lie(&self, lie: Option<Lie>) {
        self.issuer.set_lie(lie);
    }

    /// Makes the issuer sign with a new key, and no longer show the one before.
    pub fn rotate_issuer_key(&self, alg: SigningAlg) {
        self.issuer.rotate(alg);
    }

    /// Sets how far the issuer's clock is ahead of the computer's.
    pub fn set_issuer_ahead(&self, ahead: chrono::TimeDelta) {
        self.issuer.set_ahead(ahead);
    }

    /// What really happened at the issuer.
    #[must_use]
    pub fn oidc_truth(&self) -> OidcTruth {
        self.issuer.truth()
    }

    /// Sets how long machines take to change.
    pub fn set_timing(&self, timing: Timing) {
        self.cloud.set_timing(timing);
    }

    /// Changes what the cloud sells, and at which prices.
    pub fn set_market(&self, market: Market) {
        self.cloud.set_market(market);
    }

    /// Makes a token valid, for the account with the machines, or invalid.
    pub fn set_token(&self, token: &str, valid: bool) {
        if valid {
            self.cloud.accept_token(token, None);
        } else {
            self.cloud.refuse_token(token);
        }
    }

    /// Makes a token valid that belongs to another account, one without machines.
    pub fn set_foreign_token(&self, token: &str, euuid: &str) {
        self.cloud.accept_token(token, Some(euuid));
    }

    /// Closes every connection to the cloud at once until set back.
    pub fn set_down(&self, down: bool) {
        self.cloud.gate().set_down(down);
    }

    /// Sets the rate limits of the cloud.
    pub fn set_limits(&self, settings: LimitSettings) {
        self.cloud.set_limits(settings);
    }

    /// The mails received, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.sink.mails()
    }

    /// Forgets the mails received.
    pub fn clear_mails(&self) {
        self.sink.clear();
    }

    /// Refuses the next mails.
    pub fn mail_fault(&self, fault: MailFault) {
        self.sink.set_fault(fault);
    }

    /// Stops the servers and waits until they have.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Simulators {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn bind(address: SocketAddr, name: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("bind {name} to {address}"))
}
