//! `./dev bench jobs`: our jobs beside those of other queues, on the same servers in the same run.

mod backlog;
mod ours;
mod profile;
mod recovery;
mod table;

use anyhow::{Context as _, Result};

use self::ours::Ours;
use self::profile::{Meter, Usage, workers_s};
use self::table::{Figure, Figures};
use crate::peers::{Enqueue, Latency, Peer, Peers, Throughput};

/// Jobs that each of the two worker processes runs at once. Graphile Worker and pg-boss come with a pool of ten
/// connections each, and the former complains of a concurrency above it.
const CONCURRENCY: u32 = 10;
/// No-op jobs of the throughput measurement.
const JOBS: usize = 20_000;
/// Jobs of the latency measurement, one at a time.
const PROBES: usize = 200;
/// Jobs of the one call.
const ENQUEUED: usize = 10_000;
/// Rounds over all queues in turn; the median counts.
const ROUNDS: usize = 3;

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// No-op jobs done per second.
    Throughput,
    /// From commit to start, idle.
    Latency,
    /// Many jobs in one call.
    Enqueue,
    /// The cost of a job as the backlog grows.
    Backlog,
    /// Jobs of a killed worker.
    Recovery,
}

/// Measures and prints the table with its bars, and the profile; false when a bar was not reached.
///
/// # Errors
/// When one of our own figures could not be measured.
pub async fn run(seconds: u64, only: Option<Part>) -> Result<bool> {
    let wants = |part| only.is_none_or(|only| only == part);
    let redis_url = std::env::var("REDIS_URL").context("REDIS_URL is not set; run ./dev bench jobs")?;
    let peers = Peers::open(&redis_url, CONCURRENCY).await?;
    let mut ours = Ours::start(&redis_url, CONCURRENCY).await?;
    let meter = Meter::open(&ours.stack.database.url, &redis_url).await?;
    let mut figures = Figures::default();
    for round in (1..=ROUNDS).filter(|_| wants(Part::Throughput)) {
        say(&format!("round {round} of {ROUNDS}: {JOBS} no-op jobs each"));
        throughput(&mut ours, &peers, &meter, &mut figures).await?;
    }
    for round in (1..=ROUNDS).filter(|_| wants(Part::Latency)) {
        say(&format!("round {round} of {ROUNDS}: idle latency, {PROBES} jobs each"));
        latency(&mut ours, &peers, &mut figures).await?;
    }
    if wants(Part::Enqueue) {
        say(&format!("{ENQUEUED} jobs in one call"));
        enqueue(&mut ours, &peers, &mut figures).await?;
    }
    if wants(Part::Backlog) {
        say("the cost of a job at backlogs of 1,000 to 1,000,000");
        figures.backlog = Some(backlog::measure(&mut ours, &meter, seconds).await?);
    }
    let mut statements = None;
    if wants(Part::Throughput) {
        say("the statements of our path");
        statements = profile::statements(&mut ours, &meter, u32::try_from(JOBS)?).await?;
    }
    drop(ours);
    if wants(Part::Recovery) {
        say("recovery from a killed worker");
        figures.recovery = Some(recovery::measure(&redis_url).await?);
    }

    let (table, reached) = figures.table(CONCURRENCY, only);
    println!("\n{table}\n\n{}", profile::usage_table(&figures.usage()));
    match statements {
        _ if !wants(Part::Throughput) => {}
        Some(statements) => println!("\nThe statements of SkyPanel's path:\n{statements}"),
        None => println!("\nStatements were not counted: this PostgreSQL has no pg_stat_statements."),
    }
    Ok(reached)
}

fn say(what: &str) {
    println!("measuring {what} …");
}

async fn throughput(ours: &mut Ours, peers: &Peers, meter: &Meter, figures: &mut Figures) -> Result<()> {
    let url = ours.stack.database.url.clone();
    let commits = meter.commits(&url).await?;
    let mut readings = Vec::new();
    let mut workers = 0.0;
    let drained = ours
        .drain(JOBS, |_, stack| {
            readings.push(meter.read());
            workers = workers_s(stack);
        })
        .await?;
    ours.stop_workers().await?;
    figures.ours.rates.push(drained.jobs_per_s());
    println!("  SkyPanel {:.0}/s", drained.jobs_per_s());
    let commits = meter.commits(&url).await? - commits;
    figures.ours.usage = pair(&readings).map(|pair| Usage::of(JOBS, workers, pair, commits));

    for peer in Peer::ALL {
        let url = &peers.database.url;
        let commits = meter.commits(url).await?;
        let mut readings = Vec::new();
        let measured = peers.measure::<Throughput>(peer, "throughput", JOBS, |_| readings.push(meter.read())).await;
        let commits = meter.commits(url).await? - commits;
        let figure = figures.peer(peer);
        match measured {
            Ok(throughput) => {
                println!("  {} {:.0}/s", peer.name(), throughput.jobs_per_s);
                figure.rates.push(throughput.jobs_per_s);
                figure.usage = pair(&readings).map(|pair| Usage::of(JOBS, throughput.cpu_s, pair, commits));
                figure.version = throughput.version;
            }
            Err(error) => figure.fail(&error),
        }
    }
    Ok(())
}

fn pair<T: Copy>(marks: &[T]) -> Option<(T, T)> {
    Some((*marks.first()?, *marks.last()?))
}

/// Peers whose shape makes no difference to an idle queue are measured once.
const IDLE: [Peer; 3] = [Peer::Graphile, Peer::PgBoss, Peer::BullMq];

async fn latency(ours: &mut Ours, peers: &Peers, figures: &mut Figures) -> Result<()> {
    figures.ours.latencies.push(ours.idle(PROBES).await?);
    ours.stop_workers().await?;
    for peer in IDLE {
        let measured = peers.measure::<Latency>(peer, "latency", PROBES, |_| ()).await;
        match measured {
            Ok(latency) => figures.peer(peer).latencies.push(latency),
            Err(error) => figures.peer(peer).fail(&error),
        }
    }
    Ok(())
}

async fn enqueue(ours: &mut Ours, peers: &Peers, figures: &mut Figures) -> Result<()> {
    for _ in 0..ROUNDS {
        ours.clear().await?;
        figures.ours.enqueues.push(ours.enqueue_many(ENQUEUED).await?.seconds);
        for peer in IDLE {
            let measured = peers.measure::<Enqueue>(peer, "enqueue", ENQUEUED, |_| ()).await;
            match measured {
                Ok(enqueue) => figures.peer(peer).enqueues.push(enqueue.seconds),
                Err(error) => figures.peer(peer).fail(&error),
            }
        }
    }
    ours.clear().await
}

impl Figure {
    fn fail(&mut self, error: &anyhow::Error) {
        self.failure = Some(format!("{error:#}"));
    }
}
