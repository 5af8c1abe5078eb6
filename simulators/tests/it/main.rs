//! The simulators from outside, as their clients meet them.

mod cloud;
mod faults;
mod mail;
mod support;
