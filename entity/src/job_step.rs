//! Timelines: what a job was about to do, and what it did.

use sea_orm::entity::prelude::*;

use crate::JobId;
use crate::text_enum::text_enum;

text_enum! {
    /// What happened to a step of a job.
    pub enum StepPhase {
        /// About to be done; committed before anything leaves.
        Intent = "intent",
        /// Done.
        Done = "done",
        /// Failed, or taken back.
        Failed = "failed",
    }
}

/// The row of a step: `job_step_archive` has the columns of `job_step`, and one more.
macro_rules! step_row {
    ($(#[$meta:meta])* $table:literal $(, $($more:tt)+)?) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = $table)]
        pub struct Model {
            /// The job; no foreign key, as the job moves to the archive.
            #[sea_orm(primary_key, auto_increment = false)]
            pub job_id: JobId,
            /// Its place among the job's steps, from 0.
            #[sea_orm(primary_key, auto_increment = false)]
            pub step: i16,
            /// The claim that took it.
            #[sea_orm(primary_key, auto_increment = false)]
            pub lease_token: i64,
            /// One row for each phase that a claim reached.
            #[sea_orm(primary_key, auto_increment = false)]
            pub phase: StepPhase,
            /// The step's name, as the job's handler gives it.
            pub name: String,
            /// What happened, for people.
            pub words: Option<String>,
            /// The provider's own id of what it concerns.
            pub external_ref: Option<String>,
            /// Details for programs: no secrets.
            #[sea_orm(column_type = "JsonBinary")]
            pub detail: Option<Json>,
            /// By `PostgreSQL`'s own clock.
            pub at: DateTimeUtc,
            $($($more)+)?
        }
        $crate::table::no_relations!();
    };
}
pub(crate) use step_row;

step_row! {
    /// A row of `job_step`.
    "job_step"
}
