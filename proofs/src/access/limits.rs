//! Story 5: an operator, the limits, and an override.

use anyhow::{Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};
use testkit::client::{Client, text};
use testkit::fixture::{PASSWORD, register, until};

use super::{ADMIN, LONG, Stage, is, refuses};
use crate::story::Story;

const BUSY: &str = "ben@example.com";
/// Requests of the override.
const MAX: u32 = 5;

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let admin = stage.stack.anonymous().sign_in(ADMIN, PASSWORD).await?;
    let (user, org) = register(&stage.stack.anonymous(), BUSY).await?;
    drop(org);
    let id = text(&is(user.get("/api/auth/me").await?, 200)?, "/user/id");
    story.step("an override lets a user no more than five requests through", overridden(stage, &admin, &id)).await?;
    story.step("three processes count together, and say when to come back", hammered(stage, &user)).await?;
    story.step("the monitor shows allowed and refused", shown(&admin, &id)).await?;
    story.step("lifted, the user is served again", lifted(stage, &admin, &user, &id)).await
}

async fn overridden(stage: &Stage, admin: &Client, id: &str) -> Result<()> {
    let now: DateTime<Utc> = stage.checker.figure("select business_now()").await?;
    let rule =
        json!({ "max": MAX, "window_s": 900, "expires_at": now + TimeDelta::hours(1), "reason": "a runaway script" });
    is(admin.send(reqwest::Method::PUT, &format!("/api/admin/rate-overrides/{id}"), Some(&rule), &[]).await?, 200)
        .map(drop)
}

async fn hammered(stage: &Stage, user: &Client) -> Result<()> {
    // An override is known to every process within half a minute.
    let refused = until(LONG, async || {
        for base in &stage.apis {
            let reply = user.at(base).get("/api/plans").await?;
            if reply.status == 429 {
                return Ok(Some(reply));
            }
        }
        Ok(None)
    })
    .await?;
    refuses(&refused, 429, "rate_limited")?;
    let header = |name: &str| refused.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ensure!(header("retry-after").parse::<u64>().is_ok_and(|wait| wait > 0), "Retry-After: {}", header("retry-after"));
    ensure!(header("ratelimit").contains("r=0"), "RateLimit: {}", header("ratelimit"));
    until(LONG, async || {
        for base in &stage.apis {
            if user.at(base).get("/api/plans").await?.status != 429 {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })
    .await
}

async fn shown(admin: &Client, id: &str) -> Result<()> {
    let overrides = is(admin.get("/api/admin/rate-overrides").await?, 200)?;
    ensure!(
        overrides["items"].as_array().is_some_and(|all| all.iter().any(|one| one["user"]["id"] == id)),
        "{overrides}"
    );
    until(LONG, async || {
        let figures = is(admin.get("/api/admin/limits").await?, 200)?;
        let refused = |minute: &Json| minute["tier"] == "user" && minute["refused"].as_i64() > Some(0);
        Ok(figures["minutes"].as_array().is_some_and(|all| all.iter().any(refused)).then_some(()))
    })
    .await
}

async fn lifted(stage: &Stage, admin: &Client, user: &Client, id: &str) -> Result<()> {
    is(admin.delete(&format!("/api/admin/rate-overrides/{id}"), Some(&json!({ "reason": "mended" }))).await?, 204)?;
    for base in &stage.apis {
        until(LONG, async || Ok((user.at(base).get("/api/plans").await?.status == 200).then_some(()))).await?;
    }
    Ok(())
}
