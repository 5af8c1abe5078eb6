//! Stories that `./dev prove` plays.

mod books;
mod outages;
mod pages;
mod sale;
mod story;

pub use books::Checker;
pub use sale::sale;
