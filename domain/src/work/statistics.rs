//! Figures of the jobs that fit a filter: from the sums where those know what the filter says, else from the newest
//! jobs.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::job::{JobState, Queue};
use entity::{CloudId, OrgId};
use uuid::Uuid;

use super::filter::{JobFilter, Wanted};
use crate::error::{Error, Result};
use crate::queue::{self, Span, StatFigures, StatFilter, Statistics, Stretch};
use crate::{Actor, Ctx, db};

/// Jobs that are read at most for charts.
const READ: i64 = 100_000;

/// Which time charts show.
#[derive(Clone, Copy, Debug)]
pub enum Time {
    /// So far back from now.
    Back(Span),
    /// From an instant until another, or until now.
    Between(DateTime<Utc>, Option<DateTime<Utc>>),
}

/// The figures of a stretch of time, by time, by kind and by cloud. Of the filter, state, attention and time are left
/// out.
///
/// # Errors
/// A field error for a stretch that ends before it begins; `forbidden` for others than admins.
pub async fn statistics(ctx: &Ctx, actor: &Actor, time: Time, filter: &JobFilter) -> Result<Statistics> {
    actor.admin()?;
    let now = select_now().only(&ctx.db).await?;
    let stretch = match time {
        Time::Back(span) => Stretch::back(span, now),
        Time::Between(from, to) => {
            let to = to.unwrap_or(now).min(now);
            if from >= to {
                return Err(Error::field("/since", "choose a beginning before the end, and in the past"));
            }
            Stretch::between(from, to, now)
        }
    };
    let wanted = JobFilter { since: None, until: None, ..filter.clone().without_state() }.wanted();
    let by_sums = wanted.org.is_none() && wanted.error.is_none() && wanted.q.is_none() && wanted.ids.is_none();
    if by_sums && stretch.has_sums {
        let filter = StatFilter { kind: wanted.kind, queue: wanted.queue, cloud: wanted.cloud };
        return queue::statistics(ctx, stretch, &filter).await;
    }
    of_jobs(ctx, stretch, wanted).await
}

db::row! {
    /// The figures of a group: of all, or of a point in time, a kind or a cloud.
    struct Group {
        level: i32,
        at: Option<DateTime<Utc>>,
        kind: Option<String>,
        cloud_id: Option<CloudId>,
        cloud_name: Option<String>,
        done: i64,
        failed: i64,
        retried: i64,
        waits: Option<Vec<f64>>,
        runs: Option<Vec<f64>>,
    }
}

/// What a group is grouped by, as `grouping` says it: a bit for each that it is not.
const OF_ALL: i32 = 0b111;
const BY_TIME: i32 = 0b011;
const BY_KIND: i32 = 0b101;

impl Group {
    fn figures(&self) -> StatFigures {
        let shares = |of: &Option<Vec<f64>>| {
            let of = of.as_deref().unwrap_or_default();
            [0, 1, 2].map(|share| of.get(share).copied())
        };
        StatFigures {
            done: self.done,
            failed: self.failed,
            retried: self.retried,
            wait_s: shares(&self.waits),
            run_s: shares(&self.runs),
        }
    }
}

async fn of_jobs(ctx: &Ctx, stretch: Stretch, wanted: Wanted) -> Result<Statistics> {
    let Wanted { state, kind, queue, org, cloud, error, q, id, since, until, floor, ids } = wanted;
    let (bucket, Stretch { from, to, .. }) = (f64::from(stretch.bucket_s), stretch);
    let figures =
        select_figures(state, kind, queue, org, cloud, error, q, id, since, until, floor, ids, bucket, READ, from, to);
    let groups = figures.all(&ctx.db).await?;
    let mut found = Statistics {
        stretch,
        of_jobs: true,
        total: StatFigures::default(),
        series: Vec::new(),
        by_kind: Vec::new(),
        by_cloud: Vec::new(),
    };
    let mut by_time = HashMap::new();
    for group in groups {
        let figures = group.figures();
        match (group.level, group.at, group.kind, group.cloud_id.zip(group.cloud_name)) {
            (OF_ALL, ..) => found.total = figures,
            (BY_TIME, Some(at), ..) => drop(by_time.insert(at, figures)),
            (BY_KIND, _, Some(kind), _) => found.by_kind.push((kind, figures)),
            (_, _, _, Some((cloud, name))) => found.by_cloud.push((cloud, name, figures)),
            _ => {}
        }
    }
    found.series = stretch.points().map(|at| (at, by_time.remove(&at).unwrap_or_default())).collect();
    found.by_kind.sort_by(|one, other| one.0.cmp(&other.0));
    found.by_cloud.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(found)
}

db::statement! {
    fn select_now() -> DateTime<Utc> = "select now()";

    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_figures(
        state: Option<JobState>,
        kind: Option<String>,
        queue: Option<Queue>,
        org: Option<OrgId>,
        cloud: Option<CloudId>,
        error: Option<String>,
        q: Option<String>,
        id: Option<Uuid>,
        since: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
        floor: Option<Uuid>,
        ids: Option<Vec<Uuid>>,
        bucket_s: f64,
        read: i64,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Group =
        file "statistics/select_figures.sql",
        file "fits.sql",
        ") e group by grouping sets ((), (e.at), (e.kind), (e.cloud_id))";
}
