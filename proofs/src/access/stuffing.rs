//! Passwords are guessed by the thousand, and Redis stops amid it: neither open nor shut.

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use serde_json::json;
use testkit::client::{Client, Reply};
use testkit::fixture::{PASSWORD, register, until};

use super::{LONG, Stage};
use crate::story::Story;

const OWNER: &str = "otis@example.com";
const OTHER: &str = "oda@example.com";
/// Failures of one account that an API process lets through in a minute.
const LIMIT: usize = 10;
/// Guesses; Redis stops after the first few.
const GUESSES: usize = 120;
const BEFORE: usize = 6;

pub(super) async fn play(story: &mut Story, stage: &mut Stage) -> Result<()> {
    let names = ["limited-1", "limited-2", "limited-3"];
    let limited = story.step("three API processes start that count failures", limited(stage, &names)).await?;
    let name = "Redis stops amid guessing: no more are checked than each process allows, and the owner signs in";
    let checked = story.step(name, stuffed(stage, &limited)).await?;
    Story::figure(&format!("{checked} of {GUESSES} guesses were checked, of {} allowed", LIMIT * limited.len()));
    story.step("Redis is back, and the processes count together again", restored(stage, &names)).await
}

async fn limited(stage: &mut Stage, names: &[&str]) -> Result<Vec<String>> {
    for email in [OWNER, OTHER] {
        register(&stage.stack.anonymous(), email).await?;
    }
    let limit = LIMIT.to_string();
    let own = [
        ("RATE_LIMIT_LOGIN_MAX", limit.as_str()),
        ("RATE_LIMIT_LOGIN_WINDOW_MS", "60000"),
        ("TRUST_PROXY", "127.0.0.1/32"),
    ];
    let started = stage.more_apis(names, &own).await?;
    for base in &started {
        shared(base).await?;
    }
    Ok(started)
}

/// Waits until a process counts with the others.
async fn shared(base: &str) -> Result<()> {
    let client = Client::new(base);
    until(LONG, async || {
        let ready = client.get("/readyz").await;
        Ok(ready.is_ok_and(|reply| reply.body["limits"] == "shared").then_some(()))
    })
    .await
    .with_context(|| format!("{base} counts alone"))
}

async fn sign_in(stage: &Stage, base: &str, ip: &str, who: (&str, &str), cookie: Option<&str>) -> Result<Reply> {
    let (origin, body) = (stage.origin(), json!({ "email": who.0, "password": who.1 }));
    let mut headers = vec![("x-forwarded-for", ip), ("origin", origin.as_str())];
    headers.extend(cookie.map(|cookie| ("cookie", cookie)));
    Client::new(base).send(Method::POST, "/api/auth/login", Some(&body), &headers).await
}

/// How many guesses were checked.
async fn stuffed(stage: &mut Stage, limited: &[String]) -> Result<usize> {
    let known = sign_in(stage, &limited[0], "203.0.113.1", (OWNER, PASSWORD), None).await?;
    let set = known.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let device = set.filter_map(|line| line.split(';').next()).find(|pair| pair.starts_with("sp_device="));
    let device = device.context("the device is not remembered")?.to_owned();
    let mut checked = 0;
    for n in 0..GUESSES {
        if n == BEFORE {
            stage.stack.kill("redis").await?;
        }
        let (base, ip) = (&limited[n % limited.len()], format!("198.51.100.{n}"));
        let reply = sign_in(stage, base, &ip, (OWNER, "a guess at random"), None).await?;
        ensure!([401, 429].contains(&reply.status.as_u16()), "{} {}", reply.status, reply.body);
        checked += usize::from(reply.status == 401);
    }
    ensure!((BEFORE..=LIMIT * limited.len()).contains(&checked), "{checked} guesses were checked");
    for base in limited {
        let reply = sign_in(stage, base, "203.0.113.1", (OWNER, PASSWORD), Some(&device)).await?;
        ensure!(reply.status == 200, "the owner, on a device that is known: {} {}", reply.status, reply.body);
        let reply = sign_in(stage, base, "203.0.113.2", (OTHER, PASSWORD), None).await?;
        ensure!(reply.status == 200, "another person: {} {}", reply.status, reply.body);
    }
    Ok(checked)
}

async fn restored(stage: &mut Stage, names: &[&str]) -> Result<()> {
    stage.stack.start_redis().await?;
    for name in names {
        stage.stack.kill(name).await?;
    }
    for base in &stage.apis {
        shared(base).await?;
    }
    Ok(())
}
