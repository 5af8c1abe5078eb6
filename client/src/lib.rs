//! A client of the public API, for programs of customers and for their commands.
//!
//! Invariant: it knows what the API's document says and nothing of the panel's inside, so it speaks to any panel. A
//! lost answer is an error of its own: what was asked for may have been done.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The API answers within fifteen seconds, or says that it did not.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a request has no answer to use.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The panel refused, in its own words.
    #[error("{detail}{}", named(.fields))]
    Refused {
        /// The status.
        status: u16,
        /// The stable word for programs.
        code: String,
        /// Words for people.
        detail: String,
        /// Fields and what is wrong with them.
        fields: Vec<(String, String)>,
    },
    /// The panel was not reached; nothing was done.
    #[error("the panel at {0} was not reached; nothing was done. Check SKYPANEL_URL and the network: {1}")]
    Unreachable(String, String),
    /// No answer came. What was asked for may have been done.
    #[error("no answer came, so it may have been done or not. Check before you repeat it: {0}")]
    Unknown(String),
    /// The answer is none of this API's.
    #[error("what answered is no panel's API (status {0}): check SKYPANEL_URL")]
    Foreign(u16),
    /// The address or the key can't be used.
    #[error("{0}")]
    Settings(String),
}

fn named(fields: &[(String, String)]) -> String {
    let line = |(pointer, detail): &(String, String)| format!("\n  {}: {detail}", pointer.trim_start_matches('/'));
    fields.iter().map(line).collect::<Vec<_>>().concat()
}

/// One panel, as the holder of a key.
pub struct Client {
    http: reqwest::Client,
    base: Url,
    bearer: HeaderValue,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the panel at `base`, which shows this key. A key never travels in clear text but to this computer.
    ///
    /// # Errors
    /// [`Error::Settings`].
    pub fn new(base: &str, key: &SecretString) -> Result<Self, Error> {
        let settings = |words: &str| Error::Settings(words.to_owned());
        let base =
            Url::parse(base).map_err(|_| settings("SKYPANEL_URL is no address, such as https://panel.example.com"))?;
        let local = matches!(base.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if base.scheme() != "https" && !(base.scheme() == "http" && local) {
            return Err(settings("SKYPANEL_URL must begin with https://, or anybody on the way could read the key"));
        }
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret().trim()))
            .map_err(|_| settings("SKYPANEL_API_KEY holds characters that no key has"))?;
        bearer.set_sensitive(true);
        #[expect(clippy::disallowed_methods, reason = "this is the door to HTTP for customers' commands")]
        let http = reqwest::Client::builder()
            .user_agent(concat!("skypanel/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Error::Settings(error.to_string()))?;
        Ok(Self { http, base, bearer })
    }

    /// Reads.
    ///
    /// # Errors
    /// Every one of [`Error`].
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Json, Error> {
        let url = self.url(path, query)?;
        self.answer(self.http.request(Method::GET, url)).await
    }

    /// Changes something. `once` is the `Idempotency-Key` of what must not happen twice.
    ///
    /// # Errors
    /// Every one of [`Error`].
    pub async fn send(&self, method: &str, path: &str, body: &Json, once: Option<&str>) -> Result<Json, Error> {
        let method: Method = method.parse().map_err(|_| Error::Settings(format!("{method:?} is no method")))?;
        let mut request = self.http.request(method, self.url(path, &[])?).json(body);
        if let Some(once) = once {
            request = request.header("idempotency-key", once);
        }
        self.answer(request).await
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, Error> {
        let mut url = self.base.join(path).map_err(|error| Error::Settings(error.to_string()))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Json, Error> {
        let response = request.header(AUTHORIZATION, self.bearer.clone()).send().await.map_err(|error| {
            let words = words(&error);
            if error.is_connect() {
                Error::Unreachable(self.base.origin().ascii_serialization(), words)
            } else {
                Error::Unknown(words)
            }
        })?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|error| Error::Unknown(words(&error)))?;
        if status == StatusCode::NO_CONTENT {
            return Ok(Json::Null);
        }
        let body: Json = serde_json::from_slice(&bytes).map_err(|_| Error::Foreign(status.as_u16()))?;
        if status.is_success() { Ok(body) } else { Err(refusal(status.as_u16(), &body)) }
    }
}

/// An error with its causes, without the address.
fn words(error: &reqwest::Error) -> String {
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    let mut last = error.to_string();
    while let Some(error) = cause {
        last = error.to_string();
        cause = error.source();
    }
    last
}

fn refusal(status: u16, body: &Json) -> Error {
    let text = |value: &Json| value.as_str().map(str::to_owned);
    let (Some(code), Some(detail)) = (text(&body["code"]), text(&body["detail"])) else {
        return Error::Foreign(status);
    };
    let field = |field: &Json| Some((text(&field["pointer"])?, text(&field["detail"])?));
    let fields = body["errors"].as_array().into_iter().flatten().filter_map(field).collect();
    Error::Refused { status, code, detail, fields }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_travels_in_secret_or_not_at_all() {
        let key = SecretString::from("sp_x");
        for good in ["https://panel.example.com", "http://127.0.0.1:3001", "http://localhost:3001/"] {
            assert!(Client::new(good, &key).is_ok(), "{good}");
        }
        for bad in
            ["http://panel.example.com", "ftp://127.0.0.1", "panel.example.com", "", "http://127.0.0.1.example.com"]
        {
            assert!(matches!(Client::new(bad, &key), Err(Error::Settings(_))), "{bad}");
        }
        assert!(Client::new("https://panel.example.com", &SecretString::from("a\nb")).is_err());
        assert!(!format!("{:?}", Client::new("https://a.example", &key)).contains("sp_x"));
    }

    #[test]
    fn a_refusal_says_what_the_panel_said() {
        let body = json!({
            "code": "invalid_request",
            "detail": "Some of what you entered can't be used.",
            "errors": [{ "pointer": "/label", "detail": "use at least 3 characters" }],
        });
        assert_eq!(
            refusal(400, &body).to_string(),
            "Some of what you entered can't be used.\n  label: use at least 3 characters"
        );
        assert!(matches!(refusal(502, &json!({ "error": "bad gateway" })), Error::Foreign(502)));
    }
}
