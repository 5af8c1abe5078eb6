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
pub mod rules;
mod skew;
mod tally;
mod verdict;
mod workload;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures::future::join_all;
use lane::{Lane, Pace};
use plan::Plan;
use regressions::REGRESSIONS;
use tally::Tally;
use verdict::Findings;
use workload::Workload;

use crate::figures::Figures;

/// How much to play.
#[derive(Clone, Debug)]
pub struct Options {
    /// So many seeds, from 1 on.
    pub seeds: u64,
    /// Only this one.
    pub seed: Option<u64>,
    /// The failpoint of that one, where it is not the one that its number stands for.
    pub failpoint: Option<String>,
    /// The negative control: a balance is changed behind the books' back before each verdict.
    pub spoil: bool,
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

/// How often a failpoint that killed nobody gets another seed.
const MORE: u64 = 3;

/// What the lanes of a run share.
struct Run {
    options: Options,
    began: Instant,
    failpoints: Vec<String>,
    waiting: Mutex<VecDeque<Plan>>,
    total: Mutex<Tally>,
}

/// Plays seeds and prints what came of them. True when nothing was found, and, in a run that is long enough, every
/// failpoint killed.
///
/// # Errors
/// When no installation comes up, or the failpoint is none.
pub async fn run(options: Options) -> Result<bool> {
    let failpoints = failpoints::all();
    if let Some(unknown) = options.failpoint.as_ref().filter(|name| !failpoints.contains(name)) {
        anyhow::bail!("there is no failpoint {unknown}; there are: {}", failpoints.join(", "));
    }
    let waiting = Mutex::new(plans(&options, &failpoints));
    let run = Run { options, began: Instant::now(), failpoints, waiting, total: Mutex::default() };
    println!("{} failpoints; {} installations side by side\n", run.failpoints.len(), run.options.lanes);
    if run.options.seed.is_none() {
        for known in REGRESSIONS {
            println!("first again: seed {} {}: {}", known.seed, known.failpoint.unwrap_or("-"), known.why);
        }
    }
    let mut outcome = run.lanes().await;
    for round in 1..=MORE {
        let missed = run.missed();
        if outcome.is_err() || missed.is_empty() {
            break;
        }
        println!("\n{} failpoints killed nobody yet and get another seed\n", missed.len());
        let seed = run.options.seeds + round;
        run.waiting().extend(missed.into_iter().map(|name| Plan::of(seed, Some(name))));
        outcome = run.lanes().await;
    }
    let missed = run.missed();
    let total = run.total.into_inner().unwrap_or_else(PoisonError::into_inner);
    report::print(&total, &run.failpoints, run.began.elapsed(), run.options.seed.is_some());
    outcome?;
    for name in &missed {
        println!("no process was ever killed at {name}");
    }
    let proven = total.failed.is_empty() && missed.is_empty();
    if proven {
        compare(&total)?;
    }
    Ok(proven)
}

/// Says whether the slowest recovery grew since the last run, and keeps it for the next.
fn compare(total: &Tally) -> Result<()> {
    let mut figures = Figures::of("chaos");
    if let Some(before) = figures.note("slowest recovery", total.slowest.0.as_secs_f64()) {
        println!("the slowest recovery GREW: it took {before:.1} s in the last run");
    }
    figures.keep()
}

fn plans(options: &Options, failpoints: &[String]) -> VecDeque<Plan> {
    let of = |seed| Plan::of(seed, failpoints::of(seed, failpoints));
    match (options.seed, &options.failpoint) {
        (Some(seed), Some(name)) => [Plan::of(seed, Some(name.clone()))].into(),
        (Some(seed), None) => [of(seed)].into(),
        (None, Some(name)) => (1..=options.seeds).map(|seed| Plan::of(seed, Some(name.clone()))).collect(),
        (None, None) => {
            let known = REGRESSIONS.iter().map(|known| Plan::of(known.seed, known.failpoint.map(ToOwned::to_owned)));
            known.chain((1..=options.seeds).map(of)).collect()
        }
    }
}

impl Run {
    fn next(&self) -> Option<Plan> {
        let late = self.options.minutes.is_some_and(|minutes| self.began.elapsed() >= Duration::from_mins(minutes));
        if late { None } else { self.waiting().pop_front() }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Plan>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Failpoints that killed nobody in a run that walked through all of them.
    fn missed(&self) -> Vec<String> {
        let options = &self.options;
        let all = u64::try_from(self.failpoints.len()).unwrap_or(u64::MAX);
        if options.seed.is_some() || options.failpoint.is_some() || options.minutes.is_some() || options.seeds < all {
            return Vec::new();
        }
        let total = self.total();
        self.failpoints.iter().filter(|name| !total.kills.contains_key(*name)).cloned().collect()
    }

    async fn lanes(&self) -> Result<()> {
        let lanes = self.options.lanes.clamp(1, self.waiting().len().max(1));
        join_all((0..lanes).map(|_| self.lane())).await.into_iter().collect()
    }

    fn total(&self) -> MutexGuard<'_, Tally> {
        self.total.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plays seeds one after the other on one installation; on a new one after a seed that failed.
    async fn lane(&self) -> Result<()> {
        let pace = if self.options.real_times { Pace::REAL } else { Pace::FAST };
        while let Some(mut plan) = self.next() {
            let lane = Lane::start(pace).await.context("an installation does not come up")?;
            loop {
                let clean = self.seed(&lane, &plan).await;
                if !clean {
                    break;
                }
                match self.next() {
                    Some(next) => plan = next,
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
    async fn seed(&self, lane: &Lane, plan: &Plan) -> bool {
        let began = Instant::now();
        let limit = LIMIT + lane.pace.rest * 2;
        let findings = match tokio::time::timeout(limit, self.play(lane, plan)).await {
            Ok(Ok(findings)) => findings,
            Ok(Err(error)) => vec![format!("the play stopped: {error:#}")],
            Err(_) => vec![format!("the play did not end within {limit:?}")],
        };
        lane.tally().seeds += 1;
        let word = if findings.is_empty() { "ok" } else { "FAILED" };
        println!(
            "seed {:>5}  {word:<6} {:>6.1} s  {}",
            plan.seed,
            began.elapsed().as_secs_f64(),
            plan.failpoint.as_deref().unwrap_or("-")
        );
        if findings.is_empty() {
            return true;
        }
        complain(lane, plan, &findings).await;
        lane.tally().failed.push((again(plan), findings));
        false
    }

    /// One seed, from its customer's registration to the verdict.
    async fn play(&self, lane: &Lane, plan: &Plan) -> Result<Findings> {
        lane.refill().await?;
        if let Some(failpoint) = &plan.failpoint {
            lane.arm(failpoint).await?;
        }
        let began = Instant::now();
        let stuck = Mutex::new(Findings::new());
        let mut findings = tokio::select! {
            findings = self.work(lane, plan, began) => findings?,
            () = verdict::operate(lane, plan, &stuck) => Findings::new(),
        };
        findings.extend(stuck.into_inner().unwrap_or_else(PoisonError::into_inner));
        Ok(findings)
    }

    async fn work(&self, lane: &Lane, plan: &Plan, began: Instant) -> Result<Findings> {
        let workload = Workload::begin(lane, plan, began).await?;
        let (worked, struck) = futures::future::join(workload.play(), faults::strike_all(lane, plan, began)).await;
        struck?;
        let healed = Instant::now();
        let mut findings = verdict::rest(lane).await?;
        {
            let mut tally = lane.tally();
            tally.slowest = tally.slowest.max((healed.elapsed(), plan.seed));
        }
        findings.extend(worked.err().map(|error| format!("an answer that the rules do not allow: {error:#}")));
        if self.options.spoil {
            lane.checker.change("update account set balance_micros = balance_micros + 1 where kind = 'wallet'").await?;
        }
        findings.extend(verdict::judge(lane, &workload.into_promises()).await?);
        Ok(findings)
    }
}

async fn complain(lane: &Lane, plan: &Plan, findings: &Findings) {
    let kept = keep_logs(&lane.stack.lock().await.folder, plan);
    println!("\n{plan}\n{}\n{}", findings.join("\n"), lane.log_tails(TAIL).await);
    match kept {
        Ok(folder) => println!("the logs are kept in {}", folder.display()),
        Err(error) => println!("the logs could not be kept: {error:#}"),
    }
    println!("again: {}\n", again(plan));
}

/// The command that plays a plan again.
fn again(plan: &Plan) -> String {
    let failpoint = plan.failpoint.as_ref().map(|name| format!(" --failpoint {name}")).unwrap_or_default();
    format!("./dev prove chaos --seed {}{failpoint}", plan.seed)
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
