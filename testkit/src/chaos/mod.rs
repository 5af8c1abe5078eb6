//! `./dev prove chaos`: workloads and faults by the seed, on installations of real processes, and a checker that
//! reads the database and the simulated cloud's own truth.
//!
//! Invariant: a seed decides its whole plan and nothing else does. What the machine's scheduler adds is not ours to
//! replay; a seed that failed is likely to fail again, and plays first from then on.

mod caller;
mod failpoints;
mod faults;
mod lane;
mod plan;
mod regressions;
mod report;
mod rules;
mod skew;
mod tally;
mod verdict;
mod workload;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures::future::join_all;
use lane::{Lane, Pace};
use plan::Plan;
use tally::Tally;
use verdict::Findings;
use workload::Workload;

/// How much to play.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// So many seeds, from 1 on.
    pub seeds: u64,
    /// Only this one.
    pub seed: Option<u64>,
    /// Begin no seed after so long.
    pub minutes: Option<u64>,
    /// Leases and pauses as in production.
    pub real_times: bool,
    /// Installations at the same time.
    pub lanes: usize,
}

/// A seed may take so long beside its rest, whatever it does.
const LIMIT: Duration = Duration::from_mins(3);
/// Lines of each log in a failure's report.
const TAIL: usize = 15;

/// What the lanes of a run share.
struct Run {
    options: Options,
    began: Instant,
    failpoints: Vec<String>,
    waiting: Mutex<VecDeque<u64>>,
    total: Mutex<Tally>,
}

/// Plays seeds and prints what came of them. True when nothing was found.
///
/// # Errors
/// When no installation comes up.
pub async fn run(options: Options) -> Result<bool> {
    let waiting: VecDeque<u64> = match options.seed {
        Some(seed) => [seed].into(),
        None => regressions::SEEDS.iter().map(|(seed, _)| *seed).chain(1..=options.seeds).collect(),
    };
    let lanes = options.lanes.clamp(1, waiting.len().max(1));
    let run = Run {
        options,
        began: Instant::now(),
        failpoints: failpoints::all(),
        waiting: Mutex::new(waiting),
        total: Mutex::default(),
    };
    println!("{} failpoints; {lanes} installations side by side\n", run.failpoints.len());
    let outcomes = join_all((0..lanes).map(|_| run.lane())).await;
    let total = run.total.into_inner().unwrap_or_else(PoisonError::into_inner);
    report::print(&total, &run.failpoints, run.began.elapsed(), options.seed.is_some());
    outcomes.into_iter().collect::<Result<()>>()?;
    Ok(total.failed.is_empty())
}

impl Run {
    fn next(&self) -> Option<u64> {
        let late = self.options.minutes.is_some_and(|minutes| self.began.elapsed() >= Duration::from_mins(minutes));
        if late { None } else { self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front() }
    }

    fn total(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.total.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plays seeds one after the other on one installation; on a new one after a seed that failed.
    async fn lane(&self) -> Result<()> {
        let pace = if self.options.real_times { Pace::REAL } else { Pace::FAST };
        while let Some(mut seed) = self.next() {
            let lane = Lane::start(pace).await.context("an installation does not come up")?;
            loop {
                let clean = self.seed(&lane, seed).await;
                if !clean {
                    break;
                }
                match self.next() {
                    Some(next) => seed = next,
                    None => break,
                }
            }
            let (jobs, crashes) = verdict::figures(&lane).await.unwrap_or_default();
            let mut counted = std::mem::take(&mut *lane.tally());
            (counted.jobs, counted.crashes) = (jobs, crashes);
            self.total().add(counted);
        }
        Ok(())
    }

    /// Plays a seed and says what was found. True when nothing was.
    async fn seed(&self, lane: &Lane, seed: u64) -> bool {
        let plan = Plan::of(seed, &self.failpoints);
        let began = Instant::now();
        let limit = LIMIT + lane.pace.rest * 2;
        let findings = match tokio::time::timeout(limit, play(lane, &plan)).await {
            Ok(Ok(findings)) => findings,
            Ok(Err(error)) => vec![format!("the play stopped: {error:#}")],
            Err(_) => vec![format!("the play did not end within {limit:?}")],
        };
        lane.tally().seeds += 1;
        let word = if findings.is_empty() { "ok" } else { "FAILED" };
        println!(
            "seed {seed:>5}  {word:<6} {:>6.1} s  {}",
            began.elapsed().as_secs_f64(),
            plan.failpoint.as_deref().unwrap_or("-")
        );
        if findings.is_empty() {
            return true;
        }
        self.complain(lane, &plan, &findings).await;
        lane.tally().failed.push((seed, findings));
        false
    }

    async fn complain(&self, lane: &Lane, plan: &Plan, findings: &Findings) {
        let kept = keep_logs(&lane.stack.lock().await.folder, plan);
        println!("\n{plan}\n{}\n{}", findings.join("\n"), lane.log_tails(TAIL).await);
        match kept {
            Ok(folder) => println!("the logs are kept in {}", folder.display()),
            Err(error) => println!("the logs could not be kept: {error:#}"),
        }
        println!("again: ./dev prove chaos --seed {}\n", plan.seed);
    }
}

/// One seed, from its customer's registration to the verdict.
async fn play(lane: &Lane, plan: &Plan) -> Result<Findings> {
    if let Some(failpoint) = &plan.failpoint {
        lane.arm(failpoint).await?;
    }
    let began = Instant::now();
    let workload = Workload::begin(lane, plan, began).await?;
    let (worked, struck) = futures::future::join(workload.play(), faults::strike_all(lane, plan, began)).await;
    struck?;
    let healed = Instant::now();
    let mut findings = verdict::rest(lane, plan).await?;
    {
        let mut tally = lane.tally();
        tally.slowest = tally.slowest.max((healed.elapsed(), plan.seed));
    }
    findings.extend(worked.err().map(|error| format!("an answer that the rules do not allow: {error:#}")));
    findings.extend(verdict::judge(lane, &workload.into_promises()).await?);
    Ok(findings)
}

/// Copies an installation's logs to where they outlive it, with the plan.
fn keep_logs(folder: &Path, plan: &Plan) -> Result<PathBuf> {
    let kept = std::env::temp_dir().join(format!("skypanel-chaos-{}-seed-{}", std::process::id(), plan.seed));
    std::fs::create_dir_all(&kept)?;
    std::fs::write(kept.join("plan.txt"), plan.to_string())?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "log") {
            std::fs::copy(&path, kept.join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(kept)
}
