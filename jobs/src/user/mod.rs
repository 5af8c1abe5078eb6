//! Jobs about users.

pub mod reset_factors;
