//! How many jobs there are.

use entity::job::JobState;

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
}

/// How many jobs there are, by state and by queue.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn counts(ctx: &Ctx, actor: &Actor) -> Result<Counts> {
    actor.admin()?;
    let found = count_by_state(COUNTED).all(&ctx.db).await?;
    let by_state = JobState::ALL
        .iter()
        .map(|&state| (state, found.iter().find(|row| row.state == state).map_or(0, |row| row.count)))
        .collect();
    Ok(Counts { by_state, by_queue: all_queues(ctx).await?, attention: attention(ctx).await? })
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

    fn count_attention() -> i64 = "select count(*) from job j where", file "attention.sql";

    fn count_stuck() -> i64 = "select count(*) from job where state = 'stuck'";
}
