//! How soon a person whose session ended is refused: by each of three processes, and on an open stream.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures::future::try_join_all;
use testkit::Client;
use testkit::fixture::{PASSWORD, register};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::processes::{Process, Processes};
use super::skipped;
use crate::load::percentile;
use crate::{Row, Scale};

/// API processes that must all refuse.
const PROCESSES: usize = 3;
/// How soon 99 of 100 must be refused.
const BAR: Duration = Duration::from_secs(5);
/// Who is not refused by then never is.
const LIMIT: Duration = Duration::from_secs(15);
/// How often a process is asked.
const ASK: Duration = Duration::from_millis(20);

/// Measures the end of a session; that of a membership and of a key where the build has them.
///
/// # Errors
/// When a person is not refused.
pub async fn measure(processes: &mut Processes, scale: Scale) -> Result<Vec<Row>> {
    let started = processes.api(PROCESSES, &[]).await?;
    let first = started.first().context("a process")?;
    register(&first.anonymous(), "revoked@example.com").await?;
    let (mut rest, mut live) = (Vec::new(), Vec::new());
    let rounds = scale.probes.div_ceil(5);
    for round in 0..rounds {
        // Between two readings of the list of ended sessions as well as right after one.
        tokio::time::sleep(Duration::from_millis(u64::from(round * 377 % 1_000))).await;
        let client = first.anonymous().sign_in("revoked@example.com", PASSWORD).await?;
        let mut streams = Vec::new();
        for process in &started {
            streams.push(stream(process, &client).await?);
        }
        let ended = client.post("/api/auth/logout", &serde_json::json!({})).await?;
        ensure!(ended.status == 204, "signing out: {} {}", ended.status, ended.body);
        let since = Instant::now();
        let refused = try_join_all(started.iter().map(|process| refused(process, &client, since)));
        let closed = try_join_all(streams.into_iter().map(|stream| closed(stream, since)));
        let (mut refused, mut closed) = tokio::try_join!(refused, closed)?;
        rest.append(&mut refused);
        live.append(&mut closed);
    }
    processes.end(&started).await?;
    Ok(vec![
        row("session ended to refusal, REST", &mut rest),
        row("session ended to refusal, live stream", &mut live),
        skipped("member removed to refusal", "this build cannot remove members"),
        skipped("key revoked to refusal", "this build has no API keys"),
    ])
}

fn row(what: &str, times: &mut [Duration]) -> Row {
    times.sort_unstable();
    let (half, most) = (percentile(times, 0.5), percentile(times, 0.99));
    Row {
        what: format!("{what}, {PROCESSES} processes"),
        measured: format!(
            "p50 {:.0} ms, p99 {:.0} ms of {}",
            half.as_secs_f64() * 1000.0,
            most.as_secs_f64() * 1000.0,
            times.len()
        ),
        bar: format!("p99 < {} s", BAR.as_secs()),
        reached: most < BAR,
        cpu: String::new(),
    }
}

async fn refused(process: &Process, client: &Client, since: Instant) -> Result<Duration> {
    let here = process.anonymous().with_token(client.token().context("signed in")?);
    loop {
        let reply = here.get("/api/vps").await?;
        if reply.status == 401 {
            return Ok(since.elapsed());
        }
        ensure!(reply.status == 200, "{} {}", reply.status, reply.body);
        ensure!(since.elapsed() < LIMIT, "{} answers after {LIMIT:?}", process.name);
        tokio::time::sleep(ASK).await;
    }
}

/// An open stream of live events.
async fn stream(process: &Process, client: &Client) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(&process.host).await?;
    let token = client.token().context("signed in")?;
    let head = format!("GET /api/notifications/stream HTTP/1.1\r\nhost: {}\r\n", process.host);
    stream.write_all(format!("{head}authorization: Bearer {token}\r\n\r\n").as_bytes()).await?;
    let mut buffer = [0; 4096];
    let length = timeout(LIMIT, stream.read(&mut buffer)).await??;
    let answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
    ensure!(answer.starts_with("HTTP/1.1 200"), "the stream begins with {answer}");
    Ok(stream)
}

/// Reads a stream to its end.
async fn closed(mut stream: TcpStream, since: Instant) -> Result<Duration> {
    let mut buffer = [0; 4096];
    let mut tail = Vec::new();
    loop {
        let read = timeout(LIMIT, stream.read(&mut buffer)).await.context("the stream does not end")?;
        let length = read.unwrap_or(0);
        tail.extend_from_slice(&buffer[..length]);
        // The last chunk of a chunked answer: the stream is over, and the connection stays.
        if length == 0 || tail.ends_with(b"0\r\n\r\n") {
            return Ok(since.elapsed());
        }
        ensure!(since.elapsed() < LIMIT, "the stream does not end");
    }
}
