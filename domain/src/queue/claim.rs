//! Claiming jobs: many in one statement, so that a busy worker pays one commit for all of them.

use std::time::Duration;

use entity::{CloudId, JobId, OrgId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;

use super::{MAX_CRASHES, takeable};
use crate::db;
use crate::error::Result;

db::row! {
    /// A job that this worker holds.
    #[derive(Clone, Debug)]
    pub struct Claim {
        /// The job.
        pub id: JobId,
        /// The fence: every write of this worker carries it.
        pub lease_token: i64,
        /// The kind, as the row names it.
        pub kind: String,
        /// The queue, as the row names it.
        pub queue: String,
        /// The parameters, as the row keeps them.
        pub params: Json,
        /// The organisation that it works for.
        pub org_id: Option<OrgId>,
        /// The user who asked for it.
        pub actor_id: Option<UserId>,
        /// The cloud that it speaks to.
        pub cloud_id: Option<CloudId>,
        /// The place of the step that comes next.
        pub step: i16,
        /// What earlier steps learnt.
        pub step_data: Json,
        /// What a watcher saw since the last run, told once: the next run would find it stale.
        pub news: Option<Json>,
        /// Transient failures so far.
        pub attempts: i32,
        /// After this many it fails for good.
        pub max_attempts: i32,
        /// An administrator asked it to end.
        pub cancel_requested: bool,
        /// Its deadline has passed: undo and fail.
        pub overdue: bool,
        /// The W3C trace that asked for it.
        pub traceparent: Option<String>,
        /// Seconds from when it was due until this claim.
        pub waited_s: f64,
    }
}

/// Takes those of these jobs that are due, or whose worker vanished, each for its owner. A job that is not in the
/// answer was a stale ring, or its kind is not among `kinds`: it is left for others.
///
/// # Errors
/// When the database does not answer.
pub async fn claim_many(
    db: &impl ConnectionTrait,
    wanted: &[(JobId, &str)],
    lease: Duration,
    kinds: Vec<String>,
) -> Result<Vec<Claim>> {
    let (ids, owners): (Vec<JobId>, Vec<String>) = wanted.iter().map(|(id, owner)| (*id, (*owner).to_owned())).unzip();
    claim_rows(&ids, owners, lease.as_secs_f64(), MAX_CRASHES - 1, kinds, takeable()).all(db).await
}

db::statement! {
    fn claim_rows(
        ids: &[JobId],
        owners: Vec<String>,
        lease_s: f64,
        crashes_below: i32,
        kinds: Vec<String>,
        takeable: Vec<String>,
    ) -> Claim = file "claim_rows.sql";
}
