//! Ports for the servers of a test.

use std::net::TcpListener;

use anyhow::{Context as _, Result};
use uuid::Uuid;

/// Below what a kernel gives to outgoing connections (Linux: 32768 and above), so that none takes a port between its
/// choice and its use; and below the ports that `./dev` chooses for itself.
const FIRST: u16 = 10_000;
const COUNT: u16 = 10_000;
const TRIES: usize = 200;

/// A port of loopback that nobody listens on: any of ten thousand, so that those who choose at once rarely meet.
///
/// # Errors
/// When each of two hundred was taken.
pub fn free() -> Result<u16> {
    std::iter::repeat_with(any)
        .take(TRIES)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .context("no free port")
}

fn any() -> u16 {
    let [high, low, ..] = Uuid::new_v4().into_bytes();
    FIRST + u16::from_be_bytes([high, low]) % COUNT
}
