//! Which events a listener is told, and what one that was away has missed.

use std::collections::BTreeSet;

use entity::{OrgId, UserId};
use uuid::Uuid;

use super::list::ActivityRow;
use crate::error::Result;
use crate::{Ctx, db};

/// Rows that one replay sends at most; a client that is further behind starts over.
const MAX_REPLAY: i64 = 500;
/// Ids by which a replay goes back behind the last one sent. Events only say what to fetch again, so that twice does no
/// harm.
const REPLAY_OVERLAP: i64 = 200;

/// What a listener may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stream {
    /// What concerns a user and the organisations that they belong to.
    Of {
        /// The user.
        user: UserId,
        /// Their organisations, those in which they may see what happens.
        orgs: BTreeSet<OrgId>,
    },
    /// Everything: for administrators.
    All,
}

impl Stream {
    /// Whether an event of this organisation, or of none but about this user, belongs to the stream.
    #[must_use]
    pub fn carries(&self, org: Option<OrgId>, about: Option<UserId>) -> bool {
        match self {
            Self::All => true,
            Self::Of { user, orgs } => org.map_or(about == Some(*user), |org| orgs.contains(&org)),
        }
    }
}

/// The events of a span of ids, both ends included, as a notification names it; the first 500 of it.
///
/// # Errors
/// When the database does not answer.
pub async fn rows_between(ctx: &Ctx, first: i64, last: i64) -> Result<Vec<ActivityRow>> {
    select_between(first, last, MAX_REPLAY).all(&ctx.db).await
}

/// What a client missed after the given id, oldest first; none when the client must start over: that is more than 500
/// events, or no event has had such an id, as after a restored backup.
///
/// # Errors
/// When the database does not answer.
pub async fn replay(ctx: &Ctx, stream: &Stream, after: i64) -> Result<Option<Vec<ActivityRow>>> {
    let newest = select_newest().only(&ctx.db).await?;
    if !(0..=newest).contains(&after) {
        return Ok(None);
    }
    let (user, orgs) = match stream {
        Stream::All => (None, Vec::new()),
        Stream::Of { user, orgs } => (Some(*user), orgs.iter().map(|org| org.0).collect()),
    };
    let rows = select_missed(after, REPLAY_OVERLAP, user, MAX_REPLAY + 1, orgs).all(&ctx.db).await?;
    let fits = i64::try_from(rows.len()).is_ok_and(|count| count <= MAX_REPLAY);
    Ok(fits.then_some(rows))
}

db::statement! {
    fn select_between(first: i64, last: i64, limit: i64) -> ActivityRow =
        file "events.sql",
        "where a.id between $1 and $2 order by a.id limit $3";

    fn select_newest() -> i64 = "select coalesce(max(id), 0) from activity";

    fn select_missed(after: i64, overlap: i64, user: Option<UserId>, limit: i64, orgs: Vec<Uuid>) -> ActivityRow =
        file "events.sql",
        file "select_missed.sql";
}
