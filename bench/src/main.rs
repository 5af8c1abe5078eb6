//! `./dev bench`: measures the product against `PostgreSQL` alone in the same run.

use std::path::PathBuf;
use std::process::ExitCode;

use bench::{JobsLine, Scale};
use clap::Parser;

/// Measures the product and prints a table beside its bars.
#[derive(Debug, Parser)]
struct Args {
    /// Only the rows whose name contains this; `access`, `jobs` and `money` are tables of their own.
    only: Option<String>,
    /// Of the table of jobs, only this line.
    #[arg(long)]
    line: Option<JobsLine>,
    /// Seconds for each measurement of a rate.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Rounds of ours and the yardstick in turn; medians count.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Tiny sizes, one round of a second each; bars are shown and not judged. Says whether measuring works.
    #[arg(long, conflicts_with_all = ["seconds", "rounds"])]
    small: bool,
    /// Bars are shown and not judged: the exit code only says whether everything was measured.
    #[arg(long)]
    unjudged: bool,
    /// Measure nothing: place one order, and write the statements that it sent as a script of pgbench.
    #[arg(long, value_name = "FILE")]
    write_statements: Option<PathBuf>,
}

impl Args {
    fn scale(&self) -> Scale {
        if self.small { Scale::small() } else { Scale::whole(self.seconds, self.rounds) }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    runtime::crypto::install();
    let args = Args::parse();
    let judged = !(args.small || args.unjudged);
    let outcome = match &args.write_statements {
        Some(file) => bench::order::write_statements(file).await.map(|()| true),
        None => bench::run(args.only.as_deref(), args.line, args.scale()).await,
    };
    match outcome {
        Ok(reached) if reached || !judged => ExitCode::SUCCESS,
        Ok(_) => {
            eprintln!("some bars were not reached");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("the measurement failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}
