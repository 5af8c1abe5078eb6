//! Whether the process is alive, and whether it is ready for requests.

use std::time::{Duration, Instant};

use poem::Response;
use poem::http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::state::State;

/// How long the database has to answer.
const DATABASE_MAX: Duration = Duration::from_secs(1);
/// How long Redis has to answer.
const REDIS_MAX: Duration = Duration::from_millis(500);
/// For how long an answer is reused, so that frequent checks cost nothing.
const REMEMBERED: Duration = Duration::from_secs(1);

/// The last check of what readiness depends on.
#[derive(Debug, Default)]
pub struct Health(Mutex<Option<(Instant, StatusCode, Value)>>);

/// The answer of a process that is alive.
#[must_use]
pub fn live() -> Response {
    respond(StatusCode::OK, &json!({ "status": "alive" }))
}

impl Health {
    /// Whether requests should be sent here: not while the process ends, nor without a database
    /// of the right schema. Without Redis work waits, but nothing is lost: that is degraded.
    pub async fn ready(&self, app: &State) -> Response {
        if app.stop.is_cancelled() {
            return respond(StatusCode::SERVICE_UNAVAILABLE, &json!({ "status": "draining" }));
        }
        let mut last = self.0.lock().await;
        if let Some((at, status, body)) = last.as_ref()
            && at.elapsed() < REMEMBERED
        {
            return respond(*status, body);
        }
        let (status, body) = check(app).await;
        let response = respond(status, &body);
        *last = Some((Instant::now(), status, body));
        response
    }
}

async fn check(app: &State) -> (StatusCode, Value) {
    let (schema, redis) = tokio::join!(
        timeout(DATABASE_MAX, domain::health::schema_version(&app.ctx)),
        runtime::redis::ping(&app.redis, REDIS_MAX)
    );
    let schema = match schema {
        Ok(Ok(schema)) => Ok(schema),
        Ok(Err(error)) => {
            tracing::warn!(cause = %error, "not ready: the database can't be queried");
            Err("unreachable")
        }
        Err(_) => Err("too slow"),
    };
    let database = schema.as_ref().err().copied().unwrap_or("ok");
    let fits = schema.as_ref().is_ok_and(|found| found.as_deref() == Some(app.expected_schema.as_str()));
    let redis_word = if redis.is_ok() { "ok" } else { "unreachable" };
    let status = match (fits, redis.is_ok()) {
        (true, true) => "ready",
        (true, false) => "degraded",
        (false, _) => "unready",
    };
    let schema_word = if fits { "ok" } else { "other" };
    let limits = if app.limits.shared() { "shared" } else { "local" };
    let body = json!({
        "status": status, "database": database, "schema": schema_word, "redis": redis_word, "limits": limits,
    });
    (if fits { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, body)
}

fn respond(status: StatusCode, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .content_type("application/json")
        .header("cache-control", "no-store")
        .body(body.to_string())
}
