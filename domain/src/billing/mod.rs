//! Hourly charges.
//!
//! One cumulative function rules: after `n` hours a server has cost
//! `F(n) = floor(month · n / hours_per_month)` micro-units, and a charge is what `F` rose by. So
//! hours sum to the month exactly, however the ticks fall, and a tick that comes twice finds
//! nothing left to charge.

mod charge;
mod forecast;
mod price;
mod segment;

pub use charge::{CHUNK, Charged, charge_chunk};
pub use forecast::{MonthCost, NextCharge, months, next_charge};
pub use price::{HOURS_PER_MONTH, cumulative_micros, hour_micros, hours_until};
pub use segment::{close_segment, continue_segment, open_segment};
