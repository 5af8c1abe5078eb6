//! Proofs that `./dev prove` plays against real processes: a sale, the job platform, the field, access, money,
//! and chaos by the seed.
//!
//! Invariant: a proof acts over the product's public doors and judges by the database and the simulated cloud's own
//! state, never by the API's word alone.

pub mod access;
pub mod chaos;
mod checker;
pub mod field;
mod figures;
pub mod jobs;
pub mod money;
mod pages;
pub mod sale;
mod story;
