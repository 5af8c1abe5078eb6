//! An SMTP server that keeps what it is given instead of delivering it.

mod message;
mod session;
pub(crate) mod tls;
mod wire;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::{clock::Clock, config::Config};

/// Mails kept; the oldest go first.
const MAX_MAILS: usize = 1000;
/// Bytes of mail kept; the oldest go first.
const MAX_KEPT_BYTES: usize = 64 * 1024 * 1024;
/// Conversations at once; more wait in the listener's backlog.
const MAX_SESSIONS: usize = 64;

/// A mail that was accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    /// Bare address of the From header.
    pub from: String,
    /// Bare addresses of the To header, or the envelope's recipients without one.
    pub to: Vec<String>,
    /// Subject, decoded.
    pub subject: String,
    /// The text part, decoded.
    pub text: String,
    /// The HTML part, decoded; empty without one.
    pub html: String,
    /// The message as it came, lossily as UTF-8.
    pub raw: String,
    /// Sender of the envelope.
    pub envelope_from: String,
    /// Recipients of the envelope.
    pub envelope_to: Vec<String>,
    /// Whether it came over TLS.
    pub tls: bool,
    /// The user who logged in.
    pub user: Option<String>,
    /// RFC 3339.
    pub at: String,
}

/// How the next mails are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailFault {
    /// With which kind of answer.
    pub kind: MailFaultKind,
    /// How many mails.
    #[serde(default = "once")]
    pub times: u32,
}

/// Kind of refusal, given after DATA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailFaultKind {
    /// 451: try again later.
    Temporary,
    /// 550: never try again.
    Permanent,
    /// No refusal.
    None,
}

fn once() -> u32 {
    1
}

/// What the conversations share.
pub(crate) struct Sink {
    tls: TlsAcceptor,
    login: Option<(String, String)>,
    require_tls: bool,
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    mails: VecDeque<Mail>,
    kept_bytes: usize,
    fault: MailFault,
}

const NO_FAULT: MailFault = MailFault { kind: MailFaultKind::None, times: 0 };

impl Sink {
    pub(crate) fn new(config: &Config, tls: TlsAcceptor) -> Self {
        Self {
            tls,
            login: config.smtp_login.clone(),
            require_tls: config.smtp_require_tls,
            clock: Clock::start(),
            state: Mutex::new(State { mails: VecDeque::new(), kept_bytes: 0, fault: NO_FAULT }),
        }
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.lock().mails.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        let mut state = self.lock();
        state.mails.clear();
        state.kept_bytes = 0;
    }

    pub(crate) fn reset(&self) {
        self.clear();
        self.set_fault(NO_FAULT);
    }

    pub(crate) fn set_fault(&self, fault: MailFault) {
        self.lock().fault = fault;
    }

    /// Whether the next mail is refused; uses one of the fault's times up.
    fn take_fault(&self) -> MailFaultKind {
        let fault = &mut self.lock().fault;
        if fault.times == 0 {
            return MailFaultKind::None;
        }
        fault.times -= 1;
        fault.kind
    }

    fn keep(&self, mail: Mail) {
        let mut state = self.lock();
        state.kept_bytes += mail.raw.len();
        state.mails.push_back(mail);
        while state.mails.len() > MAX_MAILS || state.kept_bytes > MAX_KEPT_BYTES {
            let Some(oldest) = state.mails.pop_front() else {
                break;
            };
            state.kept_bytes -= oldest.raw.len();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until it is stopped; with `tls` from the first byte of each connection.
pub(crate) async fn serve(listener: TcpListener, tls: bool, sink: Arc<Sink>, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(MAX_SESSIONS));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "smtp accept");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        let (sink, stop) = (Arc::clone(&sink), stop.clone());
        tokio::spawn(async move {
            let ended = stop.run_until_cancelled(session::converse(Box::new(stream), tls, &sink)).await;
            if let Some(Err(error)) = ended {
                tracing::debug!(%error, "smtp session");
            }
            drop(slot);
        });
    }
}
