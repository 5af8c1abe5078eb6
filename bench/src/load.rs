//! A load of HTTP requests over kept connections, with as little of its own as possible: it shares
//! the machine with what it measures.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream, lookup_host};

/// What a load came to.
#[derive(Debug)]
pub struct Load {
    /// Answered requests a second.
    pub rate: f64,
    /// How long each took, in order.
    pub times: Vec<Duration>,
    /// Answers with another status than expected.
    pub wrong: usize,
    /// The first of those, for the report.
    pub first_wrong: Option<String>,
}

impl Load {
    /// The time that a share of the requests stayed under.
    #[must_use]
    pub fn percentile(&self, share: f64) -> Duration {
        percentile(&self.times, share)
    }
}

/// The value that a share of the sorted values stays under.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "an index into a list in memory"
)]
pub fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let place = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// Sends requests over `connections` for a time, and one at least over each. `make` writes the n-th request.
///
/// # Errors
/// When a connection breaks.
pub async fn load(
    address: &str,
    connections: usize,
    time: Duration,
    expected: u16,
    make: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static,
) -> Result<Load> {
    let plan = Plan { length: Length::Time(time), every: None, expected };
    over(&vec![Ipv4Addr::LOCALHOST; connections], address, plan, make).await
}

/// The same, with each connection from an address of loopback of its own, as people have.
///
/// # Errors
/// When a connection breaks.
pub async fn load_of_people(
    address: &str,
    people: usize,
    time: Duration,
    expected: u16,
    make: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static,
) -> Result<Load> {
    let first = u32::from(Ipv4Addr::new(127, 0, 0, 2));
    let addresses: Vec<_> = (0..u32::try_from(people)?).map(|person| Ipv4Addr::from(first + person)).collect();
    over(&addresses, address, Plan { length: Length::Time(time), every: None, expected }, make).await
}

/// Sends so many requests over `connections`: one after the other, or with `every` in an open loop, in which the n-th
/// is due n times so long after the begin whether others were answered or not, and its time counts from then.
///
/// # Errors
/// When a connection breaks.
pub async fn send(
    address: &str,
    connections: usize,
    count: usize,
    every: Option<Duration>,
    expected: u16,
    make: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static,
) -> Result<Load> {
    let plan = Plan { length: Length::Count(count), every, expected };
    over(&vec![Ipv4Addr::LOCALHOST; connections], address, plan, make).await
}

/// How long requests are sent.
#[derive(Clone, Copy)]
enum Length {
    Time(Duration),
    Count(usize),
}

/// How requests are sent.
#[derive(Clone, Copy)]
struct Plan {
    length: Length,
    every: Option<Duration>,
    expected: u16,
}

async fn over(
    sources: &[Ipv4Addr],
    address: &str,
    plan: Plan,
    make: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static,
) -> Result<Load> {
    let (make, next) = (Arc::new(make), Arc::new(AtomicUsize::new(0)));
    let target = lookup_host(address).await?.find(SocketAddr::is_ipv4).context("no IPv4 address")?;
    let began = Instant::now();
    let tasks: Vec<_> = sources
        .iter()
        .map(|source| {
            let (make, next, way) = (make.clone(), next.clone(), (*source, target));
            tokio::spawn(async move { one_connection(way, began, plan, &*make, &next).await })
        })
        .collect();
    let (mut times, mut wrong, mut first_wrong) = (Vec::new(), 0, None);
    for task in tasks {
        let (mut taken, mine, first) = task.await??;
        times.append(&mut taken);
        wrong += mine;
        first_wrong = first_wrong.or(first);
    }
    let seconds = began.elapsed().as_secs_f64();
    times.sort_unstable();
    ensure!(!times.is_empty(), "no request was answered");
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    let rate = times.len() as f64 / seconds;
    Ok(Load { rate, times, wrong, first_wrong })
}

type Taken = (Vec<Duration>, usize, Option<String>);

async fn one_connection(
    (source, target): (Ipv4Addr, SocketAddr),
    start: Instant,
    plan: Plan,
    make: &(dyn Fn(usize) -> Vec<u8> + Send + Sync),
    next: &AtomicUsize,
) -> Result<Taken> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((source, 0).into())?;
    let mut stream = socket.connect(target).await?;
    stream.set_nodelay(true)?;
    let (mut times, mut wrong, mut first) = (Vec::new(), 0, None);
    let mut buffer = Vec::with_capacity(64 * 1024);
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if matches!(plan.length, Length::Count(count) if number >= count) {
            return Ok((times, wrong, first));
        }
        let request = make(number);
        let began = match plan.every {
            Some(every) => {
                let due = start + every.saturating_mul(u32::try_from(number)?);
                tokio::time::sleep_until(due.into()).await;
                due
            }
            None => Instant::now(),
        };
        stream.write_all(&request).await?;
        let (status, body) = answer(&mut stream, &mut buffer).await?;
        times.push(began.elapsed());
        if status != plan.expected {
            wrong += 1;
            first.get_or_insert_with(|| {
                format!("{status}: {}", String::from_utf8_lossy(&body).chars().take(300).collect::<String>())
            });
        }
        if matches!(plan.length, Length::Time(time) if start.elapsed() >= time) {
            return Ok((times, wrong, first));
        }
    }
}

/// One answer with a Content-Length.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(u16, Vec<u8>)> {
    buffer.clear();
    let head_end = loop {
        ensure!(stream.read_buf(buffer).await? > 0, "the connection was closed");
        if let Some(place) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break place + 4;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).to_ascii_lowercase();
    let status = head.get(9..12).and_then(|text| text.parse().ok()).context("no status")?;
    let length: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|text| text.trim().parse().ok())
        .context("no content-length")?;
    while buffer.len() < head_end + length {
        ensure!(stream.read_buf(buffer).await? > 0, "the connection was closed in an answer");
    }
    Ok((status, buffer[head_end..head_end + length].to_vec()))
}
