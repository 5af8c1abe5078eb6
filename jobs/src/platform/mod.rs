//! Jobs of the platform itself.

pub mod probe;
pub mod tidy;
