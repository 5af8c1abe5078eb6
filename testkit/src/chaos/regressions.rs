//! Seeds that failed once. Every run plays them first.

/// A seed, and what it found.
pub const SEEDS: &[(u64, &str)] = &[];
