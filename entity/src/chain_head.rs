//! The last link of each chain of journals.

use sea_orm::entity::prelude::*;

use crate::OrgId;
use crate::table::no_relations;

/// A row of `chain_head`: locked by the one that seals the chain.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chain_head")]
pub struct Model {
    /// The organisation; zeros for the platform's own journals.
    #[sea_orm(primary_key, auto_increment = false)]
    pub chain: OrgId,
    /// How many journals are chained.
    pub seq: i64,
    /// The hash of the last one.
    pub hash: Vec<u8>,
}
no_relations!();
