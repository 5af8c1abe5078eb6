//! A connection to the database that is given up when it does not answer.
//!
//! Of a host that vanished without a word, or a firewall that forgot the connection, TCP tells only
//! after a quarter of an hour. Until then a worker would renew no lease and take no job.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::{Ctx, Error, Result};
use tokio::time::timeout;

/// What is asked here takes milliseconds, and waits for a lock for 2 s at most: an answer that takes
/// longer than this does not come.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// One connection for one asker, who asks one thing after the other.
#[derive(Debug)]
pub struct GuardedConnection {
    pool: Ctx,
    own: Mutex<Ctx>,
}

impl GuardedConnection {
    /// A connection to the database that `pool` reaches, opened when it is first asked.
    pub fn new(pool: &Ctx) -> Self {
        Self { pool: pool.clone(), own: Mutex::new(pool.with_own_connection()) }
    }

    /// Asks with the connection as it is now. It is given up when there is no answer within
    /// `patience`: what was asked may have been done.
    ///
    /// # Errors
    /// What the question says; `unavailable` without an answer.
    pub async fn ask<T, F>(&self, patience: Duration, question: impl FnOnce(Ctx) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let ctx = self.own.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Ok(answer) = timeout(patience, question(ctx)).await {
            return answer;
        }
        metrics::counter!("database_silences_total").increment(1);
        tracing::warn!(?patience, "the database does not answer; another connection is tried");
        *self.own.lock().unwrap_or_else(PoisonError::into_inner) = self.pool.with_own_connection();
        Err(Error::unavailable())
    }
}
