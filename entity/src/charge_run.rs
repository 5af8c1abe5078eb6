//! Runs that charged hours.

use sea_orm::entity::prelude::*;

use crate::JobId;
use crate::table::no_relations;

/// A row of `charge_run`: one job `billing.charge`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charge_run")]
pub struct Model {
    /// The job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    /// Hours that had begun by then were charged; by business time.
    pub tick: DateTimeUtc,
    /// By `PostgreSQL`'s own clock.
    pub started_at: DateTimeUtc,
}
no_relations!();
