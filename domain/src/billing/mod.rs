//! Hourly charges, and the prices that they go by.
//!
//! What an hour costs is the cumulative function of [`crate::rating`], and a charge is what it rose by: a tick that is
//! late, repeated or missed changes when a customer is charged, but not how much.

mod charge;
mod forecast;
mod move_quote;
mod price;
mod reprice;
mod run;
mod segment;

pub use charge::{charge_chunk, divide};
pub use forecast::{MonthCost, NextCharge, months, next_charge};
pub(crate) use move_quote::take_back_move;
pub use move_quote::{MoveQuote, OrgMove};
pub use price::{HOURS_PER_MONTH, cumulative_micros, hour_micros, hours_until};
pub use run::{ChargeRun, charge_until, run, runs};
pub use segment::{change_price, close_segment, continue_segment, open_segment};
