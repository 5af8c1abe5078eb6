//! Connections at the door: how long they may idle, and how many one address may have. How they are timed is tested
//! beside the code, with a clock that jumps.

use std::time::{Duration, Instant};

use testkit::TestApp;
use testkit::app::AppOptions;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SETTINGS: &[(&str, &str)] = &[("HTTP_IDLE_MS", "1500"), ("HTTP_CONNECTIONS_PER_ADDRESS", "4")];

async fn open(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.base.trim_start_matches("http://")).await.unwrap()
}

/// What is answered to these words, as far as the first packet tells; nothing where the connection is closed.
async fn answer(stream: &mut TcpStream, words: &[u8]) -> String {
    if stream.write_all(words).await.is_err() {
        return String::new();
    }
    let mut part = [0; 4096];
    let count = stream.read(&mut part).await.unwrap_or(0);
    String::from_utf8_lossy(&part[..count]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_its_share_until_its_connections_idle_too_long() {
    let app = TestApp::start_with(AppOptions { workers: false, settings: SETTINGS }).await;
    let get = b"GET /livez HTTP/1.1\r\nHost: panel\r\n\r\n";
    let began = Instant::now();
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut stream = open(&app).await;
        assert!(answer(&mut stream, get).await.starts_with("HTTP/1.1 200"));
        held.push(stream);
    }
    assert_eq!(answer(&mut open(&app).await, get).await, "", "a fifth is closed at once");
    for stream in &mut held {
        let closed = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut [0; 16])).await;
        assert_eq!(closed.unwrap().unwrap_or(0), 0);
    }
    assert!(began.elapsed() >= Duration::from_millis(1_500), "{:?}", began.elapsed());
    assert!(answer(&mut open(&app).await, get).await.starts_with("HTTP/1.1 200"), "there is room again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_no_http_1_is_no_request() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    for words in
        [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"[..], b"GET /livez HTTP/1.1\r\nHost: a\0b\r\n\r\n"]
    {
        let said = answer(&mut open(&app).await, words).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{said}");
    }
}
