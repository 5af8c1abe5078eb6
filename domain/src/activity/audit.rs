//! Who did what and why: the event log as administrators read it.

use chrono::{DateTime, Utc};
use entity::{AnyId, JobId, OrgId, UserId};
use uuid::Uuid;

use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::vault::Counter;
use crate::{Actor, Ctx, EventStatus, db, text};

/// A text is looked for among so many of the newest events: older ones are reached by the other filters.
const SEARCHED: i64 = 500_000;

/// Who stands behind an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// An administrator, or the operator at the command line who gave a reason.
    Administrator,
    /// A customer's user.
    Customer,
    /// The platform itself.
    Platform,
}

impl By {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Administrator, Self::Customer, Self::Platform];

    /// The word for this value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Customer => "customer",
            Self::Platform => "platform",
        }
    }
}

/// Which events an administrator asks to see: those that fit everything that is said.
#[derive(Clone, Debug, Default)]
pub struct ActFilter {
    /// Behind which this kind of actor stands.
    pub by: Option<By>,
    /// That this user did.
    pub actor: Option<UserId>,
    /// Of this name, such as `cloud.pause`, or of all names that begin with this noun, such as `cloud`.
    pub event: Option<String>,
    /// That happened to a thing of this kind.
    pub object_type: Option<String>,
    /// That happened to the thing with this id or name.
    pub object: Option<String>,
    /// Of this organisation.
    pub org: Option<OrgId>,
    /// Only those with a reason.
    pub reasoned: bool,
    /// Not before this.
    pub since: Option<DateTime<Utc>>,
    /// Before this.
    pub until: Option<DateTime<Utc>>,
    /// With this text in their words or their reason, among the newest half a million.
    pub q: Option<String>,
}

db::row! {
    /// An event as administrators read it.
    #[derive(Clone, Debug)]
    pub struct Act {
        /// Rises with each event, with gaps.
        pub id: i64,
        /// Its dotted name.
        pub event: String,
        /// The tone in which pages show it.
        pub status: EventStatus,
        /// One sentence for people.
        pub message: String,
        /// The kind of thing that it happened to.
        pub entity_type: Option<String>,
        /// The id of that thing.
        pub entity_id: Option<Uuid>,
        /// Its name, where it has one instead of an id.
        pub entity_name: Option<String>,
        /// What that thing is called now.
        pub entity_label: Option<String>,
        /// The job that did it, or that it was done to.
        pub job_id: Option<JobId>,
        /// The organisation that it concerns.
        pub org_id: Option<OrgId>,
        /// That organisation's name.
        pub org_name: Option<String>,
        /// Who did it; none for the platform and the command line.
        pub actor_id: Option<UserId>,
        /// Their name.
        pub actor_name: Option<String>,
        /// The administrator in that user's place.
        pub impersonator_id: Option<UserId>,
        /// Their name.
        pub impersonator_name: Option<String>,
        /// Why, as they said.
        pub reason: Option<String>,
        /// When it happened, in business time.
        pub created_at: DateTime<Utc>,
    }
}

/// The events that fit, newest first. What was asked of a job is found by the job too.
///
/// # Errors
/// When the cursor is not one of ours; `forbidden` for others than administrators.
pub async fn audit(ctx: &Ctx, actor: &Actor, filter: &ActFilter, request: &PageRequest) -> Result<Page<Act>> {
    actor.admin()?;
    let before = request.after_veiled(&ctx.vault, Counter::Event)?;
    let clean = |text: &Option<String>| {
        text.as_deref().map(|text| text.trim().replace('\0', "")).filter(|text| !text.is_empty())
    };
    let object = clean(&filter.object);
    let id = object.as_deref().and_then(|object| object.parse::<AnyId>().ok()).map(|id| id.0);
    let rows = select_acts(
        before,
        filter.by.map(By::as_str),
        filter.actor,
        clean(&filter.event),
        clean(&filter.object_type),
        id,
        object.filter(|_| id.is_none()),
        filter.org,
        filter.reasoned,
        filter.since,
        filter.until,
        clean(&filter.q).map(|q| text::like(&q)),
        request.fetch()?,
        SEARCHED,
    )
    .all(&ctx.db)
    .await?;
    request.page(rows, |row: &Act| ctx.vault.veil(Counter::Event, row.id))
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_acts(
        before: Option<i64>,
        by: Option<&str>,
        actor: Option<UserId>,
        event: Option<String>,
        object_type: Option<String>,
        object_id: Option<Uuid>,
        object_name: Option<String>,
        org: Option<OrgId>,
        reasoned: bool,
        since: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
        q: Option<String>,
        limit: i64,
        searched: i64,
    ) -> Act = file "select_acts.sql";
}
