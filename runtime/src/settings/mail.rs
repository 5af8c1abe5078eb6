//! The mail server.

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use super::http::client_url;
use super::reader::Reader;
use super::{SettingsErrors, Source};

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// STARTTLS, required.
    Starttls,
    /// TLS from the first byte, as on port 465.
    Implicit,
    /// Nothing is encrypted, which production refuses.
    None,
}

/// The port at which a server speaks TLS from the first byte (RFC 8314).
const IMPLICIT_PORT: u16 = 465;

/// The mail server, and the sender of every mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The server's name or address.
    pub host: String,
    /// The server's port; 2525 unless set.
    pub port: u16,
    /// Set together with `password`, or not at all.
    pub username: Option<String>,
    /// Set together with `username`, or not at all.
    pub password: Option<SecretString>,
    /// How the connection is protected.
    pub tls: MailTls,
    /// Certificates to trust besides the system's (PEM).
    pub ca_file: Option<PathBuf>,
    /// The sender's address.
    pub from_email: String,
    /// The sender's name; the company's if unset.
    pub from_name: String,
    /// The address that links in mail begin with.
    pub client_url: Url,
}

impl Mail {
    /// Reads `SMTP2GO_{HOST,PORT,USERNAME,PASSWORD}`, `SMTP_TLS`, `SMTP_CA_FILE`, `FROM_EMAIL`, `FROM_NAME`,
    /// `CLIENT_URL` and `COMPANY_NAME`. The names are those of the mail service that most installations use; any
    /// SMTP server will do.
    ///
    /// # Errors
    /// Each variable that is wrong; in production also mail without encryption and a sender at a
    /// reserved domain such as `example.com`.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let host = reader.text_if("SMTP2GO_HOST", "write the name of a mail server", |value| {
            value.len() <= 253 && !value.contains(|c: char| c.is_whitespace() || c.is_control() || c == '/')
        });
        let port = reader.number("SMTP2GO_PORT", 1..=u64::from(u16::MAX)).and_then(|port| u16::try_from(port).ok());
        let (username, password) = credentials(&mut reader);
        let tls = port.and_then(|port| tls(&mut reader, port));
        let ca_file = reader.text("SMTP_CA_FILE").map(PathBuf::from);
        let from_email = reader.email("FROM_EMAIL");
        let company_name = reader.name("COMPANY_NAME");
        let from_name = reader.name("FROM_NAME").or(company_name);
        let client_url = client_url(&mut reader);
        let mail = || {
            Some(Self {
                host: host?,
                port: port?,
                username,
                password,
                tls: tls?,
                ca_file,
                from_email: from_email?,
                from_name: from_name?,
                client_url: client_url?,
            })
        };
        let mail = mail();
        reader.finish(mail)
    }
}

fn tls(reader: &mut Reader<'_>, port: u16) -> Option<MailTls> {
    let implicit = port == IMPLICIT_PORT;
    let word = reader.text("SMTP_TLS");
    match word.as_deref() {
        None if implicit => Some(MailTls::Implicit),
        Some("implicit") => Some(MailTls::Implicit),
        Some("starttls") if implicit => {
            reader.refuse("SMTP_TLS", "port 465 speaks TLS from the first byte: write implicit, or leave it empty");
            None
        }
        None | Some("starttls") => Some(MailTls::Starttls),
        Some("none") if reader.production => {
            reader.refuse("SMTP_TLS", "must be starttls or implicit in production");
            None
        }
        Some("none") => Some(MailTls::None),
        Some(other) => {
            reader.refuse("SMTP_TLS", format!("write starttls, implicit or none, not {other:?}"));
            None
        }
    }
}

fn credentials(reader: &mut Reader<'_>) -> (Option<String>, Option<SecretString>) {
    let username = reader.text("SMTP2GO_USERNAME");
    let password = reader.secret("SMTP2GO_PASSWORD");
    match (&username, &password) {
        (Some(_), None) => reader.refuse("SMTP2GO_PASSWORD", "is missing: SMTP2GO_USERNAME is set"),
        (None, Some(_)) => reader.refuse("SMTP2GO_USERNAME", "is missing: SMTP2GO_PASSWORD is set"),
        _ => {}
    }
    (username, password)
}
