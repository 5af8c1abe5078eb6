//! The simulators from outside, as their clients meet them.

mod cloud;
mod faults;
mod limits;
mod mail;
mod strays;
mod support;
