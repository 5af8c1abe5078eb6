//! Which events a listener is told, and what one that was away has missed.

use entity::OrgId;

use super::list::ActivityRow;
use crate::error::Result;
use crate::{Actor, Ctx, db};

/// Rows that one replay sends at most; a client that is further behind starts over.
const MAX_REPLAY: i64 = 500;
/// Ids by which a replay goes back behind the last one sent. Events only say what to fetch again, so that twice does no
/// harm.
const REPLAY_OVERLAP: i64 = 200;

/// What a listener may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// One organisation's events.
    Org(OrgId),
    /// Everything: for administrators.
    All,
}

impl Stream {
    /// What the actor may listen to.
    ///
    /// # Errors
    /// `forbidden` for the platform itself.
    pub fn of(actor: &Actor) -> Result<Self> {
        if actor.admin().is_ok() { Ok(Self::All) } else { Ok(Self::Org(actor.org()?)) }
    }

    /// Whether an event of this organisation belongs to the stream.
    #[must_use]
    pub fn carries(&self, org: Option<OrgId>) -> bool {
        match self {
            Self::All => true,
            Self::Org(mine) => org == Some(*mine),
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
pub async fn replay(ctx: &Ctx, stream: Stream, after: i64) -> Result<Option<Vec<ActivityRow>>> {
    let newest = select_newest().only(&ctx.db).await?;
    if !(0..=newest).contains(&after) {
        return Ok(None);
    }
    let org = match stream {
        Stream::All => None,
        Stream::Org(org) => Some(org),
    };
    let rows = select_missed(after, REPLAY_OVERLAP, org, MAX_REPLAY + 1).all(&ctx.db).await?;
    let fits = i64::try_from(rows.len()).is_ok_and(|count| count <= MAX_REPLAY);
    Ok(fits.then_some(rows))
}

db::statement! {
    fn select_between(first: i64, last: i64, limit: i64) -> ActivityRow =
        file "events.sql",
        "where a.id between $1 and $2 order by a.id limit $3";

    fn select_newest() -> i64 = "select coalesce(max(id), 0) from activity";

    fn select_missed(after: i64, overlap: i64, org: Option<OrgId>, limit: i64) -> ActivityRow =
        file "events.sql",
        file "select_missed.sql";
}
