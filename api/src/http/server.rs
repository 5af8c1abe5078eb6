//! Listening, and what runs beside it.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use domain::Ctx;
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::accept::Door;
use super::gate::App;
use crate::auth::client::is_proxy;
use crate::auth::{Identify, identify};
use crate::state::{Shared, State};
use crate::{Options, sse};

/// How long open requests may take to end when the process stops.
const DRAIN: Duration = Duration::from_secs(25);
/// How often revoked sessions are read again when no notification says that they changed.
const REVOCATIONS: Duration = Duration::from_secs(5);
/// How often security events that were gathered are written.
const SECURITY: Duration = Duration::from_secs(1);

/// Serves until `stop`, then lets open requests end.
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
pub async fn bind(
    ctx: Ctx,
    options: Options,
    stop: CancellationToken,
) -> anyhow::Result<(SocketAddr, impl Future<Output = anyhow::Result<()>> + Send)> {
    bind_as(ctx, options, Box::new(identify), stop).await
}

/// The same with another way to tell whose a request is: for measuring what ours costs.
///
/// # Errors
/// When the address can't be listened on.
pub async fn bind_as(
    ctx: Ctx,
    options: Options,
    identify: Identify,
    stop: CancellationToken,
) -> anyhow::Result<(SocketAddr, impl Future<Output = anyhow::Result<()>> + Send)> {
    let asked = options.http.listen;
    let listener = TcpListener::bind(asked).await.with_context(|| format!("{asked} can't be listened on"))?;
    let address = listener.local_addr()?;
    let state = State::new(ctx, options, stop.clone());
    let http = state.http.clone();
    let door = Door {
        listener,
        connections: state.connections.clone(),
        is_proxy: Box::new(move |peer| is_proxy(&http, peer.ip())),
        drain: DRAIN,
    };
    let serving = Box::pin(async move {
        // A token revoked before the start must not pass before the first reading.
        read_revocations(&state).await;
        let beside = [
            tokio::spawn(sse::listen(state.clone())),
            tokio::spawn(revocations(state.clone())),
            tokio::spawn(limit(state.clone())),
            tokio::spawn(write_security_events(state.clone())),
        ];
        tracing::info!(%address, "listening");
        door.serve(App::identifying(state.clone(), identify), stop).await;
        for task in beside {
            task.abort();
        }
        state.security.write(&state.ctx).await;
        state.limits.write(&state.ctx).await;
        if let Err(error) = state.keys.write_used(&state.ctx).await {
            tracing::warn!(cause = %error, "the use of API keys could not be written");
        }
        Ok(())
    });
    Ok((address, serving))
}

async fn read_revocations(app: &State) {
    // Business time is estimated between readings; reading it here keeps the estimate true.
    if let Err(error) = app.ctx.clock.now(&app.ctx.db).await {
        tracing::warn!(cause = %error, "business time could not be read");
    }
    sse::recheck(app).await;
}

async fn revocations(app: Shared) {
    let mut turn = interval(REVOCATIONS);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        read_revocations(&app).await;
        if let Err(error) = app.keys.write_used(&app.ctx).await {
            tracing::warn!(cause = %error, "the use of API keys could not be written");
        }
        if let Err(error) = domain::identity::forget_successors(&app.ctx).await {
            tracing::warn!(cause = %error, "sealed tokens could not be erased");
        }
    }
}

async fn write_security_events(app: Shared) {
    let mut turn = interval(SECURITY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        app.security.write(&app.ctx).await;
    }
}

async fn limit(app: Shared) {
    app.limits.watch(&app.ctx).await;
}
