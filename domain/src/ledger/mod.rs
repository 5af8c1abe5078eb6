//! The ledger: the only way by which money moves, and only forward.
//!
//! A journal is a set of postings that sum to zero. A wallet and a hold never go below zero; what
//! a customer owes is the negative balance of their receivable. Locks are taken on the wallet
//! first, and wallets in the order of their ids.

mod books;
mod entry;
mod hold;
mod query;

pub use books::{Books, books};
pub use entry::open_wallet;
pub use hold::{Order, capture, hold, release};
pub use query::{
    BurnRow, LineRow, StatementRow, Wallet, customer_statement, customer_wallet, lines, runway_s, statement,
    statement_entry, wallet,
};

mod credit;
pub use credit::{Credited, credit};

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
