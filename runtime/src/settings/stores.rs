//! `PostgreSQL` and Redis.

use std::net::IpAddr;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// Passwords found in every tutorial.
const KNOWN: [&str; 8] = ["postgres", "password", "skypanel", "changeme", "change-me", "secret", "admin", "root"];

/// `PostgreSQL`, the ledger.
#[derive(Clone, Debug)]
pub struct Database {
    /// As the role that runs the application: it can neither change tables nor rewrite the books.
    pub url: SecretString,
    /// As the role that owns the tables; only `skypanel migrate` needs it.
    pub owner_url: Option<SecretString>,
    /// Connections in the process's pool, 2 to 1000; a worker opens four more of its own.
    pub max_connections: u32,
}

impl Database {
    /// Reads `DATABASE_URL`, `DATABASE_OWNER_URL`, `DATABASE_MAX_CONNECTIONS` and `DATABASE_TLS`.
    ///
    /// # Errors
    /// Each variable that is wrong; where TLS is required, also an address on another host without it.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let schemes = &["postgres", "postgresql"];
        let url = reader.required_secret("DATABASE_URL");
        let url = url.and_then(|url| address(&mut reader, "DATABASE_URL", schemes, url));
        let owner_url = reader.secret("DATABASE_OWNER_URL");
        let owner_url = owner_url.and_then(|url| address(&mut reader, "DATABASE_OWNER_URL", schemes, url));
        let tls = reader.text_if("DATABASE_TLS", "write warn or require", |value| matches!(value, "warn" | "require"));
        for (name, url) in [("DATABASE_URL", &url), ("DATABASE_OWNER_URL", &owner_url)] {
            let far = url.as_ref().is_some_and(|url| unverified(url) > Distance::Here);
            if far && tls.as_deref() == Some("require") {
                reader.refuse(name, format!("DATABASE_TLS requires TLS: {VERIFY}"));
            }
        }
        let max = reader.number("DATABASE_MAX_CONNECTIONS", 2..=1000);
        let max = max.and_then(|max| u32::try_from(max).ok());
        let database = url.zip(max).map(|(url, max_connections)| Self { url, owner_url, max_connections });
        reader.finish(database)
    }
}

/// What to write so that a database on another host is the right one and nobody listens.
pub(super) const VERIFY: &str =
    "append ?sslmode=verify-full, and &sslrootcert=/path/to/ca.pem where the system does not know its authority";

/// How far away a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Distance {
    /// This machine, or an address that nobody can read.
    Here,
    /// A name without a dot: a container beside us.
    Beside,
    /// Anywhere.
    Elsewhere,
}

/// How far it is to a database whose certificate is not verified, or to a Redis without TLS.
pub(super) fn unverified(url: &SecretString) -> Distance {
    let Ok(url) = Url::parse(url.expose_secret()) else { return Distance::Here };
    let parameter =
        |name: &str| url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    let verified = parameter("sslmode").or_else(|| parameter("ssl-mode")).as_deref() == Some("verify-full");
    if verified || url.scheme() == "rediss" {
        return Distance::Here;
    }
    let host = parameter("host").unwrap_or_else(|| url.host_str().unwrap_or_default().to_owned());
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return if ip.to_canonical().is_loopback() { Distance::Here } else { Distance::Elsewhere };
    }
    // A socket is a path, as it is or percent-encoded.
    let socket = host.is_empty() || host.starts_with('/') || host.to_ascii_lowercase().starts_with("%2f");
    match host.trim_end_matches('.') {
        name if socket || name == "localhost" => Distance::Here,
        name if name.contains('.') => Distance::Elsewhere,
        _ => Distance::Beside,
    }
}

/// Redis, the doorbell.
#[derive(Clone, Debug)]
pub struct Redis {
    /// `redis://` or, encrypted, `rediss://`.
    pub url: SecretString,
    /// Prefix of all our keys, so that several installations can share one Redis.
    pub queue_prefix: String,
}

impl Redis {
    /// Reads `REDIS_URL` and `QUEUE_PREFIX`.
    ///
    /// # Errors
    /// Each variable that is wrong.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let url = reader.required_secret("REDIS_URL");
        let url = url.and_then(|url| address(&mut reader, "REDIS_URL", &["redis", "rediss"], url));
        let prefix = reader.text_if("QUEUE_PREFIX", "write at most 64 letters, digits, - and _", |value| {
            value.len() <= 64 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        });
        let redis = url.zip(prefix).map(|(url, queue_prefix)| Self { url, queue_prefix });
        reader.finish(redis)
    }
}

/// The address, if its scheme is right and its password is not a well-known one. Never shown.
fn address(
    reader: &mut Reader<'_>,
    name: &'static str,
    schemes: &[&str],
    secret: SecretString,
) -> Option<SecretString> {
    let Ok(url) = Url::parse(secret.expose_secret()) else {
        reader.refuse(
            name,
            format!("write {}://user:password@host:port/name (percent-encode special characters)", schemes[0]),
        );
        return None;
    };
    if !schemes.contains(&url.scheme()) {
        reader.refuse(name, format!("must begin with {}://", schemes.join(":// or ")));
        return None;
    }
    if reader.production && url.password().is_some_and(|password| KNOWN.contains(&password)) {
        reader.refuse(name, "production needs a password that cannot be guessed");
        return None;
    }
    Some(secret)
}
