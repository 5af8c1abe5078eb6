//! Figures of jobs for charts: sums, never single jobs.

use sea_orm::entity::prelude::*;

use crate::CloudId;
use crate::job::Queue;
use crate::table::no_relations;

/// A row of `job_stat`: one a minute (stored for a day) and one an hour (eight days), kind and cloud.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_stat")]
pub struct Model {
    /// 60 or 3600: the seconds that it sums.
    #[sea_orm(primary_key, auto_increment = false)]
    pub step_s: i32,
    /// Where they begin; by `PostgreSQL`'s own clock.
    #[sea_orm(primary_key, auto_increment = false)]
    pub at: DateTimeUtc,
    /// The jobs' kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// The jobs' queue.
    #[sea_orm(primary_key, auto_increment = false)]
    pub queue: Queue,
    /// The jobs' cloud; zero for jobs that speak to none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cloud_id: CloudId,
    /// Jobs that succeeded.
    pub done: i32,
    /// Jobs that failed.
    pub failed: i32,
    /// Runs that failed and are tried again.
    pub retried: i32,
    /// Runs by how long they had waited, in classes that grow by the cube root of two from 1 ms.
    pub waits: Vec<i32>,
    /// Runs by how long they took, in the same classes.
    pub runs: Vec<i32>,
}
no_relations!();
