//! Where the milliseconds of an order go: round trips, statements, CPU.

use std::time::Instant;

use anyhow::Result;
use comfy_table::{Table, presets};
use testkit::stack::Stack;

use super::Figures;
use crate::cpu::Cpu;
use crate::load::Load;
use crate::pgbench::Measured;
use crate::right_from;
use crate::statements::{Counts, Statements};

/// Statements shown, the costliest first.
const SHOWN: usize = 20;
/// Characters shown of a statement.
const WIDTH: usize = 88;
/// Statements that run less often than once in so many orders are another's.
const RARE: f64 = 0.05;

/// Reads what an order costs the server.
#[derive(Debug)]
pub struct Meter(Option<Statements>);

impl Meter {
    /// Of the stack's database.
    ///
    /// # Errors
    /// When it can't be asked.
    pub async fn open(stack: &Stack) -> Result<Self> {
        Ok(Self(Statements::open(&stack.database).await?))
    }

    async fn read(&self) -> Result<Counts> {
        match &self.0 {
            Some(statements) => statements.read().await,
            None => Ok(Counts::default()),
        }
    }
}

/// What one side used in all rounds.
#[derive(Clone, Debug, Default)]
struct Side {
    transactions: f64,
    /// Seconds that the transactions took, each from its request to its answer.
    taken: f64,
    wall: f64,
    cpu: Cpu,
}

impl Side {
    fn add(&mut self, times: &[std::time::Duration], wall: f64, cpu: &Cpu) {
        #[expect(clippy::cast_precision_loss, reason = "a count of orders")]
        let transactions = times.len() as f64;
        self.transactions += transactions;
        self.taken += times.iter().map(std::time::Duration::as_secs_f64).sum::<f64>();
        self.wall += wall;
        self.cpu = self.cpu.plus(cpu);
    }

    /// Milliseconds for each transaction.
    fn each(&self, seconds: f64) -> f64 {
        seconds * 1000.0 / self.transactions
    }
}

/// What orders cost, ours and the frozen script's.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    ours: Side,
    script: Side,
    statements: Counts,
}

impl Costs {
    /// Adds a round of ours.
    ///
    /// # Errors
    /// When the load fails, or the server does not answer.
    pub async fn of_ours(
        &mut self,
        meter: &Meter,
        stack: &Stack,
        load: impl Future<Output = Result<Load>>,
    ) -> Result<Figures> {
        let counted = meter.read().await?;
        let (before, began) = (Cpu::read(stack), Instant::now());
        let load = load.await?;
        let wall = began.elapsed().as_secs_f64();
        self.ours.add(&load.times, wall, &Cpu::read(stack).since(&before));
        self.statements.add(&meter.read().await?.since(&counted));
        Ok((load.rate, load.percentile(0.99).as_secs_f64()))
    }

    /// Adds a round of the frozen script.
    ///
    /// # Errors
    /// When pgbench fails.
    pub async fn of_script(&mut self, stack: &Stack, run: impl Future<Output = Result<Measured>>) -> Result<Figures> {
        let (before, began) = (Cpu::read(stack), Instant::now());
        let measured = run.await?;
        let wall = began.elapsed().as_secs_f64();
        self.script.add(&measured.times, wall, &Cpu::read(stack).since(&before));
        Ok(super::figures_of(&measured))
    }

    /// CPU seconds of ours by process.
    #[must_use]
    pub fn cpu(&self) -> String {
        self.ours.cpu.to_string()
    }

    /// The tables in words.
    #[must_use]
    pub fn told(&self) -> String {
        let statements = if self.statements.is_empty() {
            "Statements were not counted: this PostgreSQL has no pg_stat_statements.".to_owned()
        } else {
            format!("Its statements, the costliest first:\n{}", self.statement_table())
        };
        format!("Where the milliseconds of an order go:\n{}\n\n{statements}", self.sides())
    }

    fn sides(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header([
            "for each order",
            "answered in, ms",
            "round trips",
            "in statements, ms",
            "API, CPU ms",
            "PostgreSQL, CPU ms",
            "load, CPU ms",
            "cores busy",
        ]);
        let sent = self.statements.sent();
        let of_ours = |value: f64, digits: usize| match sent.len() {
            0 => "?".to_owned(),
            _ => format!("{:.digits$}", value / self.ours.transactions),
        };
        let trips = of_ours(sent.iter().map(|(_, counted)| counted.calls).sum(), 1);
        let within = of_ours(sent.iter().map(|(_, counted)| counted.ms).sum(), 2);
        for (name, side, trips, within, load) in [
            ("SkyPanel", &self.ours, trips, within, "load"),
            ("pgbench, 2026-11", &self.script, String::new(), String::new(), "pgbench"),
        ] {
            table.add_row([
                name.to_owned(),
                format!("{:.1}", side.each(side.taken)),
                trips,
                within,
                format!("{:.2}", side.each(side.cpu.of("api"))),
                format!("{:.2}", side.each(side.cpu.of("postgres"))),
                format!("{:.2}", side.each(side.cpu.of(load))),
                format!("{:.2}", side.cpu.sum() / side.wall),
            ]);
        }
        right_from(&mut table, 1);
        table
    }

    fn statement_table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(["statement", "calls an order", "ms an order"]);
        let orders = self.ours.transactions;
        let sent = self.statements.sent().into_iter().filter(|(_, counted)| counted.calls / orders > RARE);
        for (query, counted) in sent.take(SHOWN) {
            let query = query.chars().take(WIDTH).collect();
            table.add_row([query, format!("{:.2}", counted.calls / orders), format!("{:.3}", counted.ms / orders)]);
        }
        right_from(&mut table, 1);
        table
    }
}
