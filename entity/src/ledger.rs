//! The ledger's vocabulary.

use crate::text_enum::text_enum;

text_enum! {
    /// What an account of the ledger stands for.
    pub enum AccountKind {
        /// A customer's prepaid money; never below zero.
        Wallet = "wallet",
        /// A customer's money set aside for an order; never below zero.
        Hold = "hold",
        /// What a customer owes, as a negative balance.
        Receivable = "receivable",
        /// What we earned.
        Revenue = "revenue",
        /// The other side of credits that an admin gave.
        Adjustment = "adjustment",
    }
}

text_enum! {
    /// Why money moved.
    pub enum JournalKind {
        /// An admin gave credit.
        Credit = "credit",
        /// An order set its first hour aside.
        Hold = "hold",
        /// The first hour was earned.
        Capture = "capture",
        /// The order came to nothing; the money went back.
        Release = "release",
        /// Hours of servers were charged.
        Usage = "usage",
        /// New money paid an old debt.
        Settlement = "settlement",
    }
}
