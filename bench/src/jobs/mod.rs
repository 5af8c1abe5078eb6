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
use crate::{JobsScale, Scale};

/// Jobs that each of the two worker processes runs at once. Graphile Worker and pg-boss come with a pool of ten
/// connections each, and the former complains of a concurrency above it.
const CONCURRENCY: u32 = 10;
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
pub async fn run(scale: Scale, only: Option<Part>) -> Result<bool> {
    let redis_url = std::env::var("REDIS_URL").context("REDIS_URL is not set; run ./dev bench jobs")?;
    let figures = Box::pin(measure(&redis_url, scale, only)).await?;
    let (table, reached) = figures.table(CONCURRENCY, only);
    println!("\n{table}\n\n{}", profile::usage_table(&figures.usage()));
    match &figures.statements {
        _ if !wants(only, Part::Throughput) => {}
        Some(statements) => println!("\nThe statements of SkyPanel's path:\n{statements}"),
        None => println!("\nStatements were not counted: this PostgreSQL has no pg_stat_statements."),
    }
    Ok(reached)
}

fn wants(only: Option<Part>, part: Part) -> bool {
    only.is_none_or(|only| only == part)
}

async fn measure(redis_url: &str, scale: Scale, only: Option<Part>) -> Result<Figures> {
    let JobsScale { rounds, drained, enqueued, .. } = scale.jobs;
    let peers = Peers::open(redis_url, CONCURRENCY).await?;
    let mut ours = Ours::start(redis_url, CONCURRENCY, &[]).await?;
    let meter = Meter::open(&ours.stack.database, redis_url, scale.jobs.statistics_lag).await?;
    let mut figures = Figures::to_fill(scale.jobs);
    for round in (1..=rounds).filter(|_| wants(only, Part::Throughput)) {
        say(&format!("round {round} of {rounds}: {drained} no-op jobs each"));
        throughput(&mut ours, &peers, &meter, &mut figures, drained).await?;
    }
    for round in (1..=rounds).filter(|_| wants(only, Part::Latency)) {
        say(&format!("round {round} of {rounds}: idle latency, {} jobs each", scale.probes));
        latency(&mut ours, &peers, &mut figures, usize::try_from(scale.probes)?).await?;
    }
    if wants(only, Part::Enqueue) {
        say(&format!("{enqueued} jobs in one call"));
        enqueue(&mut ours, &peers, &mut figures, scale.jobs).await?;
    }
    if wants(only, Part::Backlog) {
        say(&format!("the cost of a job at backlogs of {:?}", scale.jobs.backlog));
        figures.backlog = Some(backlog::measure(&mut ours, &meter, scale).await?);
    }
    if wants(only, Part::Throughput) {
        say("the statements of our path");
        figures.statements = profile::statements(&mut ours, drained).await?;
    }
    drop(ours);
    if wants(only, Part::Recovery) {
        say("recovery from a killed worker");
        figures.recovery = Some(recovery::measure(redis_url, scale.jobs).await?);
    }
    Ok(figures)
}

fn say(what: &str) {
    println!("measuring {what} …");
}

async fn throughput(ours: &mut Ours, peers: &Peers, meter: &Meter, figures: &mut Figures, drained: u32) -> Result<()> {
    let jobs = usize::try_from(drained)?;
    let url = ours.stack.database.url.clone();
    let commits = meter.commits(&url).await?;
    let mut readings = Vec::new();
    let mut workers = 0.0;
    let drained = ours
        .drain(jobs, |_, stack| {
            readings.push(meter.read());
            workers = workers_s(stack);
        })
        .await?;
    ours.stop_workers().await?;
    figures.ours.rates.push(drained.jobs_per_s());
    println!("  SkyPanel {:.0}/s", drained.jobs_per_s());
    let commits = meter.commits(&url).await? - commits;
    figures.ours.usage = pair(&readings).map(|pair| Usage::of(jobs, workers, pair, commits));

    for peer in Peer::ALL {
        let url = &peers.database.url;
        let commits = meter.commits(url).await?;
        let mut readings = Vec::new();
        let measured = peers.measure::<Throughput>(peer, "throughput", jobs, |_| readings.push(meter.read())).await;
        let commits = meter.commits(url).await? - commits;
        let figure = figures.peer(peer);
        match measured {
            Ok(throughput) => {
                println!("  {} {:.0}/s", peer.name(), throughput.jobs_per_s);
                figure.rates.push(throughput.jobs_per_s);
                figure.usage = pair(&readings).map(|pair| Usage::of(jobs, throughput.cpu_s, pair, commits));
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

async fn latency(ours: &mut Ours, peers: &Peers, figures: &mut Figures, probes: usize) -> Result<()> {
    figures.ours.latencies.push(ours.idle(probes).await?);
    ours.stop_workers().await?;
    for peer in IDLE {
        let measured = peers.measure::<Latency>(peer, "latency", probes, |_| ()).await;
        match measured {
            Ok(latency) => figures.peer(peer).latencies.push(latency),
            Err(error) => figures.peer(peer).fail(&error),
        }
    }
    Ok(())
}

async fn enqueue(ours: &mut Ours, peers: &Peers, figures: &mut Figures, scale: JobsScale) -> Result<()> {
    for _ in 0..scale.rounds {
        ours.clear().await?;
        figures.ours.enqueues.push(ours.enqueue_many(scale.enqueued).await?.seconds);
        for peer in IDLE {
            let measured = peers.measure::<Enqueue>(peer, "enqueue", scale.enqueued, |_| ()).await;
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
