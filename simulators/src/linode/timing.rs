//! How long the simulated machines take.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Milliseconds that each change takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timing {
    /// From the creation (or a rebuild, or a resize) to running.
    pub boot_ms: u64,
    /// For a boot, a shutdown, a reboot or a snapshot.
    pub power_ms: u64,
    /// From the deletion until the machine no longer exists.
    pub delete_ms: u64,
    /// From a request until the boot, shutdown or reboot begins: meanwhile the machine looks as before.
    pub lag_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self { boot_ms: 2000, power_ms: 1000, delete_ms: 500, lag_ms: 0 }
    }
}

impl Timing {
    pub(crate) fn boot(self) -> Duration {
        Duration::from_millis(self.boot_ms)
    }

    pub(crate) fn power(self) -> Duration {
        Duration::from_millis(self.power_ms)
    }

    pub(crate) fn lag(self) -> Duration {
        Duration::from_millis(self.lag_ms)
    }

    pub(crate) fn delete(self) -> Duration {
        Duration::from_millis(self.delete_ms)
    }
}
