//! Receipts, invoices and credit notes as documents: a page to read and print, a PDF, and an electronic invoice.
//!
//! Invariant: pure functions of a [`Snapshot`]. Nothing here asks a table, a clock or another computer, so the same
//! snapshot gives the same bytes, for as long as the layout is the same.

mod cents;
mod html;
mod logo;
mod pdf;
mod snapshot;
mod words;
mod xml;

pub use cents::{cents, largest_remainder, quantity_price, round_cents};
pub use html::html;
pub use pdf::{Fonts, Pdf, PdfError, pdf};
pub use snapshot::{Category, Evidence, Head, Kind, Line, Original, Party, Period, Snapshot, TaxLine};
pub use xml::{Incomplete, xml};

#[cfg(test)]
mod tests;
