//! Jobs about servers.

pub mod delete;
mod observe;
pub mod power;
pub mod provision;
mod tags;
mod unwind;

pub use tags::{installation_tag, server_of};
