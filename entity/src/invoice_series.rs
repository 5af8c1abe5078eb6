//! Series of numbers without gaps.

use sea_orm::entity::prelude::*;

use crate::invoice::InvoiceKind;
use crate::table::no_relations;

/// A row of `invoice_series`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_series")]
pub struct Model {
    /// The kind of documents that it numbers.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: InvoiceKind,
    /// What stands before the number.
    pub prefix: String,
    /// The next number; locked last in the issuing transaction.
    pub next_no: i64,
}
no_relations!();
