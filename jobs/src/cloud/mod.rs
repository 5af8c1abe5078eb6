//! Jobs about clouds.

pub mod machines;
pub mod reconcile;
pub mod sync;
pub mod validate;
pub mod watch;
