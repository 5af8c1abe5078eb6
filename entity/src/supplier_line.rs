//! The lines of what suppliers ask for; append-only.

use sea_orm::entity::prelude::*;

use crate::SupplierInvoiceId;
use crate::table::no_relations;

/// A row of `supplier_line`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supplier_line")]
pub struct Model {
    /// References `supplier_invoice`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub invoice_id: SupplierInvoiceId,
    /// Its place in the document, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    /// The supplier's id of the machine; none for what is about no machine.
    pub machine_ref: Option<String>,
    /// The supplier's words.
    pub label: String,
    /// From when.
    pub from_at: DateTimeUtc,
    /// Until when.
    pub to_at: DateTimeUtc,
    /// In micro-units of USD; negative for what is given back.
    pub amount_micros: i64,
}
no_relations!();
