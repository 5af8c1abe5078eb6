//! Statistics of jobs, for charts.

use domain::queue::{self, Span, StatFigures};
use domain::work::{self, JobFilter};
use domain::{CloudId, OrgId, Queue};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use super::clouds::NamedCloud;
use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Choice, Done, Id, Time};

/// Figures of the runs in a period.
#[derive(Debug, Object)]
pub struct Figures {
    /// Runs that succeeded.
    done: i64,
    /// Runs that failed permanently.
    failed: i64,
    /// Runs that failed temporarily.
    retried: i64,
    /// The share of ended runs that failed permanently, from 0 to 1.
    failure_rate: f64,
    /// Runs that ended, per second.
    per_s: f64,
    /// Half of the runs began within so many seconds of being due.
    wait_p50_s: Option<f64>,
    /// 95 of 100 runs began within so many seconds of being due.
    wait_p95_s: Option<f64>,
    /// 99 of 100 runs began within so many seconds of being due.
    wait_p99_s: Option<f64>,
    /// Half of the runs took at most so many seconds.
    run_p50_s: Option<f64>,
    /// 95 of 100 runs took at most so many seconds.
    run_p95_s: Option<f64>,
    /// 99 of 100 runs took at most so many seconds.
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
    /// When its period begins; it lasts `bucket_s` seconds.
    at: Time,
    /// Its figures.
    #[oai(flatten)]
    figures: Figures,
}

/// The figures of a kind of job.
#[derive(Debug, Object)]
pub struct FiguresOfKind {
    /// The kind, such as `vps.provision`.
    #[oai(validator(max_length = 100))]
    kind: String,
    /// Its figures.
    #[oai(flatten)]
    figures: Figures,
}

/// The figures of the jobs that call a cloud's provider.
#[derive(Debug, Object)]
pub struct FiguresOfCloud {
    /// The cloud.
    cloud: NamedCloud,
    /// Its figures.
    #[oai(flatten)]
    figures: Figures,
}

/// Figures of jobs over a period.
#[derive(Debug, Object)]
pub struct Statistics {
    /// How far back the figures go, in seconds.
    window_s: i32,
    /// How long each point of the chart lasts, in seconds.
    bucket_s: i32,
    /// False: every run counts, when it ended. True: the filter or the time is one that runs are not
    /// counted by, so each of the newest 100,000 jobs counts once, when it ended, or began where it has
    /// not ended.
    of_jobs: bool,
    /// All runs of the period.
    total: Figures,
    /// The figures by time, the oldest first, with points where nothing ran.
    #[oai(validator(max_items = 200))]
    series: Vec<FiguresAt>,
    /// The figures by kind of job.
    #[oai(validator(max_items = 200))]
    by_kind: Vec<FiguresOfKind>,
    /// The figures by cloud.
    #[oai(validator(max_items = 200))]
    by_cloud: Vec<FiguresOfCloud>,
}

impl From<queue::Statistics> for Statistics {
    fn from(found: queue::Statistics) -> Self {
        let (window_s, bucket_s) = (found.stretch.seconds, found.stretch.bucket_s);
        Self {
            window_s,
            bucket_s,
            of_jobs: found.of_jobs,
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

/// Operations on statistics.
pub struct StatisticsApi;

#[OpenApi]
impl StatisticsApi {
    /// Read statistics of jobs
    ///
    /// Throughput, waiting times, run times and failures, by time, by kind and by cloud. Workers
    /// report what they ran every few seconds.
    #[oai(path = "/api/admin/jobs/statistics", method = "get", operation_id = "getJobStatistics", tag = "Tag::Admin")]
    #[expect(clippy::too_many_arguments, reason = "one argument a parameter")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// How far back the figures go; an hour when left out, and not used with `since`.
        window: Query<Option<Choice<Span>>>,
        /// Only jobs of this kind.
        #[oai(validator(max_length = 100))]
        kind: Query<Option<String>>,
        /// Only jobs of this queue.
        queue: Query<Option<Choice<Queue>>>,
        /// Only jobs that call this cloud's provider.
        cloud: Query<Option<Id<CloudId>>>,
        /// Only jobs of this organisation.
        org: Query<Option<Id<OrgId>>>,
        /// Only jobs whose last failure is of this class, such as `RATE_LIMITED`.
        #[oai(validator(max_length = 100))]
        error: Query<Option<String>>,
        /// Only jobs with this id, or with this text in an error or a name.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// The figures begin at this instant.
        since: Query<Option<Time>>,
        /// The figures end at this instant, with `since`; now when left out.
        until: Query<Option<Time>>,
    ) -> Done<Statistics> {
        let time = match since.0 {
            Some(since) => work::Time::Between(since.0, until.0.map(|until| until.0)),
            None => work::Time::Back(window.0.map_or(Span::Hour, |window| window.0)),
        };
        let filter = JobFilter {
            kind: kind.0,
            queue: queue.0.map(|queue| queue.0),
            cloud: cloud.0.map(|cloud| cloud.0),
            org: org.0.map(|org| org.0),
            error: error.0,
            q: q.0,
            ..JobFilter::default()
        };
        Ok(Answer::new(work::statistics(&app.ctx, &admin.actor(), time, &filter).await?.into()))
    }
}
