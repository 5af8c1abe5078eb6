//! Runs that charged hours.

use domain::{JobId, billing};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, Money, Paged, Time, page};

/// A run that charged hours. Figures are those of its chunks that are done.
#[derive(Debug, Object)]
pub struct ChargeRun {
    /// The job that began it.
    id: Id<JobId>,
    /// Hours that had begun by then were charged.
    tick: Time,
    /// When it began.
    started_at: Time,
    /// When its last chunk was done; null while one is not.
    ended_at: Option<Time>,
    /// Seconds from its begin to the end of its last chunk so far.
    seconds: f64,
    /// Its chunks: each is a job and one transaction.
    chunks: i64,
    /// Those that are done.
    chunks_done: i64,
    /// Those whose job failed or needs attention.
    chunks_failed: i64,
    /// Organisations with servers when it began.
    organisations: i64,
    /// Organisations that were charged.
    charged: i64,
    /// Organisations of which nothing was due.
    skipped: i64,
    /// Organisations whose wallet could not pay all.
    in_debt: i64,
    /// Organisations of chunks that failed.
    failed: i64,
    /// Their servers.
    servers: i64,
    /// Hours that were charged, each a row.
    rows: i64,
    /// What was charged in all.
    amount: Money,
}

impl From<billing::ChargeRun> for ChargeRun {
    fn from(run: billing::ChargeRun) -> Self {
        Self {
            id: Id(run.id),
            tick: run.tick.into(),
            started_at: run.started_at.into(),
            ended_at: run.ended_at.map(Time),
            seconds: run.seconds,
            chunks: run.chunks,
            chunks_done: run.chunks_done,
            chunks_failed: run.chunks_failed,
            organisations: run.orgs,
            charged: run.charged,
            skipped: run.skipped,
            in_debt: run.in_debt,
            failed: run.failed,
            servers: run.servers,
            rows: run.lines,
            amount: Money::usd(run.micros),
        }
    }
}

/// Operations on charges, for administrators.
pub struct ChargingApi;

#[OpenApi]
impl ChargingApi {
    /// List the runs that charged hours
    ///
    /// With what each charged and how long it took, the newest first.
    #[oai(path = "/api/admin/billing/runs", method = "get", operation_id = "listChargeRuns", tag = "Tag::Admin")]
    async fn runs(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many runs, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<ChargeRun>> {
        let found = billing::runs(&app.ctx, &admin.actor(), &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, ChargeRun::from)))
    }
}
