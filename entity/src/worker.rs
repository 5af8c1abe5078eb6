//! Processes that run jobs.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// What a worker process is doing, or is to do.
    pub enum WorkerState {
        /// It takes jobs.
        Running = "running",
        /// It takes none, and waits.
        Quiet = "quiet",
        /// It takes none, lets its jobs finish, and ends.
        Stopping = "stopping",
    }
}

/// A row of `worker`; removed when the process ends.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "worker")]
pub struct Model {
    /// Host, process and chance: new at every start. Leases name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The name of its computer.
    pub host: String,
    /// Its process id there.
    pub pid: i32,
    /// The version of `SkyPanel` that it runs.
    pub version: String,
    /// Kinds of jobs that it knows.
    pub kinds: Vec<String>,
    /// Its pools, as `domain::fleet::Pool` writes them.
    #[sea_orm(column_type = "JsonBinary")]
    pub queues: Json,
    /// Its resident memory, in bytes.
    pub memory_bytes: i64,
    /// As it last reported.
    pub state: WorkerState,
    /// What an operator asked of it.
    pub wanted: WorkerState,
    /// By `PostgreSQL`'s own clock.
    pub started_at: DateTimeUtc,
    /// When it last reported; by `PostgreSQL`'s own clock.
    pub seen_at: DateTimeUtc,
}
no_relations!();
