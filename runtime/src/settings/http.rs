//! Where the API listens, and which proxies and pages it trusts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// Where the API listens, and which proxies and pages it trusts.
#[derive(Clone, Debug)]
pub struct Http {
    /// The address to bind, from `HOST` and `PORT`; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The address at which people open the panel, without a path.
    pub client_url: Url,
    /// Other sites whose pages may call the API: exact origins such as `https://shop.your.domain`.
    pub cors_origins: Vec<String>,
    /// Networks whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The address `/metrics` listens on; none if unset.
    pub metrics: Option<SocketAddr>,
    /// Whether cookies are `Secure`: true when `client_url` is https.
    pub secure_cookies: bool,
    /// A connection without a request is closed after this, 1 s to 1 h.
    pub idle: Duration,
    /// Connections that one address may have open, those of `trusted_proxies` excepted.
    pub connections_per_address: usize,
}

impl Http {
    /// Reads `HOST`, `PORT`, `CLIENT_URL`, `CORS_ALLOWED_ORIGINS`, `TRUST_PROXY`, `METRICS_ADDR`, `HTTP_IDLE_MS` and
    /// `HTTP_CONNECTIONS_PER_ADDRESS`.
    ///
    /// # Errors
    /// Each variable that is wrong; in production also a `CLIENT_URL` that is not https and a `METRICS_ADDR` that
    /// others can reach.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let listen = listen(&mut reader);
        let client_url = client_url(&mut reader);
        let cors_origins =
            list(&mut reader, "CORS_ALLOWED_ORIGINS", "an origin such as https://shop.your.domain", origin);
        let trusted_proxies = list(&mut reader, "TRUST_PROXY", "a network such as 10.0.0.0/8, or one address", network);
        let metrics = metrics(&mut reader);
        let idle = reader.millis("HTTP_IDLE_MS", 1_000..=3_600_000);
        let connections = reader.number("HTTP_CONNECTIONS_PER_ADDRESS", 1..=1_000_000);
        let http = || {
            let client_url = client_url?;
            Some(Self {
                listen: listen?,
                secure_cookies: client_url.scheme() == "https",
                client_url,
                cors_origins,
                trusted_proxies,
                metrics,
                idle: idle?,
                connections_per_address: connections?.try_into().ok()?,
            })
        };
        let http = http();
        reader.finish(http)
    }
}

/// `CLIENT_URL`: scheme, host and port alone.
pub(super) fn client_url(reader: &mut Reader<'_>) -> Option<Url> {
    let url = reader.web_address("CLIENT_URL")?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        reader.refuse("CLIENT_URL", format!("leave out what follows the host: {}", url.origin().ascii_serialization()));
        return None;
    }
    Some(url)
}

fn listen(reader: &mut Reader<'_>) -> Option<SocketAddr> {
    let host = reader.text_if("HOST", "write an address of this machine such as 127.0.0.1 or 0.0.0.0", |value| {
        host(value).is_some()
    });
    let port = reader.number("PORT", 0..=u64::from(u16::MAX)).and_then(|port| u16::try_from(port).ok());
    Some(SocketAddr::new(host.as_deref().and_then(self::host)?, port?))
}

fn host(value: &str) -> Option<IpAddr> {
    if value == "localhost" { Some(Ipv4Addr::LOCALHOST.into()) } else { value.parse().ok() }
}

fn metrics(reader: &mut Reader<'_>) -> Option<SocketAddr> {
    let text = reader.text("METRICS_ADDR")?;
    let Ok(addr) = text.parse::<SocketAddr>() else {
        reader.refuse("METRICS_ADDR", format!("write an address with a port such as 127.0.0.1:9464, not {text:?}"));
        return None;
    };
    if reader.production && !addr.ip().is_loopback() {
        reader.refuse("METRICS_ADDR", format!("must be a loopback address in production, not {addr}"));
        return None;
    }
    Some(addr)
}

/// A list whose items are separated by commas; each wrong item is named.
fn list<T>(reader: &mut Reader<'_>, name: &'static str, expected: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
    let text = reader.text(name).unwrap_or_default();
    let mut items = Vec::new();
    for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        match parse(item) {
            Some(parsed) => items.push(parsed),
            None => reader.refuse(name, format!("{item:?} is not {expected}")),
        }
    }
    items
}

fn origin(item: &str) -> Option<String> {
    let url = Url::parse(item).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    // Browsers send an origin exactly so; anything else would never match.
    (url.origin().ascii_serialization() == item).then(|| item.to_owned())
}

fn network(item: &str) -> Option<IpNet> {
    let net = item.parse::<IpNet>().ok().or_else(|| item.parse::<IpAddr>().ok().map(IpNet::from))?;
    // Trusting every network would let any caller choose the address that limits are counted by.
    (net.prefix_len() > 0).then_some(net)
}
