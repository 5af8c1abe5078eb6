//! The two cookies of a browser's session, the one that outlasts it, and the one that goes to an issuer and back.

use poem::http::{HeaderMap, HeaderValue, header};
use secrecy::SecretString;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The access token.
    Access,
    /// The refresh token.
    Refresh,
    /// The users who have signed in on this device.
    Device,
    /// A browser on its way to an issuer and back. The issuer's page sends it back, so it goes with such a visit too.
    Oidc,
}

/// How cookies are named and flagged here.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    /// Whether browsers reach us by https: then cookies are bound to the host and never sent in plain
    /// text.
    pub secure: bool,
}

impl Cookies {
    /// The cookie's name.
    #[must_use]
    pub fn name(self, kind: Kind) -> &'static str {
        match (kind, self.secure) {
            (Kind::Access, true) => "__Host-sp_access",
            (Kind::Access, false) => "sp_access",
            (Kind::Refresh, true) => "__Host-sp_refresh",
            (Kind::Refresh, false) => "sp_refresh",
            (Kind::Device, true) => "__Host-sp_device",
            (Kind::Device, false) => "sp_device",
            (Kind::Oidc, true) => "__Host-sp_oidc",
            (Kind::Oidc, false) => "sp_oidc",
        }
    }

    /// The header that gives a browser the cookie for so many seconds.
    #[must_use]
    pub fn set(self, kind: Kind, value: &str, age_s: i64) -> HeaderValue {
        self.header(kind, value, age_s)
    }

    /// The header that clears the cookie.
    #[must_use]
    pub fn clear(self, kind: Kind) -> HeaderValue {
        self.header(kind, "", 0)
    }

    fn header(self, kind: Kind, value: &str, age_s: i64) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        let site = if kind == Kind::Oidc { "Lax" } else { "Strict" };
        let text = format!("{}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite={site}{secure}", self.name(kind));
        // Tokens are base64url, dots and tildes, so this is always a valid header.
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The cookie's value, when the request carries it. The first of two with one name counts.
    #[must_use]
    pub fn read(self, headers: &HeaderMap, kind: Kind) -> Option<SecretString> {
        let name = self.name(kind);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(found, _)| *found == name)
            .map(|(_, value)| SecretString::from(value.trim_matches('"')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn flags() {
        let secure = Cookies { secure: true };
        assert_eq!(
            secure.set(Kind::Access, "a.b.c", 600),
            "__Host-sp_access=a.b.c; Path=/; Max-Age=600; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            secure.clear(Kind::Refresh),
            "__Host-sp_refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            secure.set(Kind::Oidc, "x", 600),
            "__Host-sp_oidc=x; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"
        );
        let plain = Cookies { secure: false };
        assert_eq!(
            plain.set(Kind::Refresh, "x", 604_800),
            "sp_refresh=x; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict"
        );
    }

    #[test]
    fn reading() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; sp_access=first;sp_access=second"));
        headers.append(header::COOKIE, HeaderValue::from_static("sp_refresh=\"r\"; broken"));
        let plain = Cookies { secure: false };
        assert_eq!(plain.read(&headers, Kind::Access).unwrap().expose_secret(), "first");
        assert_eq!(plain.read(&headers, Kind::Refresh).unwrap().expose_secret(), "r");
        // A plain cookie is not taken for one that is bound to the host.
        assert!(Cookies { secure: true }.read(&headers, Kind::Access).is_none());
    }
}
