//! The way of a request: from the connection to its handler and back.

mod accept;
mod asked;
pub mod connections;
mod cors;
mod docs;
mod encoding;
mod gate;
mod headers;
mod health;
pub mod nul;
mod paths;
mod refusal;
mod sender;
mod server;
mod spa;
mod trace;
mod webhook;

pub use gate::{App, app};
pub use server::{bind, bind_as, serve};

#[cfg(test)]
mod tests;
