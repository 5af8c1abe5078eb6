//! Events as people read them, and the list of an organisation's.

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId, UserId, VpsId};
use uuid::Uuid;

use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::vault::Counter;
use crate::{Actor, Ctx, EventStatus, Perm, db};

db::row! {
    /// An event as people read it.
    #[derive(Clone, Debug)]
    pub struct ActivityRow {
        /// Rises with each event, with gaps; a lower one may appear later, because ids are given out before the commit.
        pub id: i64,
        /// The organisation that sees it; none for what only administrators see.
        pub org_id: Option<OrgId>,
        /// Its dotted name, such as `vps.create`.
        pub event: String,
        /// The tone in which pages show it.
        pub status: EventStatus,
        /// The kind of thing that it happened to, such as `vps`.
        pub entity_type: Option<String>,
        /// The id of that thing.
        pub entity_id: Option<Uuid>,
        /// The job that did it.
        pub job_id: Option<JobId>,
        /// One sentence for people.
        pub message: String,
        /// The member of the organisation who did it; none for the platform, its staff and the command line.
        pub actor_id: Option<UserId>,
        /// That user's name.
        pub actor_name: Option<String>,
        /// The name of the administrator who did it in that user's place.
        pub support_name: Option<String>,
        /// When it happened, in business time.
        pub created_at: DateTime<Utc>,
    }
}

/// The organisation's events, newest first; of one server when given.
///
/// # Errors
/// When the cursor is not one of ours.
pub async fn list(ctx: &Ctx, actor: &Actor, vps: Option<VpsId>, request: &PageRequest) -> Result<Page<ActivityRow>> {
    let (org, before) = (actor.may(Perm::ActivityRead)?, request.after_veiled(&ctx.vault, Counter::Event)?);
    let rows = select_page(org, before, vps, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &ActivityRow| ctx.vault.veil(Counter::Event, row.id))
}

db::statement! {
    fn select_page(org: OrgId, before: Option<i64>, vps: Option<VpsId>, limit: i64) -> ActivityRow =
        file "events.sql",
        "where a.org_id = $1 and ($2::bigint is null or a.id < $2)
           and ($3::uuid is null or (a.entity_type = 'vps' and a.entity_id = $3))
         order by a.id desc limit $4";
}
