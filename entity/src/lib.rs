//! SkyPanel's tables as sea-orm entities, and the types that their columns hold.
//!
//! Invariant: no behaviour lives here. An entity mirrors its table in `migration` column for
//! column; a type here can be built only from a value that its column accepts.

mod id;
mod money;
mod sql_type;
mod table;
mod text_enum;

pub mod cloud;
pub mod cloud_finding;
pub mod identity;
pub mod job;
pub mod ledger;
pub mod plan;
pub mod vps;

pub use id::{AnyId, BulkId, CloudId, IdError, JobId, OrgId, PlanId, SegmentId, SessionId, TypedId, UserId, VpsId};
pub use money::{Currency, Money, MoneyError};
pub use sql_type::{PgType, Scalar, SqlType};
