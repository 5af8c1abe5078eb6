//! Open connections: how many there may be, how long each may keep us waiting, and which of them the client has
//! closed.
//!
//! The server continues an answer whose reader has left until a write fails, which for a quiet stream takes a minute.
//! So each connection reports here when the client closed it.

use std::collections::HashMap;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use runtime::settings::Http;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Duration, Sleep, sleep};
use tokio_util::sync::CancellationToken;

/// The most connections of one process, where the limit of open files allows as many.
const MAX_CONNECTIONS: usize = 20_000;
/// How long a connection may keep us waiting.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// For a request's header: from its first byte, or from the opening of the connection.
    pub header: Duration,
    /// For a reader of an answer that waits.
    pub unread: Duration,
    /// For the next request.
    pub idle: Duration,
}

impl Times {
    /// 30 s for a header, a minute for a reader, and what the settings say for the next request.
    #[must_use]
    pub fn of(http: &Http) -> Self {
        Self { header: Duration::from_secs(30), unread: Duration::from_mins(1), idle: http.idle }
    }
}

/// Why a connection is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The process has as many as it may.
    Process,
    /// The client's address has as many as it may.
    Address,
}

#[derive(Debug, Default)]
struct Open {
    by_peer: HashMap<SocketAddr, CancellationToken>,
    by_site: HashMap<IpAddr, usize>,
}

/// The open connections by the address at their other end.
#[derive(Clone, Debug)]
pub struct Connections {
    open: Arc<Mutex<Open>>,
    most: usize,
    most_per_address: usize,
    times: Times,
}

impl Connections {
    /// None yet. There are never more than three quarters of `files`, the limit of open files: the rest is for the
    /// database, Redis and the logs.
    #[must_use]
    pub fn new(http: &Http, times: Times, files: u64) -> Self {
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        Self {
            open: Arc::default(),
            most: MAX_CONNECTIONS.min(files - files / 4),
            most_per_address: http.connections_per_address,
            times,
        }
    }

    /// Cancelled when the client has closed the connection.
    #[must_use]
    pub fn hung_up(&self, peer: Option<&SocketAddr>) -> CancellationToken {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        peer.and_then(|peer| open.by_peer.get(peer)).cloned().unwrap_or_default()
    }

    /// Takes a connection. One of our own proxies counts against the process alone.
    ///
    /// # Errors
    /// Where there are as many as there may be; the connection is then closed.
    pub fn opened(&self, stream: TcpStream, peer: SocketAddr, proxy: bool) -> std::result::Result<Connection, Full> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.by_peer.len() >= self.most {
            return Err(Full::Process);
        }
        let site = site(peer.ip());
        let count = open.by_site.entry(site).or_default();
        if !proxy && *count >= self.most_per_address {
            return Err(Full::Address);
        }
        *count += 1;
        let gone = CancellationToken::new();
        open.by_peer.insert(peer, gone.clone());
        Ok(Connection {
            stream,
            peer,
            gone,
            all: self.clone(),
            turns: Turns::default(),
            waiting: Some(Waiting::header(0, self.times.header)),
            unread: None,
        })
    }
}

/// An address as the cap counts it: a client that has one IPv6 address of a /64 has them all.
fn site(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
        ip @ IpAddr::V4(_) => ip,
    }
}

/// How many requests a connection has begun, and how many of them are answered.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<[AtomicU64; 2]>);

impl Turns {
    /// A request has begun; its answer ends when the value is dropped.
    #[must_use]
    pub fn begin(&self) -> Turn {
        self.0[0].fetch_add(1, Ordering::Relaxed);
        Turn(self.clone())
    }

    fn begun(&self) -> u64 {
        self.0[0].load(Ordering::Relaxed)
    }

    fn answering(&self) -> bool {
        self.0[1].load(Ordering::Relaxed) < self.begun()
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub struct Turn(Turns);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.0[1].fetch_add(1, Ordering::Relaxed);
    }
}

/// What a connection without a request waits for.
#[derive(Debug)]
struct Waiting {
    /// How many requests there were before.
    after: u64,
    /// Whether the header has begun.
    header: bool,
    until: Pin<Box<Sleep>>,
}

impl Waiting {
    fn header(after: u64, time: Duration) -> Self {
        Self { after, header: true, until: Box::pin(sleep(time)) }
    }

    fn request(after: u64, time: Duration) -> Self {
        Self { after, header: false, until: Box::pin(sleep(time)) }
    }
}

/// A connection that keeps its times, and reports when the client closed it.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    gone: CancellationToken,
    all: Connections,
    turns: Turns,
    waiting: Option<Waiting>,
    /// Until when an answer may wait for its reader.
    unread: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    /// Where the requests of this connection are counted.
    #[must_use]
    pub fn turns(&self) -> Turns {
        self.turns.clone()
    }

    /// Ends the wait for a header, or for the next request, when its time is over.
    fn wait(&mut self, context: &mut Context<'_>, came: bool, read: Poll<Result<()>>) -> Poll<Result<()>> {
        let begun = self.turns.begun();
        if self.turns.answering() {
            self.waiting = None;
            return read;
        }
        let stale = self.is_stale(begun);
        if came && (stale || self.waiting.as_ref().is_some_and(|waiting| !waiting.header)) {
            self.waiting = Some(Waiting::header(begun, self.all.times.header));
        } else if stale {
            self.waiting = Some(Waiting::request(begun, self.all.times.idle));
        }
        let Some(waiting) = self.waiting.as_mut().filter(|_| read.is_pending()) else { return read };
        if waiting.until.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let what = if waiting.header { "a whole header" } else { "a request" };
        tracing::debug!(peer = %self.peer, "a connection was closed: the client did not send {what} in time");
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }

    /// Whether what is waited for belongs to a request that was answered meanwhile.
    fn is_stale(&self, begun: u64) -> bool {
        self.waiting.as_ref().is_none_or(|waiting| waiting.after != begun)
    }

    /// Begins the wait for the next request when an answer has been written. hyper may have asked for input during the
    /// answer, and does not ask again before some arrives: nobody else would wake it.
    fn rest(&mut self, context: &mut Context<'_>) {
        let begun = self.turns.begun();
        if !self.turns.answering() && self.is_stale(begun) {
            let waiting = self.waiting.insert(Waiting::request(begun, self.all.times.idle));
            if waiting.until.as_mut().poll(context).is_ready() {
                context.waker().wake_by_ref();
            }
        }
    }

    /// Gives up an answer that nobody reads.
    fn written(&mut self, context: &mut Context<'_>, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        if written.is_ready() {
            self.unread = None;
            return written;
        }
        let time = self.all.times.unread;
        let unread = self.unread.get_or_insert_with(|| Box::pin(sleep(time)));
        if unread.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        tracing::debug!(peer = %self.peer, "a connection was closed: the client did not read its answer");
        self.gone.cancel();
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the client does not read")))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.gone.cancel();
        let mut open = self.all.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.by_peer.remove(&self.peer);
        let site = site(self.peer.ip());
        if let Some(count) = open.by_site.get_mut(&site) {
            *count -= 1;
            if *count == 0 {
                open.by_site.remove(&site);
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let (before, room) = (buffer.filled().len(), buffer.remaining());
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let came = buffer.filled().len() > before;
        let ended = room > 0 && !came && matches!(&read, Poll::Ready(Ok(())));
        if ended || matches!(&read, Poll::Ready(Err(_))) {
            self.gone.cancel();
        }
        self.wait(context, came, read)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, data: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, data);
        self.written(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.rest(context);
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, data);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
