//! The providers against the simulators, over real HTTP and SMTP; and against a server that
//! answers what no simulator would.

mod linode;
mod meter;
mod odd;
mod payments;
mod smtp;
mod span;
