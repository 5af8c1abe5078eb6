//! Actions on many jobs at once.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{BulkId, JobId, UserId};

text_enum! {
    /// What an administrator does to many jobs at once.
    pub enum BulkAction {
        /// Let each run again.
        Retry = "retry",
        /// End each.
        Cancel = "cancel",
        /// Set each aside.
        Discard = "discard",
    }
}

/// A row of `job_bulk`: a request that a job carries out.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_bulk")]
pub struct Model {
    /// The parameter of the job `platform.bulk`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BulkId,
    /// Done to each job that the filter finds.
    pub action: BulkAction,
    /// Which jobs are meant, in the form that `version` names.
    #[sea_orm(column_type = "JsonBinary")]
    pub filter: Json,
    /// In the administrator's words, 1 to 500 characters.
    pub reason: String,
    /// Who asked; none for the command line.
    pub actor_id: Option<UserId>,
    /// The newest job that was counted: later ones are not meant.
    pub up_to: JobId,
    /// Jobs that were counted; at most 100,000.
    pub total: i32,
    /// Jobs that it was done to so far.
    pub done: i32,
    /// Jobs that had moved on, or that the action is not possible for.
    pub refused: i32,
    /// The last job that was tried.
    pub cursor: Option<JobId>,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// The form of the filter; 1 is the first.
    pub version: i16,
}
no_relations!();
