//! Addresses for machines, from the ranges kept for documentation; which one comes first depends on the seed.

use std::{
    collections::HashSet,
    net::{Ipv4Addr, Ipv6Addr},
};

/// Hosts .2 to .254 of each block; .1 is the gateway.
const BLOCK_HOSTS: u64 = 253;
const BLOCKS: [[u8; 3]; 2] = [[203, 0, 113], [198, 51, 100]];
const POOL: u64 = BLOCK_HOSTS * 2;
/// Where addresses come from once both blocks are used up (kept for benchmarks: 198.18.0.0/15).
const OVERFLOW: u32 = 0xC612_0000;
const OVERFLOW_HOSTS: u32 = 1 << 17;

/// The addresses that are given out.
#[derive(Debug)]
pub(crate) struct Addresses {
    seed: u64,
    next: u64,
    used: HashSet<Ipv4Addr>,
}

impl Addresses {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, next: seed % POOL, used: HashSet::new() }
    }

    /// A public address that no machine has; `None` when all are given out.
    pub(crate) fn take(&mut self) -> Option<Ipv4Addr> {
        let from_blocks = (0..POOL).map(|step| nth((self.next + step) % POOL));
        let from_overflow = (0..OVERFLOW_HOSTS).map(|host| Ipv4Addr::from(OVERFLOW | host)).filter(|address| {
            let last = address.octets()[3];
            last > 1 && last < 255
        });
        let address = from_blocks.chain(from_overflow).find(|address| !self.used.contains(address))?;
        self.next = (self.next + 1) % POOL;
        self.used.insert(address);
        Some(address)
    }

    /// Takes note of an address that a machine has already.
    pub(crate) fn keep(&mut self, address: Ipv4Addr) {
        self.used.insert(address);
    }

    pub(crate) fn release(&mut self, address: Ipv4Addr) {
        self.used.remove(&address);
    }

    /// The address that a machine with this number and this gives itself.
    pub(crate) fn slaac(&self, instance: u64) -> Ipv6Addr {
        let [.., network_high, network_low] = self.seed.to_be_bytes();
        let [.., high, middle, low] = instance.to_be_bytes();
        Ipv6Addr::new(
            0x2001,
            0x0db8,
            u16::from_be_bytes([network_high, network_low]),
            0,
            0xf03c,
            0x91ff,
            u16::from_be_bytes([0xfe, high]),
            u16::from_be_bytes([middle, low]),
        )
    }
}

fn nth(index: u64) -> Ipv4Addr {
    let [a, b, c] = BLOCKS[usize::from(index >= BLOCK_HOSTS)];
    let host = u8::try_from(index % BLOCK_HOSTS + 2).unwrap_or(u8::MAX);
    Ipv4Addr::new(a, b, c, host)
}
