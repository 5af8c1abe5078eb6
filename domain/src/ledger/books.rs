//! Whether the books are right: what the ledger promises, asked of its tables.

use crate::error::Result;
use crate::{Ctx, db};

db::row! {
    /// What is wrong with the books; both are zero when they are right.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Books {
        /// The sum of all postings, in micro-units.
        pub sum_micros: i64,
        /// Accounts whose balance is not the sum of their postings.
        pub wrong_accounts: i64,
    }
}

impl Books {
    /// Whether all postings sum to zero and every balance is the sum of its postings.
    #[must_use]
    pub fn right(&self) -> bool {
        self.sum_micros == 0 && self.wrong_accounts == 0
    }
}

/// Sums up all postings. Reads the whole ledger: for checks, not for requests.
///
/// # Errors
/// When the database does not answer.
pub async fn books(ctx: &Ctx) -> Result<Books> {
    select_books().only(&ctx.db).await
}

db::statement! {
    fn select_books() -> Books = file "select_books.sql";
}
