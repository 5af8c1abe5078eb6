//! Every kind of job, broken at every position of every step.
//!
//! A program of its own: the register of failpoints is the process's, and other tests must not meet an armed one.

mod billing;
mod cloud;
mod generic;
mod invoice;
mod kinds;
mod machines;
mod mail;
mod payment;
mod platform;
mod story;
mod user;
mod vps;
mod world;
