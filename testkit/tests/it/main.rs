//! The product at its door: HTTP in front, real `PostgreSQL`, Redis and simulators behind.

mod access;
mod bad_input;
mod billing;
mod cloud;
mod deletion;
mod discretion;
mod door;
mod fairness;
mod grants;
mod history;
mod identity;
mod job_or_row;
mod migrate;
mod operate;
mod operator;
mod operator_jobs;
mod sale;
mod schedule;
mod schema;
mod statements;
mod stream;
mod tracing;
mod workers;
