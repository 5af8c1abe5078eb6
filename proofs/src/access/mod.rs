//! `./dev prove access`: several people, several organisations, and nobody where they don't belong. Three API
//! processes answer in turn, so that what one learns the others must hear of.

mod account;
mod attacks;
mod data;
mod issuer;
mod limits;
mod mails;
mod matrix;
mod pages;
mod people;
mod programs;
mod resets;
mod revoked;
mod stuffing;
mod support;

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::Value as Json;
use testkit::client::{Client, Reply};
use testkit::fixture::{PASSWORD, add_plan, connect_cloud};
use testkit::port;
use testkit::stack::{CLOUD_TOKEN, Stack};

use crate::checker::Checker;
use crate::story::{Story, last_words};

const ADMIN: &str = "admin@example.com";
const LONG: Duration = Duration::from_mins(1);
/// Within which a person who was removed, and whose session was ended, is out.
const OUT: Duration = Duration::from_secs(5);

/// Who takes part.
struct Stage {
    stack: Stack,
    checker: Checker,
    /// The addresses of the three API processes.
    apis: Vec<String>,
}

/// Plays it, with the pages' part where there is a browser. A small play revokes a few sessions instead of many.
///
/// # Errors
/// The first step that fails.
pub async fn play(with_pages: bool, small: bool) -> Result<()> {
    let mut story = Story::begin("access", "Several people, several organisations");
    let mut stage = story
        .step("an installation starts: three API processes, a worker, a scheduler", Box::pin(Stage::set()))
        .await?;
    let outcome = Box::pin(acts(&mut story, &mut stage, with_pages, small)).await;
    if outcome.is_err() {
        last_words(&stage.stack, &stage.checker).await;
    }
    outcome?;
    story.end();
    Ok(())
}

async fn acts(story: &mut Story, stage: &mut Stage, with_pages: bool, small: bool) -> Result<()> {
    Box::pin(matrix::play(story, stage)).await?;
    people::play(story, stage).await?;
    account::play(story, stage).await?;
    programs::play(story, stage).await?;
    Box::pin(attacks::play(story, stage)).await?;
    stuffing::play(story, stage).await?;
    support::play(story, stage).await?;
    limits::play(story, stage).await?;
    issuer::play(story, stage).await?;
    data::play(story, stage).await?;
    revoked::play(story, stage, if small { 5 } else { 60 }).await?;
    // The last one: a day passes in it.
    resets::play(story, stage).await?;
    if with_pages {
        pages::play(story).await?;
    } else {
        Story::figure("the pages were left out: this proof is not whole");
    }
    story.step("the books are right", stage.checker.books()).await
}

impl Stage {
    async fn set() -> Result<Self> {
        // A limit that nobody here meets, so that an override has something to stand in for.
        let limit = [("RATE_LIMIT_AUTHENTICATED_MAX", "1000000"), ("RATE_LIMIT_AUTHENTICATED_WINDOW_MS", "900000")];
        let mut stack = Stack::start(&limit).await?;
        let mut apis = vec![stack.base.clone()];
        apis.extend(start_apis(&mut stack, &["api-2", "api-3"], &[]).await?);
        let checker = Checker::of(&stack).await?;
        stack.run(&["admin", "create", "--email", ADMIN], PASSWORD).await?;
        let admin = stack.anonymous().sign_in(ADMIN, PASSWORD).await?;
        let cloud = connect_cloud(&admin, &stack.cloud_url, CLOUD_TOKEN).await?;
        add_plan(&admin, &cloud, "g6-nanode-1", "Nano", "1").await?;
        Ok(Self { stack, checker, apis })
    }

    /// Starts more API processes, with settings that only these have. Returns their addresses.
    async fn more_apis(&mut self, names: &[&str], own: &[(&str, &str)]) -> Result<Vec<String>> {
        start_apis(&mut self.stack, names, own).await
    }

    /// The panel's address as people type it, which links begin with.
    fn origin(&self) -> String {
        self.stack.base.replace("127.0.0.1", "localhost")
    }
}

/// Starts API processes and waits until they are ready. Returns their addresses.
async fn start_apis(stack: &mut Stack, names: &[&str], own: &[(&str, &str)]) -> Result<Vec<String>> {
    let mut started = Vec::new();
    for name in names {
        let port = port::free()?.to_string();
        let own: Vec<_> = own.iter().copied().chain([("PORT", port.as_str())]).collect();
        stack.start_role_with(name, &["api"], &own)?;
        started.push(format!("http://127.0.0.1:{port}"));
    }
    for base in &started {
        testkit::fixture::until(LONG, async || {
            let ready = Client::new(base).get("/readyz").await;
            Ok(ready.is_ok_and(|reply| reply.status == 200).then_some(()))
        })
        .await?;
    }
    Ok(started)
}

/// The answer, after making sure of its status.
fn is(reply: Reply, status: u16) -> Result<Json> {
    ensure!(reply.status.as_u16() == status, "{status} was expected: {} {}", reply.status, reply.body);
    Ok(reply.body)
}

fn refuses(reply: &Reply, status: u16, code: &str) -> Result<()> {
    let said = (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default());
    ensure!(said == (status, code), "{status} {code} was expected: {} {}", reply.status, reply.body);
    Ok(())
}
