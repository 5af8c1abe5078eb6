//! Copies of what is held about a person.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{DataExportId, JobId, UserId};

/// A row of `data_export`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_export")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DataExportId,
    /// Whose data it holds.
    pub user_id: UserId,
    /// The job that writes it.
    pub job_id: JobId,
    /// When it was asked for; by business time.
    pub created_at: DateTimeUtc,
    /// Since when it can be downloaded; by business time.
    pub ready_at: Option<DateTimeUtc>,
    /// Until when; by business time.
    pub expires_at: Option<DateTimeUtc>,
    /// The document, sealed, until then.
    pub sealed: Option<Vec<u8>>,
    /// How long the document is.
    pub bytes: Option<i32>,
}
no_relations!();
