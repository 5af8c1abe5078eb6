//! Jobs of the platform itself.

pub mod archive;
pub mod bulk;
pub mod probe;
pub mod tidy;
