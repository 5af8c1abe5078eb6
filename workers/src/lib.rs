//! Worker pools, relay, leases: the only user of apalis
