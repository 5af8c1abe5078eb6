//! Jobs of the ledger.

pub mod seal;
