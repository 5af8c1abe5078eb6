//! Jobs about mail.

pub mod send;
mod words;
