//! Open connections: how many there may be, and which of them the client has closed.
//!
//! The server continues an answer whose reader has left until a write fails, which for a quiet
//! stream takes a minute. So each connection reports here when the client closed it.

use std::collections::HashMap;
use std::io::{IoSlice, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use poem::http::uri::Scheme;
use poem::listener::{Acceptor, TcpAcceptor};
use poem::web::{LocalAddr, RemoteAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Duration, sleep};
use tokio_util::sync::CancellationToken;

/// The most connections of one process; beyond, new ones are closed at once.
const MAX_CONNECTIONS: usize = 20_000;
/// The pause after a connection could not be accepted: most likely for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// The open connections by the address at their other end.
#[derive(Clone, Debug, Default)]
pub struct Connections(Arc<Mutex<HashMap<SocketAddr, CancellationToken>>>);

impl Connections {
    /// Cancelled when the client has closed the connection.
    #[must_use]
    pub fn hung_up(&self, peer: Option<&SocketAddr>) -> CancellationToken {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        peer.and_then(|peer| open.get(peer)).cloned().unwrap_or_default()
    }

    fn opened(&self, stream: TcpStream, peer: SocketAddr) -> Option<Connection> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MAX_CONNECTIONS {
            return None;
        }
        let gone = CancellationToken::new();
        open.insert(peer, gone.clone());
        Some(Connection { stream, peer, gone, all: self.clone() })
    }
}

/// Accepts connections without send delay, and keeps count of them.
pub struct Door {
    /// The listener.
    pub inner: TcpAcceptor,
    /// The connections of the process.
    pub connections: Connections,
}

impl Acceptor for Door {
    type Io = Connection;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> Result<(Connection, LocalAddr, RemoteAddr, Scheme)> {
        loop {
            let (stream, local, remote, scheme) = match self.inner.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(cause = %error, "a connection could not be accepted");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(cause = %error, "a connection keeps its delay");
            }
            let Some(peer) = remote.as_socket_addr().copied() else { continue };
            if let Some(connection) = self.connections.opened(stream, peer) {
                return Ok((connection, local, remote, scheme));
            }
            tracing::warn!("too many connections; one was closed at once");
        }
    }
}

/// A connection that reports when the client closed it.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    gone: CancellationToken,
    all: Connections,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.gone.cancel();
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.peer);
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let (before, room) = (buffer.filled().len(), buffer.remaining());
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let ended = matches!(&read, Poll::Ready(Ok(())) if room > 0 && buffer.filled().len() == before);
        if ended || matches!(&read, Poll::Ready(Err(_))) {
            self.gone.cancel();
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, data: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, data)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_connection_says_when_it_was_hung_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Connections::default();
        let mut door = Door { inner: TcpAcceptor::from_tokio(listener).unwrap(), connections: connections.clone() };
        let caller = TcpStream::connect(address).await.unwrap();
        let peer = caller.local_addr().unwrap();
        let (mut connection, ..) = door.accept().await.unwrap();
        let gone = connections.hung_up(Some(&peer));
        assert!(!gone.is_cancelled());
        drop(caller);
        assert_eq!(connection.read(&mut [0; 8]).await.unwrap(), 0);
        assert!(gone.is_cancelled());
        drop(connection);
        assert!(connections.0.lock().unwrap().is_empty());
        assert!(!connections.hung_up(None).is_cancelled());
    }
}
