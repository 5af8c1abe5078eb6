//! How soon a person is out: a session is ended at one API process, and asked for at all three, and its live streams
//! are watched.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures::future::{join_all, try_join_all};
use serde_json::json;
use testkit::client::Client;
use testkit::fixture::{PASSWORD, register};

use super::{LONG, OUT, Stage};
use crate::story::Story;

/// Pauses between two looks.
const LOOK: Duration = Duration::from_millis(20);

pub(super) async fn play(story: &mut Story, stage: &Stage, rounds: usize) -> Result<()> {
    let (_, _) = register(&stage.stack.anonymous(), "robin@example.com").await?;
    let mut took = Vec::new();
    story
        .step("sessions end at one process: each of the three refuses them, and their streams end", async {
            for _ in 0..rounds {
                took.extend(signed_out(stage).await?);
            }
            Ok(())
        })
        .await?;
    took.sort_unstable();
    let of = |part: usize| took.get((took.len() * part / 100).min(took.len() - 1)).copied().unwrap_or_default();
    Story::figure(&format!(
        "{} refusals over REST and streams on {} processes: p50 {:.0} ms, p99 {:.0} ms (bar {} s)",
        took.len(),
        stage.apis.len(),
        of(50).as_secs_f64() * 1000.0,
        of(99).as_secs_f64() * 1000.0,
        OUT.as_secs()
    ));
    ensure!(of(99) < OUT, "p99 of {:?}", of(99));
    Ok(())
}

/// How long each process took to refuse a session that the first ended, over REST and over a stream.
async fn signed_out(stage: &Stage) -> Result<Vec<Duration>> {
    let session = stage.stack.anonymous().sign_in("robin@example.com", PASSWORD).await?;
    let token = session.token().context("signed in")?.to_owned();
    let streams = try_join_all(stage.apis.iter().map(|base| stream(base, &token))).await?;
    for base in &stage.apis {
        let reply = Client::new(base).with_token(&token).get("/api/vps").await?;
        ensure!(reply.status == 200, "before it was ended: {} {}", reply.status, reply.body);
    }
    let began = Instant::now();
    let ended = session.post("/api/auth/logout", &json!({})).await?;
    ensure!(ended.status == 204, "{} {}", ended.status, ended.body);
    let rest = join_all(stage.apis.iter().map(|base| refused(base, &token, began)));
    let live = join_all(streams.into_iter().map(|stream| over(stream, began)));
    let (rest, live) = tokio::join!(rest, live);
    rest.into_iter().chain(live).collect()
}

pub(super) async fn stream(base: &str, token: &str) -> Result<reqwest::Response> {
    let request = http().get(format!("{base}/api/notifications/stream")).bearer_auth(token);
    let response = request.send().await?;
    ensure!(response.status() == 200, "no stream at {base}: {}", response.status());
    Ok(response)
}

#[expect(clippy::disallowed_methods, reason = "a proof's client needs none of the product's settings")]
fn http() -> reqwest::Client {
    reqwest::Client::new()
}

pub(super) async fn refused(base: &str, token: &str, began: Instant) -> Result<Duration> {
    let client = Client::new(base).with_token(token);
    loop {
        if client.get("/api/vps").await?.status == 401 {
            return Ok(began.elapsed());
        }
        ensure!(began.elapsed() < LONG, "{base} still answers");
        tokio::time::sleep(LOOK).await;
    }
}

pub(super) async fn over(mut stream: reqwest::Response, began: Instant) -> Result<Duration> {
    let reading = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(LONG, reading).await.context("a stream continues")?;
    Ok(began.elapsed())
}
