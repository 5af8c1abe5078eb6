//! Persons who are erased.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{ErasureId, JobId, UserId};

/// A row of `erasure`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ErasureId,
    /// Who is erased.
    pub user_id: UserId,
    /// The administrator who did it on request; none for the person themself and for the operator.
    pub asked_by: Option<UserId>,
    /// The job that erases.
    pub job_id: JobId,
    /// When it was asked for; by business time.
    pub created_at: DateTimeUtc,
    /// When it was done; by business time.
    pub done_at: Option<DateTimeUtc>,
    /// The former address, sealed, until the mail that says so was sent.
    pub email_sealed: Option<Vec<u8>>,
}
no_relations!();
