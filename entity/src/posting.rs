//! Postings: the legs of journals.

use sea_orm::entity::prelude::*;

use crate::OrgId;
use crate::table::no_relations;

/// A row of `posting`; append-only.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "posting")]
pub struct Model {
    /// References `journal`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub journal_id: i64,
    /// Its place in the journal, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i16,
    /// References `account`.
    pub account_id: i64,
    /// The organisation whose money moved, on both legs.
    pub org_id: Option<OrgId>,
    /// What is added to the account, in micro-units; never zero.
    pub amount_micros: i64,
    /// The account's balance after it, in micro-units, where the account stores one.
    pub balance_after: Option<i64>,
}
no_relations!();
