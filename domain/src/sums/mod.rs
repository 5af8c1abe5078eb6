//! What the business earned, what it cost, and what is still owed: read from segments and postings, kept nowhere else.

mod receivables;
mod revenue;
mod write_off;

pub use receivables::{Aged, Debtor, Receivables, receivables};
pub use revenue::{By, MonthSums, Of, Revenue, RevenueRow, revenue};
pub use write_off::{WrittenOff, quote_write_off, write_off};
