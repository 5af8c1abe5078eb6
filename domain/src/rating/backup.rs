//! What backups cost: segments of their own beside the server's, from when they are on to when they are off.

/// How often a backup is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupFrequency {
    /// Once a week: at the price of backups.
    Weekly,
    /// Once a day: at one and a half times that.
    Daily,
}

/// A month's price of backups, in micro-units, rounded down.
#[must_use]
pub fn backup_month_micros(weekly_month_micros: i64, frequency: BackupFrequency) -> i64 {
    match frequency {
        BackupFrequency::Weekly => weekly_month_micros,
        BackupFrequency::Daily => i64::try_from(i128::from(weekly_month_micros) * 3 / 2).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daily_backups_cost_one_and_a_half_times_weekly_ones() {
        let of = |weekly| {
            (backup_month_micros(weekly, BackupFrequency::Weekly), backup_month_micros(weekly, BackupFrequency::Daily))
        };
        assert_eq!(of(2_000_000), (2_000_000, 3_000_000));
        assert_eq!(of(1), (1, 1), "rounded down, once a month and never an hour");
        assert_eq!(of(0), (0, 0));
    }
}
