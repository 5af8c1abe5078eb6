//! What suppliers ask for; append-only.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{CloudId, SupplierInvoiceId, UserId};

text_enum! {
    /// How a supplier's document is written.
    pub enum SupplierForm {
        /// Our own: machine id, from, to, amount.
        Csv = "csv",
        /// The items of an invoice as Linode's API answers them.
        Linode = "linode",
        /// The items of an invoice as DigitalOcean's API answers them, as JSON or as CSV.
        Digitalocean = "digitalocean",
    }
}

/// A row of `supplier_invoice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supplier_invoice")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupplierInvoiceId,
    /// References `cloud`.
    pub cloud_id: CloudId,
    /// The supplier's; unique for the cloud.
    pub number: String,
    /// How the document is written.
    pub form: SupplierForm,
    /// Of the document.
    pub sha256: Vec<u8>,
    /// The sum of its lines, in micro-units of USD.
    pub total_micros: i64,
    /// Who imported it; none for the operator.
    pub imported_by: Option<UserId>,
    /// By business time.
    pub imported_at: DateTimeUtc,
}
no_relations!();
