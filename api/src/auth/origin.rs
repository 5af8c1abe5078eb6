//! Where a request comes from: the pages of this panel, or anywhere else.

use poem::http::{HeaderMap, Method, header};

/// The origins that are this panel's own.
#[derive(Clone, Debug)]
pub struct OwnOrigins {
    /// Where the pages are, as browsers write it.
    pub client: String,
    /// Whether browsers reach us by https.
    pub secure: bool,
}

/// Whether a method changes something.
#[must_use]
pub fn mutates(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

impl OwnOrigins {
    /// Whether the headers prove that one of our own pages sent the request.
    #[must_use]
    pub fn proven(&self, headers: &HeaderMap) -> bool {
        if headers.contains_key(header::ORIGIN) {
            return self.owns(headers);
        }
        text(headers, "sec-fetch-site") == Some("same-origin")
    }

    /// Whether the headers say that another site's page sent the request. Programs send neither
    /// header and are not refused.
    #[must_use]
    pub fn denied(&self, headers: &HeaderMap) -> bool {
        if headers.contains_key(header::ORIGIN) {
            return !self.owns(headers);
        }
        matches!(text(headers, "sec-fetch-site"), Some(site) if site != "same-origin" && site != "none")
    }

    fn owns(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let (Some(origin), None) = (origins.next().and_then(|value| value.to_str().ok()), origins.next()) else {
            return false;
        };
        let scheme = if self.secure { "https" } else { "http" };
        let host = text(headers, "host").filter(|host| !host.is_empty());
        origin == self.client
            || host.is_some_and(|host| {
                origin
                    .strip_prefix(scheme)
                    .and_then(|rest| rest.strip_prefix("://"))
                    .is_some_and(|rest| rest.eq_ignore_ascii_case(host))
            })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static [u8])]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    #[test]
    fn only_our_own_pages_are_proven() {
        let own = OwnOrigins { client: "https://panel.example.com".into(), secure: true };
        for good in [
            &[("origin", &b"https://panel.example.com"[..])][..],
            &[("origin", b"https://10.0.0.1:3001"), ("host", b"10.0.0.1:3001")],
            &[("sec-fetch-site", b"same-origin")],
        ] {
            assert!(own.proven(&headers(good)) && !own.denied(&headers(good)), "{good:?}");
        }
        for bad in [
            &[("origin", &b"https://evil.example"[..])][..],
            &[("origin", b"null")],
            &[("origin", b"")],
            &[("origin", b"http://10.0.0.1:3001"), ("host", b"10.0.0.1:3001")],
            &[("origin", b"https://panel.example.com.evil.example")],
            &[("origin", b"https://panel.example.com"), ("origin", b"https://evil.example")],
            &[("origin", b"https://evil.example"), ("sec-fetch-site", b"same-origin")],
            &[("origin", b"\xff\xfe")],
            &[("sec-fetch-site", b"same-site")],
            &[("sec-fetch-site", b"cross-site")],
        ] {
            assert!(!own.proven(&headers(bad)) && own.denied(&headers(bad)), "{bad:?}");
        }
        // A program sends neither: it proves nothing, and is not another site's page.
        assert!(!own.proven(&HeaderMap::new()) && !own.denied(&HeaderMap::new()));
    }
}
