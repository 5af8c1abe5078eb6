//! The limiter: what it adds to a request, and what it lets through over several processes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures::future::try_join_all;

use super::metrics::{below, warm};
use super::processes::{Process, Processes};
use crate::customers::Customers;
use crate::load::load;
use crate::{Row, Scale};

/// Requests a second while its share is measured.
const RATE: u32 = 100;
/// What its share of 99 of 100 requests must stay under, as a bound of the histogram, in seconds.
const SHARE: &str = "0.002";
/// API processes that count together.
const PROCESSES: usize = 3;
/// The limit that is hammered: so many in so many seconds.
const LIMIT: (f64, f64) = (400.0, 4.0);
/// By how much more may be let through.
const SLACK: f64 = 1.02;

/// Measures both.
///
/// # Errors
/// When a request is not answered as it should be.
pub async fn measure(processes: &mut Processes, customers: &Customers, scale: Scale) -> Result<Vec<Row>> {
    let (_, token) = customers.first()?;
    Ok(vec![share(processes, &token, scale).await?, let_through(processes, &token, scale).await?])
}

/// Its share of a request, as the process itself measures it.
async fn share(processes: &mut Processes, token: &str, scale: Scale) -> Result<Row> {
    let high = [("RATE_LIMIT_AUTHENTICATED_MAX", "1000000"), ("RATE_LIMIT_AUTHENTICATED_WINDOW_MS", "1000")];
    let started = processes.api(1, &high).await?;
    let process = started.first().context("a process")?;
    let client = process.anonymous().with_token(token);
    warm(&client, "/api/plans").await?;
    let before = below(process, "limiter_seconds", SHARE).await?;
    let count = RATE * u32::try_from(scale.seconds)?;
    let (began, mut sent) = (Instant::now(), Vec::new());
    for n in 0..count {
        tokio::time::sleep_until((began + Duration::from_secs(1) / RATE * n).into()).await;
        let client = client.clone();
        sent.push(tokio::spawn(async move { client.get("/api/plans").await }));
    }
    for reply in sent {
        let reply = reply.await??;
        ensure!(reply.status == 200, "{} {}", reply.status, reply.body);
    }
    let took = below(process, "limiter_seconds", SHARE).await?.since(before);
    processes.end(&started).await?;
    ensure!(took.all >= f64::from(count), "the process counted {} of {count} requests", took.all);
    Ok(Row {
        what: format!("limiter’s share of a request, {RATE}/s"),
        measured: format!("{:.2} % of {:.0} under 2 ms", took.share() * 100.0, took.all),
        bar: "p99 < 2 ms".into(),
        reached: took.share() >= 0.99,
        cpu: String::new(),
    })
}

/// What three processes let through of one user who sends as much as they answer.
async fn let_through(processes: &mut Processes, token: &str, scale: Scale) -> Result<Row> {
    let (burst, window) = LIMIT;
    let (max, window_ms) = (format!("{burst:.0}"), format!("{:.0}", window * 1000.0));
    let limit = [("RATE_LIMIT_AUTHENTICATED_MAX", max.as_str()), ("RATE_LIMIT_AUTHENTICATED_WINDOW_MS", &window_ms)];
    let started = processes.api(PROCESSES, &limit).await?;
    let began = Instant::now();
    let time = Duration::from_secs(scale.seconds);
    let hammered = started.iter().map(|process| hammer(process, token, time));
    let passed: usize = try_join_all(hammered).await?.into_iter().sum();
    let took = began.elapsed().as_secs_f64();
    processes.end(&started).await?;
    let most = burst + burst / window * took;
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    let passed = passed as f64;
    Ok(Row {
        what: format!("let through by {PROCESSES} processes, {burst:.0} in {window:.0} s"),
        measured: format!("{passed:.0} in {took:.1} s, of {most:.0}: {:.3}", passed / most),
        bar: format!("<= {SLACK} of burst + rate x time"),
        reached: passed <= most * SLACK,
        cpu: String::new(),
    })
}

async fn hammer(process: &Process, token: &str, time: Duration) -> Result<usize> {
    let host = process.host.clone();
    let request = format!("GET /api/plans HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n");
    let done = load(&host, 4, time, 200, move |_| request.clone().into_bytes()).await?;
    let refused = done.first_wrong.as_deref().is_none_or(|first| first.starts_with("429"));
    ensure!(refused, "another answer than 200 and 429: {:?}", done.first_wrong);
    Ok(done.times.len() - done.wrong)
}
