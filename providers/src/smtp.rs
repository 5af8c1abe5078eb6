//! Mail, handed to one SMTP relay.
//!
//! Each mail has a connection of its own: a send that is dropped half-way can then never leave
//! its remains in front of the next one. Delivery is at least once (the last answer may be lost),
//! so the `Message-ID` comes from the caller and stays the same in each attempt.
//!
//! Invariant: with [`SmtpTls::Starttls`] and [`SmtpTls::Implicit`] no password and no mail crosses an unencrypted
//! line, and neither of them ever reaches a log.

use std::{fmt, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Attachment, Mailbox, MultiPart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error as SmtpError, PoolConfig,
        authentication::{Credentials, Mechanism},
        client::{Certificate, Tls, TlsParameters},
    },
};
use secrecy::{ExposeSecret, SecretString};
use tracing::{Dispatch, instrument::WithSubscriber};

const MAX_DETAIL_CHARS: usize = 300;
const MAX_HEADER_CHARS: usize = 900;
const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;
/// Replies that refuse us, not the mail: the mail can go once the settings are right.
const LOGIN_REFUSED: [u16; 4] = [530, 534, 535, 538];

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// STARTTLS, required: a server that does not offer it gets no mail.
    Starttls,
    /// TLS from the first byte, as on port 465 (RFC 8314).
    Implicit,
    /// No protection; with a password only to this computer.
    None,
}

/// Where and how mail is handed over.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Host name of the relay; with TLS its certificate must carry this name.
    pub host: String,
    /// The relay's port.
    pub port: u16,
    /// For AUTH; used only together with the password.
    pub username: Option<String>,
    /// For AUTH; never logged.
    pub password: Option<SecretString>,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// Certificates (PEM) to trust beside those of the system.
    pub ca_pem: Option<Vec<u8>>,
    /// The longest that handing over one mail may take, as a whole.
    pub timeout: Duration,
}

/// One mail to one person, as text and as HTML.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `local@domain`, with or without angle brackets; the same in every attempt.
    pub message_id: String,
    /// Name of the sender.
    pub from_name: String,
    /// Address of the sender.
    pub from_email: String,
    /// Address of the receiver.
    pub to_email: String,
    /// Name of the receiver; may be empty.
    pub to_name: String,
    /// The subject, on one line.
    pub subject: String,
    /// The mail as plain text.
    pub text: String,
    /// The same mail as HTML.
    pub html: String,
    /// A PDF that comes with it.
    pub attached: Option<(String, Vec<u8>)>,
}

/// A mail that was not handed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may go later: no connection, no time, a 4xx reply, a refused login.
    #[error("the mail was not sent and may be sent again: {0}")]
    Transient(String),
    /// It can never be sent as it is: a 5xx reply, or a mail that cannot be written.
    #[error("the mail cannot be sent: {0}")]
    Permanent(String),
}

impl MailError {
    /// The same without this address, which a relay's words often repeat: they are kept, and addresses are not.
    #[must_use]
    pub fn without(self, address: &str) -> Self {
        let hide = |words: String| match address {
            "" => words,
            address => words.replace(address, "the address"),
        };
        match self {
            Self::Transient(words) => Self::Transient(hide(words)),
            Self::Permanent(words) => Self::Permanent(hide(words)),
        }
    }
}

/// Sends mail through one relay.
#[derive(Clone)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    timeout: Duration,
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer").finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// Prepares the mailer and connects to nothing yet. Call it inside a tokio runtime.
    ///
    /// # Errors
    /// Permanent: settings that cannot work, or that would send a password in the clear.
    pub fn new(settings: &SmtpSettings) -> Result<Self, MailError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(permanent("mail needs a tokio runtime"));
        }
        if settings.host.is_empty() || settings.host.chars().any(char::is_control) {
            return Err(permanent("the host name of the mail relay is not valid"));
        }
        let credentials = credentials(settings)?;
        // A pool of size 0 keeps no connection: see the head of this file.
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.as_str())
            .port(settings.port)
            .timeout(Some(settings.timeout))
            .pool_config(PoolConfig::new().max_size(0))
            .tls(tls(settings)?);
        if let Some(credentials) = credentials {
            builder = builder.credentials(credentials).authentication(vec![Mechanism::Plain, Mechanism::Login]);
        }
        Ok(Self { transport: builder.build(), timeout: settings.timeout })
    }

    /// Hands one mail over. It may arrive twice when the last answer was lost.
    ///
    /// # Errors
    /// Transient or permanent, as [`MailError`] says.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message(mail)?;
        // The library would log what it writes: passwords, and mails with their links.
        let sending = self.transport.send(message);
        let silent = sending.with_subscriber(Dispatch::none());
        match tokio::time::timeout(self.timeout, silent).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refused(&error)),
            Err(_) => Err(MailError::Transient("no answer in time".to_owned())),
        }
    }

    /// Connects, encrypts, logs in and leaves, without sending a mail.
    ///
    /// # Errors
    /// Transient or permanent, as [`MailError`] says.
    pub async fn check(&self) -> Result<(), MailError> {
        let trying = self.transport.test_connection();
        let silent = trying.with_subscriber(Dispatch::none());
        match tokio::time::timeout(self.timeout, silent).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(MailError::Transient("the relay hung up".to_owned())),
            Ok(Err(error)) => Err(refused(&error)),
            Err(_) => Err(MailError::Transient("no answer in time".to_owned())),
        }
    }
}

fn permanent(detail: impl Into<String>) -> MailError {
    MailError::Permanent(detail.into())
}

fn credentials(settings: &SmtpSettings) -> Result<Option<Credentials>, MailError> {
    let (username, password) = match (&settings.username, &settings.password) {
        (Some(username), Some(password)) => (username, password),
        (None, None) => return Ok(None),
        _ => return Err(permanent("a user name and a password belong together")),
    };
    if settings.tls == SmtpTls::None && !is_this_computer(&settings.host) {
        return Err(permanent("a password is not sent over an unencrypted line"));
    }
    let password = password.expose_secret().to_owned();
    Ok(Some(Credentials::new(username.clone(), password)))
}

fn is_this_computer(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn tls(settings: &SmtpSettings) -> Result<Tls, MailError> {
    if settings.tls == SmtpTls::None {
        return Ok(Tls::None);
    }
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.ca_pem {
        let holds_one = pem.windows(11).any(|window| window == b"BEGIN CERTI");
        let certificate = Certificate::from_pem(pem).ok().filter(|_| holds_one);
        let certificate = certificate.ok_or_else(|| permanent("the CA file of the mail relay is not PEM"))?;
        builder = builder.add_root_certificate(certificate);
    }
    let parameters =
        builder.build_rustls().map_err(|error| permanent(format!("TLS cannot be set up: {}", cut(&causes(&error)))))?;
    Ok(match settings.tls {
        SmtpTls::Implicit => Tls::Wrapper(parameters),
        SmtpTls::Starttls | SmtpTls::None => Tls::Required(parameters),
    })
}

/// The mail as it goes over the line.
fn message(mail: &Mail) -> Result<Message, MailError> {
    let headers = [
        ("message id", &mail.message_id),
        ("sender's name", &mail.from_name),
        ("sender's address", &mail.from_email),
        ("receiver's address", &mail.to_email),
        ("receiver's name", &mail.to_name),
        ("subject", &mail.subject),
        ("file's name", mail.attached.as_ref().map_or(&mail.subject, |(name, _)| name)),
    ];
    for (name, value) in headers {
        if value.chars().any(char::is_control) || value.len() > MAX_HEADER_CHARS {
            let problem = "has a line break or a control character, or is too long";
            return Err(permanent(format!("the {name} {problem}")));
        }
    }
    let attached = mail.attached.as_ref().map_or(0, |(_, bytes)| bytes.len());
    if mail.text.len() + mail.html.len() + attached > MAX_BODY_BYTES {
        return Err(permanent("the mail is too long"));
    }
    let mut message = Message::builder()
        .message_id(Some(message_id(&mail.message_id)?))
        .from(mailbox("sender", &mail.from_name, &mail.from_email)?)
        .to(mailbox("receiver", &mail.to_name, &mail.to_email)?)
        .subject(mail.subject.clone())
        .multipart(parts(mail)?)
        .map_err(|error| permanent(format!("the mail cannot be written: {error}")))?;
    // Keeps holiday notices from answering a machine (RFC 3834).
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    let value = HeaderValue::new(name, "auto-generated".to_owned());
    message.headers_mut().insert_raw(value);
    Ok(message)
}

/// Both texts, and the file beside them.
fn parts(mail: &Mail) -> Result<MultiPart, MailError> {
    let texts = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    let Some((name, bytes)) = &mail.attached else { return Ok(texts) };
    let kind = ContentType::parse("application/pdf").map_err(|error| permanent(format!("no type: {error}")))?;
    Ok(MultiPart::mixed().multipart(texts).singlepart(Attachment::new(name.clone()).body(bytes.clone(), kind)))
}

fn mailbox(who: &str, name: &str, address: &str) -> Result<Mailbox, MailError> {
    let address = address.parse().map_err(|_| permanent(format!("the {who}'s address is not valid")))?;
    let name = Some(name.trim()).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name.map(str::to_owned), address))
}

fn message_id(id: &str) -> Result<String, MailError> {
    let bare = id.strip_prefix('<').unwrap_or(id);
    let bare = bare.strip_suffix('>').unwrap_or(bare);
    let plain = bare.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"(),:;\\".contains(&byte));
    match bare.split_once('@') {
        Some((local, domain)) if plain && !local.is_empty() && !domain.is_empty() && !domain.contains('@') => {
            Ok(format!("<{bare}>"))
        }
        _ => Err(permanent("the message id must be local@domain")),
    }
}

fn refused(error: &SmtpError) -> MailError {
    let detail = cut(&causes(error));
    let login = error.status().is_some_and(|status| LOGIN_REFUSED.contains(&u16::from(status)));
    if error.is_permanent() && !login { MailError::Permanent(detail) } else { MailError::Transient(detail) }
}

/// The whole chain, because the outermost words are only "connection error".
fn causes(error: &dyn std::error::Error) -> String {
    const MAX_CAUSES: usize = 5;
    let mut words = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(deeper) = cause.filter(|_| words.len() < MAX_CAUSES) {
        let text = deeper.to_string();
        if !words.iter().any(|said| said.contains(&text)) {
            words.push(text);
        }
        cause = deeper.source();
    }
    words.join(": ")
}

fn cut(text: &str) -> String {
    let clean = |ch: char| if ch.is_control() { ' ' } else { ch };
    text.chars().take(MAX_DETAIL_CHARS).map(clean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            message_id: "job-1.welcome@panel.example".to_owned(),
            from_name: "Sky \u{dc}ber".to_owned(),
            from_email: "noreply@panel.example".to_owned(),
            to_email: "ann@example.com".to_owned(),
            to_name: String::new(),
            subject: "Dein Server l\u{e4}uft".to_owned(),
            text: "It runs.\n.\nBye".to_owned(),
            html: "<p>It runs.</p>".to_owned(),
            attached: None,
        }
    }

    #[test]
    fn a_mail_has_both_bodies_and_its_own_id() {
        let written = String::from_utf8(message(&mail()).unwrap().formatted()).unwrap();
        assert!(written.contains("Message-ID: <job-1.welcome@panel.example>\r\n"));
        assert!(written.contains("Content-Type: multipart/alternative;"));
        assert!(written.contains("text/plain") && written.contains("text/html"));
        assert!(written.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(written.contains("\r\nDate: "));
        assert!(written.is_ascii());
    }

    #[test]
    fn a_file_comes_beside_both_bodies() {
        let mail = Mail { attached: Some(("INV-1.pdf".to_owned(), b"%PDF-1.7".to_vec())), ..mail() };
        let written = String::from_utf8(message(&mail).unwrap().formatted()).unwrap();
        assert!(written.contains("multipart/mixed") && written.contains("multipart/alternative"), "{written}");
        assert!(written.contains("application/pdf") && written.contains("INV-1.pdf"));
        assert!(message(&Mail { attached: Some(("a\r\nb".to_owned(), vec![1])), ..mail }).is_err());
    }

    #[test]
    fn line_breaks_in_headers_are_refused() {
        let breaks: [fn(&mut Mail, String); 6] = [
            |mail, text| mail.message_id = text,
            |mail, text| mail.from_name = text,
            |mail, text| mail.from_email = text,
            |mail, text| mail.to_email = text,
            |mail, text| mail.to_name = text,
            |mail, text| mail.subject = text,
        ];
        for set in breaks {
            for bad in ["a@b.c\r\nBcc: x@y.z", "a@b.c\nX: y", "a@b.c\rX", "a@b.c\0"] {
                let mut mail = mail();
                set(&mut mail, bad.to_owned());
                assert!(matches!(message(&mail), Err(MailError::Permanent(_))), "{bad:?}");
            }
        }
    }

    #[test]
    fn addresses_and_ids_must_be_whole() {
        for bad in ["", "a", "@b", "a@", "a b@c", "<a@b> x"] {
            assert!(message_id(bad).is_err(), "{bad}");
            let mut mail = mail();
            mail.to_email = bad.to_owned();
            assert!(message(&mail).is_err(), "{bad}");
        }
        assert_eq!(message_id("<a@b>").unwrap(), "<a@b>");
    }

    #[tokio::test]
    async fn a_password_never_goes_out_in_the_clear() {
        let mut settings = SmtpSettings {
            host: "mail.example.com".to_owned(),
            port: 25,
            username: Some("user".to_owned()),
            password: Some(SecretString::from("hunter2")),
            tls: SmtpTls::None,
            ca_pem: None,
            timeout: Duration::from_secs(1),
        };
        assert!(matches!(SmtpMailer::new(&settings), Err(MailError::Permanent(_))));
        assert!(!format!("{settings:?}").contains("hunter2"));
        settings.host = "127.0.0.1".to_owned();
        assert!(SmtpMailer::new(&settings).is_ok());
        settings.password = None;
        assert!(SmtpMailer::new(&settings).is_err());
        settings.username = None;
        settings.tls = SmtpTls::Starttls;
        settings.ca_pem = Some(b"nonsense".to_vec());
        assert!(SmtpMailer::new(&settings).is_err());
    }
}
