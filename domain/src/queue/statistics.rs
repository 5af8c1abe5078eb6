//! Figures for charts: workers count what they ran, in classes of duration, and write the sums.
//! Charts never read jobs.

use chrono::{DateTime, Utc};
use entity::job::Queue;
use entity::{CloudId, TypedId};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::time::Duration;
use uuid::Uuid;

use super::stretch::Stretch;
use crate::error::Result;
use crate::{Ctx, db};

/// Classes of duration. The last is open.
const CLASSES: usize = 64;

/// The class of a duration: class 0 is below a millisecond, and each bound is the cube root of two
/// times the one before; the last begins at half an hour.
fn class(duration: Duration) -> usize {
    let ms = duration.as_secs_f64() * 1_000.0;
    if ms < 1.0 {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a few hundred")]
    let class = (ms.log2() * 3.0).floor() as usize + 1;
    class.min(CLASSES - 1)
}

/// Where a class begins, in seconds.
fn lower(class: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most 64")]
    let steps = class.saturating_sub(1) as f64;
    if class == 0 { 0.0 } else { 2_f64.powf(steps / 3.0) / 1_000.0 }
}

/// The duration, in seconds, below which a share of what was counted lies: linear within a class,
/// so at most a quarter off.
fn quantile(counts: &[i32], share: f64) -> Option<f64> {
    let total: i64 = counts.iter().map(|&count| i64::from(count)).sum();
    if total == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of jobs")]
    let mut left = share * total as f64;
    for (class, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let count = f64::from(count);
        if left <= count {
            return Some(lower(class) + (lower(class + 1) - lower(class)) * (left / count));
        }
        left -= count;
    }
    Some(lower(counts.len()))
}

/// How a run ended, as charts count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// Done, or put off as planned.
    Done,
    /// Failed for good, or stuck.
    Failed,
    /// A transient failure: it is retried.
    Retried,
    /// Continues later: neither good nor bad.
    Waiting,
}

#[derive(Clone, Debug)]
struct Sums {
    done: i32,
    failed: i32,
    retried: i32,
    waits: Vec<i32>,
    runs: Vec<i32>,
}

/// What a process ran since it last wrote its sums.
#[derive(Debug, Default)]
pub struct RunTally(HashMap<(String, String, Option<CloudId>), Sums>);

impl RunTally {
    /// Counts a run of a job.
    pub fn count(
        &mut self,
        kind: &str,
        queue: &str,
        cloud: Option<CloudId>,
        end: RunEnd,
        waited: Duration,
        ran: Duration,
    ) {
        let empty = || Sums { done: 0, failed: 0, retried: 0, waits: vec![0; CLASSES], runs: vec![0; CLASSES] };
        let sums = self.0.entry((kind.to_owned(), queue.to_owned(), cloud)).or_insert_with(empty);
        match end {
            RunEnd::Done => sums.done += 1,
            RunEnd::Failed => sums.failed += 1,
            RunEnd::Retried => sums.retried += 1,
            RunEnd::Waiting => {}
        }
        sums.waits[class(waited)] += 1;
        sums.runs[class(ran)] += 1;
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the sums to the rows of this minute and this hour.
    ///
    /// # Errors
    /// When the database does not answer; the sums are lost then.
    pub async fn write(self, ctx: &Ctx) -> Result<()> {
        let rows: Vec<_> = self
            .0
            .into_iter()
            .map(|((kind, queue, cloud), sums)| {
                json!({ "kind": kind, "queue": queue, "cloud": cloud.map_or(Uuid::nil(), TypedId::uuid),
                    "done": sums.done,
                        "failed": sums.failed, "retried": sums.retried, "waits": sums.waits, "runs": sums.runs })
            })
            .collect();
        add_to_sums(rows.into()).exec(&ctx.db).await?;
        Ok(())
    }
}

/// What charts are drawn of.
#[derive(Clone, Debug, Default)]
pub struct StatFilter {
    /// Only this kind.
    pub kind: Option<String>,
    /// Only this queue.
    pub queue: Option<Queue>,
    /// Only this cloud.
    pub cloud: Option<CloudId>,
}

/// Figures of some runs.
#[derive(Clone, Debug, Default)]
pub struct StatFigures {
    /// Runs that ended well.
    pub done: i64,
    /// Runs that failed for good.
    pub failed: i64,
    /// Runs with a transient failure, which were retried.
    pub retried: i64,
    /// p50, p95 and p99 of the time from due to begun, in seconds.
    pub wait_s: [Option<f64>; 3],
    /// p50, p95 and p99 of the time held by a worker, in seconds.
    pub run_s: [Option<f64>; 3],
}

/// Figures of a stretch of time.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// Which stretch.
    pub stretch: Stretch,
    /// Counted from jobs, since the filter says what the sums do not know: then it is of the newest 100,000.
    pub of_jobs: bool,
    /// Everything.
    pub total: StatFigures,
    /// By time, oldest first; stretches without runs are there too.
    pub series: Vec<(DateTime<Utc>, StatFigures)>,
    /// By kind.
    pub by_kind: Vec<(String, StatFigures)>,
    /// By cloud: its id and name.
    pub by_cloud: Vec<(CloudId, String, StatFigures)>,
}

db::row! {
    /// One line of any of the four statements; each fills in what it groups by.
    struct Sum {
        name: Option<String>,
        id: Option<Uuid>,
        at: Option<DateTime<Utc>>,
        done: Option<i64>,
        failed: Option<i64>,
        retried: Option<i64>,
        waits: Option<Vec<i32>>,
        runs: Option<Vec<i32>>,
    }
}

impl Sum {
    fn figures(&self) -> StatFigures {
        let shares = |counts: &Option<Vec<i32>>| {
            let counts = counts.as_deref().unwrap_or_default();
            [0.5, 0.95, 0.99].map(|share| quantile(counts, share))
        };
        StatFigures {
            done: self.done.unwrap_or(0),
            failed: self.failed.unwrap_or(0),
            retried: self.retried.unwrap_or(0),
            wait_s: shares(&self.waits),
            run_s: shares(&self.runs),
        }
    }
}

/// The figures of a stretch, by time, by kind and by cloud, from the sums.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn statistics(ctx: &Ctx, stretch: Stretch, filter: &StatFilter) -> Result<Statistics> {
    // One snapshot for all parts: the sum of the kinds is the total.
    let tx = ctx.begin_snapshot().await?;
    let Stretch { from, to, step_s: step, .. } = stretch;
    let (bucket, first) = (f64::from(stretch.bucket_s), stretch.first());
    let (kind, queue, cloud) = (filter.kind.as_deref(), filter.queue, filter.cloud);
    let total = sum_all(step, from, kind, queue, cloud, to).all(&tx).await?;
    let series = sum_by_time(step, from, kind, queue, cloud, to, bucket, first).all(&tx).await?;
    let kinds = sum_by_kind(step, from, kind, queue, cloud, to).all(&tx).await?;
    let clouds = sum_by_cloud(step, from, kind, queue, cloud, to).all(&tx).await?;
    tx.commit().await?;
    Ok(Statistics {
        stretch,
        of_jobs: false,
        total: total.first().map(Sum::figures).unwrap_or_default(),
        series: series.iter().filter_map(|row| Some((row.at?, row.figures()))).collect(),
        by_kind: kinds.iter().filter_map(|row| Some((row.name.clone()?, row.figures()))).collect(),
        by_cloud: clouds.iter().filter_map(|row| Some((CloudId(row.id?), row.name.clone()?, row.figures()))).collect(),
    })
}

db::statement! {
    fn add_to_sums(rows: Json) = file "add_to_sums.sql";

    fn sum_all(
        step_s: i32,
        from: DateTime<Utc>,
        kind: Option<&str>,
        queue: Option<Queue>,
        cloud: Option<CloudId>,
        to: DateTime<Utc>,
    ) -> Sum =
        "select null::text as name, null::uuid as id, null::timestamptz as at,",
        file "sums.sql",
        "from job_stat s where",
        file "wanted.sql";

    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn sum_by_time(
        step_s: i32,
        from: DateTime<Utc>,
        kind: Option<&str>,
        queue: Option<Queue>,
        cloud: Option<CloudId>,
        to: DateTime<Utc>,
        bucket_s: f64,
        first: DateTime<Utc>,
    ) -> Sum =
        "select null::text as name, null::uuid as id, b.at,",
        file "sums.sql",
        file "sum_by_time.sql",
        file "wanted.sql",
        "group by b.at order by b.at";

    fn sum_by_kind(
        step_s: i32,
        from: DateTime<Utc>,
        kind: Option<&str>,
        queue: Option<Queue>,
        cloud: Option<CloudId>,
        to: DateTime<Utc>,
    ) -> Sum =
        "select s.kind as name, null::uuid as id, null::timestamptz as at,",
        file "sums.sql",
        "from job_stat s where",
        file "wanted.sql",
        "group by s.kind order by s.kind";

    fn sum_by_cloud(
        step_s: i32,
        from: DateTime<Utc>,
        kind: Option<&str>,
        queue: Option<Queue>,
        cloud: Option<CloudId>,
        to: DateTime<Utc>,
    ) -> Sum =
        "select c.name, c.id, null::timestamptz as at,",
        file "sums.sql",
        "from job_stat s join cloud c on c.id = s.cloud_id where",
        file "wanted.sql",
        "group by c.id, c.name order by c.name limit 200";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_meet_without_a_gap() {
        for ms in [0.2, 1.0, 1.5, 40.0, 999.0, 60_000.0, 1_500_000.0] {
            let class = class(Duration::from_secs_f64(ms / 1_000.0));
            assert!(lower(class) <= ms / 1_000.0 && ms / 1_000.0 < lower(class + 1), "{ms} in {class}");
        }
        assert_eq!(class(Duration::from_secs(1_000_000)), CLASSES - 1);
    }

    #[test]
    fn quantiles_are_within_a_quarter() {
        let mut counts = vec![0; CLASSES];
        for ms in 1..=1_000 {
            counts[class(Duration::from_millis(ms))] += 1;
        }
        for (share, want) in [(0.5, 0.5), (0.95, 0.95), (0.99, 0.99)] {
            let got = quantile(&counts, share).unwrap();
            assert!((got / want - 1.0_f64).abs() < 0.26, "{share}: {got}");
        }
        assert_eq!(quantile(&[0; CLASSES], 0.5), None);
    }
}
