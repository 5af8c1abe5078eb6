//! Jobs about accounts at providers.

pub mod sync;
pub mod validate;
