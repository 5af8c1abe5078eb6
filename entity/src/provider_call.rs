//! Requests that jobs sent to providers: no secrets, no bodies.

use sea_orm::entity::prelude::*;

use crate::JobId;
use crate::table::no_relations;

/// A row of `provider_call`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_call")]
pub struct Model {
    /// The job that sent it; it is removed with the job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: JobId,
    /// The claim of the job that sent it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lease_token: i64,
    /// Its place in the run, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: i32,
    /// When it was sent; by `PostgreSQL`'s own clock.
    pub at: DateTimeUtc,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path, without its query.
    pub path: String,
    /// The answer's HTTP status; none without an answer.
    pub status: Option<i16>,
    /// The provider's own id of the exchange.
    pub request_id: Option<String>,
    /// From the first byte out to the last byte in, in milliseconds.
    pub duration_ms: i32,
    /// The class of its failure, as one word.
    pub error: Option<String>,
}
no_relations!();
