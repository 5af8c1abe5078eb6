//! HTTP as every provider's client needs it: bounded in time and size, without redirects, and
//! exact about whether a request may have been received.
//!
//! Invariant: an exchange ends in at most [`TOTAL_TIMEOUT`] and holds at most [`MAX_BODY_BYTES`].

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use reqwest::{
    Client, Request, StatusCode,
    header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::{
    error::{ErrorClass, ProviderError, code},
    meter::RateLimit,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The longest an exchange may take, from the first byte out to the last byte in.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);
/// Shorter than any provider keeps an idle connection, so that few requests meet a closed one.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// Idle connections kept for each host: more than the calls one process makes at once.
const MAX_IDLE_PER_HOST: usize = 32;
/// The most of an answer that is read, after decompression.
pub(crate) const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
const MAX_RETRY_AFTER: Duration = Duration::from_mins(15);
/// No provider's window is longer, so a longer one is a mistake.
const MAX_RESET: Duration = Duration::from_hours(1);
const MAX_REQUEST_ID_CHARS: usize = 128;
const MAX_TOKEN_BYTES: usize = 4096;
const USER_AGENT: &str = concat!("SkyPanel/", env!("CARGO_PKG_VERSION"));

/// What a lost answer means for the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Reads, or may be repeated without harm.
    Repeatable,
    /// Must not be repeated before checking.
    Once,
}

impl Effect {
    /// The class of an error after which it is not known whether the request took effect.
    pub(crate) fn when_unclear(self) -> ErrorClass {
        match self {
            Self::Repeatable => ErrorClass::Transient,
            Self::Once => ErrorClass::Unknown,
        }
    }
}

/// An answer, of whatever status.
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// The body was longer than what is read of one.
    pub cut_short: bool,
}

/// A client for the endpoints of one scheme. Plain HTTP goes to this computer only, and never
/// through a proxy.
pub(crate) fn client(secure: bool) -> Result<Client, ProviderError> {
    #[expect(clippy::disallowed_methods, reason = "this is the one door to HTTP")]
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .pool_max_idle_per_host(MAX_IDLE_PER_HOST)
        .redirect(redirect::Policy::none())
        .referer(false);
    builder = if secure { builder.https_only(true) } else { builder.no_proxy() };
    builder.build().map_err(|error| {
        let message = format!("the secure connection could not be set up: {error}");
        ProviderError::new(ErrorClass::Permanent, code::UNAVAILABLE, message)
    })
}

/// Refuses an endpoint that could leak the token or that is not the root of an API.
pub(crate) fn check_endpoint(endpoint: &Url) -> Result<(), ProviderError> {
    let loopback = match endpoint.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(ProviderError::invalid("endpoint", "it has no host")),
    };
    let problem = match endpoint.scheme() {
        "http" if !loopback => "http is allowed only on this computer: use https",
        "http" | "https" if has_extras(endpoint) => "it must not have a user, a password, a query or a fragment",
        "http" | "https" => return Ok(()),
        _ => "it must begin with https",
    };
    Err(ProviderError::invalid("endpoint", problem))
}

fn has_extras(endpoint: &Url) -> bool {
    !endpoint.username().is_empty()
        || endpoint.password().is_some()
        || endpoint.query().is_some()
        || endpoint.fragment().is_some()
}

/// The `Authorization` header, marked so that no log prints it.
pub(crate) fn bearer(token: &SecretString) -> Result<HeaderValue, ProviderError> {
    let token = token.expose_secret().trim();
    let plausible =
        !token.is_empty() && token.len() <= MAX_TOKEN_BYTES && token.bytes().all(|byte| byte.is_ascii_graphic());
    let header = HeaderValue::from_str(&format!("Bearer {token}")).ok();
    match header.filter(|_| plausible) {
        Some(mut value) => {
            value.set_sensitive(true);
            Ok(value)
        }
        None => Err(ProviderError::new(
            ErrorClass::Credentials,
            code::UNAUTHENTICATED,
            "the token is empty or has characters that a token cannot have",
        )),
    }
}

/// Sends one request and reads its answer whole.
pub(crate) async fn exchange(client: &Client, request: Request, effect: Effect) -> Result<Reply, ProviderError> {
    exchange_within(client, request, effect, MAX_BODY_BYTES).await
}

/// The same, of an answer of which so many bytes are read at most.
pub(crate) async fn exchange_within(
    client: &Client,
    request: Request,
    effect: Effect,
    max_bytes: usize,
) -> Result<Reply, ProviderError> {
    let mut response = client.execute(request).await.map_err(|error| broken(error, effect))?;
    let mut reply =
        Reply { status: response.status(), headers: response.headers().clone(), body: Vec::new(), cut_short: false };
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => {
                reply.body = without_nul(reply.body);
                return Ok(reply);
            }
            Err(error) => {
                let mut error = broken(error, effect);
                error.status = Some(reply.status.as_u16());
                error.request_id = request_id(&reply.headers);
                return Err(error);
            }
        };
        let room = max_bytes - reply.body.len();
        if chunk.len() > room {
            reply.body.extend_from_slice(&chunk[..room]);
            reply.cut_short = true;
            return Ok(reply);
        }
        reply.body.extend_from_slice(&chunk);
    }
}

/// JSON without the character NUL in its texts, which our database does not take: a name with one would make every job
/// that reads it fail.
fn without_nul(body: Vec<u8>) -> Vec<u8> {
    const ESCAPED: &[u8] = b"\\u0000";
    if !body.contains(&b'\\') || !body.windows(ESCAPED.len()).any(|window| window == ESCAPED) {
        return body;
    }
    let mut kept = Vec::with_capacity(body.len());
    let mut rest = body.as_slice();
    while let Some(first) = rest.first() {
        if rest.starts_with(ESCAPED) {
            rest = &rest[ESCAPED.len()..];
            continue;
        }
        // What a backslash escapes belongs to it: the second of two begins nothing.
        let taken = if *first == b'\\' { rest.len().min(2) } else { 1 };
        kept.extend_from_slice(&rest[..taken]);
        rest = &rest[taken..];
    }
    kept
}

/// An exchange without a complete answer. Only after a failed connect is it certain that nothing was received.
fn broken(error: reqwest::Error, effect: Effect) -> ProviderError {
    let error = error.without_url();
    let cause = root_cause(&error);
    if error.is_connect() {
        let message = format!("could not connect: {cause}");
        return ProviderError::new(ErrorClass::Transient, code::UNAVAILABLE, message);
    }
    let (code, message) = if error.is_timeout() {
        (code::TIMEOUT, "no answer in time".to_owned())
    } else if error.is_decode() {
        (code::BAD_ANSWER, format!("unreadable answer: {cause}"))
    } else {
        (code::LOST_ANSWER, format!("the answer was lost: {cause}"))
    };
    ProviderError::new(effect.when_unclear(), code, message)
}

fn root_cause(error: &dyn std::error::Error) -> String {
    const MAX_CAUSES: usize = 10;
    let mut cause = error;
    for _ in 0..MAX_CAUSES {
        match cause.source() {
            Some(deeper) => cause = deeper,
            None => break,
        }
    }
    cause.to_string()
}

/// The provider's own id of an exchange.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let value =
        ["x-request-id", "akamai-request-id", "x-akamai-request-id"].into_iter().find_map(|name| headers.get(name))?;
    let text = value.to_str().ok()?.trim();
    let id: String = text.chars().take(MAX_REQUEST_ID_CHARS).collect();
    (!id.is_empty()).then_some(id)
}

/// How long to wait, from `Retry-After` (seconds or a date), else from `X-RateLimit-Reset` (an
/// epoch second). Dates are compared with the answer's own `Date`, so our clock does not matter.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = text(headers, RETRY_AFTER.as_str());
    let seconds = asked
        .and_then(|value| value.parse::<i64>().ok())
        .or_else(|| Some(http_date(asked?)?.saturating_sub(answered_at(headers))))
        .or_else(|| {
            let reset = text(headers, "x-ratelimit-reset")?.parse::<i64>().ok()?;
            Some(reset.saturating_sub(answered_at(headers)))
        })?;
    let wait = Duration::from_secs(u64::try_from(seconds).unwrap_or(0).max(1));
    Some(wait.min(MAX_RETRY_AFTER))
}

/// What the `X-RateLimit` headers say; `None` when none of them can be read.
pub(crate) fn rate_limit(headers: &HeaderMap) -> Option<RateLimit> {
    let number = |name| text(headers, name)?.parse::<u32>().ok();
    let limit = number("x-ratelimit-limit");
    let remaining = number("x-ratelimit-remaining").map(|left| left.min(limit.unwrap_or(left)));
    let reset = text(headers, "x-ratelimit-reset").and_then(|value| value.parse::<i64>().ok());
    let reset_in = reset.map(|reset| {
        let seconds = reset.saturating_sub(answered_at(headers));
        Duration::from_secs(u64::try_from(seconds).unwrap_or(0)).min(MAX_RESET)
    });
    let told = limit.is_some() || remaining.is_some() || reset_in.is_some();
    told.then_some(RateLimit { limit, remaining, reset_in })
}

#[expect(clippy::disallowed_methods, reason = "only for an answer that does not say when it was given")]
fn answered_at(headers: &HeaderMap) -> i64 {
    text(headers, DATE.as_str()).and_then(http_date).unwrap_or_else(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX))
    })
}

fn http_date(value: &str) -> Option<i64> {
    DateTime::parse_from_rfc2822(value).ok().map(|date| date.timestamp())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn what_a_provider_says_holds_no_nul() {
        let said = |text: &str| String::from_utf8(without_nul(text.as_bytes().to_vec())).unwrap();
        assert_eq!(said(r#"{"label":"a\u0000b","\u0000":[]}"#), r#"{"label":"ab","":[]}"#);
        assert_eq!(said(r#""\\u0000""#), r#""\\u0000""#, "a backslash and five characters");
        assert_eq!(said(r#""\\\u0000x""#), r#""\\x""#);
        assert_eq!(said(r#"{"label":"plain"}"#), r#"{"label":"plain"}"#);
    }

    #[test]
    fn retry_after_is_read_in_all_three_spellings() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let later = ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT");
        let seconds = |pairs: &[_]| retry_after(&headers(pairs)).map(|it| it.as_secs());
        assert_eq!(seconds(&[("retry-after", "7")]), Some(7));
        assert_eq!(seconds(&[("retry-after", "0")]), Some(1));
        assert_eq!(seconds(&[("retry-after", "-5")]), Some(1));
        assert_eq!(seconds(&[("retry-after", "99999999")]), Some(900));
        assert_eq!(seconds(&[later, date]), Some(30));
        assert_eq!(seconds(&[("x-ratelimit-reset", "784111787"), date]), Some(10));
        assert_eq!(seconds(&[("retry-after", "soon")]), None);
        assert_eq!(seconds(&[("x-ratelimit-reset", "x")]), None);
        assert_eq!(seconds(&[]), None);
    }

    #[test]
    fn a_rate_limit_is_read_as_far_as_it_makes_sense() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let told = |limit, remaining, reset| {
            let pairs =
                [("x-ratelimit-limit", limit), ("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", reset)];
            let told = rate_limit(&headers(&[pairs.as_slice(), &[date]].concat()))?;
            Some((told.limit, told.remaining, told.reset_in.map(|it| it.as_secs())))
        };
        assert_eq!(told("20", "19", "784111787"), Some((Some(20), Some(19), Some(10))));
        assert_eq!(told("20", "0", "784111777"), Some((Some(20), Some(0), Some(0))));
        assert_eq!(told("20", "21", "1"), Some((Some(20), Some(20), Some(0))));
        assert_eq!(told("-1", "x", "99999999999"), Some((None, None, Some(3600))));
        assert_eq!(told("4294967296", "", "soon"), None);
        assert_eq!(rate_limit(&headers(&[date])), None);
    }

    #[test]
    fn the_request_id_comes_from_either_header() {
        assert_eq!(request_id(&headers(&[("akamai-request-id", "a1")])).as_deref(), Some("a1"));
        assert_eq!(request_id(&headers(&[("x-request-id", " ")])), None);
    }

    #[test]
    fn only_safe_endpoints_are_accepted() {
        for good in ["https://api.example.com/v4", "http://127.0.0.1:9/v4", "http://[::1]:9", "http://localhost:9/"] {
            assert!(check_endpoint(&Url::parse(good).unwrap()).is_ok(), "{good}");
        }
        for bad in [
            "http://api.example.com/v4",
            "http://localhost.example.com/",
            "http://192.168.0.1/",
            "https://user:pw@example.com/",
            "https://example.com/?a=b",
            "https://example.com/#a",
            "ftp://127.0.0.1/",
            "data:text/plain,x",
        ] {
            let error = check_endpoint(&Url::parse(bad).unwrap()).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("endpoint"), "{bad}");
        }
    }

    #[test]
    fn a_token_that_cannot_be_one_is_refused_and_never_printed() {
        for bad in ["", "  ", "a\nb", "a b", "t\u{f6}ken"] {
            let error = bearer(&SecretString::from(bad)).unwrap_err();
            assert_eq!(error.class, ErrorClass::Credentials);
        }
        let header = bearer(&SecretString::from(" secret-token\n")).unwrap();
        assert!(!format!("{header:?}").contains("secret"));
    }
}
