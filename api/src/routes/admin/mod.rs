//! Running the panel: for admins alone.

pub mod clouds;
pub mod customers;
pub mod jobs;
pub mod overview;
pub mod plans;
