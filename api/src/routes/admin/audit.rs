//! Who did what and why.

use domain::activity::{self, Act, ActFilter, By};
use domain::vault::{Counter, Vault};
use domain::{EventStatus, JobId, OrgId, UserId};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::routes::Tag;
use crate::routes::activity::Person;
use crate::routes::auth::Organisation;
use crate::state::Shared;
use crate::wire::{Answer, Choice, Done, Id, Number, Paged, Time, Vocabulary, Word, entity_text, page};

impl Vocabulary for By {
    const NAME: &'static str = "ActBy";
    const ABOUT: &'static str = "Who stands behind an event.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// An event, with who did it and why.
#[derive(Debug, Object)]
pub struct AdminActivity {
    /// Its number, which tells nothing of how many there are.
    id: Number,
    /// Its dotted name, such as `cloud.pause`.
    #[oai(validator(max_length = 100))]
    event: String,
    /// Whether it reports success, a warning, an error, or is just for the record.
    status: Word<EventStatus>,
    /// The same as a sentence.
    #[oai(validator(max_length = 4000))]
    message: String,
    /// The type of thing that it happened to, such as `cloud`.
    #[oai(validator(max_length = 50))]
    entity_type: Option<String>,
    /// That thing's id, such as `cloud_…`, or the name of a queue, a schedule or a worker.
    #[oai(validator(max_length = 200))]
    entity_id: Option<String>,
    /// What that thing is called now.
    #[oai(validator(max_length = 200))]
    entity_label: Option<String>,
    /// The job that caused it, or to which it was done.
    job_id: Option<Id<JobId>>,
    /// The organisation that it concerns.
    organisation: Option<Organisation>,
    /// Who caused it; null for the platform and the command line.
    actor: Option<Person>,
    /// The administrator in that user's place, or who entered the account.
    impersonator: Option<Person>,
    /// Why, as they said.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
    /// When it happened.
    created_at: Time,
}

impl AdminActivity {
    fn of(row: Act, vault: &Vault) -> Self {
        let id = row.entity_type.as_deref().zip(row.entity_id).map(|(kind, id)| entity_text(kind, id));
        Self {
            id: Number(vault.veil(Counter::Event, row.id)),
            event: row.event,
            status: Word(row.status),
            message: row.message,
            entity_id: id.or(row.entity_name),
            entity_type: row.entity_type,
            entity_label: row.entity_label,
            job_id: row.job_id.map(Id),
            organisation: row.org_id.zip(row.org_name).map(|(id, name)| Organisation { id: Id(id), name }),
            actor: Person::of(row.actor_id, row.actor_name),
            impersonator: Person::of(row.impersonator_id, row.impersonator_name),
            reason: row.reason,
            created_at: row.created_at.into(),
        }
    }
}

/// Operations on the event log for administrators.
pub struct AuditApi;

#[OpenApi]
impl AuditApi {
    /// List events of the whole panel
    ///
    /// All events, the newest first, each with who caused it and the reason that they gave.
    #[oai(path = "/api/admin/activity", method = "get", operation_id = "listAdminActivity", tag = "Tag::Admin")]
    #[expect(clippy::too_many_arguments, reason = "one for each filter")]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only what an administrator, a customer or the platform did. What was done at the command line with a reason
        /// counts as an administrator's.
        by: Query<Option<Choice<By>>>,
        /// Only what this user did, also in another's place.
        actor: Query<Option<Id<UserId>>>,
        /// Only events of this name, such as `cloud.pause`, or of this noun, such as `cloud`.
        #[oai(validator(max_length = 100))]
        event: Query<Option<String>>,
        /// Only what happened to this type of thing, such as `cloud`.
        #[oai(validator(max_length = 50))]
        entity_type: Query<Option<String>>,
        /// Only what happened to the thing with this id or name; for type `job`, what was requested of it.
        #[oai(validator(max_length = 200))]
        entity_id: Query<Option<String>>,
        /// Only what concerns this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// Only events with a reason.
        reasoned: Query<Option<bool>>,
        /// Only what happened at this time or later.
        since: Query<Option<Time>>,
        /// Only what happened before this time.
        until: Query<Option<Time>>,
        /// Only events with this text in their words or their reason, among the newest 500,000.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many events, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<AdminActivity>> {
        let filter = ActFilter {
            by: by.0.map(|by| by.0),
            actor: actor.0.map(|actor| actor.0),
            event: event.0,
            object_type: entity_type.0,
            object: entity_id.0,
            org: org.0.map(|org| org.0),
            reasoned: reasoned.0.unwrap_or_default(),
            since: since.0.map(|at| at.0),
            until: until.0.map(|at| at.0),
            q: q.0,
        };
        let found = activity::audit(&app.ctx, &admin.actor(), &filter, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, |row| AdminActivity::of(row, &app.ctx.vault))))
    }
}
