//! What a browser says about itself, in words that we chose.

use std::fmt;

/// A browser or program and its system, as far as its `User-Agent` tells. Both are ours to spell: what a client sends
/// is never shown as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The browser or program, such as `Firefox`; none that we know.
    pub program: Option<&'static str>,
    /// The system, such as `Windows`; none that we know.
    pub system: Option<&'static str>,
}

/// Parts of a `User-Agent` with what they mean. The first that occurs counts: many browsers name others too.
const PROGRAMS: &[(&str, &str)] = &[
    ("skypanel", "SkyPanel's command line"),
    ("edg/", "Edge"),
    ("edga/", "Edge"),
    ("edgios/", "Edge"),
    ("opr/", "Opera"),
    ("vivaldi/", "Vivaldi"),
    ("samsungbrowser/", "Samsung Internet"),
    ("duckduckgo/", "DuckDuckGo"),
    ("fxios/", "Firefox"),
    ("firefox/", "Firefox"),
    ("crios/", "Chrome"),
    ("chromium/", "Chromium"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
    ("curl/", "curl"),
    ("wget/", "Wget"),
    ("python", "Python"),
    ("go-http-client/", "Go"),
    ("node", "Node.js"),
    ("okhttp/", "OkHttp"),
    ("postman", "Postman"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("windows", "Windows"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("cros ", "ChromeOS"),
    ("mac os x", "macOS"),
    ("macintosh", "macOS"),
    ("linux", "Linux"),
    ("freebsd", "FreeBSD"),
    ("openbsd", "OpenBSD"),
];

/// The device behind a `User-Agent`.
#[must_use]
pub fn device(user_agent: Option<&str>) -> Device {
    let agent = user_agent.unwrap_or_default().to_lowercase();
    let first = |table: &[(&str, &'static str)]| {
        table.iter().find(|(part, _)| agent.contains(part)).map(|(_, meaning)| *meaning)
    };
    Device { program: first(PROGRAMS), system: first(SYSTEMS) }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.program, self.system) {
            (Some(program), Some(system)) => write!(f, "{program} on {system}"),
            (Some(one), None) => f.write_str(one),
            (None, Some(system)) => write!(f, "A program on {system}"),
            (None, None) => f.write_str("An unknown program"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_in_our_words() {
        for (agent, said) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 \
                 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile \
                 Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 CriOS/142.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 \
                 Edg/142.0.0.0",
                "Edge on Linux",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            ("curl/8.14.1", "curl"),
            ("<script>alert(1)</script> https://evil.example", "An unknown program"),
            ("", "An unknown program"),
        ] {
            assert_eq!(device(Some(agent)).to_string(), said, "{agent}");
        }
        assert_eq!(device(None).to_string(), "An unknown program");
    }
}
