//! The door with real sockets, and with times that a test can wait for.

use std::time::Duration;

use poem::endpoint::make;
use runtime::settings::Http;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;

use super::*;
use crate::http::connections::Times;

const TIMES: Times =
    Times { header: Duration::from_secs(1), unread: Duration::from_secs(2), idle: Duration::from_secs(3) };
/// Not yet the time for which a connection may idle.
const ALMOST_IDLE: Duration = Duration::from_millis(2_100);
/// How long the slow handler takes: longer than a header may.
const SLOW: Duration = Duration::from_millis(2_500);
const DRAIN: Duration = Duration::from_secs(1);
/// How early or late a machine at work may be.
const EARLY: Duration = Duration::from_millis(300);
const LATE: Duration = Duration::from_millis(1_700);
/// Connections that one address may have in the tests.
const PER_ADDRESS: usize = 4;
/// Open files that the tests' process may have.
const FILES: u64 = 16;

fn http() -> Http {
    Http {
        listen: "127.0.0.1:0".parse().unwrap(),
        client_url: "http://127.0.0.1:3001".parse().unwrap(),
        cors_origins: Vec::new(),
        trusted_proxies: Vec::new(),
        metrics: None,
        secure_cookies: false,
        idle: TIMES.idle,
        connections_per_address: PER_ADDRESS,
    }
}

struct Open {
    at: SocketAddr,
    connections: Connections,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

/// A door before a handler that answers each request with its path, `/slow` after a while, and `/long` with more
/// than fits into a socket.
async fn open(proxy: bool) -> Open {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, connections, stop) =
        (listener.local_addr().unwrap(), Connections::new(&http(), TIMES, FILES), CancellationToken::new());
    let door = Door { listener, connections: connections.clone(), is_proxy: Box::new(move |_| proxy), drain: DRAIN };
    let handler = make(|mut request: Request| async move {
        let path = request.uri().path().to_owned();
        if path == "/slow" {
            sleep(SLOW).await;
        }
        let body = request.take_body().into_vec().await.unwrap_or_default();
        let body = if path == "/long" { vec![b'x'; 64 << 20] } else { [path.as_bytes(), &body].concat() };
        Ok::<_, poem::Error>(Response::builder().body(body))
    });
    let serving = tokio::spawn(door.serve(handler, stop.clone()));
    Open { at, connections, stop, serving }
}

async fn say(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

/// What arrives until these words do, or until the end.
async fn hear(stream: &mut TcpStream, until: &str) -> String {
    let mut heard = String::new();
    while until.is_empty() || !heard.contains(until) {
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => break,
            Ok(count) => heard.push_str(&String::from_utf8_lossy(&part[..count])),
        }
    }
    heard
}

/// How long it takes until the door closes the connection, and what it says before.
async fn closed(stream: &mut TcpStream) -> (Duration, String) {
    let began = Instant::now();
    let heard = hear(stream, "").await;
    (began.elapsed(), heard)
}

fn near(took: Duration, wanted: Duration) {
    assert!(took + EARLY >= wanted && took < wanted + LATE, "{took:?}, not {wanted:?}");
}

#[tokio::test]
async fn a_header_arrives_in_time_from_its_first_byte_on() {
    let door = open(false).await;
    let mut nothing = TcpStream::connect(door.at).await.unwrap();
    near(closed(&mut nothing).await.0, TIMES.header);
    let mut half = TcpStream::connect(door.at).await.unwrap();
    say(&mut half, "GET /a HTTP/1.1\r\nHost: x\r\n").await;
    near(closed(&mut half).await.0, TIMES.header);
    // A byte now and then does not help.
    let mut drip = TcpStream::connect(door.at).await.unwrap();
    let began = Instant::now();
    while drip.write_all(b"G").await.is_ok() && began.elapsed() < TIMES.header * 5 {
        sleep(Duration::from_millis(100)).await;
    }
    near(began.elapsed(), TIMES.header);
    // The second request of a connection has its own time, after an idle time that is not counted.
    let mut second = TcpStream::connect(door.at).await.unwrap();
    say(&mut second, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(hear(&mut second, "/a").await.starts_with("HTTP/1.1 200"));
    sleep(ALMOST_IDLE).await;
    say(&mut second, "GET /b HT").await;
    near(closed(&mut second).await.0, TIMES.header);
}

#[tokio::test]
async fn an_idle_connection_lives_as_long_as_the_setting_says() {
    let door = open(false).await;
    let mut stream = TcpStream::connect(door.at).await.unwrap();
    for _ in 0..2 {
        say(&mut stream, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi").await;
        assert!(hear(&mut stream, "/ahi").await.starts_with("HTTP/1.1 200"));
        sleep(ALMOST_IDLE).await;
    }
    say(&mut stream, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n").await;
    hear(&mut stream, "/b").await;
    near(closed(&mut stream).await.0, TIMES.idle);
}

#[tokio::test]
async fn a_slow_answer_is_waited_for_and_an_unread_one_is_not() {
    let door = open(false).await;
    let mut slow = TcpStream::connect(door.at).await.unwrap();
    say(&mut slow, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(hear(&mut slow, "/slow").await.starts_with("HTTP/1.1 200"));
    near(closed(&mut slow).await.0, TIMES.idle);
    let mut long = TcpStream::connect(door.at).await.unwrap();
    let peer = long.local_addr().unwrap();
    say(&mut long, "GET /long HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(hear(&mut long, "xxx").await.contains("200 OK"));
    let (gone, began) = (door.connections.hung_up(Some(&peer)), Instant::now());
    gone.cancelled().await;
    near(began.elapsed(), TIMES.unread);
}

#[tokio::test]
async fn one_address_has_its_share_and_the_process_stays_below_its_files() {
    let door = open(false).await;
    let mut held = Vec::new();
    for _ in 0..PER_ADDRESS {
        let mut stream = TcpStream::connect(door.at).await.unwrap();
        say(&mut stream, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(hear(&mut stream, "/a").await.contains("200 OK"));
        held.push(stream);
    }
    let mut more = TcpStream::connect(door.at).await.unwrap();
    let (took, heard) = closed(&mut more).await;
    assert!(took < Duration::from_secs(1) && heard.is_empty(), "{took:?} {heard}");
    // What ends makes room.
    let gone = door.connections.hung_up(held[0].local_addr().ok().as_ref());
    drop(held.remove(0));
    gone.cancelled().await;
    sleep(Duration::from_millis(1)).await;
    let mut again = TcpStream::connect(door.at).await.unwrap();
    say(&mut again, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(hear(&mut again, "/b").await.contains("200 OK"));
    // A proxy of ours has no share, and the whole stays below the limit of files.
    let door = open(true).await;
    let mut served = 0;
    let mut held = Vec::new();
    for _ in 0..FILES {
        let mut stream = TcpStream::connect(door.at).await.unwrap();
        drop(stream.write_all(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n").await);
        served += u64::from(hear(&mut stream, "/a").await.contains("200 OK"));
        held.push(stream);
    }
    assert_eq!(served, FILES * 3 / 4);
}

#[tokio::test]
async fn http_2_in_clear_text_is_not_spoken() {
    let door = open(false).await;
    let mut stream = TcpStream::connect(door.at).await.unwrap();
    say(&mut stream, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
    let (took, heard) = closed(&mut stream).await;
    assert!(took < Duration::from_secs(1) && !heard.contains("200"), "{took:?} {heard:?}");
    let mut stream = TcpStream::connect(door.at).await.unwrap();
    say(
        &mut stream,
        "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\
         HTTP2-Settings: AAMAAABk\r\n\r\n",
    )
    .await;
    assert!(hear(&mut stream, "/a").await.starts_with("HTTP/1.1 200"), "it is answered in the version it came in");
}

#[tokio::test]
async fn stopping_lets_requests_end_and_closes_what_is_idle() {
    let door = open(false).await;
    let mut idle = TcpStream::connect(door.at).await.unwrap();
    say(&mut idle, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n").await;
    hear(&mut idle, "/a").await;
    let mut posted = TcpStream::connect(door.at).await.unwrap();
    say(&mut posted, "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n").await;
    let mut slow = TcpStream::connect(door.at).await.unwrap();
    say(&mut slow, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    sleep(Duration::from_millis(10)).await;
    door.stop.cancel();
    let began = Instant::now();
    assert!(closed(&mut idle).await.0 < Duration::from_secs(1));
    say(&mut posted, "hi").await;
    let (_, heard) = closed(&mut posted).await;
    assert!(heard.starts_with("HTTP/1.1 200") && heard.ends_with("/bhi"), "{heard}");
    assert!(TcpStream::connect(door.at).await.is_err(), "nothing new is taken");
    // The slow one takes longer than is given.
    assert_eq!(closed(&mut slow).await.1, "");
    door.serving.await.unwrap();
    near(began.elapsed(), DRAIN);
}

#[tokio::test]
async fn a_connection_says_when_it_was_hung_up() {
    let door = open(false).await;
    let mut caller = TcpStream::connect(door.at).await.unwrap();
    let peer = caller.local_addr().unwrap();
    say(&mut caller, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    sleep(Duration::from_millis(10)).await;
    let gone = door.connections.hung_up(Some(&peer));
    assert!(!gone.is_cancelled());
    drop(caller);
    tokio::time::timeout(Duration::from_secs(1), gone.cancelled()).await.unwrap();
    assert!(!door.connections.hung_up(None).is_cancelled());
}
