//! `./dev prove NAME`: plays a story against the real processes and ends non-zero on the first
//! step that fails.

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

/// Plays a story against fresh servers.
#[derive(Debug, Parser)]
struct Args {
    /// Which story.
    story: Story,
    /// Leave the pages out: for machines without a browser. The proof is then not whole.
    #[arg(long)]
    no_pages: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Story {
    /// One server, from the connected cloud to the last hour's charge, with everything broken once.
    Sale,
}

#[tokio::main]
async fn main() -> ExitCode {
    runtime::crypto::install();
    let args = Args::parse();
    let outcome = match args.story {
        Story::Sale => Box::pin(testkit::prove::sale(!args.no_pages)).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nNOT PROVEN: {error:#}");
            ExitCode::FAILURE
        }
    }
}
