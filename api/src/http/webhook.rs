//! Messages of the payment provider. They are no operation of the API: the provider alone sends them, they are
//! verified over their raw bytes, and their number is the provider's affair, so no limit of requests counts them.

use std::time::Duration;

use domain::payment::{Message, receive};
use poem::error::ReadBodyError;
use poem::http::StatusCode;
use poem::{Request, Response};
use tokio::time::timeout;

use crate::problem::Problem;
use crate::state::State;

/// Where the provider sends them.
pub const PATH: &str = "/api/payments/webhook";
/// The longest message, in bytes.
const MAX_BYTES: usize = 256 * 1024;
/// The longest header that is read.
const MAX_HEADER: usize = 1_000;
/// How long one may take to arrive, and to be stored.
const MAX_TIME: Duration = Duration::from_secs(10);

/// Takes a message: 200 once it is stored, or need not be. What is not the provider's is refused, and what can't be
/// stored now is to come again.
pub async fn answer(state: &State, mut request: Request, request_id: &str) -> Response {
    let body = match timeout(MAX_TIME, request.take_body().into_bytes_limit(MAX_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(ReadBodyError::PayloadTooLarge)) => {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The message is too large.", request_id);
        }
        _ => return refuse(StatusCode::BAD_REQUEST, "invalid_request", "The message did not arrive.", request_id),
    };
    let header = |name: &str| request.header(name).filter(|value| value.len() <= MAX_HEADER).unwrap_or_default();
    let message = Message {
        transmission_id: header("paypal-transmission-id"),
        transmission_time: header("paypal-transmission-time"),
        cert_url: header("paypal-cert-url"),
        auth_algo: header("paypal-auth-algo"),
        transmission_sig: header("paypal-transmission-sig"),
        body: &body,
    };
    let taken =
        timeout(MAX_TIME, receive(&state.ctx, &message)).await.unwrap_or_else(|_| Err(domain::Error::unavailable()));
    match taken {
        Ok(taken) => {
            metrics::counter!("payment_events_total", "outcome" => taken.as_str()).increment(1);
            Response::builder().status(StatusCode::OK).finish()
        }
        Err(error) => {
            metrics::counter!("payment_events_total", "outcome" => "refused").increment(1);
            tracing::warn!(%error, "a payment provider's message was refused");
            Problem::from(&error).response(request_id)
        }
    }
}

fn refuse(status: StatusCode, code: &'static str, words: &'static str, request_id: &str) -> Response {
    Problem::new(status, code, words).response(request_id)
}
