//! A listener whose connections can be cut: without an answer, one by one or all at once.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use poem::{
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

/// Connections open at once; more wait in the listener's backlog.
const MAX_CONNECTIONS: usize = 1024;

/// Knows the open connections by the peer's address.
#[derive(Default)]
pub(crate) struct Gate {
    down: AtomicBool,
    accepted: AtomicU64,
    open: Mutex<HashMap<SocketAddr, Arc<AtomicBool>>>,
}

impl Gate {
    /// Nothing more is written to this peer: its connection closes instead.
    pub(crate) fn cut(&self, peer: SocketAddr) {
        if let Some(cut) = self.lock().get(&peer) {
            cut.store(true, Ordering::Release);
        }
    }

    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Release);
    }

    /// Connections accepted since the start, or since [`Gate::forget`].
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Acquire)
    }

    /// Restarts the count of connections.
    pub(crate) fn forget(&self) {
        self.accepted.store(0, Ordering::Release);
    }

    pub(crate) fn is_down(&self) -> bool {
        self.down.load(Ordering::Acquire)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SocketAddr, Arc<AtomicBool>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts connections through a [`Gate`].
pub(crate) struct GatedAcceptor {
    listener: TcpListener,
    gate: Arc<Gate>,
    slots: Arc<Semaphore>,
}

impl GatedAcceptor {
    pub(crate) fn new(listener: TcpListener, gate: Arc<Gate>) -> Self {
        Self { listener, gate, slots: Arc::new(Semaphore::new(MAX_CONNECTIONS)) }
    }
}

impl Acceptor for GatedAcceptor {
    type Io = GatedStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.listener.local_addr().map(|addr| LocalAddr(addr.into())).into_iter().collect()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        loop {
            let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(io::Error::other)?;
            let (inner, peer) = self.listener.accept().await?;
            if self.gate.is_down() {
                continue;
            }
            self.gate.accepted.fetch_add(1, Ordering::AcqRel);
            let local = inner.local_addr()?;
            let cut = Arc::new(AtomicBool::new(false));
            self.gate.lock().insert(peer, Arc::clone(&cut));
            let stream = GatedStream { inner, peer, cut, gate: Arc::clone(&self.gate), _slot: slot };
            return Ok((stream, LocalAddr(local.into()), RemoteAddr(peer.into()), Scheme::HTTP));
        }
    }
}

/// One connection through a [`Gate`].
pub(crate) struct GatedStream {
    inner: TcpStream,
    peer: SocketAddr,
    cut: Arc<AtomicBool>,
    gate: Arc<Gate>,
    _slot: OwnedSemaphorePermit,
}

impl GatedStream {
    fn check(&self) -> io::Result<()> {
        if self.cut.load(Ordering::Acquire) || self.gate.is_down() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl Drop for GatedStream {
    fn drop(&mut self) {
        self.gate.lock().remove(&self.peer);
    }
}

impl AsyncRead for GatedStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for GatedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
