//! Jobs about servers.

pub mod delete;
pub mod power;
pub mod provision;
mod look;
mod tags;
mod unwind;

pub use tags::installation_tag;
