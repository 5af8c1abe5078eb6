//! The hourly run of many servers: beside a bare insert of the same lines, and beside a smaller installation.

use anyhow::{Result, ensure};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use testkit::stack::Stack;

use super::installation;
use crate::cpu::{Cpu, resident_mb};
use crate::rounds::Pairs;
use crate::tick::{BARE_TABLE, bare, figure, tick, ticks_at};
use crate::{Row, Scale};

/// How many times the bare insert's time an hour may take.
const TIMES: f64 = 1.75;
/// How many times its CPU of `PostgreSQL`.
const CPU_TIMES: f64 = 2.5;
/// How much faster than their number the seconds may grow.
const GROWTH: f64 = 1.3;
/// How much a worker may grow, in MiB.
const MEMORY: f64 = 32.0;
/// Servers of an organisation.
const EACH: i64 = 50;

struct Run {
    servers: i64,
    times: Pairs,
    cpu: Pairs,
    grown: f64,
    said: String,
}

/// The hours of an installation, a few rounds of them.
///
/// # Errors
/// When an hour is not charged whole.
pub(super) async fn measure(scale: Scale) -> Result<Vec<Row>> {
    let (few, many) = scale.money.orgs;
    let small = of(few, scale.money.rounds).await?;
    let large = of(many, scale.money.rounds).await?;
    #[expect(clippy::cast_precision_loss, reason = "a count of servers")]
    let growth = (large.times.ours() / small.times.ours()) / (large.servers as f64 / small.servers as f64);
    let what = format!("an hour of {} servers of {many} organisations, 2 workers", large.servers);
    let (seconds, bare) = (large.times.ours(), large.times.theirs());
    Ok(vec![
        Row {
            what: what.clone(),
            measured: format!("{seconds:.2} s; bare insert {bare:.2} s: {} times", large.times.said()),
            bar: format!("<= {TIMES} times"),
            reached: large.times.ratio() <= TIMES,
            cpu: large.said,
        },
        Row {
            what: format!("{what}: PostgreSQL's CPU"),
            measured: format!(
                "{:.2} s; bare insert {:.2} s: {} times",
                large.cpu.ours(),
                large.cpu.theirs(),
                large.cpu.said()
            ),
            bar: format!("<= {CPU_TIMES} times"),
            reached: large.cpu.ratio() <= CPU_TIMES,
            cpu: String::new(),
        },
        Row {
            what: format!("{what}: a worker grows"),
            measured: format!("{:.1} MiB", large.grown),
            bar: format!("< {MEMORY} MiB"),
            reached: large.grown < MEMORY,
            cpu: String::new(),
        },
        Row {
            what: format!("from {} to {} servers", small.servers, large.servers),
            measured: format!("{:.3} s to {seconds:.2} s: {growth:.2} times linear", small.times.ours()),
            bar: format!("<= {GROWTH} times linear"),
            reached: growth <= GROWTH,
            cpu: String::new(),
        },
    ])
}

async fn of(orgs: i64, rounds: usize) -> Result<Run> {
    let (mut stack, owner) = installation(orgs, EACH).await?;
    owner.execute_unprepared(BARE_TABLE).await?;
    let servers: i64 = figure(&owner, "select count(*) from usage_segment", []).await?;
    // The first hour finds everything cold, and is none of the rounds.
    tick(&owner, 1).await?;
    bare(&owner, 1).await?;
    let (memory, before) = (workers_mb(&stack), Cpu::read(&stack));
    let (mut times, mut cpu) = (Pairs::default(), Pairs::default());
    let rounds = i32::try_from(rounds)?;
    for hour in 2..=rounds + 1 {
        let began = Cpu::read(&stack);
        let ours = tick(&owner, hour).await?;
        let between = Cpu::read(&stack);
        let theirs = bare(&owner, hour).await?;
        let ended = Cpu::read(&stack);
        times.push(ours, theirs);
        cpu.push(between.since(&began).of("postgres"), ended.since(&between).of("postgres"));
    }
    let grown = workers_mb(&stack) - memory;
    let said = Cpu::read(&stack).since(&before).to_string();
    crowded(&mut stack, &owner, rounds + 2).await?;
    let lines: i64 = figure(&owner, "select count(*) from usage_line", []).await?;
    let wanted = servers * i64::from(rounds + 2);
    ensure!(lines == wanted, "{lines} hours were charged, not {wanted}");
    Ok(Run { servers, times, cpu, grown, said })
}

/// Memory of the worker that uses more, in MiB.
fn workers_mb(stack: &Stack) -> f64 {
    let of = |name| stack.pid(name).map_or(0.0, resident_mb);
    of("worker-1").max(of("worker-2"))
}

/// Two schedulers and four workers at once, and the tick twice: the same rows.
async fn crowded(stack: &mut Stack, owner: &DatabaseConnection, hour: i32) -> Result<()> {
    for name in ["worker-3", "worker-4"] {
        stack.start_role(name, &["worker"])?;
    }
    stack.start_role("scheduler-2", &["scheduler"])?;
    let both = ticks_at(owner, hour, 2).await?;
    for name in ["worker-3", "worker-4", "scheduler-2"] {
        stack.kill(name).await?;
    }
    println!("an hour asked for twice, of four workers: {both:.2} s");
    Ok(())
}
