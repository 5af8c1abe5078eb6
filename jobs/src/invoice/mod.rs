//! Jobs of receipts, invoices and credit notes.

pub mod issue;
pub mod render;
