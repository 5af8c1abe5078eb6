//! Figures of jobs for charts.

use domain::queue::{self, Span, StatFigures, StatFilter};
use domain::{CloudId, Queue};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use super::clouds::NamedCloud;
use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Choice, Done, Id, Time};

/// Figures of the runs of some stretch of time.
#[derive(Debug, Object)]
pub struct Figures {
    /// Runs that ended well.
    done: i64,
    /// Runs that failed for good.
    failed: i64,
    /// Runs that failed in passing.
    retried: i64,
    /// Failed for good, of all that ended, from 0 to 1.
    failure_rate: f64,
    /// Runs that ended, a second.
    per_s: f64,
    /// Half began within so many seconds of being due.
    wait_p50_s: Option<f64>,
    /// 95 of 100 did.
    wait_p95_s: Option<f64>,
    /// 99 of 100 did.
    wait_p99_s: Option<f64>,
    /// Half held a worker for so many seconds at most.
    run_p50_s: Option<f64>,
    /// 95 of 100 did.
    run_p95_s: Option<f64>,
    /// 99 of 100 did.
    run_p99_s: Option<f64>,
}

impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "counts of runs, far below 2^52")]
    fn of(figures: &StatFigures, seconds: i32) -> Self {
        let ended = (figures.done + figures.failed) as f64;
        let [wait_p50_s, wait_p95_s, wait_p99_s] = figures.wait_s;
        let [run_p50_s, run_p95_s, run_p99_s] = figures.run_s;
        Self {
            done: figures.done,
            failed: figures.failed,
            retried: figures.retried,
            failure_rate: if ended > 0.0 { figures.failed as f64 / ended } else { 0.0 },
            per_s: ended / f64::from(seconds),
            wait_p50_s,
            wait_p95_s,
            wait_p99_s,
            run_p50_s,
            run_p95_s,
            run_p99_s,
        }
    }
}

/// A point of a chart.
#[derive(Debug, Object)]
pub struct FiguresAt {
    /// Where it begins; it goes on for `bucket_s`.
    at: Time,
    /// Its figures.
    #[oai(flatten)]
    figures: Figures,
}

/// The figures of a kind of job.
#[derive(Debug, Object)]
pub struct FiguresOfKind {
    /// The kind.
    #[oai(validator(max_length = 100))]
    kind: String,
    /// Its figures.
    #[oai(flatten)]
    figures: Figures,
}

/// The figures of the jobs that speak to a cloud.
#[derive(Debug, Object)]
pub struct FiguresOfCloud {
    /// The cloud.
    cloud: NamedCloud,
    /// Its figures.
    #[oai(flatten)]
    figures: Figures,
}

/// Figures of jobs over a stretch of time.
#[derive(Debug, Object)]
pub struct Statistics {
    /// How far back, in seconds.
    window_s: i32,
    /// How long a point of the chart goes on, in seconds.
    bucket_s: i32,
    /// Everything.
    total: Figures,
    /// By time, the oldest first, with points where nothing ran.
    #[oai(validator(max_items = 200))]
    series: Vec<FiguresAt>,
    /// By kind.
    #[oai(validator(max_items = 200))]
    by_kind: Vec<FiguresOfKind>,
    /// By cloud.
    #[oai(validator(max_items = 200))]
    by_cloud: Vec<FiguresOfCloud>,
}

impl From<queue::Statistics> for Statistics {
    fn from(found: queue::Statistics) -> Self {
        let (window_s, bucket_s) = (found.span.seconds(), found.span.bucket());
        Self {
            window_s,
            bucket_s,
            total: Figures::of(&found.total, window_s),
            series: found
                .series
                .into_iter()
                .map(|(at, figures)| FiguresAt { at: at.into(), figures: Figures::of(&figures, bucket_s) })
                .collect(),
            by_kind: found
                .by_kind
                .into_iter()
                .map(|(kind, figures)| FiguresOfKind { kind, figures: Figures::of(&figures, window_s) })
                .collect(),
            by_cloud: found
                .by_cloud
                .into_iter()
                .map(|(id, name, figures)| FiguresOfCloud {
                    cloud: NamedCloud { id: Id(id), name },
                    figures: Figures::of(&figures, window_s),
                })
                .collect(),
        }
    }
}

/// Operations on figures.
pub struct StatisticsApi;

#[OpenApi]
impl StatisticsApi {
    /// Read figures of jobs
    ///
    /// Throughput, waits, run times and failures, by time, by kind and by cloud. Workers write what
    /// they ran every few seconds.
    #[oai(path = "/api/admin/jobs/statistics", method = "get", operation_id = "getJobStatistics", tag = "Tag::Admin")]
    async fn statistics(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// How far back, an hour when left out.
        window: Query<Option<Choice<Span>>>,
        /// Only jobs of this kind.
        #[oai(validator(max_length = 100))]
        kind: Query<Option<String>>,
        /// Only jobs of this queue.
        queue: Query<Option<Choice<Queue>>>,
        /// Only jobs that speak to this cloud.
        cloud: Query<Option<Id<CloudId>>>,
    ) -> Done<Statistics> {
        let span = window.0.map_or(Span::Hour, |window| window.0);
        let filter = StatFilter {
            kind: kind.0.map(|kind| kind.replace('\0', "")),
            queue: queue.0.map(|queue| queue.0),
            cloud: cloud.0.map(|cloud| cloud.0),
        };
        Ok(Answer::new(queue::statistics(&app.ctx, &admin.actor(), span, &filter).await?.into()))
    }
}
