//! The ledger: the only way by which money moves, and only forward. No other module writes an account, a journal, a
//! posting, or the segments and lines of usage.
//!
//! A journal is a set of postings that sum to zero. A wallet and a hold never go below zero; what a customer owes is
//! the negative balance of their receivable. Locks are taken on the wallet first, and wallets in the order of their
//! ids.

mod account;
mod books;
pub mod chain;
mod credit;
mod dispute;
mod forecast;
mod hold;
mod journal;
mod payment;
mod promo;
mod quote;
mod refund;
mod sources;
mod statement;
mod tax;
mod usage;
pub mod verify;
mod wallet;
mod write_off;

pub use account::{Remaining, open_wallet, remaining};
pub use books::{Books, books};
pub(crate) use credit::{give_credit, given_lately, note_reason};
pub(crate) use dispute::{hold_disputed, release_disputed};
pub use forecast::Forecast;
pub(crate) use hold::insufficient_funds;
pub use hold::{Captured, HeldTax, Order, SetAside, capture, hold, release};
pub(crate) use payment::{Topup, allocate, book_unfit, payout, topup};
pub(crate) use promo::give_promo;
pub(crate) use quote::take_back;
pub use quote::{Quote, QuoteLine, Standing};
pub(crate) use refund::{Reversal, Taken, ask_refund, back_refund, end_refund, refund_wallet, return_refund, reverse};
pub use sources::{Movement, Sources, remaining_sources};
pub(crate) use sources::{earned_of, sources_of};
pub(crate) use statement::statement_row;
pub use statement::{
    LineRow, MAX_EXPORTED, StatementRow, customer_statement, export, lines, statement, statement_entry,
};
pub(crate) use tax::{Given, Posted, give_back, lock_wallet, post_document};
pub use usage::NextPrice;
pub(crate) use usage::{
    Charge, NewSegment, Usage, charge_usage, end_usage, follow_usage, open_unheld_usage, open_usage, reopen_usage,
};
pub use wallet::{BurnRow, Wallet, customer_wallet, wallet};
pub(crate) use write_off::write_off;

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId};

/// What a movement of money is recorded with.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    /// Whose money.
    pub org: OrgId,
    /// The job that moves it.
    pub job: Option<JobId>,
    /// When it counts, in business time.
    pub at: DateTime<Utc>,
}
