//! Jobs of the platform itself.

pub mod tidy;
