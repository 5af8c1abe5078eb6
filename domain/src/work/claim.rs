//! What a worker holds, read as a job: it parses no JSON itself.

use std::time::Duration;

use entity::JobId;
use sea_orm::ConnectionTrait;

use super::kind::{UnreadableJob, known_kinds};
use super::kinds::Job;
use crate::cloud::Sighting;
use crate::error::Result;
use crate::queue::{self, Claim};

/// A claim with its job.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The claim, with its fence.
    pub claim: Claim,
    /// What it is to do. Unreadable: of a known kind, but with parameters of another shape.
    pub job: Result<Job, UnreadableJob>,
    /// What the watcher of its cloud saw of its machine since the last run.
    pub sighting: Option<Sighting>,
}

impl From<Claim> for Claimed {
    fn from(mut claim: Claim) -> Self {
        let job = Job::from_row(&claim.kind, &claim.params);
        let sighting = claim.news.take().and_then(|news| serde_json::from_value(news).ok());
        Self { claim, job, sighting }
    }
}

/// Takes those of these jobs that are due, or whose worker vanished, each for its owner. A job that is not in the
/// answer was a stale ring, or is of a kind that this build does not know: it is left for others.
///
/// # Errors
/// When the database does not answer.
pub async fn claim_many(db: &impl ConnectionTrait, wanted: &[(JobId, &str)], lease: Duration) -> Result<Vec<Claimed>> {
    let claims = queue::claim_many(db, wanted, lease, known_kinds()).await?;
    Ok(claims.into_iter().map(Claimed::from).collect())
}

/// Takes one job. None: a stale ring, to be dropped.
///
/// # Errors
/// When the database does not answer.
pub async fn claim(db: &impl ConnectionTrait, id: JobId, owner: &str, lease: Duration) -> Result<Option<Claimed>> {
    Ok(claim_many(db, &[(id, owner)], lease).await?.pop())
}
