//! Clouds, and what they sell: one file a concern.

mod brakes;
mod catalog;
mod connect;
mod model;
mod pause;
mod read;

pub use brakes::CloudBrakes;
pub use catalog::{CloudCatalog, CloudType};
pub use model::{Cloud, CloudJob, CloudRate, NamedCloud};

/// The operations on clouds.
pub type Operations = (read::ReadApi, connect::ConnectApi, pause::PauseApi, brakes::BrakesApi);

/// All of them.
#[must_use]
pub fn operations() -> Operations {
    (read::ReadApi, connect::ConnectApi, pause::PauseApi, brakes::BrakesApi)
}
