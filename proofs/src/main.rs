//! `./dev prove NAME`: plays a story against the real processes and ends non-zero on the first
//! step that fails.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use proofs::chaos;
use proofs::jobs::Sizes;
use proofs::money::Sizes as MoneySizes;

/// Plays a story against fresh servers.
#[derive(Debug, Parser)]
struct Args {
    /// Which story.
    #[command(subcommand)]
    story: Story,
}

#[derive(Clone, Debug, Subcommand)]
enum Story {
    /// One server, from the connected cloud to the last hour's charge, with everything broken once.
    Sale {
        /// Leave the pages out: for machines without a browser. The proof is then not whole.
        #[arg(long)]
        no_pages: bool,
        /// Short leases and no pages: says only that every part can be played.
        #[arg(long)]
        small: bool,
    },
    /// The job platform: fairness, pauses, schedules, restarts, junk, retention.
    Jobs {
        /// Jobs that go through the part about retention.
        #[arg(long, default_value_t = 40_000)]
        soak: i64,
        /// A few jobs each and short leases: says only that every part can be played.
        #[arg(long, conflicts_with = "soak")]
        small: bool,
    },
    /// Whose machine is it: what is done at the provider past us, another account, backups and copies of the database.
    Field {
        /// Few servers: says only that every part can be played.
        #[arg(long)]
        small: bool,
    },
    /// Several people, several organisations: who may call what, who is out at once, and the pages of all that.
    Access {
        /// Leave the pages out: for machines without a browser. The proof is then not whole.
        #[arg(long)]
        no_pages: bool,
        /// Few revocations and no pages: says only that every part can be played.
        #[arg(long)]
        small: bool,
    },
    /// Money: the ledger under fire, hours by the closed form, payments, funds that end, invoices, and their pages.
    Money {
        /// Random operations on the ledger.
        #[arg(long, default_value_t = 20_000)]
        operations: usize,
        /// Random histories of servers and backups.
        #[arg(long, default_value_t = 100_000)]
        histories: usize,
        /// Leave the pages out: for machines without a browser. The proof is then not whole.
        #[arg(long)]
        no_pages: bool,
        /// Little of everything and no pages: says only that every part can be played.
        #[arg(long, conflicts_with_all = ["operations", "histories"])]
        small: bool,
    },
    /// Orders, actions and hours while processes, servers and the way to the cloud break, by the seed.
    Chaos {
        /// How many seeds.
        #[arg(long, default_value_t = 300)]
        seeds: u64,
        /// Only this seed.
        #[arg(long, conflicts_with = "seeds")]
        seed: Option<u64>,
        /// The failpoint at which workers kill themselves, where it is not the one that the seed's number stands for.
        #[arg(long)]
        failpoint: Option<String>,
        /// The negative control: spoil a balance before each verdict, which must then find it.
        #[arg(long)]
        spoil: bool,
        /// Begin no seed after so many minutes.
        #[arg(long)]
        minutes: Option<u64>,
        /// Leases and pauses as in production, instead of short ones.
        #[arg(long)]
        real_times: bool,
        /// Installations at the same time.
        #[arg(long, default_value_t = 3)]
        lanes: usize,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    runtime::crypto::install();
    // Whatever was started ends with the story, also where the story is cut short.
    let outcome = tokio::select! {
        outcome = play(Args::parse().story) => outcome,
        outcome = interrupted() => outcome,
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("\nNOT PROVEN");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("\nNOT PROVEN: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn play(story: Story) -> anyhow::Result<bool> {
    match story {
        Story::Sale { no_pages, small } => {
            Box::pin(proofs::sale::play(!(no_pages || small), small)).await.map(|()| true)
        }
        Story::Jobs { soak, small } => {
            let sizes = if small { Sizes::small() } else { Sizes::whole(soak) };
            Box::pin(proofs::jobs::play(sizes)).await.map(|()| true)
        }
        Story::Field { small } => Box::pin(proofs::field::play(if small { 5 } else { 12 })).await.map(|()| true),
        Story::Access { no_pages, small } => {
            Box::pin(proofs::access::play(!(no_pages || small), small)).await.map(|()| true)
        }
        Story::Money { operations, histories, no_pages, small } => {
            let sizes = if small { MoneySizes::small() } else { MoneySizes::whole(operations, histories) };
            Box::pin(proofs::money::play(sizes, !(no_pages || small))).await.map(|()| true)
        }
        Story::Chaos { seeds, seed, failpoint, spoil, minutes, real_times, lanes } => {
            let options = chaos::Options { seeds, seed, failpoint, spoil, minutes, real_times, lanes };
            Box::pin(chaos::run(options)).await
        }
    }
}

async fn interrupted() -> anyhow::Result<bool> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result?,
        _ = terminate.recv() => {}
    }
    anyhow::bail!("interrupted")
}
