//! What suppliers ask for, beside what customers were charged for it
//! ([ADR 45](../../../docs/adr/0045-a-suppliers-invoice-is-a-document.md)).

mod digitalocean;
mod import;
mod parse;
mod read;

pub use import::{MAX_BYTES, NewSupplierInvoice, import};
pub use parse::{Line, MAX_LINES, parse};
pub(crate) use read::low_margins;
pub use read::{SupplierDetail, SupplierInvoice, SupplierServer, detail, list, margin, set_margin};
