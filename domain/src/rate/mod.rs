//! How many requests users may send beside what everybody may, and how many they sent.
//!
//! Both tables hold personal data: they are erased with the user, and the minutes after a week.

mod minutes;
mod overrides;

pub use minutes::{KEYS_SHOWN, MinuteSum, Seen, TopKey, last_hour, record, top_keys};
pub use overrides::{Change, MAX_OVERRIDES, Override, Standing, lift, overrides, put, standing};
