//! Listening: one connection of each process hears what changed.

use entity::JobId;
use entity::job::Queue;
use sqlx::postgres::PgListener;

use crate::Ctx;
use crate::error::{Error, Result};

/// What a notification of `PostgreSQL` said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Events with these ids were written.
    Activity {
        /// The lowest id.
        first: i64,
        /// The highest id.
        last: i64,
    },
    /// This job took a step or changed its state.
    Job(JobId),
    /// New jobs are waiting: in this queue, or in any.
    Rung(Option<Queue>),
    /// The connection was lost for a while: read everything again.
    Missed,
}

/// A connection that waits for notifications.
#[derive(Debug)]
pub struct Listener(PgListener);

impl Listener {
    /// Listens for events and jobs.
    ///
    /// # Errors
    /// When no connection is available.
    pub async fn activity(ctx: &Ctx) -> Result<Self> {
        Self::on(ctx, &["activity", "job"]).await
    }

    /// Listens for jobs alone.
    ///
    /// # Errors
    /// When no connection is available.
    pub async fn jobs(ctx: &Ctx) -> Result<Self> {
        Self::on(ctx, &["job"]).await
    }

    async fn on(ctx: &Ctx, channels: &[&str]) -> Result<Self> {
        let mut listener =
            PgListener::connect_with(ctx.db.get_postgres_connection_pool()).await.map_err(Error::internal)?;
        listener.listen_all(channels.iter().copied()).await.map_err(Error::internal)?;
        Ok(Self(listener))
    }

    /// The next notification; waits for it.
    ///
    /// # Errors
    /// When the connection is lost and can't be opened again.
    pub async fn next(&mut self) -> Result<Notice> {
        loop {
            let Some(said) = self.0.try_recv().await.map_err(Error::internal)? else {
                return Ok(Notice::Missed);
            };
            if let Some(notice) = parse(said.channel(), said.payload()) {
                return Ok(notice);
            }
            tracing::warn!(channel = said.channel(), "a notification could not be read and was dropped");
        }
    }
}

fn parse(channel: &str, payload: &str) -> Option<Notice> {
    match channel {
        "activity" => {
            let (first, last) = payload.split_once('-')?;
            Some(Notice::Activity { first: first.parse().ok()?, last: last.parse().ok()? })
        }
        "job" if payload.is_empty() => Some(Notice::Rung(None)),
        "job" if payload.starts_with("queue:") => Some(Notice::Rung(payload[6..].parse().ok())),
        "job" => Some(Notice::Job(JobId(payload.parse().ok()?))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notifications_are_read_or_dropped() {
        assert_eq!(parse("activity", "7-9"), Some(Notice::Activity { first: 7, last: 9 }));
        assert_eq!(parse("job", ""), Some(Notice::Rung(None)));
        assert_eq!(parse("job", "queue:mail"), Some(Notice::Rung(Some(Queue::Mail))));
        assert_eq!(parse("job", "queue:of a newer version"), Some(Notice::Rung(None)));
        assert_eq!(parse("activity", "x"), None);
        assert_eq!(parse("job", "not a uuid"), None);
    }
}
