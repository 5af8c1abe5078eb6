//! The ledger: the only way by which money moves, and only forward. No other module writes an account, a journal, a
//! posting, or the segments and lines of usage.
//!
//! A journal is a set of postings that sum to zero. A wallet and a hold never go below zero; what a customer owes is
//! the negative balance of their receivable. Locks are taken on the wallet first, and wallets in the order of their
//! ids.

mod account;
mod books;
mod credit;
mod hold;
mod journal;
mod runway;
mod statement;
mod usage;
mod wallet;

pub use account::{Remaining, open_wallet, remaining};
pub use books::{Books, books};
pub use credit::{Credited, credit};
pub use hold::{Order, capture, hold, release};
pub use runway::runway_s;
pub use statement::{
    LineRow, MAX_EXPORTED, StatementRow, customer_statement, export, lines, statement, statement_entry,
};
pub(crate) use usage::{NewSegment, charge_usage, end_usage, open_unheld_usage, open_usage, reopen_usage};
pub use wallet::{BurnRow, Wallet, customer_wallet, wallet};

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
