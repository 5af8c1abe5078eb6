//! Stories that `./dev prove` plays.

mod books;
mod jobs;
mod line;
mod outages;
mod pages;
mod restart;
mod retention;
mod sale;
mod schedules;
mod story;

pub use books::Checker;
pub use jobs::jobs;
pub use sale::sale;
