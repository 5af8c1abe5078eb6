//! A collector of traces that looks at what it is sent: OTLP over HTTP, as protobuf.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use prost::Message as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Bytes of one post that are read.
const MAX_POST_BYTES: usize = 8 * 1024 * 1024;

/// One span, as it was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its name.
    pub name: String,
    /// The service that posted it.
    pub service: String,
    /// Its trace, its own id and its parent's, in hexadecimal; no parent is an empty text.
    pub trace: String,
    /// See `trace`.
    pub id: String,
    /// See `trace`.
    pub parent: String,
    /// Names and values, as text.
    pub attributes: Vec<(String, String)>,
}

impl Span {
    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Received {
    spans: Mutex<Vec<Span>>,
    silent: AtomicBool,
    held: AtomicUsize,
}

/// The collector, listening. Ends with the value.
pub struct Collector {
    /// Where it listens.
    pub addr: SocketAddr,
    seen: Arc<Received>,
    task: JoinHandle<()>,
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Collector({})", self.addr)
    }
}

impl Collector {
    /// Listens on a port of its own.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (addr, seen) = (listener.local_addr()?, Arc::new(Received::default()));
        let shared = seen.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let seen = shared.clone();
                tokio::spawn(async move {
                    if let Err(error) = serve(stream, &seen).await {
                        eprintln!("a post of traces could not be read: {error:#}");
                    }
                });
            }
        });
        Ok(Self { addr, seen, task })
    }

    /// From now on posts are taken and never answered: a collector that hangs.
    pub fn fall_silent(&self) {
        self.seen.silent.store(true, Ordering::SeqCst);
    }

    /// Posts that were taken since then.
    #[must_use]
    pub fn held(&self) -> usize {
        self.seen.held.load(Ordering::SeqCst)
    }

    /// What was posted until now.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        self.seen.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers the posts of one connection, one after the other.
async fn serve(mut stream: TcpStream, seen: &Received) -> Result<()> {
    let mut read = Vec::new();
    loop {
        let Some(body) = post(&mut stream, &mut read).await? else {
            return Ok(());
        };
        if seen.silent.load(Ordering::SeqCst) {
            seen.held.fetch_add(1, Ordering::SeqCst);
            std::future::pending::<()>().await;
        }
        let request = ExportTraceServiceRequest::decode(body.as_slice()).context("not what OTLP sends")?;
        seen.spans.lock().unwrap_or_else(PoisonError::into_inner).extend(spans(request));
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n")
            .await?;
    }
}

/// The body of the next `POST /v1/traces`; none when the connection ends.
async fn post(stream: &mut TcpStream, read: &mut Vec<u8>) -> Result<Option<Vec<u8>>> {
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = std::str::from_utf8(&read[..end])?.to_ascii_lowercase();
            ensure!(head.starts_with("post /v1/traces "), "strange: {head}");
            ensure!(head.contains("\r\ncontent-type: application/x-protobuf"), "strange: {head}");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).context("no length")?;
            let whole = end + 4 + length.trim().parse::<usize>()?;
            if read.len() >= whole {
                let rest = read.split_off(whole);
                let post = std::mem::replace(read, rest);
                return Ok(Some(post[end + 4..].to_vec()));
            }
        }
        ensure!(read.len() < MAX_POST_BYTES, "too long");
        if stream.read_buf(read).await? == 0 {
            return Ok(None);
        }
    }
}

fn spans(request: ExportTraceServiceRequest) -> Vec<Span> {
    let mut found = Vec::new();
    for resource in request.resource_spans {
        let of = resource.resource.map(|resource| texts(resource.attributes)).unwrap_or_default();
        let service = of.into_iter().find(|(name, _)| name == "service.name").map(|(_, value)| value);
        for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            found.push(Span {
                name: span.name,
                service: service.clone().unwrap_or_default(),
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                attributes: texts(span.attributes),
            });
        }
    }
    found
}

fn texts(attributes: Vec<KeyValue>) -> Vec<(String, String)> {
    let text = |value| match value {
        Value::StringValue(text) => text,
        Value::BoolValue(value) => value.to_string(),
        Value::IntValue(value) => value.to_string(),
        Value::DoubleValue(value) => value.to_string(),
        other => format!("{other:?}"),
    };
    let value = |pair: &KeyValue| pair.value.clone().and_then(|value| value.value).map(text).unwrap_or_default();
    attributes.into_iter().map(|pair| (pair.key.clone(), value(&pair))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
