//! Keeping what was claimed: leases, and the beats that renew them.

use std::time::Duration;

use entity::JobId;
use sea_orm::ConnectionTrait;

use super::Claim;
use crate::db;
use crate::error::Result;

/// Times that rule leases; all by `PostgreSQL`'s own clock.
#[derive(Clone, Copy, Debug)]
pub struct LeaseTimes {
    /// How long a claim holds unless it is renewed.
    pub lease: Duration,
    /// How often a worker renews.
    pub beat: Duration,
    /// After how long a ring that no worker answered is repeated.
    pub rering: Duration,
    /// How often lapsed leases are looked for.
    pub sweep: Duration,
}

impl Default for LeaseTimes {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            beat: Duration::from_secs(10),
            rering: Duration::from_secs(15),
            sweep: Duration::from_secs(5),
        }
    }
}

/// What a renewal of a lease found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// The lease holds.
    Held,
    /// The lease holds, and an administrator asked the job to end.
    CancelRequested,
    /// The lease is over: stop at once.
    Lost,
}

db::row! {
    struct Held {
        id: JobId,
        cancel_requested: bool,
    }
}

/// Renews these leases, each a job and the token of its claim; the answers stand in their order. A row that another
/// statement is writing just now is renewed by the next beat: one of many must not hold up the others.
///
/// # Errors
/// When the database does not answer.
pub async fn beat_many(db: &impl ConnectionTrait, leases: &[(JobId, i64)], lease: Duration) -> Result<Vec<Beat>> {
    let (ids, tokens): (Vec<JobId>, Vec<i64>) = leases.iter().copied().unzip();
    let held = beat_rows(&ids, tokens, lease.as_secs_f64()).all(db).await?;
    Ok(leases
        .iter()
        .map(|(id, _)| match held.iter().find(|row| row.id == *id) {
            Some(row) if row.cancel_requested => Beat::CancelRequested,
            Some(_) => Beat::Held,
            None => Beat::Lost,
        })
        .collect())
}

/// Renews one lease.
///
/// # Errors
/// When the database does not answer.
pub async fn beat(db: &impl ConnectionTrait, id: JobId, lease_token: i64, lease: Duration) -> Result<Beat> {
    Ok(beat_many(db, &[(id, lease_token)], lease).await?.pop().unwrap_or(Beat::Lost))
}

/// The handler died in this process: the lease ends at once, and the sweep counts a crash.
///
/// # Errors
/// When the database does not answer.
pub async fn abandon(db: &impl ConnectionTrait, claim: &Claim) -> Result<()> {
    lapse(claim.id, claim.lease_token).exec(db).await?;
    Ok(())
}

/// Gives up the leases of a worker that ends, so that other workers take its jobs at once. Returns how many.
///
/// # Errors
/// When the database does not answer.
pub async fn release(db: &impl ConnectionTrait, owner: &str) -> Result<u64> {
    release_rows(owner).exec(db).await
}

db::statement! {
    fn beat_rows(ids: &[JobId], tokens: Vec<i64>, lease_s: f64) -> Held = file "beat_rows.sql";

    fn lapse(id: JobId, token: i64) =
        "update job set lease_until = now() - interval '1 ms'
         where id = $1 and lease_token = $2 and state = 'running'";

    fn release_rows(owner: &str) = file "release_rows.sql";
}
