//! What was made of documents, once.

use sea_orm::entity::prelude::*;

use crate::InvoiceId;
use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// A form of a document.
    pub enum InvoiceFormat {
        /// A page to read and print.
        Html = "html",
        /// The electronic invoice.
        Xml = "xml",
        /// The file to keep.
        Pdf = "pdf",
    }
}

/// A row of `invoice_file`; append-only.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_file")]
pub struct Model {
    /// References `invoice`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub invoice_id: InvoiceId,
    /// Which form it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub format: InvoiceFormat,
    /// Of the content.
    pub sha256: Vec<u8>,
    /// The bytes that are given out.
    pub content: Vec<u8>,
    /// Characters that no font had.
    pub missing: String,
    /// By business time.
    pub created_at: DateTimeUtc,
}
no_relations!();
