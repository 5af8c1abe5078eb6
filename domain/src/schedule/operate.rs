//! What operators do to schedules: change, pause, run now.

use chrono::{DateTime, Utc};
use entity::JobId;
use serde_json::json;

use super::Cron;
use super::read::{ScheduleView, get};
use super::tick::tick_in;
use super::timetable::entry;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db, text};

/// The longest that missed ticks are caught up, in seconds: 31 days.
const MAX_CATCH_UP_S: i64 = 31 * 86_400;

/// What to change about a schedule; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct ScheduleChange {
    /// When it ticks, in UTC, as [`Cron`] reads it.
    pub cron: Option<String>,
    /// Whether it ticks no more.
    pub paused: Option<bool>,
    /// How long missed ticks are caught up, in seconds; at most 31 days.
    pub catch_up_s: Option<i64>,
}

/// Changes a schedule. One that is resumed catches up what its window allows; one with another expression ticks from
/// now on, whatever was missed by the old one.
///
/// # Errors
/// Field errors; `not_found`; `forbidden` for others than administrators.
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
    let cron = change.cron.as_deref().map(|text| Cron::parse(text, now)).transpose()?;
    let next = cron.as_ref().and_then(|cron| cron.next(now));
    let plain = change.cron.as_deref().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let changed = update_schedule(name, plain, next, change.paused, &reason, change.catch_up_s).exec(&tx).await?;
    if changed == 0 {
        return Err(Error::not_found("schedule"));
    }
    let (event, words) = match change.paused {
        Some(true) => ("schedule.pause", "was paused"),
        Some(false) => ("schedule.resume", "was resumed"),
        None => ("schedule.change", "was changed"),
    };
    activity::record(
        &tx,
        Event::new(event, EventStatus::Warning, format!("The schedule {name} {words}"))
            .by(actor)
            .named("schedule", name)
            .metadata(
                json!({ "schedule": name, "cron": change.cron, "catch_up_s": change.catch_up_s, "reason": reason }),
            ),
    )
    .await?;
    tx.commit().await?;
    get(ctx, actor, name).await
}

/// Enqueues a schedule's job now, beside its ticks.
///
/// # Errors
/// `busy` when the same job is in progress; `not_found`; `forbidden` for others than administrators.
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
            .by(actor)
            .named("schedule", name)
            .job(job)
            .metadata(json!({ "schedule": name, "reason": reason })),
    )
    .await?;
    tx.commit().await?;
    Ok(job)
}

/// The next five ticks of an expression, in UTC, as a schedule that is changed to it now would have them.
///
/// # Errors
/// A field error at `/cron`; `forbidden` for others than administrators.
pub async fn preview(ctx: &Ctx, actor: &Actor, cron: &str) -> Result<Vec<DateTime<Utc>>> {
    actor.admin()?;
    let now = ctx.clock.now(&ctx.db).await?;
    Ok(Cron::parse(cron, now)?.next_few(now, 5))
}

db::statement! {
    fn update_schedule(
        name: &str,
        cron: Option<String>,
        next: Option<DateTime<Utc>>,
        paused: Option<bool>,
        reason: &str,
        catch_up_s: Option<i64>,
    ) = file "update_schedule.sql";
}
