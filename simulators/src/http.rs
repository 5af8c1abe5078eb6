//! What the two HTTP servers share: serving an endpoint, and reading a bounded body.

use std::{sync::Arc, time::Duration};

use poem::{Endpoint, Request, Server, http::StatusCode, listener::TcpAcceptor};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::gate::{Gate, GatedAcceptor};

/// Longest body either server reads.
const MAX_BODY_BYTES: usize = 256 * 1024;
/// An idle connection is closed after this; longer than the pools of common clients.
const IDLE_TIMEOUT: Duration = Duration::from_mins(5);
/// Open requests get this long when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_millis(200);

/// Serves until it is stopped; with a gate, connections can be cut.
pub(crate) async fn serve<E: Endpoint + 'static>(
    listener: TcpListener,
    gate: Option<Arc<Gate>>,
    endpoint: E,
    stop: CancellationToken,
) {
    let signal = stop.cancelled();
    let stop_timeout = Some(STOP_TIMEOUT);
    let served = if let Some(gate) = gate {
        Server::new_with_acceptor(GatedAcceptor::new(listener, gate))
            .idle_timeout(IDLE_TIMEOUT)
            .run_with_graceful_shutdown(endpoint, signal, stop_timeout)
            .await
    } else {
        match TcpAcceptor::from_tokio(listener) {
            Ok(acceptor) => {
                Server::new_with_acceptor(acceptor)
                    .idle_timeout(IDLE_TIMEOUT)
                    .run_with_graceful_shutdown(endpoint, signal, stop_timeout)
                    .await
            }
            Err(error) => Err(error),
        }
    };
    if let Err(error) = served {
        tracing::error!(%error, "server failed");
    }
}

/// The request's body.
pub(crate) async fn body(request: &mut Request) -> Result<Vec<u8>, StatusCode> {
    request
        .take_body()
        .into_bytes_limit(MAX_BODY_BYTES)
        .await
        .map(|bytes| bytes.to_vec())
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)
}
