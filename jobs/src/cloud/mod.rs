//! Jobs about clouds.

pub mod machines;
pub mod reconcile;
mod sights;
pub mod sync;
pub mod validate;
pub mod watch;
