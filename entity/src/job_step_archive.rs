//! Timelines of archived jobs, a partition a month.

use sea_orm::entity::prelude::*;

use crate::JobId;
use crate::job_step::{StepPhase, step_row};

step_row! {
    /// A row of `job_step_archive`. The table has no primary key.
    "job_step_archive",
    /// The job's end, which says which month the row is in.
    pub finished_at: DateTimeUtc,
}
