//! The event log.

use domain::activity::{self, ActivityRow};
use domain::vault::{Counter, Vault};
use domain::{EventStatus, JobId, UserId, VpsId};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::auth::may;
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, Number, Paged, Time, Word, entity_text, page};

/// A user by id and name.
#[derive(Debug, Object)]
pub struct Person {
    /// Their id.
    pub id: Id<UserId>,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    pub name: String,
}

impl Person {
    /// The user, where a row names one.
    #[must_use]
    pub fn of(id: Option<UserId>, name: Option<String>) -> Option<Self> {
        Some(Self { id: Id(id?), name: name.unwrap_or_default() })
    }
}

/// An event.
#[derive(Debug, Object)]
pub struct Activity {
    /// Its number, which tells nothing of how many there are.
    id: Number,
    /// Its dotted name, such as `vps.create`.
    #[oai(validator(max_length = 100))]
    event: String,
    /// Whether it reports success, a warning, an error, or is just for the record.
    status: Word<EventStatus>,
    /// The same as a sentence.
    #[oai(validator(max_length = 4000))]
    message: String,
    /// The type of thing that it happened to, such as `vps`.
    #[oai(validator(max_length = 50))]
    entity_type: Option<String>,
    /// That thing's id, such as `vps_…`.
    #[oai(validator(max_length = 64))]
    entity_id: Option<String>,
    /// The job that caused it.
    job_id: Option<Id<JobId>>,
    /// The member of the organisation who caused it; null for the platform and its staff.
    actor: Option<Person>,
    /// The name of the administrator who did it in that user's place, or who entered the account; null otherwise.
    #[oai(validator(max_length = 100))]
    support: Option<String>,
    /// When it happened.
    created_at: Time,
}

impl Activity {
    fn of(row: ActivityRow, vault: &Vault) -> Self {
        Self {
            id: Number(vault.veil(Counter::Event, row.id)),
            event: row.event,
            status: Word(row.status),
            message: row.message,
            entity_id: row.entity_type.as_deref().zip(row.entity_id).map(|(kind, id)| entity_text(kind, id)),
            entity_type: row.entity_type,
            job_id: row.job_id.map(Id),
            actor: Person::of(row.actor_id, row.actor_name),
            support: row.support_name,
            created_at: row.created_at.into(),
        }
    }
}

/// Operations on the event log.
pub struct ActivityApi;

#[OpenApi]
impl ActivityApi {
    /// List events
    ///
    /// The organisation's events, the newest first; only those of one server when given.
    #[oai(path = "/api/activity", method = "get", operation_id = "listActivity", tag = "Tag::Activity")]
    async fn list(
        &self,
        member: may::ActivityRead,
        app: Data<&Shared>,
        /// Only events of this server.
        vps: Query<Option<Id<VpsId>>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many events, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Activity>> {
        let found = activity::list(&app.ctx, &member.actor(), vps.0.map(|vps| vps.0), &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, |row| Activity::of(row, &app.ctx.vault))))
    }
}
