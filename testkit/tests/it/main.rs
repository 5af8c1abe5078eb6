//! The product at its door: HTTP in front, real `PostgreSQL`, Redis and simulators behind.

mod access;
mod bad_input;
mod billing;
mod cloud;
mod deletion;
mod fairness;
mod history;
mod identity;
mod job_or_row;
mod migrate;
mod operate;
mod operator;
mod operator_jobs;
mod prices;
mod retry;
mod sale;
mod schedule;
mod schema;
mod statements;
mod stream;
mod tracing;
mod workers;
