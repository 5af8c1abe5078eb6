//! A caller who does not give up: whatever breaks in between, they ask again.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use reqwest::Method;
use serde_json::{Value as Json, json};
use tokio::sync::Mutex;

use testkit::client::{Client, Reply};
use testkit::fixture::PASSWORD;

/// After so long without an answer that counts, the installation is down.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// Someone with a session that is renewed when it lapses.
#[derive(Debug)]
pub struct Caller {
    anonymous: Client,
    email: String,
    session: Mutex<Client>,
}

impl Caller {
    /// A caller who has signed in.
    #[must_use]
    pub fn new(anonymous: Client, email: &str, session: Client) -> Self {
        Self { anonymous, email: email.to_owned(), session: Mutex::new(session) }
    }

    /// Registers a customer, and signs them in. Returns their organisation's id too.
    ///
    /// # Errors
    /// When that is refused, or not answered in a minute.
    pub async fn register(anonymous: &Client, email: &str) -> Result<(Self, String)> {
        let name = "Casey Customer";
        let body = json!({ "email": email, "password": PASSWORD, "name": name, "organisation": email });
        let began = Instant::now();
        let session = loop {
            // A lost answer may have been a success: then the address is taken, and the password is ours.
            let answer = anonymous.post("/api/auth/register", &body).await;
            if let Ok(reply) = &answer
                && matches!(reply.status.as_u16(), 201 | 409)
                && let Ok(session) = anonymous.sign_in(email, PASSWORD).await
            {
                break session;
            }
            if began.elapsed() > PATIENCE {
                bail!("{email} can't be registered: {answer:?}");
            }
            tokio::time::sleep(PAUSE).await;
        };
        let caller = Self::new(anonymous.clone(), email, session);
        let me = caller.insist(Method::GET, "/api/auth/me", None, None).await?;
        let org = me.text("/organisations/0/id");
        Ok((caller, org))
    }

    /// Asks once, without patience; a lapsed session is an answer like another.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Json>, key: Option<&str>) -> Result<Reply> {
        let session = self.session.lock().await.clone();
        let headers: Vec<_> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
        session.send(method, path, body, &headers).await
    }

    /// Asks until there is an answer that is not the installation's own trouble.
    ///
    /// # Errors
    /// When there is none in a minute.
    pub async fn insist(&self, method: Method, path: &str, body: Option<&Json>, key: Option<&str>) -> Result<Reply> {
        let began = Instant::now();
        loop {
            let answer = self.ask(method.clone(), path, body, key).await;
            match &answer {
                Ok(reply) if reply.status.as_u16() == 401 => self.renew().await,
                // Business time runs ahead in places: a proof is old sooner than the clock on the wall says.
                Ok(reply) if reply.body["code"] == "step_up_required" => self.renew().await,
                Ok(reply) if reply.status.is_server_error() || reply.status.as_u16() == 429 => {}
                Ok(_) => return answer,
                Err(_) => {}
            }
            if began.elapsed() > PATIENCE {
                bail!("{method} {path} of {} has no answer: {answer:?}", self.email);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn renew(&self) {
        if let Ok(session) = self.anonymous.sign_in(&self.email, PASSWORD).await {
            *self.session.lock().await = session;
        }
    }
}
