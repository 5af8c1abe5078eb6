//! The client's address, as far as the proxies in front are trusted.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use poem::Request;
use poem::http::HeaderMap;
use runtime::settings::Http;

/// The most entries of `X-Forwarded-For` that are read.
const MAX_HOPS: usize = 32;

/// Headers by which a proxy says for whom it asks.
const FORWARDED: [&str; 3] = ["x-forwarded-for", "forwarded", "x-real-ip"];
/// How often the log says that a proxy is not listed.
const SAID: Duration = Duration::from_hours(1);

/// Notices proxies that the settings don't list: behind one, every client has the same address, and shares its limits.
#[derive(Debug, Default)]
pub struct Forwarded(Mutex<Option<Instant>>);

impl Forwarded {
    /// Counts a request that a stranger forwarded, and says so at most once an hour.
    pub fn look(&self, http: &Http, peer: Option<IpAddr>, headers: &HeaderMap) {
        let Some(ip) = peer.filter(|ip| !is_proxy(http, *ip)) else { return };
        if !FORWARDED.iter().any(|name| headers.contains_key(*name)) {
            return;
        }
        metrics::counter!("http_untrusted_forwarded_total").increment(1);
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_none_or(|said| said.elapsed() >= SAID) {
            *said = Some(Instant::now());
            tracing::warn!(
                ip = %ip.to_canonical(),
                "a request was forwarded by an address that TRUST_PROXY does not name, so its client's address is not \
                 believed. If this is a proxy of yours, name it there: until then all clients behind it share one limit"
            );
        }
    }
}

/// The client's address. Only proxies that the settings list are trusted, and each of them for one
/// entry: the list is read from the right, where the nearest proxy wrote.
#[must_use]
pub fn client_ip(http: &Http, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
    let trusted = |ip: IpAddr| is_proxy(http, ip);
    let mut client = peer?.to_canonical();
    if !trusted(client) {
        return Some(client);
    }
    let values: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    for entry in values.iter().rev().flat_map(|value| value.rsplit(',')).take(MAX_HOPS) {
        let Some(ip) = address(entry.trim()) else {
            break;
        };
        client = ip.to_canonical();
        if !trusted(client) {
            break;
        }
    }
    Some(client)
}

/// Whether the settings list this address as one of our proxies.
#[must_use]
pub fn is_proxy(http: &Http, ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    http.trusted_proxies.iter().any(|net| net.contains(&ip))
}

/// The address that the connection comes from.
#[must_use]
pub fn peer_ip(request: &Request) -> Option<IpAddr> {
    request.remote_addr().as_socket_addr().map(std::net::SocketAddr::ip)
}

fn address(entry: &str) -> Option<IpAddr> {
    entry
        .parse()
        .ok()
        .or_else(|| entry.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderValue;

    fn http(trusted: &[&str]) -> Http {
        Http {
            listen: "127.0.0.1:0".parse().unwrap(),
            client_url: "http://127.0.0.1:3001".parse().unwrap(),
            cors_origins: Vec::new(),
            trusted_proxies: trusted.iter().map(|net| net.parse().unwrap()).collect(),
            metrics: None,
            secure_cookies: false,
            idle: Duration::from_mins(1),
            connections_per_address: 10,
        }
    }

    fn ip(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        headers.append("x-real-ip", HeaderValue::from_static("6.6.6.6"));
        headers.append("forwarded", HeaderValue::from_static("for=6.6.6.6"));
        client_ip(&http(trusted), Some(peer.parse().unwrap()), &headers).unwrap().to_string()
    }

    #[test]
    fn strangers_are_not_believed() {
        assert_eq!(ip(&[], "1.2.3.4", &["9.9.9.9"]), "1.2.3.4");
        assert_eq!(ip(&["10.0.0.0/8"], "1.2.3.4", &["9.9.9.9"]), "1.2.3.4");
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn the_list_is_read_from_the_right() {
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &["9.9.9.9, 5.5.5.5"]), "5.5.5.5");
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &["9.9.9.9, 5.5.5.5, 10.0.0.2"]), "5.5.5.5");
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &["9.9.9.9", "5.5.5.5,10.0.0.2"]), "5.5.5.5");
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &["9.9.9.9, rubbish, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &["10.0.0.3"]), "10.0.0.3");
        assert_eq!(ip(&["10.0.0.0/8"], "::ffff:10.0.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
    }
}
