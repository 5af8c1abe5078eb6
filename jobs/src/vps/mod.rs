//! Jobs about servers.

pub mod delete;
pub mod power;
pub mod provision;
mod tags;
mod unwind;
