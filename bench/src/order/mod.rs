//! The order: `POST /api/vps` over many organisations, beside pgbench doing the statements of an order. The workers
//! are stopped: what is measured is the acceptance.

mod capture;
mod costs;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use domain::db;
use testkit::stack::Stack;
use uuid::Uuid;

pub use capture::write_statements;

use crate::customers::{Customers, address};
use crate::load::load;
use crate::pgbench::{Length, Run, pgbench};
use crate::rounds::Pairs;
use crate::{CONNECTIONS, Row, Scale};
use costs::{Costs, Meter};

/// The statements of an order in November 2026, before any were merged: what is judged by, so that sending fewer
/// counts for us.
pub const FROZEN: &str = include_str!("../../yardsticks/order-2026-11.pgbench");
/// The statements that an order sends now, as `./dev bench order --write-statements` writes them.
pub const NOW: &str = include_str!("../../yardsticks/order-now.pgbench");
/// The comment in [`NOW`] after which an order's own statements begin; before it, values are made that the API has.
pub const BEGINS: &str = "-- The order begins.";

/// Whether a statement is the API's look for live events, which follows each order in its own time and is no part of
/// it: an order writes an activity and reads none.
#[must_use]
pub fn is_of_live_events(query: &str) -> bool {
    query.contains("from activity")
}

/// What must be reached of pgbench's rate.
const RATE: f64 = 0.75;
/// How many times pgbench's p99 ours may be.
const P99: f64 = 1.75;

/// A customer's public key; an order by key has nothing to seal.
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKk3nVd9CQwGkRrvYq7Xg0lYJw5tV1dW0Zb3JzLx2QhH bench";

/// Rates and p99s of ours beside a script's.
#[derive(Clone, Debug, Default)]
struct Beside {
    rates: Pairs,
    p99s: Pairs,
}

/// A measurement: transactions a second, and the seconds that 99 of 100 stayed under.
type Figures = (f64, f64);

impl Beside {
    fn push(&mut self, ours: Figures, theirs: Figures) {
        self.rates.push(ours.0, theirs.0);
        self.p99s.push(ours.1, theirs.1);
    }
}

/// Measures in rounds that begin with another of the three each: ours, the frozen statements, those of now. Returns
/// the rows, and where the time goes.
///
/// # Errors
/// When a request is not answered as it should be.
pub async fn measure(stack: &mut Stack, scale: Scale) -> Result<(Vec<Row>, String)> {
    for name in ["worker-1", "worker-2"] {
        if stack.pid(name).is_some() {
            stack.kill(name).await?;
        }
    }
    let customers = Customers::of(stack, scale).await?;
    let orders = Orders::new(stack, &customers).await?;
    let variables = [("orgs", customers.count().to_string())];
    let script = |script| Run { script, variables: &variables, clients: CONNECTIONS, length: seconds(scale) };
    let meter = Meter::open(stack).await?;
    let (mut frozen, mut now, mut costs) = (Beside::default(), Beside::default(), Costs::default());
    for round in 0..scale.rounds {
        let mut figures: [Figures; 3] = Default::default();
        for turn in 0..figures.len() {
            let which = (round + turn) % figures.len();
            figures[which] = match which {
                0 => costs.of_ours(&meter, stack, orders.load(round, scale)).await?,
                1 => costs.of_script(stack, pgbench(&stack.database.url, &script(FROZEN))).await?,
                _ => figures_of(&pgbench(&stack.database.url, &script(NOW)).await?),
            };
        }
        frozen.push(figures[0], figures[1]);
        now.push(figures[0], figures[2]);
    }
    Ok((rows(&frozen, &now, &costs), costs.told()))
}

fn seconds(scale: Scale) -> Length {
    Length::Seconds(scale.seconds)
}

fn figures_of(measured: &crate::pgbench::Measured) -> Figures {
    (measured.rate, measured.percentile(0.99).as_secs_f64())
}

fn rows(frozen: &Beside, now: &Beside, costs: &Costs) -> Vec<Row> {
    let rate = |pairs: &Pairs| format!("{:.0}/s; pgbench {:.0}/s: {}", pairs.ours(), pairs.theirs(), pairs.said());
    let p99 = |pairs: &Pairs| {
        let (ours, theirs) = (pairs.ours() * 1000.0, pairs.theirs() * 1000.0);
        format!("p99 {ours:.1} ms; pgbench {theirs:.1} ms: {} times", pairs.said())
    };
    let what = |rest: &str| format!("POST /api/vps accepted, {CONNECTIONS} connections: {rest}");
    let row = |what, measured, bar: String, reached| Row { what, measured, bar, reached, cpu: String::new() };
    let judged = "the statements of 2026-11";
    let mut rate_row = row(
        what(&format!("rate, beside {judged}")),
        rate(&frozen.rates),
        format!(">= {RATE} of pgbench's rate"),
        frozen.rates.ratio() >= RATE,
    );
    rate_row.cpu = costs.cpu();
    vec![
        rate_row,
        row(
            what(&format!("time, beside {judged}")),
            p99(&frozen.p99s),
            format!("<= {P99} times pgbench's p99"),
            frozen.p99s.ratio() <= P99,
        ),
        row(what("rate, beside the statements now sent"), rate(&now.rates), String::new(), true),
        row(what("time, beside the statements now sent"), p99(&now.p99s), String::new(), true),
    ]
}

/// Who orders what.
struct Orders {
    host: String,
    plan: String,
    tokens: Vec<String>,
}

impl Orders {
    async fn new(stack: &Stack, customers: &Customers) -> Result<Self> {
        let plan: Option<Uuid> = db::scalar(&customers.ctx.db, db::sql("select id from plan limit 1", [])).await?;
        Ok(Self {
            host: address(stack),
            plan: domain::PlanId(plan.context("a plan to order")?).to_string(),
            tokens: customers.all.iter().map(|(_, token)| token.clone()).collect(),
        })
    }

    /// Orders for the time of a round; each in the name of the next customer.
    async fn load(&self, round: usize, scale: Scale) -> Result<crate::load::Load> {
        let (host, plan, tokens) = (self.host.clone(), self.plan.clone(), self.tokens.clone());
        let run = std::process::id();
        let time = Duration::from_secs(scale.seconds);
        let load = load(&self.host, CONNECTIONS as usize, time, 202, move |n| {
            let label = format!("order-{round}-{n}");
            request(&host, &tokens[n % tokens.len()], &format!("bench-{run}-{round}-{n:012}"), &body(&plan, &label))
        })
        .await?;
        ensure!(load.wrong == 0, "{} wrong answers, such as {:?}", load.wrong, load.first_wrong);
        Ok(load)
    }
}

fn body(plan: &str, label: &str) -> String {
    format!(
        r#"{{"plan_id":"{plan}","region":"us-east","image":"debian12","label":"{label}","ssh_public_key":"{KEY}"}}"#
    )
}

fn request(host: &str, bearer: &str, key: &str, body: &str) -> Vec<u8> {
    format!(
        "POST /api/vps HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {bearer}\r\nidempotency-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
