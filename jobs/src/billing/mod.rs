//! Jobs about money.

pub mod charge;
