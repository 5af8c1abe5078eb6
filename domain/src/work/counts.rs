//! How many jobs there are.

use chrono::{DateTime, Utc};
use entity::job::{JobState, Queue};
use entity::{CloudId, OrgId};
use uuid::Uuid;

use super::filter::{JobFilter, Wanted};
use crate::error::Result;
use crate::queue::{QueueView, all_queues};
use crate::{Actor, Ctx, db};

/// Final states are counted among the newest jobs only: older ones change no more.
const COUNTED: i64 = 100_000;

db::row! {
    struct StateCount {
        state: JobState,
        count: i64,
    }
}

/// How many jobs there are.
#[derive(Clone, Debug)]
pub struct Counts {
    /// By state; states without jobs have 0. Final ones are counted among the newest 100,000.
    pub by_state: Vec<(JobState, i64)>,
    /// By queue.
    pub by_queue: Vec<QueueView>,
    /// Failed or stuck jobs that no administrator has dealt with.
    pub attention: i64,
    /// The jobs that a list with the same filter would show.
    pub matches: Matches,
}

/// How many jobs fit a filter.
#[derive(Clone, Copy, Debug)]
pub struct Matches {
    /// Those that were counted.
    pub count: i64,
    /// Whether these are all: there may be more among jobs that are older than the newest 100,000.
    pub complete: bool,
}

/// How many jobs there are, by state and by queue.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn counts(ctx: &Ctx, actor: &Actor) -> Result<Counts> {
    counts_of(ctx, actor, &JobFilter::default()).await
}

/// How many jobs fit, by state. The state and the need of attention that the filter names choose what `matches` counts;
/// the counts by state are of everything else that it says, and those by queue of all jobs.
///
/// # Errors
/// Field errors; `forbidden` for others than admins.
pub async fn counts_of(ctx: &Ctx, actor: &Actor, filter: &JobFilter) -> Result<Counts> {
    actor.admin()?;
    filter.check()?;
    let any = filter.clone().without_state().require_any().is_ok();
    let found = if any { count_fitting(ctx, filter).await? } else { count_by_state(COUNTED).all(&ctx.db).await? };
    let by_state: Vec<_> = JobState::ALL
        .iter()
        .map(|&state| (state, found.iter().filter(|row| row.state == state).map(|row| row.count).sum::<i64>()))
        .collect();
    let attention = if any { attention_fitting(filter).only(&ctx.db).await? } else { attention(ctx).await? };
    let meant = |state| filter.state.is_none_or(|wanted| wanted == state);
    let count = match (filter.attention, filter.state) {
        (true, None) => attention,
        (true, Some(_)) => attention_in_state(filter).only(&ctx.db).await?,
        _ => by_state.iter().filter(|(state, _)| meant(*state)).map(|(_, count)| count).sum(),
    };
    let final_ones = [JobState::Succeeded, JobState::Failed, JobState::Cancelled];
    let bounded = !filter.attention && final_ones.into_iter().any(meant);
    let complete = count < COUNTED && !(bounded && is_older(filter.wanted().floor, COUNTED).only(&ctx.db).await?);
    let matches = Matches { count, complete };
    Ok(Counts { by_state, by_queue: all_queues(ctx).await?, attention, matches })
}

async fn count_fitting(ctx: &Ctx, filter: &JobFilter) -> Result<Vec<StateCount>> {
    let Wanted { kind, queue, org, cloud, error, q, id, since, until, floor, ids, .. } = filter.wanted();
    let (of_kind, code, text, named) = (kind.clone(), error.clone(), q.clone(), ids.clone());
    let open = count_open(None, of_kind, queue, org, cloud, code, text, id, since, until, floor, named);
    let ended = count_final(None, kind, queue, org, cloud, error, q, id, since, until, floor, ids, COUNTED);
    let mut found = open.all(&ctx.db).await?;
    found.extend(ended.all(&ctx.db).await?);
    Ok(found)
}

fn attention_fitting(filter: &JobFilter) -> db::Query<i64> {
    attention_in_state(&filter.clone().without_state())
}

fn attention_in_state(filter: &JobFilter) -> db::Query<i64> {
    let Wanted { state, kind, queue, org, cloud, error, q, id, since, until, floor, ids } = filter.wanted();
    count_matching_attention(state, kind, queue, org, cloud, error, q, id, since, until, floor, ids)
}

/// How many failed or stuck jobs no administrator has dealt with.
///
/// # Errors
/// When the database does not answer.
pub async fn attention(ctx: &Ctx) -> Result<i64> {
    count_attention().only(&ctx.db).await
}

/// How many jobs go no further until an administrator decides.
///
/// # Errors
/// When the database does not answer.
pub async fn stuck(ctx: &Ctx) -> Result<i64> {
    count_stuck().only(&ctx.db).await
}

db::statement! {
    fn count_by_state(newest: i64) -> StateCount = file "count_by_state.sql";

    /// What is open or stuck stands in an index of few rows.
    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn count_open(
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
    ) -> StateCount =
        "select j.state, count(*) as count",
        file "candidates_from.sql",
        file "fits.sql",
        "and j.state in ('queued', 'running', 'waiting', 'retry', 'stuck') and j.discarded_at is null group by j.state";

    /// What is final is counted among the newest jobs, so that no filter reads the whole table.
    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn count_final(
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
        newest: i64,
    ) -> StateCount =
        "select j.state, count(*) as count
         from (select * from job where $11::uuid is null or id >= $11 order by id desc limit $13) j
         left join org o on o.id = j.org_id left join vps v on j.target_type = 'vps' and v.id = j.target_id where",
        file "fits.sql",
        "and j.state in ('succeeded', 'failed', 'cancelled') group by j.state";

    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn count_matching_attention(
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
    ) -> i64 =
        "select count(*)", file "candidates_from.sql", file "fits.sql", "and", file "attention.sql";

    /// Whether there are more than so many jobs since an id.
    fn is_older(floor: Option<Uuid>, newest: i64) -> bool =
        "select exists (select from job where $1::uuid is null or id >= $1 order by id desc offset $2)";

    fn count_attention() -> i64 = "select count(*) from job j where", file "attention.sql";

    fn count_stuck() -> i64 = "select count(*) from job where state = 'stuck'";
}
