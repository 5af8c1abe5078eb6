//! Payments.

pub mod signature;
