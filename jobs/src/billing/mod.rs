//! Jobs about money.

pub mod charge;
pub mod charge_chunk;
pub mod watch;
