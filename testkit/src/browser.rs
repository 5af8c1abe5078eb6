//! A browser for tests: keeps cookies, names its page as the origin, and renews its session when that is over.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::{Client, Reply, TestApp};

/// A browser with one person's cookies.
#[derive(Clone, Debug)]
pub struct Browser {
    http: Client,
    origin: String,
    cookies: BTreeMap<String, String>,
    /// The organisation that its pages are about.
    pub org: Option<String>,
}

impl Browser {
    /// A new one, which shows pages of this origin.
    #[must_use]
    pub fn new(app: &TestApp, origin: &str) -> Self {
        Self { http: app.anonymous.clone(), origin: origin.to_owned(), cookies: BTreeMap::new(), org: None }
    }

    /// Whether it holds a session.
    #[must_use]
    pub fn signed_in(&self) -> bool {
        self.cookies.values().any(|value| !value.is_empty())
    }

    /// Sends a request with its cookies, and keeps those of the answer. A session that is over is renewed once.
    ///
    /// # Panics
    /// When no answer came.
    pub async fn send(&mut self, method: Method, path: &str, body: Option<&Json>) -> Reply {
        let reply = self.once(method.clone(), path, body).await;
        if reply.status != 401 || reply.body["code"] != "unauthenticated" || !self.signed_in() {
            return reply;
        }
        if self.once(Method::POST, "/api/auth/refresh", None).await.status != 200 {
            return reply;
        }
        self.once(method, path, body).await
    }

    /// A GET.
    ///
    /// # Panics
    /// When no answer came.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// A POST.
    ///
    /// # Panics
    /// When no answer came.
    pub async fn post(&mut self, path: &str, body: &Json) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    /// A POST without a body.
    ///
    /// # Panics
    /// When no answer came.
    pub async fn ask(&mut self, path: &str) -> Reply {
        self.send(Method::POST, path, None).await
    }

    /// A DELETE.
    ///
    /// # Panics
    /// When no answer came.
    pub async fn delete(&mut self, path: &str, body: Option<&Json>) -> Reply {
        self.send(Method::DELETE, path, body).await
    }

    /// Types an address and a password into the sign-in page.
    ///
    /// # Panics
    /// When no answer came.
    pub async fn log_in(&mut self, email: &str, password: &str) -> Reply {
        self.once(Method::POST, "/api/auth/login", Some(&json!({ "email": email, "password": password }))).await
    }

    /// Goes to an address of the panel because another site's page sends it there: with the one cookie that goes with
    /// such a visit.
    ///
    /// # Panics
    /// When no answer came.
    pub async fn arrive(&mut self, path: &str) -> Reply {
        let lax = self.cookies.iter().find(|(name, value)| name.ends_with("sp_oidc") && !value.is_empty());
        let line = lax.map(|(name, value)| format!("{name}={value}")).unwrap_or_default();
        let headers: &[(&str, &str)] =
            &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("cookie", &line)];
        let reply = self.http.send(Method::GET, path, None, headers).await.expect("an answer");
        self.keep(&reply);
        reply
    }

    async fn once(&mut self, method: Method, path: &str, body: Option<&Json>) -> Reply {
        let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let line = line.join("; ");
        let mut headers = vec![("origin", self.origin.as_str())];
        if !line.is_empty() {
            headers.push(("cookie", &line));
        }
        if let Some(org) = &self.org {
            headers.push(("x-org", org));
        }
        let reply = self.http.send(method, path, body, &headers).await.expect("an answer");
        self.keep(&reply);
        reply
    }

    fn keep(&mut self, reply: &Reply) {
        for cookie in reply.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
