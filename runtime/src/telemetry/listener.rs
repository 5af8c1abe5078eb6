//! `GET /metrics` and nothing else, for a scraper on the same machine. So small that it needs no framework.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::MetricsHandle;

/// Connections answered at the same time; others wait in the listener's backlog.
const MAX_CONNECTIONS: usize = 16;
/// Bytes of a request's line and headers.
const MAX_REQUEST_BYTES: usize = 8 * 1024;
/// From accepting a connection until its answer is written.
const MAX_EXCHANGE: Duration = Duration::from_secs(5);
/// After the operating system refuses a connection (no more files).
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(200);

/// Serves the metrics at `addr` until `stop` is cancelled.
///
/// # Errors
/// When `addr` cannot be bound.
pub async fn serve_metrics(addr: SocketAddr, handle: MetricsHandle, stop: CancellationToken) -> anyhow::Result<()> {
    let listener = TcpListener::bind(addr).await.with_context(|| format!("cannot listen on METRICS_ADDR {addr}"))?;
    tracing::info!(%addr, "metrics at /metrics");
    serve(listener, handle, stop).await;
    Ok(())
}

async fn serve(listener: TcpListener, handle: MetricsHandle, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accepted = async {
            let slot = Arc::clone(&slots).acquire_owned().await.expect("never closed");
            (slot, listener.accept().await)
        };
        let (slot, accepted) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = accepted => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            continue;
        };
        let handle = handle.clone();
        tokio::spawn(async move {
            let _slot = slot;
            // A scraper that is slow or disconnects harms only itself.
            let _ = tokio::time::timeout(MAX_EXCHANGE, exchange(stream, &handle)).await;
        });
    }
}

async fn exchange(mut stream: TcpStream, handle: &MetricsHandle) -> std::io::Result<()> {
    let answer = match read_head(&mut stream).await? {
        Some(head) => answer(&head, handle),
        None => plain("431 Request Header Fields Too Large", "too long\n"),
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

/// The request's line and headers; none where they are longer than we read.
async fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut head = Vec::with_capacity(1024);
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        if head.len() >= MAX_REQUEST_BYTES {
            return Ok(None);
        }
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    Ok(Some(head))
}

fn answer(head: &[u8], handle: &MetricsHandle) -> String {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = std::str::from_utf8(line).unwrap_or_default();
    let words: Vec<&str> = line.split(' ').collect();
    let [method, target, version] = words[..] else {
        return plain("400 Bad Request", "not HTTP\n");
    };
    if !version.starts_with("HTTP/1.") {
        return plain("400 Bad Request", "not HTTP/1\n");
    }
    if target.split('?').next() != Some("/metrics") {
        return plain("404 Not Found", "only /metrics is served here\n");
    }
    if method != "GET" {
        return response("405 Method Not Allowed", "text/plain; charset=utf-8", "Allow: GET\r\n", "only GET\n");
    }
    response("200 OK", "text/plain; version=0.0.4; charset=utf-8", "", &handle.render())
}

fn plain(status: &str, body: &str) -> String {
    response(status, "text/plain; charset=utf-8", "", body)
}

fn response(status: &str, content_type: &str, more: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\n{more}Connection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::telemetry;

    async fn start() -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve(listener, telemetry::metrics().expect("a recorder"), stop.clone()));
        (addr, stop, task)
    }

    async fn ask(addr: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(addr).await.expect("connected");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        // What was read before a reset counts: an answer may overtake the rest of a request that is too long.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).expect("Unicode")
    }

    #[tokio::test]
    async fn serves_the_metrics_with_help_and_type() {
        let (addr, stop, task) = start().await;
        metrics::describe_counter!("listener_test_total", "How often the test counted");
        metrics::counter!("listener_test_total", "queue" => "mail").increment(3);
        metrics::histogram!("listener_test_seconds").record(0.3);
        let answer = ask(addr, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(head.contains("Content-Type: text/plain; version=0.0.4"), "{head}");
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
        for line in [
            "# HELP listener_test_total How often the test counted",
            "# TYPE listener_test_total counter",
            "listener_test_total{queue=\"mail\"} 3",
            "# TYPE listener_test_seconds histogram",
            "listener_test_seconds_bucket{le=\"0.25\"} 0",
            "listener_test_seconds_bucket{le=\"0.5\"} 1",
            "listener_test_seconds_bucket{le=\"600\"} 1",
            "# TYPE skypanel_build_info gauge",
            "# HELP skypanel_build_info 1, with the version of the program as its label.",
        ] {
            assert!(body.lines().any(|found| found == line), "{line} is missing in\n{body}");
        }
        stop.cancel();
        task.await.expect("it stops");
    }

    #[tokio::test]
    async fn refuses_everything_else() {
        let (addr, ..) = start().await;
        let long = format!("GET /metrics HTTP/1.1\r\nX: {}", "a".repeat(2 * MAX_REQUEST_BYTES));
        for (request, status) in [
            ("GET / HTTP/1.1\r\n\r\n", "404"),
            ("GET /metrics/../etc HTTP/1.1\r\n\r\n", "404"),
            ("GET /metricsx HTTP/1.1\r\n\r\n", "404"),
            ("POST /metrics HTTP/1.1\r\n\r\n", "405"),
            ("DELETE /metrics HTTP/1.0\r\n\r\n", "405"),
            ("GET /metrics HTTP/2\r\n\r\n", "400"),
            ("hello\r\n\r\n", "400"),
            ("\u{0}\r\n\r\n", "400"),
            (&long, "431"),
        ] {
            let answer = ask(addr, request).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request:.40} -> {answer:.80}");
            assert!(!answer.contains("skypanel_build_info"), "{request:.40} got the metrics");
        }
        assert!(ask(addr, "GET /metrics?x=1 HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 200 "));
    }

    #[tokio::test]
    async fn silent_connections_wait_for_a_slot_and_then_go() {
        let (addr, ..) = start().await;
        let mut silent = Vec::new();
        for _ in 0..MAX_CONNECTIONS {
            silent.push(TcpStream::connect(addr).await.expect("connected"));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let start = Instant::now();
        let answer = ask(addr, "GET /metrics HTTP/1.1\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let waited = start.elapsed();
        assert!(waited > Duration::from_secs(3), "there was a slot more than MAX_CONNECTIONS: {waited:?}");
        assert!(waited < 2 * MAX_EXCHANGE, "silence was not ended: {waited:?}");
    }

    #[tokio::test]
    async fn says_where_it_cannot_listen() {
        let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = taken.local_addr().expect("an address");
        let error = serve_metrics(addr, telemetry::metrics().expect("a recorder"), CancellationToken::new())
            .await
            .expect_err("taken");
        assert!(error.to_string().contains(&addr.to_string()), "{error}");
    }
}
