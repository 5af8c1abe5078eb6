//! The loop that accepts connections, and what becomes of each: HTTP/1.1 alone.
//!
//! HTTP/2 needs TLS in every browser, and TLS ends at a proxy in front. In clear text it would only let a client open
//! any number of streams on one connection, so nobody is offered it.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Duration, Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connections::{Connection, Connections, Full, Turn};

/// The pause after a connection could not be accepted: most likely for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);
/// The largest header of a request with all its fields, in bytes.
const MAX_HEADER: usize = 64 * 1024;
/// How often the log says that connections are not taken.
const SAID: Duration = Duration::from_mins(1);

/// Which proxies are ours.
pub type IsProxy = Box<dyn Fn(SocketAddr) -> bool + Send + Sync>;

/// Accepts connections, and answers their requests.
pub struct Door {
    /// Where connections arrive.
    pub listener: TcpListener,
    /// The connections of the process.
    pub connections: Connections,
    /// Whether a connection comes from a proxy of ours.
    pub is_proxy: IsProxy,
    /// How long open requests may take to end when the process stops.
    pub drain: Duration,
}

impl Door {
    /// Answers until `stop`; then lets open requests end, for as long as they may take.
    pub async fn serve<E>(self, endpoint: E, stop: CancellationToken)
    where
        E: Endpoint<Output = Response> + 'static,
    {
        let Self { listener, connections, is_proxy, drain } = self;
        let (endpoint, tasks, end) = (Arc::new(endpoint), TaskTracker::new(), CancellationToken::new());
        let mut refused = Refused::default();
        loop {
            let accepted = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(cause = %error, "a connection could not be accepted");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            match take(&connections, stream, peer, is_proxy(peer)) {
                Ok((connection, local)) => {
                    let (served, end) = (serve(connection, local, peer, endpoint.clone(), stop.clone()), end.clone());
                    tasks.spawn(async move { end.run_until_cancelled(served).await });
                }
                Err(full) => refused.note(full, peer),
            }
        }
        drop(listener);
        tasks.close();
        if timeout(drain, tasks.wait()).await.is_err() {
            tracing::warn!(open = tasks.len(), "requests that did not end in time are broken off");
            end.cancel();
            tasks.wait().await;
        }
    }
}

fn take(
    connections: &Connections,
    stream: TcpStream,
    peer: SocketAddr,
    proxy: bool,
) -> Result<(Connection, Option<SocketAddr>), Full> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(cause = %error, "a connection keeps its delay");
    }
    let local = stream.local_addr().ok();
    Ok((connections.opened(stream, peer, proxy)?, local))
}

/// What is said of connections that were not taken: at most once a minute.
#[derive(Default)]
struct Refused {
    said: Option<Instant>,
    unsaid: u64,
}

impl Refused {
    fn note(&mut self, full: Full, peer: SocketAddr) {
        let why = if full == Full::Process { "process" } else { "address" };
        metrics::counter!("http_connections_refused_total", "why" => why).increment(1);
        self.unsaid += 1;
        if self.said.is_some_and(|said| said.elapsed() < SAID) {
            return;
        }
        let (count, ip) = (std::mem::take(&mut self.unsaid), peer.ip());
        self.said = Some(Instant::now());
        match full {
            Full::Process => tracing::warn!(count, "too many connections; new ones are closed at once"),
            Full::Address => tracing::warn!(
                count,
                %ip,
                "too many connections from one address; more are closed at once. If it is a proxy of yours, name it in \
                 TRUST_PROXY; if it is an office, raise HTTP_CONNECTIONS_PER_ADDRESS"
            ),
        }
    }
}

async fn serve<E>(
    connection: Connection,
    local: Option<SocketAddr>,
    peer: SocketAddr,
    endpoint: Arc<E>,
    stop: CancellationToken,
) where
    E: Endpoint<Output = Response> + 'static,
{
    let turns = connection.turns();
    let (local, remote) =
        (local.map_or_else(LocalAddr::default, |local| LocalAddr(local.into())), RemoteAddr(peer.into()));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (turn, endpoint) = (turns.begin(), endpoint.clone());
        let request: Request = (request, local.clone(), remote.clone(), Scheme::HTTP).into();
        async move {
            let response: hyper::Response<_> = endpoint.get_response(request).await.into();
            Ok::<_, Infallible>(response.map(|body| Answer { body, _turn: turn }))
        }
    });
    // The connection keeps its own times: hyper's timer for headers would end idle ones too.
    let serving = http1::Builder::new()
        .header_read_timeout(None::<Duration>)
        .max_buf_size(MAX_HEADER)
        .serve_connection(TokioIo::new(connection), service);
    let mut serving = pin!(serving);
    let served = tokio::select! {
        served = serving.as_mut() => served,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(cause = %error, %peer, "a connection ended early");
    }
}

/// A body that says when the last of it was handed over.
struct Answer<B> {
    body: B,
    _turn: Turn,
}

impl<B: Body<Error = io::Error> + Unpin> Body for Answer<B> {
    type Data = B::Data;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, io::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests;
