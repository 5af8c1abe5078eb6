//! `skypanel`: the one binary. It reads settings, joins the crates, and runs the command given.
//!
//! Invariant: nothing is decided here. A command reads its settings, calls the rules or a
//! service, and prints what came of it.

#![deny(clippy::print_stdout, clippy::print_stderr)]

#[macro_use]
mod say;

mod args;
mod commands;
mod issuer;
mod payments;
mod wiring;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let args = args::Args::parse();
    if args.check_args {
        return ExitCode::SUCCESS;
    }
    runtime::crypto::install();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say_aside!("skypanel: the process can't start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(args.command)) {
        Ok(code) => {
            // A blocking look-up must not hold up the exit.
            runtime.shutdown_timeout(std::time::Duration::from_secs(1));
            match say::fault() {
                None => code,
                Some(error) => {
                    say_aside!("skypanel: the command was carried out, but its output could not be written: {error}");
                    ExitCode::FAILURE
                }
            }
        }
        Err(error) => {
            say_aside!("skypanel: {error:#}");
            ExitCode::FAILURE
        }
    }
}
