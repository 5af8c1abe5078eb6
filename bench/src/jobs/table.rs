//! The table of `./dev bench jobs`: ours and the peers' side by side, with what must be reached.

use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};

use super::Part;
use super::profile::Usage;
use crate::JobsScale;
use crate::peers::{Latency, Peer};
use crate::rounds::median;

/// How many times pg-boss' rate ours must be.
const OF_PG_BOSS: f64 = 1.5;
/// How many times Graphile Worker's rate ours must be.
const OF_GRAPHILE: f64 = 0.5;
/// How much later than with Graphile Worker an idle job may start, in milliseconds.
const LATER_MS: f64 = 5.0;
/// Seconds that the one call may take.
const ENQUEUE_S: f64 = 1.0;
/// How much dearer a job may be with the longest backlog than with the shortest.
const DEARER: f64 = 1.3;
/// How soon all jobs of a killed worker run elsewhere.
const RECOVERY: Duration = Duration::from_secs(45);

/// What was measured of one queue; of each figure a value for every round.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    /// The package's version; empty for ours.
    pub version: String,
    /// No-op jobs done a second.
    pub rates: Vec<f64>,
    /// From commit to start.
    pub latencies: Vec<Latency>,
    /// Seconds of the one call.
    pub enqueues: Vec<f64>,
    /// What a no-op job used in the last round.
    pub usage: Option<Usage>,
    /// Why a figure is missing.
    pub failure: Option<String>,
}

/// Everything that the table is made of.
#[derive(Debug, Default)]
pub struct Figures {
    sizes: [i64; 4],
    enqueued: usize,
    held: u32,
    /// Of our own queue.
    pub ours: Figure,
    peers: Vec<(Peer, Figure)>,
    /// Milliseconds a job at each size of the backlog.
    pub backlog: Option<[f64; 4]>,
    /// From the kill until all run elsewhere.
    pub recovery: Option<Duration>,
    /// The statements of our path; none where the server does not count them.
    pub statements: Option<Table>,
}

/// A line: a title, our cell, the peers' cells, the bar, and whether it was reached.
type Line = (String, String, [String; 3], String, bool);

impl Figures {
    /// A table to be filled with figures of this scale.
    #[must_use]
    pub fn to_fill(scale: JobsScale) -> Self {
        Self { sizes: scale.backlog, enqueued: scale.enqueued, held: scale.held, ..Self::default() }
    }

    /// The figures of a peer.
    pub fn peer(&mut self, peer: Peer) -> &mut Figure {
        let place = self.peers.iter().position(|(known, _)| *known == peer).unwrap_or_else(|| {
            self.peers.push((peer, Figure::default()));
            self.peers.len() - 1
        });
        &mut self.peers[place].1
    }

    fn of(&self, peer: Peer) -> Figure {
        self.peers.iter().find(|(known, _)| *known == peer).map(|(_, figure)| figure.clone()).unwrap_or_default()
    }

    /// What a job used, queue by queue.
    #[must_use]
    pub fn usage(&self) -> Vec<(String, Usage)> {
        let peers = self.peers.iter().map(|(peer, figure)| (peer.name().to_owned(), figure.usage));
        std::iter::once(("SkyPanel".to_owned(), self.ours.usage))
            .chain(peers)
            .filter_map(|(name, usage)| Some((name, usage?)))
            .collect()
    }

    /// The table, and whether every bar was reached.
    #[must_use]
    pub fn table(&self, concurrency: u32, only: Option<Part>) -> (Table, bool) {
        let title = |name: &str, peer| format!("{name} {}", self.of(peer).version);
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header([
            "what".to_owned(),
            "SkyPanel".to_owned(),
            title("Graphile Worker", Peer::Graphile),
            title("pg-boss", Peer::PgBoss),
            title("BullMQ", Peer::BullMq),
            "must reach".to_owned(),
            String::new(),
        ]);
        let lines: Vec<Line> = [
            (Part::Throughput, self.rate_line(concurrency)),
            (Part::Latency, self.latency_line()),
            (Part::Enqueue, self.enqueue_line()),
            (Part::Backlog, self.backlog_line()),
            (Part::Recovery, self.recovery_line()),
        ]
        .into_iter()
        .filter(|(part, _)| only.is_none_or(|only| only == *part))
        .map(|(_, line)| line)
        .collect();
        let reached = lines.iter().all(|(.., reached)| *reached);
        for (what, ours, [graphile, pg_boss, bull_mq], bar, reached) in lines {
            let mark = if reached { "✓" } else { "✗" }.to_owned();
            table.add_row([what, ours, graphile, pg_boss, bull_mq, bar, mark]);
        }
        for column in table.column_iter_mut().skip(1).take(4) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        (table, reached)
    }

    fn rate_line(&self, concurrency: u32) -> Line {
        let (graphile, pg_boss) = (self.of(Peer::Graphile), self.of(Peer::PgBoss));
        let ours = median(&self.ours.rates).unwrap_or(0.0);
        let times = |figure: &Figure| median(&figure.rates).map(|theirs| ours / theirs);
        let (of_graphile, of_pg_boss) = (times(&graphile), times(&pg_boss));
        let said = |times: Option<f64>| times.map_or_else(|| "?".to_owned(), |times| format!("{times:.2}"));
        let with = |figure: &Figure, batch: Peer| {
            let (alone, batched) = (figure.cell(rate), self.of(batch).cell(rate));
            format!("{alone}\nbatching: {batched}")
        };
        (
            format!("no-op jobs done per second, two worker processes of {concurrency}"),
            format!(
                "{}/s\n{} of Graphile Worker's\n{} times pg-boss'",
                whole(ours),
                said(of_graphile),
                said(of_pg_boss)
            ),
            [with(&graphile, Peer::GraphileBatch), with(&pg_boss, Peer::PgBossBatch), self.of(Peer::BullMq).cell(rate)],
            format!(">= {OF_GRAPHILE} of Graphile Worker's\n>= {OF_PG_BOSS} times pg-boss'"),
            of_graphile.is_some_and(|times| times >= OF_GRAPHILE)
                && of_pg_boss.is_some_and(|times| times >= OF_PG_BOSS),
        )
    }

    fn latency_line(&self) -> Line {
        let peers = [Peer::Graphile, Peer::PgBoss, Peer::BullMq].map(|peer| self.of(peer));
        let bar = peers[0].p99().map(|p99| p99 + LATER_MS);
        (
            "idle latency, commit to start".to_owned(),
            self.ours.cell(latency),
            peers.map(|figure| figure.cell(latency)),
            bar.map_or_else(|| "?".to_owned(), |bar| format!("p99 <= {bar:.1} ms (Graphile Worker's + {LATER_MS})")),
            self.ours.p99().zip(bar).is_some_and(|(ours, bar)| ours <= bar),
        )
    }

    fn enqueue_line(&self) -> Line {
        let peers = [Peer::Graphile, Peer::PgBoss, Peer::BullMq].map(|peer| self.of(peer).cell(enqueue));
        (
            format!("enqueue {} in one call", grouped(i64::try_from(self.enqueued).unwrap_or(0))),
            format!("{}\none transaction", self.ours.cell(enqueue)),
            peers,
            format!("< {ENQUEUE_S} s, one transaction"),
            median(&self.ours.enqueues).is_some_and(|seconds| seconds < ENQUEUE_S),
        )
    }

    fn backlog_line(&self) -> Line {
        let costs = self.backlog.unwrap_or_default();
        let dearest = costs.iter().copied().fold(0.0, f64::max) / costs[0];
        let costs: Vec<_> =
            self.sizes.iter().zip(costs).map(|(size, cost)| format!("{} due: {cost:.3} ms", grouped(*size))).collect();
        (
            "cost per job as the backlog grows".to_owned(),
            format!("{}\n{dearest:.2} times", costs.join("\n")),
            [const { String::new() }; 3],
            format!("<= {DEARER} times that at {} due", grouped(self.sizes[0])),
            dearest <= DEARER,
        )
    }

    fn recovery_line(&self) -> Line {
        (
            format!("SIGKILL of a worker holding {} jobs: all run elsewhere", self.held),
            self.recovery.map_or_else(|| "not measured".to_owned(), |took| format!("{:.1} s", took.as_secs_f64())),
            [const { String::new() }; 3],
            format!("<= {} s", RECOVERY.as_secs()),
            self.recovery.is_some_and(|took| took <= RECOVERY),
        )
    }
}

impl Figure {
    /// A cell, or why there is none.
    fn cell(&self, words: fn(&Self) -> Option<String>) -> String {
        words(self).unwrap_or_else(|| match &self.failure {
            Some(failure) => format!("did not run: {failure}"),
            None => "not measured".to_owned(),
        })
    }

    fn p99(&self) -> Option<f64> {
        median(&self.latencies.iter().map(|latency| latency.p99_ms).collect::<Vec<_>>())
    }
}

fn rate(figure: &Figure) -> Option<String> {
    Some(format!("{}/s", whole(median(&figure.rates)?)))
}

fn latency(figure: &Figure) -> Option<String> {
    let p50 = median(&figure.latencies.iter().map(|latency| latency.p50_ms).collect::<Vec<_>>())?;
    Some(format!("p50 {p50:.1} ms\np99 {:.1} ms", figure.p99()?))
}

fn enqueue(figure: &Figure) -> Option<String> {
    Some(format!("{:.2} s", median(&figure.enqueues)?))
}

#[expect(clippy::cast_possible_truncation, reason = "a rate of jobs is far below an i64")]
fn whole(value: f64) -> String {
    grouped(value.round() as i64)
}

/// A whole number with commas between its thousands.
fn grouped(value: i64) -> String {
    let digits = value.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_judged_on_medians_and_a_missing_peer_fails_it() {
        let mut figures = Figures::default();
        figures.ours.rates = vec![10.0, 1_500.0, 1_600.0];
        figures.peer(Peer::Graphile).rates = vec![3_000.0];
        assert!(!figures.rate_line(10).4, "pg-boss was not measured");
        figures.peer(Peer::PgBoss).rates = vec![900.0, 1_000.0, 5_000.0];
        assert!(figures.rate_line(10).4, "1,500 is half of 3,000 and 1.5 times 1,000");
        figures.peer(Peer::PgBoss).rates = vec![1_001.0];
        assert!(!figures.rate_line(10).4);
        assert_eq!(figures.rate_line(10).1, "1,500/s\n0.50 of Graphile Worker's\n1.50 times pg-boss'");
    }

    #[test]
    fn the_dearest_size_counts() {
        let figures = Figures { backlog: Some([1.0, 1.31, 1.0, 1.2]), ..Figures::default() };
        assert!(!figures.backlog_line().4);
        let figures = Figures { backlog: Some([1.0, 1.0, 1.1, 1.3]), ..Figures::default() };
        assert!(figures.backlog_line().4);
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
