//! The API's document, as JSON and as a page.

use std::sync::LazyLock;

use poem::http::{HeaderValue, header};
use poem::{Body, Response};

use super::headers::docs_policy;
use crate::{routes, spec};

/// The placeholder in the page for each answer's nonce.
const NONCE: &str = "__CSP_NONCE__";

static DOCUMENT: LazyLock<String> = LazyLock::new(spec::spec_json);

/// The page in the pieces between its nonces.
static PAGE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let service = routes::service();
    // The document's JSON is written without `<`, so that no text of it can end the script.
    let document = DOCUMENT.replace('<', "\\u003c");
    let page = service
        .swagger_ui_html()
        .replacen(&service.spec(), &document, 1)
        .replacen("<script charset", &format!("<script nonce=\"{NONCE}\" charset"), 1)
        .replacen("<script>\n    let spec", &format!("<script nonce=\"{NONCE}\">\n    let spec"), 1);
    format!("<!doctype html>{}", page.trim_start()).split(NONCE).map(str::to_owned).collect()
});

/// The document as JSON.
#[must_use]
pub fn json() -> Response {
    Response::builder()
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(Body::from(DOCUMENT.as_bytes()))
}

/// The document as a page, under a policy of its own.
#[must_use]
pub fn page(nonce: &str) -> Response {
    let mut response = Response::builder().content_type("text/html; charset=utf-8").body(PAGE.join(nonce));
    if let Ok(policy) = HeaderValue::from_str(&docs_policy(nonce)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_page_runs_only_its_own_scripts() {
        let response = page("n0nce");
        let policy = response.header("content-security-policy").unwrap().to_owned();
        assert!(policy.contains("script-src 'nonce-n0nce';") && !policy.contains("script-src 'unsafe-inline'"));
        let text = response.into_body().into_string().await.unwrap();
        assert_eq!(text.matches("<script nonce=\"n0nce\"").count(), 2);
        assert!(!text.contains(NONCE) && text.contains("createVps"));
    }
}
