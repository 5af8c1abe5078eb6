//! Ports for the servers of a test.

use std::net::TcpListener;

use anyhow::{Result, bail};
use aws_lc_rs::rand;

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
    for _ in 0..TRIES {
        let mut any = [0; 2];
        rand::fill(&mut any)?;
        let port = FIRST + u16::from_be_bytes(any) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port")
}
