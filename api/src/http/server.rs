//! Listening, and what runs beside it.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use domain::Ctx;
use metrics::Unit;
use poem::Server;
use poem::http::uri::Scheme;
use poem::listener::{Acceptor, TcpAcceptor};
use poem::web::{LocalAddr, RemoteAddr};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::gate::App;
use crate::state::{Shared, State};
use crate::{Options, sse};

/// How long open requests have to end.
const DRAIN: Duration = Duration::from_secs(25);
/// A connection on which nothing moves for so long is closed; streams show life every 30 s.
const IDLE: Duration = Duration::from_secs(75);
/// How often revoked sessions are read again when nobody says that they changed.
const REVOCATIONS: Duration = Duration::from_secs(5);
/// How often those who have not asked lately are forgotten.
const FORGET: Duration = Duration::from_mins(1);

/// Serves until `stop`, then lets what is open end.
///
/// # Errors
/// When the address can't be listened on.
pub async fn serve(ctx: Ctx, options: Options, stop: CancellationToken) -> anyhow::Result<()> {
    let (_, serving) = bind(ctx, options, stop).await?;
    serving.await
}

/// Listens, and says where: the future then serves until `stop`.
///
/// # Errors
/// When the address can't be listened on.
pub async fn bind(ctx: Ctx, options: Options, stop: CancellationToken) -> anyhow::Result<(SocketAddr, impl Future<Output = anyhow::Result<()>> + Send)> {
    describe_metrics();
    let asked = options.http.listen;
    let listener = TcpListener::bind(asked).await.with_context(|| format!("{asked} can't be listened on"))?;
    let address = listener.local_addr()?;
    let acceptor = NoDelay(TcpAcceptor::from_tokio(listener)?);
    let state = State::new(ctx, options, stop.clone());
    let serving = async move {
        // A token revoked before we began must not pass before the first reading.
        look_for_revocations(&state).await;
        let beside = [tokio::spawn(sse::listen(state.clone())), tokio::spawn(revocations(state.clone())), tokio::spawn(forget(state.clone()))];
        let served = Server::new_with_acceptor(acceptor)
            .name("api")
            .idle_timeout(IDLE)
            .run_with_graceful_shutdown(App::new(state), stop.cancelled_owned(), Some(DRAIN))
            .await;
        for task in beside {
            task.abort();
        }
        served.context("the HTTP server failed")
    };
    Ok((address, serving))
}

/// Connections that send what they have at once.
struct NoDelay(TcpAcceptor);

impl Acceptor for NoDelay {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.0.local_addr()
    }

    async fn accept(&mut self) -> std::io::Result<(TcpStream, LocalAddr, RemoteAddr, Scheme)> {
        let accepted = self.0.accept().await;
        match &accepted {
            Ok((stream, ..)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(cause = %error, "a connection keeps its delay");
                }
            }
            // Out of file descriptors, most likely: asking again at once would only turn the wheel.
            Err(error) => {
                tracing::warn!(cause = %error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        accepted
    }
}

async fn look_for_revocations(app: &State) {
    // Business time is estimated between readings; reading it here keeps the estimate true.
    let read = async {
        app.ctx.clock.now(&app.ctx.db).await?;
        app.epochs.refresh(&app.ctx).await
    };
    if let Err(error) = read.await {
        tracing::warn!(cause = %error, "revoked sessions could not be read");
    }
}

async fn revocations(app: Shared) {
    let mut turn = interval(REVOCATIONS);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        look_for_revocations(&app).await;
    }
}

async fn forget(app: Shared) {
    let mut turn = interval(FORGET);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        app.limits.forget();
    }
}

fn describe_metrics() {
    metrics::describe_counter!("http_requests_total", Unit::Count, "HTTP requests by method, route and status");
    metrics::describe_histogram!("http_request_duration_seconds", Unit::Seconds, "How long HTTP requests took until their answer began");
    metrics::describe_gauge!("sse_streams", Unit::Count, "Open streams of live events");
}
