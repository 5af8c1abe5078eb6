//! An API client for tests: JSON in, status and JSON out.

use anyhow::{Context as _, Result};
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::declared::assert_declared;

/// A caller of the API, signed in or not.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    refresh: Option<String>,
    org: Option<String>,
    strict: bool,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body; null when it is not JSON.
    pub body: Json,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
}

impl Reply {
    /// The body, after making sure of the status.
    ///
    /// # Panics
    /// When the status is another.
    #[expect(clippy::must_use_candidate, reason = "often the status is all that is asked for")]
    #[track_caller]
    pub fn expect(self, status: u16) -> Json {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// A member of the body as text, by its JSON pointer.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        text(&self.body, pointer)
    }
}

/// A member of a JSON value as text, by its pointer.
///
/// # Panics
/// When there is none.
#[must_use]
#[track_caller]
pub fn text(value: &Json, pointer: &str) -> String {
    value.pointer(pointer).and_then(Json::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}")).to_owned()
}

/// The row of a listing whose member has this value.
///
/// # Panics
/// When there is none.
#[must_use]
#[track_caller]
pub fn row<'a>(listing: &'a Json, member: &str, value: &str) -> &'a Json {
    let items = listing["items"].as_array().unwrap_or_else(|| panic!("not a listing: {listing}"));
    let found = items.iter().find(|item| item[member] == value);
    found.unwrap_or_else(|| panic!("no row with {member} {value} in {listing}"))
}

/// A money member in micro-units, by its pointer.
///
/// # Panics
/// When there is none.
#[must_use]
#[track_caller]
pub fn micros(value: &Json, pointer: &str) -> i64 {
    domain::Money::parse(&text(value, &format!("{pointer}/amount")), domain::Currency::USD).unwrap().micros
}

impl Client {
    /// A caller whom nobody knows.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a test's client needs none of the product's settings")]
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { http, base: base.trim_end_matches('/').to_owned(), token: None, refresh: None, org: None, strict: false }
    }

    /// The same caller, who panics at problems that the API's document does not declare.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strict: true, ..self }
    }

    /// The same caller with this access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), refresh: None, ..self.clone() }
    }

    /// The same caller at another process.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    /// The same client without a session.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self { token: None, refresh: None, ..self.clone() }
    }

    /// The same caller, for this organisation.
    #[must_use]
    pub fn for_org(&self, org: &str) -> Self {
        Self { org: Some(org.to_owned()), ..self.clone() }
    }

    /// The same caller, whose requests name no organisation.
    #[must_use]
    pub fn unnamed(&self) -> Self {
        Self { org: None, ..self.clone() }
    }

    /// The access token, if signed in.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Signs in as an API client does.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Self> {
        let reply = self
            .anonymous()
            .post("/api/auth/token", &json!({ "grant_type": "password", "email": email, "password": password }))
            .await?;
        anyhow::ensure!(reply.status == StatusCode::OK, "signing in as {email}: {} {}", reply.status, reply.body);
        Ok(Self {
            token: Some(reply.text("/access_token")),
            refresh: Some(reply.text("/refresh_token")),
            ..self.clone()
        })
    }

    /// The caller of the session that an answer has set cookies for, as a browser would be.
    ///
    /// # Errors
    /// When it has set none.
    pub fn by_cookie_of(&self, reply: &Reply) -> Result<Self> {
        let set = reply.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let access = set.filter_map(|line| line.strip_prefix("sp_access=")).find_map(|rest| rest.split(';').next());
        let access = access.with_context(|| format!("no session: {} {}", reply.status, reply.body))?;
        Ok(self.with_token(access))
    }

    /// Trades the refresh token for new ones: after business time moved, for one.
    ///
    /// # Errors
    /// When the API refuses, or there is no refresh token.
    pub async fn renew(&mut self) -> Result<()> {
        let token = self.refresh.clone().context("not signed in")?;
        let reply = self
            .anonymous()
            .post("/api/auth/token", &json!({ "grant_type": "refresh_token", "refresh_token": token }))
            .await?;
        anyhow::ensure!(reply.status == StatusCode::OK, "renewing: {} {}", reply.status, reply.body);
        self.token = Some(reply.text("/access_token"));
        self.refresh = Some(reply.text("/refresh_token"));
        Ok(())
    }

    /// A GET.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn get(&self, path: &str) -> Result<Reply> {
        self.send(Method::GET, path, None, &[]).await
    }

    /// A POST with a JSON body.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post(&self, path: &str, body: &Json) -> Result<Reply> {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    /// A POST under an idempotency key.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post_once(&self, path: &str, body: &Json, key: &str) -> Result<Reply> {
        self.send(Method::POST, path, Some(body), &[("idempotency-key", key)]).await
    }

    /// A POST with headers.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post_with(&self, path: &str, body: &Json, headers: &[(&str, &str)]) -> Result<Reply> {
        self.send(Method::POST, path, Some(body), headers).await
    }

    /// A PATCH with a JSON body.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn patch(&self, path: &str, body: &Json) -> Result<Reply> {
        self.send(Method::PATCH, path, Some(body), &[]).await
    }

    /// A PUT with a JSON body.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn put(&self, path: &str, body: &Json) -> Result<Reply> {
        self.send(Method::PUT, path, Some(body), &[]).await
    }

    /// A DELETE, with a JSON body where there is one to send.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn delete(&self, path: &str, body: Option<&Json>) -> Result<Reply> {
        self.send(Method::DELETE, path, body, &[]).await
    }

    /// Any request.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
        headers: &[(&str, &str)],
    ) -> Result<Reply> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(org) = &self.org {
            request = request.header("x-org", org);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.reply(request, &method, path).await
    }

    /// A request with a body that need not be JSON.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn send_raw(&self, method: Method, path: &str, content_type: &str, body: Vec<u8>) -> Result<Reply> {
        let request = self.http.request(method.clone(), format!("{}{path}", self.base));
        let mut request = request.header("content-type", content_type).body(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(org) = &self.org {
            request = request.header("x-org", org);
        }
        self.reply(request, &method, path).await
    }

    async fn reply(&self, request: reqwest::RequestBuilder, method: &Method, path: &str) -> Result<Reply> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await?;
        let reply = Reply { status, body: serde_json::from_slice(&bytes).unwrap_or(Json::Null), headers };
        if self.strict {
            assert_declared(method, path, &reply);
        }
        Ok(reply)
    }
}
