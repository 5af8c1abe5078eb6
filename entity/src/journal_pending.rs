//! Journals that await their place in the chain.

use sea_orm::entity::prelude::*;

use crate::OrgId;
use crate::table::no_relations;

/// A row of `journal_pending`: deleted by the next seal.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_pending")]
pub struct Model {
    /// The journal's organisation; zeros for the platform's own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub chain: OrgId,
    /// The journal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub journal_id: i64,
}
no_relations!();
