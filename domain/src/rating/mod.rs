//! What hours cost: pure arithmetic, without tables and without a clock.
//!
//! One cumulative function rules. Under a rule with a cap it starts again with each calendar month (UTC): after `j`
//! hours that began in the month a server has cost `min(cap, base + floor(month · j / hours_per_month))` there, where
//! `base` is what an earlier price of the same server had cost in that month. A charge is what the function rose by, so
//! charges sum to the same however the ticks fall. A price by the second (`docs/adr/0048`) divides the last hour alone:
//! an hour that ended is charged whole. SQL computes the same in `usage_f`, `usage_seconds` and in
//! `ledger/charge_segments.sql`; a test compares the two on random histories.

mod backup;
mod forecast;
mod levy;
mod rule;
mod stretch;

pub use backup::{BackupFrequency, backup_month_micros};
pub use forecast::{Open, due_micros, next_change, zero_at};
pub use levy::{Levy, Share};
pub use rule::{ChargedBy, HOURS_PER_MONTH, Increment, Price, Rule};
pub use stretch::{Stretch, hours_until};
