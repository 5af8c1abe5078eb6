//! The requests that jobs made of providers, for administrators who look into one.

use chrono::{DateTime, Utc};
use entity::JobId;
use serde_json::{Value as Json, json};

use super::claim::Claim;
use crate::error::Result;
use crate::{Ctx, db};

/// Calls shown of one job at most.
const MAX_SHOWN: i64 = 500;

/// A request to a provider: no bodies, no secrets.
#[derive(Clone, Debug)]
pub struct NewCall {
    /// How long ago it began, in milliseconds.
    pub ago_ms: i64,
    /// `GET`
    pub method: String,
    /// The path, without its query.
    pub path: String,
    /// The answer's HTTP status, if one came.
    pub status: Option<i16>,
    /// The provider's own id of the exchange.
    pub request_id: Option<String>,
    /// From the first byte out to the last byte in.
    pub duration_ms: i32,
    /// The class of its failure, as one word.
    pub error: Option<String>,
}

db::row! {
    /// A request as it was stored.
    #[derive(Clone, Debug)]
    pub struct CallRow {
        /// When it began.
        pub at: DateTime<Utc>,
        /// Which claim of the job made it.
        pub lease_token: i64,
        /// `GET`
        pub method: String,
        /// The path, without its query.
        pub path: String,
        /// The answer's HTTP status, if one came.
        pub status: Option<i16>,
        /// The provider's own id of the exchange.
        pub request_id: Option<String>,
        /// How long it took.
        pub duration_ms: i32,
        /// The class of its failure.
        pub error: Option<String>,
    }
}

/// Keeps the requests of a run. They are a record and no write of the job: an old token may add
/// what it did.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_calls(ctx: &Ctx, claim: &Claim, calls: &[NewCall]) -> Result<()> {
    if calls.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = calls
        .iter()
        .zip(0_i32..)
        .map(|(call, n)| {
            json!({ "n": n, "ago_ms": call.ago_ms, "method": call.method, "path": call.path, "status": call.status,
                    "request_id": call.request_id, "duration_ms": call.duration_ms, "error": call.error })
        })
        .collect();
    insert_calls(claim.id, claim.lease_token, rows.into()).exec(&ctx.db).await?;
    Ok(())
}

/// The requests that a job made, the earliest first.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn calls_of(ctx: &Ctx, job: JobId) -> Result<Vec<CallRow>> {
    select_calls(job, MAX_SHOWN).all(&ctx.db).await
}

db::statement! {
    fn insert_calls(job: JobId, lease_token: i64, calls: Json) = file "insert_calls.sql";

    fn select_calls(job: JobId, limit: i64) -> CallRow =
        "select at, lease_token, method, path, status, request_id, duration_ms, error
         from provider_call where job_id = $1 order by lease_token, n limit $2";
}
