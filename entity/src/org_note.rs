//! What administrators write to each other about a customer.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{NoteId, OrgId, UserId};

/// A row of `org_note`, which no customer ever sees.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_note")]
pub struct Model {
    /// Version 7: notes are in the order in which they were written.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    /// The customer that it is about.
    pub org_id: OrgId,
    /// The administrator who wrote it.
    pub author_id: UserId,
    /// Plain text of 1 to 4,000 characters.
    pub body: String,
    /// When it was written; by business time.
    pub created_at: DateTimeUtc,
}
no_relations!();
