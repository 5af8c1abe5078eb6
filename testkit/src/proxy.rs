//! A TCP proxy that delays, cuts and falls silent, for what lies between a worker and a cloud or a database.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// After a request was passed on, so long is waited for the answer that is then withheld.
const EFFECT: Duration = Duration::from_secs(2);
/// Bytes passed on at once.
const CHUNK: usize = 16 * 1024;

/// What happens to the bytes of connections, those that are open included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// They pass.
    Clear,
    /// They pass late.
    Delayed(Duration),
    /// A request passes, and the connection ends when its answer begins: the effect is done, and nobody hears of it.
    CutAfterRequest,
    /// Connections are taken and bytes read, and nothing ever answers. They end when the weather changes.
    HalfOpen,
}

/// A running proxy. Ends with the value.
#[derive(Debug)]
pub struct Proxy {
    addr: SocketAddr,
    weather: watch::Sender<Weather>,
    counts: Arc<Counts>,
    accepting: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Counts {
    cut: AtomicU64,
    held: AtomicU64,
    /// Connections of an earlier generation were forgotten.
    generation: AtomicU64,
}

impl Proxy {
    /// A proxy on a free port of loopback, in front of `upstream`.
    ///
    /// # Errors
    /// When no port is available.
    pub async fn start(upstream: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let (weather, watched) = watch::channel(Weather::Clear);
        let counts = Arc::new(Counts::default());
        let counted = counts.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (watched, counted) = (watched.clone(), counted.clone());
                tokio::spawn(async move {
                    // What goes wrong on one connection is what this proxy is for.
                    let _ = carry(client, upstream, watched, &counted).await;
                });
            }
        });
        Ok(Self { addr, weather, counts, accepting })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Changes the weather, for open connections too.
    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// Forgets the connections that are open, as a firewall does that was restarted: they stay silent
    /// for good, and new ones pass.
    pub fn forget(&self) {
        self.counts.generation.fetch_add(1, Ordering::Relaxed);
    }

    /// How many answers were withheld, and how many connections fell silent.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.counts.cut.load(Ordering::Relaxed), self.counts.held.load(Ordering::Relaxed))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// One connection, until either side or the weather ends it.
async fn carry(
    mut client: TcpStream,
    upstream: SocketAddr,
    mut weather: watch::Receiver<Weather>,
    counts: &Counts,
) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut server = TcpStream::connect(upstream).await?;
    server.set_nodelay(true)?;
    let (mut asked, mut answered) = (vec![0; CHUNK], vec![0; CHUNK]);
    let generation = counts.generation.load(Ordering::Relaxed);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let bytes = read?;
                if bytes == 0 {
                    return Ok(());
                }
                if counts.generation.load(Ordering::Relaxed) != generation {
                    return swallow(client, counts).await;
                }
                let now = *weather.borrow_and_update();
                match now {
                    Weather::Clear => {}
                    Weather::Delayed(pause) => tokio::time::sleep(pause).await,
                    Weather::CutAfterRequest => {
                        server.write_all(&asked[..bytes]).await?;
                        counts.cut.fetch_add(1, Ordering::Relaxed);
                        let _ = tokio::time::timeout(EFFECT, server.read(&mut answered)).await;
                        return Ok(());
                    }
                    Weather::HalfOpen => return hold(weather, counts).await,
                }
                server.write_all(&asked[..bytes]).await?;
            }
            read = server.read(&mut answered) => {
                let bytes = read?;
                if bytes == 0 {
                    return Ok(());
                }
                if counts.generation.load(Ordering::Relaxed) != generation {
                    return swallow(client, counts).await;
                }
                let now = *weather.borrow_and_update();
                match now {
                    Weather::Delayed(pause) => tokio::time::sleep(pause).await,
                    Weather::HalfOpen => return hold(weather, counts).await,
                    Weather::Clear | Weather::CutAfterRequest => {}
                }
                client.write_all(&answered[..bytes]).await?;
            }
        }
    }
}

/// Keeps a connection open and silent until the weather changes.
async fn hold(mut weather: watch::Receiver<Weather>, counts: &Counts) -> std::io::Result<()> {
    counts.held.fetch_add(1, Ordering::Relaxed);
    let _ = weather.wait_for(|now| *now != Weather::HalfOpen).await;
    Ok(())
}

/// Takes what comes and never answers, until the client gives up.
async fn swallow(mut client: TcpStream, counts: &Counts) -> std::io::Result<()> {
    counts.held.fetch_add(1, Ordering::Relaxed);
    tokio::io::copy(&mut client, &mut tokio::io::sink()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    /// Answers each chunk with its length, and counts what arrived.
    async fn echo() -> (SocketAddr, Arc<AtomicU64>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let arrived = Arc::new(AtomicU64::new(0));
        let counted = arrived.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let counted = counted.clone();
                tokio::spawn(async move {
                    let mut bytes = [0; 64];
                    while let Ok(read @ 1..) = stream.read(&mut bytes).await {
                        counted.fetch_add(1, Ordering::SeqCst);
                        stream.write_all(&bytes[..read]).await.unwrap();
                    }
                });
            }
        });
        (addr, arrived)
    }

    async fn ask(stream: &mut TcpStream) -> std::io::Result<usize> {
        stream.write_all(b"make one").await?;
        stream.read(&mut [0; 64]).await
    }

    #[tokio::test]
    async fn bytes_pass_and_pass_late() {
        let (upstream, _) = echo().await;
        let proxy = Proxy::start(upstream).await.unwrap();
        let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
        assert_eq!(ask(&mut stream).await.unwrap(), 8);
        proxy.set(Weather::Delayed(Duration::from_millis(60)));
        let began = Instant::now();
        assert_eq!(ask(&mut stream).await.unwrap(), 8);
        assert!(began.elapsed() >= Duration::from_millis(120), "there and back");
    }

    #[tokio::test]
    async fn a_cut_comes_after_the_effect() {
        let (upstream, arrived) = echo().await;
        let proxy = Proxy::start(upstream).await.unwrap();
        let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
        assert_eq!(ask(&mut stream).await.unwrap(), 8);
        proxy.set(Weather::CutAfterRequest);
        assert!(matches!(ask(&mut stream).await, Ok(0) | Err(_)), "an answer came");
        assert_eq!(arrived.load(Ordering::SeqCst), 2, "the request did not arrive");
        assert_eq!(proxy.counts(), (1, 0));
    }

    #[tokio::test]
    async fn half_open_takes_and_never_answers() {
        let (upstream, arrived) = echo().await;
        let proxy = Proxy::start(upstream).await.unwrap();
        proxy.set(Weather::HalfOpen);
        let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
        stream.write_all(b"make one").await.unwrap();
        let silence = tokio::time::timeout(Duration::from_millis(100), stream.read(&mut [0; 64])).await;
        assert!(silence.is_err(), "it answered or ended");
        assert_eq!(arrived.load(Ordering::SeqCst), 0);
        proxy.set(Weather::Clear);
        assert!(matches!(ask(&mut stream).await, Ok(0) | Err(_)), "a connection that swallowed bytes lives on");
        let mut fresh = TcpStream::connect(proxy.addr()).await.unwrap();
        assert_eq!(ask(&mut fresh).await.unwrap(), 8);
    }
}
