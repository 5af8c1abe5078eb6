//! Business time: `PostgreSQL`'s clock plus an offset that only tests and proofs may set.
//!
//! Ticks, segments, expiries and tokens use this clock. Leases, beats and a job's `run_at` use
//! `PostgreSQL`'s own `now()` inside their statements and never pass through here.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;

use crate::db;
use crate::error::{Error, Result};

/// Reads business time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds by which business time was ahead of this process's clock when last read.
    ahead_micros: Arc<AtomicI64>,
}

impl Clock {
    /// Business time as the database says it now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn now(&self, db: &impl ConnectionTrait) -> Result<DateTime<Utc>> {
        let now = select_now().only(db).await?;
        self.told(now);
        Ok(now)
    }

    /// Business time as a statement just said it beside other things: the estimate follows it.
    pub(crate) fn told(&self, now: DateTime<Utc>) {
        let ahead = now.signed_duration_since(system_now()).num_microseconds().unwrap_or(0);
        self.ahead_micros.store(ahead, Ordering::Relaxed);
    }

    /// Business time by this process's clock and the offset last read: for tokens, where a
    /// round trip for each request would cost more than a second's error matters.
    #[must_use]
    pub fn estimate(&self) -> DateTime<Utc> {
        system_now() + TimeDelta::microseconds(self.ahead_micros.load(Ordering::Relaxed))
    }
}

/// Sets how far business time is ahead of `PostgreSQL`'s, to the microsecond. For tests and proofs.
///
/// # Errors
/// `invalid_request` in production, and when the database does not answer.
pub async fn set_offset(db: &impl ConnectionTrait, production: bool, ahead: TimeDelta) -> Result<()> {
    if production {
        return Err(Error::invalid("Business time can't be moved in production."));
    }
    upsert_offset(ahead.as_seconds_f64()).exec(db).await?;
    Ok(())
}

/// The first instant of the month that `at` lies in, in UTC.
#[must_use]
pub fn month_start(at: DateTime<Utc>) -> DateTime<Utc> {
    use chrono::{Datelike, TimeZone};
    Utc.with_ymd_and_hms(at.year(), at.month(), 1, 0, 0, 0).single().unwrap_or(at)
}

db::statement! {
    fn select_now() -> DateTime<Utc> = "select business_now()";

    fn upsert_offset(ahead_s: f64) =
        "insert into clock_offset (ahead) values (make_interval(secs => $1))
         on conflict (one) do update set ahead = excluded.ahead";
}

/// Now by this process's clock, which is not business time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one door to the process's clock")]
pub fn system_now() -> DateTime<Utc> {
    Utc::now()
}
