//! The product at its door: HTTP in front, real `PostgreSQL`, Redis and simulators behind.

mod access;
mod bad_input;
mod billing;
mod brakes;
mod cloud;
mod deletion;
mod fairness;
mod history;
mod identity;
mod job_or_row;
mod machines;
mod migrate;
mod operate;
mod operator;
mod operator_jobs;
mod refusals;
mod restarts;
mod sale;
mod schedule;
mod schema;
mod sessions;
mod statements;
mod stream;
mod text;
mod tracing;
mod workers;
