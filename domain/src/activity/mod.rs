//! The one event log. A row is written in the transaction of the change that it tells of.

mod audit;
mod list;
mod listen;
mod replay;

use entity::{JobId, OrgId, TypedId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

pub use audit::{Act, ActFilter, By, audit};
pub use list::{ActivityRow, list};
pub use listen::{Listener, Notice};
pub use replay::{Stream, replay, rows_between};

use crate::error::Result;
use crate::{Actor, EventStatus, db};

/// Stands in an event's words for the name of the server or key that it happened to. Events can't change and names may
/// have to be erased, so the name is filled in when the event is read, as it is then.
pub const NAME: &str = "{name}";

/// Something that happened, to be recorded with [`record`].
#[derive(Clone, Debug)]
pub struct Event {
    name: &'static str,
    status: EventStatus,
    message: String,
    org: Option<OrgId>,
    actor: Option<UserId>,
    impersonator: Option<UserId>,
    entity: Option<(&'static str, Uuid)>,
    named: Option<(&'static str, String)>,
    job: Option<JobId>,
    metadata: Json,
    reason: Option<String>,
}

impl Event {
    /// An event by its dotted name, with words for people, in which [`NAME`] stands for names.
    pub fn new(name: &'static str, status: EventStatus, message: impl Into<String>) -> Self {
        Self {
            name,
            status,
            message: message.into(),
            org: None,
            actor: None,
            impersonator: None,
            entity: None,
            named: None,
            job: None,
            metadata: json!({}),
            reason: None,
        }
    }

    /// The organisation that sees it; without one, only administrators do.
    #[must_use]
    pub fn org(mut self, org: impl Into<Option<OrgId>>) -> Self {
        self.org = org.into();
        self
    }

    /// The user who did it; without one, the platform or the command line.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<Option<UserId>>) -> Self {
        self.actor = actor.into();
        self
    }

    /// Who did it, with the administrator in their place.
    #[must_use]
    pub fn by(mut self, actor: &Actor) -> Self {
        (self.actor, self.impersonator) = (actor.user(), actor.impersonator());
        self
    }

    /// The administrator who did it in the actor's place, or to their account: customers read the name.
    #[must_use]
    pub fn impersonator(mut self, admin: impl Into<Option<UserId>>) -> Self {
        self.impersonator = admin.into();
        self
    }

    /// Why, as the person said it: 1 to 500 characters, or empty. It stands beside the event, where it can be erased.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into()).filter(|reason| !reason.is_empty());
        self
    }

    /// What it happened to, by its kind and id.
    #[must_use]
    pub fn entity(mut self, kind: &'static str, id: impl TypedId) -> Self {
        self.entity = Some((kind, id.uuid()));
        self
    }

    /// What it happened to, by its kind and name, where it has no id: a queue, a schedule, a worker.
    #[must_use]
    pub fn named(mut self, kind: &'static str, name: impl Into<String>) -> Self {
        self.named = Some((kind, name.into()));
        self
    }

    /// The job that did it.
    #[must_use]
    pub fn job(mut self, job: impl Into<Option<JobId>>) -> Self {
        self.job = job.into();
        self
    }

    /// Details for later readers; ids and figures, never secrets.
    #[must_use]
    pub fn metadata(mut self, metadata: Json) -> Self {
        self.metadata = metadata;
        self
    }
}

/// Writes an event in the caller's transaction.
///
/// # Errors
/// When the database refuses it.
pub async fn record(tx: &impl ConnectionTrait, event: Event) -> Result<()> {
    let Event { name, status, message, org, actor, impersonator, entity, named, job, mut metadata, reason } = event;
    let (entity_type, entity_id) = entity.unzip();
    let (named_type, entity_name) = named.unzip();
    let kind = entity_type.or(named_type);
    // What people wrote never stays in a row that can't change.
    let told = metadata.as_object_mut().and_then(|told| told.remove("reason"));
    let told = told.and_then(|told| told.as_str().map(str::to_owned)).filter(|told| !told.is_empty());
    match reason.or(told) {
        None => {
            insert_event(org, actor, impersonator, name, status, kind, entity_id, entity_name, job, message, metadata)
                .exec(tx)
                .await?
        }
        Some(why) => {
            insert_reasoned(
                org,
                actor,
                impersonator,
                name,
                status,
                kind,
                entity_id,
                entity_name,
                job,
                message,
                metadata,
                why,
            )
            .exec(tx)
            .await?
        }
    };
    Ok(())
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_event(
        org: Option<OrgId>,
        actor: Option<UserId>,
        impersonator: Option<UserId>,
        event: &str,
        status: EventStatus,
        entity_type: Option<&str>,
        entity_id: Option<Uuid>,
        entity_name: Option<String>,
        job: Option<JobId>,
        message: String,
        metadata: Json,
    ) = file "insert_event.sql";

    /// The event, and beside it why.
    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_reasoned(
        org: Option<OrgId>,
        actor: Option<UserId>,
        impersonator: Option<UserId>,
        event: &str,
        status: EventStatus,
        entity_type: Option<&str>,
        entity_id: Option<Uuid>,
        entity_name: Option<String>,
        job: Option<JobId>,
        message: String,
        metadata: Json,
        reason: String,
    ) =
        "with event as (",
        file "insert_event.sql",
        "returning id) insert into act_reason (activity_id, reason) select id, $12 from event";
}
