//! Reading the event log.

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId, UserId, VpsId, activity::EventStatus};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, db};

/// How many rows one replay sends at most; a client further behind starts over.
const MAX_REPLAY: i64 = 500;
/// Ids are handed out before commit, so a row can appear behind one that was already sent: a
/// replay goes back this far. Events only say what to fetch again, so twice does no harm.
const REPLAY_OVERLAP: i64 = 200;

/// An event as people read it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ActivityRow {
    /// Rises with each event.
    pub id: i64,
    /// Whose event it is.
    pub org_id: Option<OrgId>,
    /// Its dotted name.
    pub event: String,
    /// How it reads.
    pub status: EventStatus,
    /// What it happened to.
    pub entity_type: Option<String>,
    /// Which one.
    pub entity_id: Option<Uuid>,
    /// The job that did it.
    pub job_id: Option<JobId>,
    /// Words for people.
    pub message: String,
    /// Who did it.
    pub actor_id: Option<UserId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// When, in business time.
    pub created_at: DateTime<Utc>,
}

/// What a listener may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// One organisation's events.
    Org(OrgId),
    /// Everything: for admins.
    All,
}

impl Stream {
    /// What the actor may listen to.
    ///
    /// # Errors
    /// When the platform itself asks.
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

const COLUMNS: &str = "select a.id, a.org_id, a.event, a.status, a.entity_type, a.entity_id, a.job_id, a.message, a.actor_id, \
     u.name as actor_name, a.created_at from activity a left join app_user u on u.id = a.actor_id";

/// The organisation's events, newest first; of one server when given.
///
/// # Errors
/// When the cursor is not one of ours.
pub async fn list(ctx: &Ctx, actor: &Actor, vps: Option<VpsId>, request: &PageRequest) -> Result<Page<ActivityRow>> {
    let rows = db::all(
        &ctx.db,
        db::sql(
            format!("{COLUMNS} where a.org_id = $1 and ($2::bigint is null or a.id < $2) and ($3::uuid is null or (a.entity_type = 'vps' and a.entity_id = $3)) order by a.id desc limit $4"),
            [actor.org()?.into(), request.after::<i64>()?.into(), vps.into(), request.fetch()?.into()],
        ),
    )
    .await?;
    request.page(rows, |row: &ActivityRow| row.id)
}

/// The events of a span of ids, as a notification names it.
///
/// # Errors
/// When the database does not answer.
pub async fn rows_between(ctx: &Ctx, first: i64, last: i64) -> Result<Vec<ActivityRow>> {
    db::all(
        &ctx.db,
        db::sql(
            format!("{COLUMNS} where a.id between $1 and $2 order by a.id limit $3"),
            [first.into(), last.into(), MAX_REPLAY.into()],
        ),
    )
    .await
}

/// What a client missed after the given id; none when it is too far behind to be told one by one.
///
/// # Errors
/// When the database does not answer.
pub async fn replay(ctx: &Ctx, stream: Stream, after: i64) -> Result<Option<Vec<ActivityRow>>> {
    let org = match stream {
        Stream::All => None,
        Stream::Org(org) => Some(org),
    };
    let rows: Vec<ActivityRow> = db::all(
        &ctx.db,
        db::sql(
            format!("{COLUMNS} where (a.id > $1 or (a.id > $1 - $2 and a.created_at > business_now() - interval '60 s')) and ($3::uuid is null or a.org_id = $3) order by a.id limit $4"),
            [after.into(), REPLAY_OVERLAP.into(), org.into(), (MAX_REPLAY + 1).into()],
        ),
    )
    .await?;
    let fits = i64::try_from(rows.len()).is_ok_and(|count| count <= MAX_REPLAY);
    Ok(fits.then_some(rows))
}
