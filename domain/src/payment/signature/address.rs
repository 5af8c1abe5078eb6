//! Where certificates and pages of the provider are, and nowhere else.

use url::{Origin, Url};

use super::Mode;

/// Below this path are certificates.
const CERTIFICATES: &str = "/v1/notifications/certs/";
/// The longest address that is looked at.
const MAX_ADDRESS: usize = 500;

/// A certificate's address, if it is the provider's: an exact host, https, and a plain path.
pub(super) fn certificate(mode: Mode, origin: Option<&Origin>, text: &str) -> Option<Url> {
    let url = plain(text)?;
    let hosts: &[&str] = match mode {
        Mode::Live => &["api.paypal.com", "api-m.paypal.com"],
        Mode::Sandbox => &["api.sandbox.paypal.com", "api-m.sandbox.paypal.com"],
        Mode::Simulated => &[],
    };
    let name = url.path().strip_prefix(CERTIFICATES)?;
    // What a path can be besides a name could lead elsewhere on the host.
    let named =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    (named && url.query().is_none() && is_at(&url, hosts, origin)).then_some(url)
}

/// Whether a payer may be sent there.
pub(super) fn page(mode: Mode, origin: Option<&Origin>, text: &str) -> bool {
    let hosts: &[&str] = match mode {
        Mode::Live => &["www.paypal.com", "paypal.com"],
        Mode::Sandbox => &["www.sandbox.paypal.com", "sandbox.paypal.com"],
        Mode::Simulated => &[],
    };
    plain(text).is_some_and(|url| is_at(&url, hosts, origin))
}

/// An address that says what it is: nothing that readers of addresses disagree about.
fn plain(text: &str) -> Option<Url> {
    let strange = |byte: u8| !byte.is_ascii_graphic() || byte == b'\\' || byte == b'@';
    if text.len() > MAX_ADDRESS || text.bytes().any(strange) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    // The parser mends what is odd; what was mended is not taken.
    (bare && url.as_str() == text).then_some(url)
}

fn is_at(url: &Url, hosts: &[&str], origin: Option<&Origin>) -> bool {
    match origin {
        Some(origin) => url.origin() == *origin,
        None => {
            url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(|host| hosts.contains(&host))
        }
    }
}
