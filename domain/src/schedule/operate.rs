//! Schedules as operators see and steer them.

use chrono::{DateTime, Utc};
use entity::JobId;
use entity::job::JobState;
use sea_orm::FromQueryResult;
use serde_json::json;

use super::{Cron, entry, tick_in};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, EventStatus, db, text};

/// The longest that missed ticks are caught up, in seconds: 31 days.
const MAX_CATCH_UP_S: i64 = 31 * 86_400;

/// A schedule as an operator sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ScheduleView {
    /// Its name.
    pub name: String,
    /// When it ticks.
    pub cron: String,
    /// Whether it is paused.
    pub paused: bool,
    /// Why.
    pub paused_reason: Option<String>,
    /// How long missed ticks are caught up, in seconds.
    pub catch_up_s: f64,
    /// Its last tick of the last 90 days, by the clock or by hand.
    pub last_tick: Option<DateTime<Utc>>,
    /// Its next tick; none while it is paused, and before a scheduler first saw it.
    pub next_tick: Option<DateTime<Utc>>,
    /// The kind of its jobs.
    pub job_kind: String,
    /// Its last job.
    pub job_id: Option<JobId>,
    /// How that is.
    pub job_state: Option<JobState>,
    /// When that ended.
    pub job_finished_at: Option<DateTime<Utc>>,
}

const VIEW: &str = "select s.name, s.cron, s.paused, s.paused_reason, extract(epoch from s.catch_up)::float8 as catch_up_s, t.tick_at as last_tick, \
     case when not s.paused then s.next_tick end as next_tick, s.job_kind, t.job_id, coalesce(j.state, a.state) as job_state, \
     coalesce(j.finished_at, a.finished_at) as job_finished_at \
     from schedule s left join lateral (select tick_at, job_id from schedule_tick t where t.name = s.name order by t.tick_at desc limit 1) t on true \
     left join job j on j.id = t.job_id left join job_archive a on j.id is null and a.id = t.job_id";

/// All schedules.
///
/// # Errors
/// `forbidden` for others than admins.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<ScheduleView>> {
    actor.admin()?;
    db::all(&ctx.db, db::sql(format!("{VIEW} order by s.name"), [])).await
}

/// One schedule.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn get(ctx: &Ctx, actor: &Actor, name: &str) -> Result<ScheduleView> {
    actor.admin()?;
    db::one(&ctx.db, db::sql(format!("{VIEW} where s.name = $1"), [name.into()]))
        .await?
        .ok_or_else(|| Error::not_found("schedule"))
}

/// What to change about a schedule; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct ScheduleChange {
    /// When it ticks.
    pub cron: Option<String>,
    /// Whether it rests.
    pub paused: Option<bool>,
    /// How long missed ticks are caught up, in seconds; at most 31 days.
    pub catch_up_s: Option<i64>,
}

/// Changes a schedule. One that goes on catches up what its window allows.
///
/// # Errors
/// Field errors; `not_found`; `forbidden` for others than admins.
pub async fn change(
    ctx: &Ctx,
    actor: &Actor,
    name: &str,
    change: &ScheduleChange,
    reason: &str,
) -> Result<ScheduleView> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    if change.catch_up_s.is_some_and(|seconds| !(0..=MAX_CATCH_UP_S).contains(&seconds)) {
        return Err(Error::field("/catch_up_s", "choose 0 to 2,678,400 seconds, which are 31 days"));
    }
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let cron = change.cron.as_deref().map(|text| Cron::parse(text, now).map(|cron| (text, cron))).transpose()?;
    let changed = db::exec(
        &tx,
        db::sql(
            "update schedule set cron = coalesce($2, cron), next_tick = coalesce($3, next_tick), paused = coalesce($4, paused), \
               paused_reason = case when coalesce($4, paused) then coalesce(paused_reason, $5) end, catch_up = coalesce(make_interval(secs => $6::bigint::float8), catch_up) where name = $1",
            [
                name.into(),
                cron.as_ref().map(|(text, _)| text.split_whitespace().collect::<Vec<_>>().join(" ")).into(),
                cron.as_ref().and_then(|(_, cron)| cron.next(now)).into(),
                change.paused.into(),
                reason.clone().into(),
                change.catch_up_s.into(),
            ],
        ),
    )
    .await?;
    if changed == 0 {
        return Err(Error::not_found("schedule"));
    }
    let (event, words) = match change.paused {
        Some(true) => ("schedule.pause", "was paused"),
        Some(false) => ("schedule.resume", "goes on"),
        None => ("schedule.change", "was changed"),
    };
    activity::record(
        &tx,
        Event::new(event, EventStatus::Warning, format!("The schedule {name} {words}")).actor(actor.user()).metadata(
            json!({ "schedule": name, "cron": change.cron, "catch_up_s": change.catch_up_s, "reason": reason }),
        ),
    )
    .await?;
    tx.commit().await?;
    get(ctx, actor, name).await
}

/// Has a schedule's job done now, beside its ticks.
///
/// # Errors
/// `busy` when the same is under way; `not_found`; `forbidden` for others than admins.
pub async fn run_now(ctx: &Ctx, actor: &Actor, name: &str, reason: &str) -> Result<JobId> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 1, 500)?;
    let entry = entry(name)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let job = tick_in(ctx, &tx, entry, now, Some(actor)).await?.ok_or_else(Error::busy)?;
    activity::record(
        &tx,
        Event::new("schedule.run", EventStatus::Info, format!("The schedule {name} was run by hand"))
            .actor(actor.user())
            .job(job)
            .metadata(json!({ "schedule": name, "reason": reason })),
    )
    .await?;
    tx.commit().await?;
    Ok(job)
}

/// The next five ticks of an expression.
///
/// # Errors
/// A field error at `/cron`; `forbidden` for others than admins.
pub async fn preview(ctx: &Ctx, actor: &Actor, cron: &str) -> Result<Vec<DateTime<Utc>>> {
    actor.admin()?;
    let now = ctx.clock.now(&ctx.db).await?;
    Ok(Cron::parse(cron, now)?.next_few(now, 5))
}

/// A tick of a schedule.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TickRow {
    /// The instant that it stands for.
    pub tick_at: DateTime<Utc>,
    /// When a scheduler made it.
    pub made_at: DateTime<Utc>,
    /// An operator asked for it.
    pub manual: bool,
    /// Its job.
    pub job_id: Option<JobId>,
    /// How that is; none once it has left the archive too.
    pub job_state: Option<JobState>,
    /// When that ended.
    pub job_finished_at: Option<DateTime<Utc>>,
}

/// The ticks of a schedule, newest first.
///
/// # Errors
/// `not_found`; `forbidden` for others than admins.
pub async fn history(ctx: &Ctx, actor: &Actor, name: &str, request: &PageRequest) -> Result<Page<TickRow>> {
    get(ctx, actor, name).await?;
    let after: Option<DateTime<Utc>> = request.after()?;
    let rows = db::all(
        &ctx.db,
        db::sql(
            "select t.tick_at, t.created_at as made_at, t.manual, t.job_id, coalesce(j.state, a.state) as job_state, coalesce(j.finished_at, a.finished_at) as job_finished_at \
             from (select * from schedule_tick where name = $1 and ($2::timestamptz is null or tick_at < $2) order by tick_at desc limit $3) t \
             left join job j on j.id = t.job_id left join job_archive a on j.id is null and a.id = t.job_id order by t.tick_at desc",
            [name.into(), after.into(), request.fetch()?.into()],
        ),
    )
    .await?;
    request.page(rows, |row: &TickRow| row.tick_at.to_rfc3339())
}
