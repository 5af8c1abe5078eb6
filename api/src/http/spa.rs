//! The pages: embedded in the binary, served from the same port as the API.
//!
//! What is worth it was compressed when the pages were built (`web/scripts/compress.mjs`): Brotli for those who take
//! it, gzip else. Browsers take Brotli over https and from this machine alone. The page itself has a nonce of its own
//! in each answer and is compressed when it is sent (`encoding`).

use std::borrow::Cow;

use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Body, Response};
use runtime::settings::Brand;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::encoding::takes;
use super::headers::page_policy;
use crate::problem::Problem;

/// The placeholder in the page for each answer's nonce.
const NONCE: &str = "__CSP_NONCE__";
const INDEX: &str = "index.html";
const METHODS: &str = "GET, HEAD";

#[derive(RustEmbed)]
#[folder = "../web/dist"]
struct Dist;

/// How a file may be encoded, by preference: the word in headers, and the end of the encoded file's name.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The answer for a path that is not the API's.
pub fn answer(
    brand: &Brand,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    nonce: &str,
    request_id: &str,
) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Pages can only be read.");
        return Problem { allow: Some(METHODS.to_owned()), ..problem }.response(request_id);
    }
    let name = path.trim_start_matches('/');
    let head = method == Method::HEAD;
    let encoded = ENCODINGS.iter().any(|(_, end)| name.ends_with(end));
    let hidden = encoded || name.split('/').any(|part| part.starts_with('.'));
    if name != INDEX
        && !hidden
        && let Some(file) = Dist::get(name)
    {
        return asset(name, file, headers, head);
    }
    if hidden || name.starts_with("assets/") || !wants_page(name, headers) {
        return Problem::not_found().response(request_id);
    }
    index(brand, nonce, head)
}

/// Whether a browser asks for a page rather than for a file that does not exist.
fn wants_page(name: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    let looks_like_file = name.rsplit('/').next().is_some_and(|last| last.contains('.')) && name != INDEX;
    accept.contains("text/html") || (accept.contains("*/*") && !looks_like_file)
}

fn index(brand: &Brand, nonce: &str, head: bool) -> Response {
    let page =
        Dist::get(INDEX).map(|file| String::from_utf8_lossy(&file.data).replace(NONCE, nonce)).unwrap_or_default();
    let mut response = respond(Cow::Owned(page.into_bytes()), "text/html; charset=utf-8", "no-store", head);
    if let Ok(policy) = HeaderValue::from_str(&page_policy(nonce, brand.logo_url.as_ref())) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn asset(name: &str, plain: EmbeddedFile, headers: &HeaderMap, head: bool) -> Response {
    let encoded = |(word, end): &(&'static str, &str)| {
        let file = takes(word, headers).then(|| Dist::get(&format!("{name}{end}"))).flatten()?;
        Some((file, Some(*word)))
    };
    let kind = plain.metadata.mimetype().to_owned();
    let (file, encoding) = ENCODINGS.iter().find_map(encoded).unwrap_or((plain, None));
    // Of what is sent: each encoding has its own.
    let etag = file
        .metadata
        .sha256_hash()
        .iter()
        .take(16)
        .fold(String::from("\""), |text, byte| text + &format!("{byte:02x}"))
        + "\"";
    // What the build put under /assets carries a hash in its name and never changes.
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mime = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind };
    let mut response = if known(headers, &etag) {
        Response::builder().status(StatusCode::NOT_MODIFIED).header(header::CACHE_CONTROL, cache).finish()
    } else {
        respond(file.data, &mime, cache, head)
    };
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Whether the client already has exactly this version.
fn known(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

fn respond(data: Cow<'static, [u8]>, mime: &str, cache: &'static str, head: bool) -> Response {
    let length = HeaderValue::from(data.len());
    let body = match data {
        _ if head => Body::empty(),
        Cow::Borrowed(data) => Body::from(data),
        Cow::Owned(data) => Body::from(data),
    };
    Response::builder()
        .content_type(mime)
        .header(header::CACHE_CONTROL, cache)
        .header(header::CONTENT_LENGTH, length)
        .body(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(method: &Method, path: &str, pairs: &[(&'static str, &str)]) -> Response {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        let brand =
            Brand { company_name: "Nimbus".into(), support_email: None, logo_url: None, hue: 250, fonts_dir: None };
        answer(&brand, method, path, &headers, "n0nce", "r")
    }

    #[tokio::test]
    async fn any_page_is_the_page() {
        for path in ["/", "/servers/vps_1", "/index.html", "/admin/jobs/job.1"] {
            let response = get(&Method::GET, path, &[("accept", "text/html,*/*")]);
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.header("cache-control"), Some("no-store"));
            assert!(response.header("content-security-policy").unwrap().contains("script-src 'self' 'nonce-n0nce'"));
            assert!(!response.into_body().into_string().await.unwrap().contains(NONCE));
        }
        let response = get(&Method::HEAD, "/", &[]);
        assert!(response.header("content-length").unwrap().parse::<usize>().unwrap() > 0);
        assert!(response.into_body().into_vec().await.unwrap().is_empty());
    }

    #[test]
    fn files_that_are_not_there_are_not_pages() {
        for path in
            ["/assets/none.js", "/robots.php", "/.vite/manifest.json", "/../Cargo.toml", "/assets/../../Cargo.toml"]
        {
            assert_eq!(get(&Method::GET, path, &[("accept", "*/*")]).status(), StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(get(&Method::GET, "/.env", &[("accept", "text/html")]).status(), StatusCode::NOT_FOUND);
        let refused = get(&Method::POST, "/", &[]);
        assert_eq!((refused.status(), refused.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD")));
    }

    #[tokio::test]
    async fn scripts_are_sent_compressed() {
        let Some(name) = Dist::iter().find(|name| name.starts_with("assets/") && name.ends_with(".js.br")) else {
            return;
        };
        let path = format!("/{}", name.trim_end_matches(".br"));
        let mut seen = Vec::new();
        for (accept, encoding) in [("gzip, br", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
            let response = get(&Method::GET, &path, &[("accept-encoding", accept)]);
            assert_eq!((response.status(), response.header("content-encoding")), (StatusCode::OK, encoding));
            assert_eq!(response.header("vary"), Some("accept-encoding"));
            assert!(response.content_type().unwrap().contains("javascript"), "{accept}");
            let (etag, length) = (response.header("etag").unwrap().to_owned(), response.header("content-length"));
            let length: usize = length.unwrap().parse().unwrap();
            assert_eq!(response.into_body().into_vec().await.unwrap().len(), length);
            seen.push((length, etag));
        }
        assert!(seen[0].0 < seen[1].0 && seen[1].0 < seen[2].0, "{seen:?}");
        let again = get(&Method::GET, &path, &[("accept-encoding", "br"), ("if-none-match", &seen[0].1)]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let other = get(&Method::GET, &path, &[("accept-encoding", "gzip"), ("if-none-match", &seen[0].1)]);
        assert_eq!(other.status(), StatusCode::OK, "another encoding is another answer");
        assert_eq!(get(&Method::GET, &format!("{path}.br"), &[]).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn files_are_asked_for_once() {
        let plain = |name: &str| !ENCODINGS.iter().any(|(_, end)| name.ends_with(end));
        let Some(name) = Dist::iter().find(|name| name.starts_with("assets/") && plain(name)) else {
            return;
        };
        let path = format!("/{name}");
        let first = get(&Method::GET, &path, &[]);
        assert_eq!(first.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let etag = first.header("etag").unwrap().to_owned();
        let again = get(&Method::GET, &path, &[("if-none-match", &format!("\"x\", W/{etag}"))]);
        assert_eq!((again.status(), again.header("etag")), (StatusCode::NOT_MODIFIED, Some(etag.as_str())));
    }
}
