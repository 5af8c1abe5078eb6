//! `./dev bench`: measures the product against bare `PostgreSQL` in the same run.

use std::process::ExitCode;

use clap::Parser;

/// Measures the product and prints a table beside its bars.
#[derive(Debug, Parser)]
struct Args {
    /// Only the rows whose name contains this; `jobs` is a table of its own, beside other queues.
    only: Option<String>,
    /// Of the table of jobs, only this line.
    #[arg(long)]
    line: Option<bench::JobsLine>,
    /// Seconds for each measurement of a rate.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    runtime::crypto::install();
    let args = Args::parse();
    match bench::run(args.only.as_deref(), args.line, args.seconds).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("some bars were not reached");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("the measurement failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}
