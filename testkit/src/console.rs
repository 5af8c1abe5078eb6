//! The provider's own console: what a person does there, past the product.

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::{Value as Json, json};

/// A person who is signed in at the simulated cloud.
#[derive(Clone, Debug)]
pub struct Console {
    url: String,
    token: String,
    http: reqwest::Client,
}

impl Console {
    /// At the cloud's address, with one of its tokens.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a person at the provider has none of the product's settings")]
    pub fn new(url: &str, token: &str) -> Self {
        Self { url: url.to_owned(), token: token.to_owned(), http: reqwest::Client::new() }
    }

    /// Gives a machine another name.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn rename(&self, machine: &str, label: &str) -> Result<()> {
        self.ask(Method::PUT, machine, "", &json!({ "label": label })).await.map(drop)
    }

    /// Gives a machine these tags and no others.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn set_tags(&self, machine: &str, tags: &[&str]) -> Result<()> {
        self.ask(Method::PUT, machine, "", &json!({ "tags": tags })).await.map(drop)
    }

    /// Boots, shuts down or reboots a machine, by the provider's word for it.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn switch(&self, machine: &str, action: &str) -> Result<()> {
        self.ask(Method::POST, machine, &format!("/{action}"), &json!({})).await.map(drop)
    }

    /// A machine as the provider shows it.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn machine(&self, machine: &str) -> Result<Json> {
        self.ask(Method::GET, machine, "", &Json::Null).await
    }

    async fn ask(&self, method: Method, machine: &str, below: &str, body: &Json) -> Result<Json> {
        let url = format!("{}/linode/instances/{machine}{below}", self.url);
        let mut request = self.http.request(method.clone(), &url).bearer_auth(&self.token);
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let answer: Json = response.json().await?;
        ensure!(status.is_success(), "{method} {url}: {status} {answer}");
        Ok(answer)
    }
}
