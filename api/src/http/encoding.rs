//! Answers that are compressed when they are sent: JSON and the page itself. Scripts and styles were compressed when
//! they were built (`spa`). What is not compressed, and why, is in ADR 24.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Body, Response};

/// Smaller bodies, in bytes, fit into the first packet of an answer with their headers.
const MIN: usize = 1024;
/// Larger bodies, in bytes, are sent as they are: compressing one would hold up everybody else on its thread.
const MAX: usize = 1024 * 1024;
/// Of 1 to 9. Higher levels take twice the time for a few per cent.
const LEVEL: u32 = 4;
/// Their media types; a stream of events is none of them.
const KINDS: [&str; 3] = ["application/json", "application/problem+json", "text/html"];

/// What of a request decides whether its answer is compressed.
pub struct Wanted {
    gzip: bool,
    safe: bool,
}

impl Wanted {
    /// Answers to reads alone, and none about sessions: those hold tokens.
    pub fn of(method: &Method, path: &str, headers: &HeaderMap) -> Self {
        let safe = *method == Method::GET && !path.starts_with("/api/auth/");
        Self { gzip: safe && takes("gzip", headers), safe }
    }

    /// The answer, compressed where the client takes it and it is worth it.
    pub async fn apply(&self, response: Response) -> Response {
        if !self.safe || !suits(&response) {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
        if !self.gzip {
            return Response::from_parts(parts, body);
        }
        let Ok(plain) = body.into_bytes().await else {
            return Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).finish();
        };
        let small = (MIN..=MAX).contains(&plain.len()).then(|| gzip(&plain)).flatten();
        let Some(small) = small.filter(|small| small.len() < plain.len()) else {
            return Response::from_parts(parts, Body::from(plain));
        };
        parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(small.len()));
        Response::from_parts(parts, Body::from(small))
    }
}

fn suits(response: &Response) -> bool {
    let kind = response.content_type().and_then(|kind| kind.split(';').next()).unwrap_or_default();
    KINDS.contains(&kind.trim()) && !response.headers().contains_key(header::CONTENT_ENCODING)
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::new(LEVEL));
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

/// Whether a client takes an encoding (RFC 9110, 12.5.3): it is named, or everything is, and not with a weight of 0.
pub fn takes(encoding: &str, headers: &HeaderMap) -> bool {
    let values: Vec<_> =
        headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    let weight = |wanted: &str| {
        values.iter().flat_map(|value| value.split(',')).find_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
            named.then(|| weight.unwrap_or(0.0))
        })
    };
    weight(encoding).or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn headers(said: &str) -> HeaderMap {
        [(header::ACCEPT_ENCODING, HeaderValue::from_str(said).unwrap())].into_iter().collect()
    }

    async fn encoded(method: &Method, path: &str, accept: &str, kind: &str, body: &str) -> Option<Vec<u8>> {
        let answer = Response::builder().content_type(kind).body(body.to_owned());
        let response = Wanted::of(method, path, &headers(accept)).apply(answer).await;
        let encoding = response.header("content-encoding").map(str::to_owned);
        let length = response.header("content-length").map(str::to_owned);
        let sent = response.into_body().into_vec().await.unwrap();
        assert!(encoding.is_some() || sent == body.as_bytes(), "an answer that is not compressed is as it was");
        encoding.map(|encoding| {
            assert_eq!((encoding.as_str(), length.unwrap().parse()), ("gzip", Ok(sent.len())));
            sent
        })
    }

    #[tokio::test]
    async fn json_and_the_page_are_compressed() {
        let body = r#"{"items":["the same again"]}"#.repeat(100);
        for kind in ["application/json; charset=utf-8", "application/problem+json", "text/html; charset=utf-8"] {
            let sent = encoded(&Method::GET, "/api/vps", "gzip, br", kind, &body).await.unwrap();
            assert!(sent.len() < body.len() / 5, "{kind}: {} of {}", sent.len(), body.len());
            let mut plain = String::new();
            flate2::read::GzDecoder::new(sent.as_slice()).read_to_string(&mut plain).unwrap();
            assert_eq!(plain, body);
        }
    }

    #[tokio::test]
    async fn what_is_not_compressed() {
        let (json, body, get) = ("application/json", "[1]".repeat(1000), Method::GET);
        for (method, path, accept, kind, body) in [
            (&get, "/api/vps", "identity", json, body.as_str()),
            (&get, "/api/vps", "gzip;q=0", json, &body),
            (&get, "/api/vps", "gzip", "text/event-stream", &body),
            (&get, "/api/vps", "gzip", "font/woff2", &body),
            (&get, "/api/vps", "gzip", json, "[]"),
            (&get, "/api/vps", "gzip", json, &"[1]".repeat(MAX / 2)),
            (&get, "/api/auth/me", "gzip", json, &body),
            (&Method::POST, "/api/auth/token", "gzip", json, &body),
            (&Method::POST, "/api/vps", "gzip", json, &body),
            (&Method::HEAD, "/api/vps", "gzip", json, &body),
        ] {
            assert_eq!(encoded(method, path, accept, kind, body).await, None, "{method} {path} {accept} {kind}");
        }
    }

    #[tokio::test]
    async fn caches_are_told_what_the_answer_depends_on() {
        for accept in ["gzip", "identity"] {
            let answer = Response::builder().content_type("application/json").body("[]");
            let response = Wanted::of(&Method::GET, "/api/vps", &headers(accept)).apply(answer).await;
            assert_eq!(response.header("vary"), Some("accept-encoding"), "{accept}");
        }
    }

    #[test]
    fn an_encoding_is_taken_where_the_client_says_so() {
        let takes = |said: &str| ["br", "gzip"].map(|word| super::takes(word, &headers(said)));
        assert_eq!(takes("gzip, deflate, br"), [true, true]);
        assert_eq!(takes("gzip, deflate"), [false, true], "a browser over plain http");
        assert_eq!(takes("br;q=0, *;q=0.5"), [false, true]);
        assert_eq!(takes("GZIP ; q=0.8"), [false, true]);
        assert_eq!(takes("identity"), [false, false]);
        assert_eq!(takes("*;q=0"), [false, false]);
        assert!(!super::takes("br", &HeaderMap::new()));
    }
}
