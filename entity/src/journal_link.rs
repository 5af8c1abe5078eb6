//! Links of the chains of journals.

use sea_orm::entity::prelude::*;

use crate::OrgId;
use crate::table::no_relations;

/// A row of `journal_link`; append-only.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_link")]
pub struct Model {
    /// References `journal`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub journal_id: i64,
    /// The journal's organisation; zeros for the platform's own.
    pub chain: OrgId,
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// SHA-256 of what the journal says and of the hash before it.
    pub hash: Vec<u8>,
}
no_relations!();
