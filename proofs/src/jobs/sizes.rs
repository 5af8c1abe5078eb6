//! How much the story plays with.

/// Numbers of jobs, servers and hours, and what the installation is told.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Jobs of the loud organisation that are due at once.
    pub loud: i64,
    /// Jobs of the quiet one, one after the other.
    pub quiet: usize,
    /// Servers that start at once.
    pub servers: usize,
    /// Failed jobs that are retried in bulk.
    pub failed: i64,
    /// Schedulers side by side.
    pub schedulers: u32,
    /// Hours that they tick.
    pub hours: i64,
    /// Jobs of the rolling restart, and milliseconds of each.
    pub rolled: (i64, u32),
    /// Thousands of foreign keys in Redis.
    pub foreign_thousands: i64,
    /// Jobs that go through to the archive.
    pub soak: i64,
    /// Whether bars of speed are judged.
    pub judged: bool,
    /// What workers are told about their leases; production's where it says nothing.
    pub leases: &'static [(&'static str, &'static str)],
}

impl Sizes {
    /// What the story is meant for, with so many jobs in the part about retention.
    #[must_use]
    pub fn whole(soak: i64) -> Self {
        Self {
            loud: 200_000,
            quiet: 20,
            servers: 30,
            failed: 300,
            schedulers: 5,
            hours: 12,
            rolled: (600, 500),
            foreign_thousands: 1_000,
            soak,
            judged: true,
            leases: &[],
        }
    }

    /// So little that it only shows that every part can be played.
    #[must_use]
    pub fn small() -> Self {
        Self {
            loud: 500,
            quiet: 3,
            servers: 4,
            failed: 20,
            schedulers: 2,
            hours: 2,
            rolled: (40, 100),
            foreign_thousands: 10,
            soak: 200,
            judged: false,
            leases: &[("LEASE_MS", "3000"), ("BEAT_MS", "500"), ("SWEEP_MS", "500"), ("RERING_MS", "1500")],
        }
    }
}
