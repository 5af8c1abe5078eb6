//! What stories begin with: an admin, a cloud, plans, customers with credit.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value as Json, json};

use crate::client::{Client, text};

/// A password that is accepted everywhere.
pub const PASSWORD: &str = "correct horse battery 7";
/// A root password that is accepted everywhere.
pub const ROOT_PASSWORD: &str = "R00t-of-all-things";

/// A key that no other request has.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "tests need no replay of their keys")]
pub fn fresh_key() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Registers a customer and signs them in. Returns the client and the organisation's id.
///
/// # Errors
/// When the API refuses.
pub async fn register(anonymous: &Client, email: &str) -> Result<(Client, String)> {
    let organisation = format!("Org of {email}");
    let body = json!({ "email": email, "password": PASSWORD, "name": "Casey Customer", "organisation": organisation });
    let reply = anonymous.post("/api/auth/register", &body).await?;
    ensure!(reply.status == 201, "registering {email}: {} {}", reply.status, reply.body);
    Ok((anonymous.sign_in(email, PASSWORD).await?, reply.text("/organisations/0/id")))
}

/// Connects a cloud and waits until its catalog was read. Returns its id.
///
/// # Errors
/// When the API refuses or the catalog does not arrive in 30 s.
pub async fn connect_cloud(admin: &Client, endpoint: &str, token: &str) -> Result<String> {
    let body = json!({ "provider": "linode", "name": "Test cloud", "token": token, "endpoint": endpoint });
    let reply = admin.post("/api/admin/clouds", &body).await?;
    ensure!(reply.status == 202, "connecting a cloud: {} {}", reply.status, reply.body);
    let id = reply.text("/cloud/id");
    let cloud = until(Duration::from_secs(30), || async {
        let cloud = admin.get(&format!("/api/admin/clouds/{id}")).await?.body;
        Ok((!cloud["synced_at"].is_null() || cloud["status"] == "invalid").then_some(cloud))
    })
    .await?;
    ensure!(cloud["status"] == "valid", "the cloud was not accepted: {cloud}");
    Ok(id)
}

/// Puts a plan on the price list. Returns its id.
///
/// # Errors
/// When the API refuses.
pub async fn add_plan(admin: &Client, cloud: &str, type_id: &str, name: &str, markup: &str) -> Result<String> {
    let markup = json!({ "amount": markup, "currency": "USD" });
    let body = json!({ "cloud_id": cloud, "type_id": type_id, "name": name, "markup_monthly": markup });
    let reply = admin.post("/api/admin/plans", &body).await?;
    ensure!(reply.status == 201, "adding a plan: {} {}", reply.status, reply.body);
    Ok(reply.text("/id"))
}

/// The id of a plan on sale, by its name.
///
/// # Errors
/// When no plan of this name is on sale.
pub async fn plan_called(client: &Client, name: &str) -> Result<String> {
    let plans = client.get("/api/plans").await?.body;
    let found = plans["items"].as_array().into_iter().flatten().find(|plan| plan["name"] == name);
    Ok(text(found.with_context(|| format!("no plan {name} is on sale: {plans}"))?, "/id"))
}

/// Gives an organisation credit.
///
/// # Errors
/// When the API refuses.
pub async fn credit(admin: &Client, org: &str, amount: &str) -> Result<()> {
    let body = json!({ "amount": { "amount": amount, "currency": "USD" }, "reason": "a test's credit" });
    let reply = admin.post_once(&format!("/api/admin/customers/{org}/credit"), &body, &fresh_key()).await?;
    ensure!(reply.status == 201, "giving credit: {} {}", reply.status, reply.body);
    Ok(())
}

/// The body of an order.
#[must_use]
pub fn order(plan: &str, label: &str) -> Json {
    json!({ "plan_id": plan, "region": "us-east", "image": "debian12", "label": label, "root_password": ROOT_PASSWORD })
}

/// Asks again until there is an answer.
///
/// # Errors
/// When `look` fails, or has no answer in time.
pub async fn until<T, F: Future<Output = Result<Option<T>>>>(
    limit: Duration,
    mut look: impl FnMut() -> F,
) -> Result<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        ensure!(began.elapsed() < limit, "nothing after {limit:?}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Waits until a server has the status and no job works on it, and returns it.
///
/// # Errors
/// When it does not get there in time.
pub async fn await_status(client: &Client, vps: &str, status: &str, limit: Duration) -> Result<Json> {
    let read = async || {
        let reply = client.get(&format!("/api/vps/{vps}")).await?;
        ensure!(reply.status == 200, "{} {}", reply.status, reply.body);
        Ok(reply.body)
    };
    let reached = until(limit, async || {
        let seen = read().await?;
        Ok((text(&seen, "/status") == status && seen["job"].is_null()).then_some(seen))
    });
    match reached.await {
        Ok(seen) => Ok(seen),
        Err(error) => Err(error.context(format!("{vps} did not become {status}: {}", read().await?))),
    }
}
