//! Ended jobs past their retention, a partition a month.

use sea_orm::entity::prelude::*;

use crate::job::{JobState, Queue, job_row};
use crate::{CloudId, JobId, OrgId, UserId};

job_row! {
    /// A row of `job_archive`. The table has no primary key: `finished_at` says which month it is in.
    "job_archive"
}
