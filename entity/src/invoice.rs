//! Receipts, invoices and credit notes.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{Currency, InvoiceId, OrgId};

text_enum! {
    /// Which kind of document it is; each has a series of numbers.
    pub enum InvoiceKind {
        /// Says that money arrived.
        Receipt = "receipt",
        /// What was used in a month.
        Invoice = "invoice",
        /// Takes back an invoice, or a part of it.
        CreditNote = "credit_note",
    }
}

/// A row of `invoice`; append-only.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvoiceId,
    /// References `org`.
    pub org_id: OrgId,
    /// Which kind of document it is.
    pub kind: InvoiceKind,
    /// Its place in the series, from 1.
    pub no: i64,
    /// Prefix and place, as people write it.
    pub number: String,
    /// What it was issued for; unique.
    pub cause: String,
    /// When the month began; for invoices alone.
    pub period_from: Option<DateTimeUtc>,
    /// When it ended; for invoices alone.
    pub period_to: Option<DateTimeUtc>,
    /// The movement that a receipt or a credit note is about.
    pub journal_id: Option<i64>,
    /// The invoice that a credit note corrects.
    pub corrects_id: Option<InvoiceId>,
    /// That of all its amounts.
    pub currency: Currency,
    /// The sum of its lines, in hundredths.
    pub net_cents: i64,
    /// The tax, in hundredths.
    pub tax_cents: i64,
    /// Both together.
    pub total_cents: i64,
    /// What the balance did not pay.
    pub due_cents: i64,
    /// By business time.
    pub issued_at: DateTimeUtc,
    /// How many journals the organisation's chain had.
    pub chain_seq: i64,
    /// The hash of the last one.
    pub chain_hash: Vec<u8>,
    /// All that the document says.
    #[sea_orm(column_type = "JsonBinary")]
    pub snapshot: Json,
}
no_relations!();
