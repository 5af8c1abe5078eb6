//! Ordering, reading, switching, changing and deleting servers: one file a concern.

mod change;
mod model;
mod offer;
mod order;
mod power;
mod read;

pub use model::{Vps, VpsImage, VpsJob, VpsPlan, VpsRegion};

/// The operations on servers.
pub type Operations = (read::ReadApi, offer::OfferApi, order::OrderApi, power::PowerApi, change::ChangeApi);

/// All of them.
#[must_use]
pub fn operations() -> Operations {
    (read::ReadApi, offer::OfferApi, order::OrderApi, power::PowerApi, change::ChangeApi)
}
