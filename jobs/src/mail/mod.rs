//! Jobs about mail.

pub mod send;
