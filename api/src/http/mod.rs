//! The way of a request: from the connection to its handler and back.

pub mod connections;
mod cors;
mod docs;
mod gate;
mod headers;
mod health;
mod paths;
mod server;
mod spa;
mod trace;

pub use gate::{App, app};
pub use server::{bind, serve};

#[cfg(test)]
mod tests;
