//! Story 3: a program and its key.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::try_join_all;
use serde_json::{Value as Json, json};
use testkit::client::{Client, text};
use testkit::fixture::{fresh_key, order, register};

use super::{OUT, Stage, is, refuses, revoked};
use crate::story::Story;

const MAKER: &str = "kay@example.com";

/// A key as it was shown once.
struct Key {
    id: String,
    text: String,
}

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let (maker, _) = register(&stage.stack.anonymous(), MAKER).await?;
    let key = story.step("a customer makes a key that may see servers and the balance", made(stage, &maker)).await?;
    story.step("each process takes it, for what it may and for nothing else", used(stage, &key)).await?;
    story.step("the command line works with it", commanded(stage, &key)).await?;
    let next = story.step("it is replaced without a gap: both work", rotated(stage, &maker, &key)).await?;
    let took = story.step("the successor is revoked: each process refuses it", ended(stage, &maker, &next)).await?;
    Story::figure(&format!("refused at the slowest of three processes after {:.0} ms (bar 5 s)", took * 1000.0));
    story.step("a key that was found in public ends by being reported", reported(stage, &maker)).await
}

async fn make(stage: &Stage, maker: &Client, scopes: &[&str]) -> Result<Key> {
    let now: DateTime<Utc> = stage.checker.figure("select business_now()").await?;
    let expires_at = (now + TimeDelta::days(30)).to_rfc3339();
    let body = json!({ "name": "deploy", "scopes": scopes, "expires_at": expires_at });
    key(&is(maker.post("/api/keys", &body).await?, 201)?)
}

fn key(made: &Json) -> Result<Key> {
    let key = Key { id: text(made, "/api_key/id"), text: text(made, "/text") };
    ensure!(key.text.starts_with("sp_"), "a key begins with sp_");
    Ok(key)
}

async fn made(stage: &Stage, maker: &Client) -> Result<Key> {
    make(stage, maker, &["vps:read", "wallet:read"]).await
}

async fn used(stage: &Stage, key: &Key) -> Result<()> {
    for base in &stage.apis {
        let program = Client::new(base).with_token(&key.text);
        for path in ["/api/vps", "/api/wallet", "/api/plans", "/api/auth/me"] {
            is(program.get(path).await?, 200).with_context(|| format!("{path} at {base}"))?;
        }
        let wanted = order("plan_00000000000000000000000001", "mine");
        refuses(&program.post_once("/api/vps", &wanted, &fresh_key()).await?, 403, "forbidden")?;
        refuses(&program.get("/api/wallet/statement").await?, 403, "forbidden")?;
        let another = json!({ "name": "more", "scopes": ["vps:read"], "expires_at": "2030-01-01T00:00:00Z" });
        refuses(&program.post("/api/keys", &another).await?, 403, "forbidden")?;
        refuses(&program.get("/api/admin/jobs").await?, 403, "forbidden")?;
        let foreign = program.for_org("org_00000000000000000000000001");
        refuses(&foreign.get("/api/vps").await?, 404, "not_found")?;
        let wrong = program.with_token(&format!("{}x", &key.text[..key.text.len() - 1]));
        refuses(&wrong.get("/api/vps").await?, 401, "unauthenticated")?;
    }
    Ok(())
}

async fn commanded(stage: &Stage, key: &Key) -> Result<()> {
    let mut command = stage.stack.command(&["vps", "list", "--json"])?;
    command.env("SKYPANEL_URL", &stage.stack.base).env("SKYPANEL_API_KEY", &key.text);
    let output = command.output().await?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed: Json = serde_json::from_slice(&output.stdout).context("skypanel vps list --json says no JSON")?;
    ensure!(listed.is_array() || listed["items"].is_array(), "{listed}");
    Ok(())
}

async fn rotated(stage: &Stage, maker: &Client, old: &Key) -> Result<Key> {
    let body = json!({ "overlap_h": 24 });
    let next = key(&is(maker.post(&format!("/api/keys/{}/rotate", old.id), &body).await?, 201)?)?;
    for text in [&old.text, &next.text] {
        is(stage.stack.anonymous().with_token(text).get("/api/vps").await?, 200)?;
    }
    Ok(next)
}

async fn ended(stage: &Stage, maker: &Client, key: &Key) -> Result<f64> {
    for base in &stage.apis {
        is(Client::new(base).with_token(&key.text).get("/api/vps").await?, 200)?;
    }
    let began = Instant::now();
    is(maker.delete(&format!("/api/keys/{}", key.id), None).await?, 204)?;
    let took = try_join_all(stage.apis.iter().map(|base| revoked::refused(base, &key.text, began))).await?;
    let slowest = took.into_iter().max().unwrap_or_default();
    ensure!(slowest < OUT, "only after {slowest:?}");
    Ok(slowest.as_secs_f64())
}

async fn reported(stage: &Stage, maker: &Client) -> Result<()> {
    let leaked = make(stage, maker, &["vps:read"]).await?;
    let finder = stage.stack.anonymous();
    let answer = finder.post("/api/keys/report", &json!({ "key": leaked.text })).await?;
    ensure!(answer.status.is_success(), "{} {}", answer.status, answer.body);
    revoked::refused(&stage.stack.base, &leaked.text, Instant::now()).await?;
    Ok(())
}
