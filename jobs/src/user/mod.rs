//! Jobs about users.

pub mod erase;
pub mod export;
pub mod reset_factors;
