//! The event log: what happened, in words for people.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{JobId, OrgId, UserId};

text_enum! {
    /// How an event reads.
    pub enum EventStatus {
        /// For the record.
        Info = "info",
        /// Something worked.
        Success = "success",
        /// Something needs attention.
        Warning = "warning",
        /// Something failed.
        Error = "error",
    }
}

/// A row of `activity`; append-only.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    /// Assigned by the database, in the order of the inserts and not of the commits.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The organisation that sees it; none for administrators alone.
    pub org_id: Option<OrgId>,
    /// Who did it; none for the platform itself.
    pub actor_id: Option<UserId>,
    /// The administrator who acted in that user's place.
    pub impersonator_id: Option<UserId>,
    /// What happened, such as `vps.create`.
    pub event: String,
    /// How a list marks it.
    pub status: EventStatus,
    /// The noun that it concerns, such as `vps`.
    pub entity_type: Option<String>,
    /// That one's id, without a prefix.
    pub entity_id: Option<Uuid>,
    /// The job that it belongs to.
    pub job_id: Option<JobId>,
    /// A sentence for people.
    pub message: String,
    /// Details for programs: no secrets.
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    /// By `PostgreSQL`'s own clock.
    pub created_at: DateTimeUtc,
    /// The name of what it concerns where that has no id: a queue, a schedule or a worker.
    pub entity_name: Option<String>,
}
no_relations!();
