//! The one event log. A row is written in the transaction of the change that it tells of.

mod listen;
mod query;

use entity::activity::EventStatus;
use entity::{JobId, OrgId, TypedId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

pub use listen::{Listener, Notice};
pub use query::{ActivityRow, Stream, list, replay, rows_between};

use crate::db;
use crate::error::Result;

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    name: &'static str,
    status: EventStatus,
    message: String,
    org: Option<OrgId>,
    actor: Option<UserId>,
    entity: Option<(&'static str, Uuid)>,
    job: Option<JobId>,
    metadata: Json,
}

impl Event {
    /// An event by its dotted name, with words for people.
    pub fn new(name: &'static str, status: EventStatus, message: impl Into<String>) -> Self {
        Self {
            name,
            status,
            message: message.into(),
            org: None,
            actor: None,
            entity: None,
            job: None,
            metadata: json!({}),
        }
    }

    /// The organisation that sees it.
    #[must_use]
    pub fn org(mut self, org: impl Into<Option<OrgId>>) -> Self {
        self.org = org.into();
        self
    }

    /// Who did it.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<Option<UserId>>) -> Self {
        self.actor = actor.into();
        self
    }

    /// What it happened to.
    #[must_use]
    pub fn entity(mut self, kind: &'static str, id: impl TypedId) -> Self {
        self.entity = Some((kind, id.uuid()));
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
    let (entity_type, entity_id) = event.entity.unzip();
    db::exec(
        tx,
        db::sql(
            "insert into activity (org_id, actor_id, event, status, entity_type, entity_id, job_id, message, metadata, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, business_now())",
            [
                event.org.into(),
                event.actor.into(),
                event.name.into(),
                event.status.into(),
                entity_type.into(),
                entity_id.into(),
                event.job.into(),
                event.message.into(),
                event.metadata.into(),
            ],
        ),
    )
    .await?;
    Ok(())
}
