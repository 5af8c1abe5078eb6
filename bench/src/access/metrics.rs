//! A process's own histogram, as Prometheus reads it.

use anyhow::{Context as _, Result};
use testkit::Client;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::processes::Process;

/// How many values a histogram holds, and how many of them are at most as large as one of its bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Below {
    /// All values.
    pub all: f64,
    /// Those at most as large as the bound.
    pub below: f64,
}

impl Below {
    /// What was added since an earlier reading.
    pub fn since(self, earlier: Self) -> Self {
        Self { all: self.all - earlier.all, below: self.below - earlier.below }
    }

    /// The share of values at most as large as the bound.
    pub fn share(self) -> f64 {
        self.below / self.all
    }
}

/// Reads a histogram of a process.
///
/// # Errors
/// When the process does not tell its metrics.
pub async fn below(process: &Process, name: &str, bound: &str) -> Result<Below> {
    let mut stream = TcpStream::connect(&process.metrics).await.context("metrics")?;
    let request = format!("GET /metrics HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", process.metrics);
    stream.write_all(request.as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(parse(&text, name, bound))
}

fn parse(text: &str, name: &str, bound: &str) -> Below {
    let value = |start: String| {
        let line = text.lines().find_map(|line| line.strip_prefix(&start));
        line.and_then(|rest| rest.trim().parse().ok()).unwrap_or(0.0)
    };
    Below { all: value(format!("{name}_count ")), below: value(format!("{name}_bucket{{le=\"{bound}\"}} ")) }
}

/// Sends one request, so that a process's pools and caches are warm.
///
/// # Errors
/// When there is no answer.
pub async fn warm(client: &Client, path: &str) -> Result<()> {
    client.get(path).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_read_with_the_count() {
        let text = "x_bucket{le=\"0.001\"} 3\nx_bucket{le=\"0.002\"} 8\nx_sum 1\nx_count 10\n";
        let read = parse(text, "x", "0.002");
        assert_eq!(read, Below { all: 10.0, below: 8.0 });
        assert!((read.since(Below { all: 2.0, below: 2.0 }).share() - 0.75).abs() < 1e-9);
        assert_eq!(parse(text, "y", "0.002"), Below::default());
    }
}
