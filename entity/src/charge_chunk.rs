//! The parts of a run that charges: each is a job, and one transaction.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{JobId, OrgId};

/// A row of `charge_chunk`. Its figures are written in the transaction that charges.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charge_chunk")]
pub struct Model {
    /// References `charge_run`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: JobId,
    /// From 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    /// The job that charges it.
    pub job_id: JobId,
    /// The first organisation, by id.
    pub first_org: OrgId,
    /// The last one.
    pub last_org: OrgId,
    /// Organisations with servers when the run began.
    pub orgs: i32,
    /// Their servers.
    pub servers: i32,
    /// None until it is charged; by `PostgreSQL`'s own clock.
    pub done_at: Option<DateTimeUtc>,
    /// Organisations that were charged.
    pub charged: Option<i32>,
    /// Those of them whose wallet could not pay all.
    pub in_debt: Option<i32>,
    /// Hours that were charged.
    pub lines: Option<i32>,
    /// What was charged in all, in micro-units of USD.
    pub micros: Option<i64>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<i32>,
}
no_relations!();
