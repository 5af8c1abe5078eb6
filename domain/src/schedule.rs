//! Schedules: rows that operators steer. A tick is a unique row, so any number of schedulers may
//! run without a leader.

use std::str::FromStr as _;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::JobId;
use entity::job::JobState;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::jobs::{self, Job, NewJob};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, EventStatus, db, text};

/// How far ahead a next tick is looked for: an expression without one never fires.
const HORIZON: TimeDelta = TimeDelta::days(5 * 366);
/// The longest that missed ticks are caught up, in seconds: 31 days.
const MAX_CATCH_UP_S: i64 = 31 * 86_400;

/// An expression that says when a schedule ticks, in UTC: minute, hour, day of month, month and
/// day of week, with seconds in front where six are given.
#[derive(Clone, Debug)]
pub struct Cron(cron::Schedule);

impl Cron {
    /// Reads an expression, and makes sure that it ever fires.
    ///
    /// # Errors
    /// A field error at `/cron`.
    pub fn parse(text: &str, now: DateTime<Utc>) -> Result<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let whole = match words.len() {
            5 => format!("0 {}", words.join(" ")),
            6 => words.join(" "),
            _ => {
                return Err(Error::field(
                    "/cron",
                    "write five parts: minute, hour, day of month, month, day of week; or six with seconds in front",
                ));
            }
        };
        let schedule = cron::Schedule::from_str(&whole)
            .map_err(|_| Error::field("/cron", "this can't be read; an example for every hour is 0 * * * *"))?;
        let read = Self(schedule);
        match read.next(now) {
            Some(_) => Ok(read),
            None => Err(Error::field("/cron", "this never comes to pass; choose a day that exists")),
        }
    }

    /// The next tick after an instant, within five years.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.0.after(&after).next().filter(|at| *at <= after + HORIZON)
    }

    /// The next few ticks.
    #[must_use]
    pub fn next_few(&self, after: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        self.0.after(&after).take_while(|at| *at <= after + HORIZON).take(count).collect()
    }

    /// The ticks after `last` up to `now`, those older than `catch_up` left out, at most `max`.
    #[must_use]
    pub fn due(&self, last: DateTime<Utc>, now: DateTime<Utc>, catch_up: Duration, max: usize) -> Vec<DateTime<Utc>> {
        let reach = now - TimeDelta::from_std(catch_up).unwrap_or(TimeDelta::MAX);
        self.0.after(&last.max(reach)).take_while(|at| *at <= now).take(max).collect()
    }
}

/// A schedule as the code knows it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name in the database.
    pub name: &'static str,
    /// When it ticks, until an operator says otherwise.
    pub cron: &'static str,
    /// Ticks missed for longer than this are left out, until an operator says otherwise.
    pub catch_up: Duration,
    /// The job of a tick.
    pub job: fn(DateTime<Utc>) -> Job,
}

/// The timetable: everything that happens by itself.
pub const TIMETABLE: &[Entry] = &[
    // Charges count hours since a server was made, so a tick that is left out loses nothing.
    Entry {
        name: "billing.hourly",
        cron: "0 * * * *",
        catch_up: Duration::from_hours(72),
        job: |tick| Job::ChargeUsage { tick },
    },
    Entry {
        name: "platform.tidy",
        cron: "17 3 * * *",
        catch_up: Duration::from_hours(24),
        job: |tick| Job::Tidy { tick },
    },
    Entry {
        name: "platform.archive",
        cron: "41 * * * *",
        catch_up: Duration::from_hours(1),
        job: |tick| Job::Archive { tick },
    },
    Entry {
        name: "provider.reconcile",
        cron: "*/5 * * * *",
        catch_up: Duration::from_mins(5),
        job: |_| Job::ReconcileProvider { account: None },
    },
];

fn entry(name: &str) -> Result<&'static Entry> {
    TIMETABLE.iter().find(|entry| entry.name == name).ok_or_else(|| Error::not_found("schedule"))
}

/// A schedule as the database keeps it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Cursor {
    /// When it ticks.
    pub cron: String,
    /// How long missed ticks are caught up, in seconds.
    pub catch_up_s: f64,
    /// Its last tick, in business time.
    pub last_tick: DateTime<Utc>,
    /// Whether it is paused.
    pub paused: bool,
    /// Business time now.
    pub now: DateTime<Utc>,
}

/// Makes sure that a schedule has its row; a new one begins now. What an operator changed stays.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure(ctx: &Ctx, entry: &Entry) -> Result<()> {
    let (kind, _) = (entry.job)(DateTime::UNIX_EPOCH).to_row()?;
    db::exec(
        &ctx.db,
        db::sql(
            "insert into schedule (name, cron, catch_up, last_tick, job_kind) values ($1, $2, make_interval(secs => $3), business_now(), $4) \
             on conflict (name) do update set job_kind = excluded.job_kind, \
               cron = case when schedule.cron = '0 ' || excluded.cron then excluded.cron else schedule.cron end \
             where schedule.job_kind <> excluded.job_kind",
            [entry.name.into(), entry.cron.into(), entry.catch_up.as_secs_f64().into(), kind.into()],
        ),
    )
    .await?;
    Ok(())
}

/// Where a schedule stands.
///
/// # Errors
/// When the database does not answer.
pub async fn cursor(ctx: &Ctx, name: &str) -> Result<Option<Cursor>> {
    db::one(
        &ctx.db,
        db::sql(
            "select cron, extract(epoch from catch_up)::float8 as catch_up_s, last_tick, paused, business_now() as now from schedule where name = $1",
            [name.into()],
        ),
    )
    .await
}

/// Records a tick with its job, once, whoever comes first. Returns the job if it was this caller.
///
/// # Errors
/// When the database does not answer.
pub async fn tick(ctx: &Ctx, entry: &Entry, at: DateTime<Utc>, next: Option<DateTime<Utc>>) -> Result<Option<JobId>> {
    let tx = ctx.begin().await?;
    let job = tick_in(ctx, &tx, entry, at, None).await?;
    db::exec(
        &tx,
        db::sql(
            "update schedule set last_tick = greatest(last_tick, $2), next_tick = $3 where name = $1",
            [entry.name.into(), at.into(), next.into()],
        ),
    )
    .await?;
    tx.commit().await?;
    Ok(job)
}

async fn tick_in(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    entry: &Entry,
    at: DateTime<Utc>,
    actor: Option<&Actor>,
) -> Result<Option<JobId>> {
    let claimed = db::exec(
        tx,
        db::sql(
            "insert into schedule_tick (name, tick_at, manual) values ($1, $2, $3) on conflict do nothing",
            [entry.name.into(), at.into(), actor.is_some().into()],
        ),
    )
    .await?;
    if claimed == 0 {
        return Ok(None);
    }
    let new = NewJob::new((entry.job)(at)).actor(actor.and_then(Actor::person));
    let id = jobs::enqueue(ctx, tx, new).await?;
    db::exec(
        tx,
        db::sql(
            "update schedule_tick set job_id = $3 where name = $1 and tick_at = $2",
            [entry.name.into(), at.into(), id.into()],
        ),
    )
    .await?;
    Ok(Some(id))
}

/// Says when a schedule ticks next, for the page.
///
/// # Errors
/// When the database does not answer.
pub async fn note_next(ctx: &Ctx, name: &str, next: Option<DateTime<Utc>>) -> Result<()> {
    db::exec(
        &ctx.db,
        db::sql(
            "update schedule set next_tick = $2 where name = $1 and next_tick is distinct from $2",
            [name.into(), next.into()],
        ),
    )
    .await?;
    Ok(())
}

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
    /// Its last tick.
    pub last_tick: DateTime<Utc>,
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

const VIEW: &str = "select s.name, s.cron, s.paused, s.paused_reason, extract(epoch from s.catch_up)::float8 as catch_up_s, s.last_tick, \
     case when not s.paused then s.next_tick end as next_tick, s.job_kind, t.job_id, coalesce(j.state, a.state) as job_state, \
     coalesce(j.finished_at, a.finished_at) as job_finished_at \
     from schedule s left join lateral (select job_id from schedule_tick t where t.name = s.name order by t.tick_at desc limit 1) t on true \
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
        Event::new(event, EventStatus::Warning, format!("The schedule {name} {words}")).actor(actor.person()).metadata(
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
            .actor(actor.person())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_timetable_can_be_read() {
        let now = at("2026-01-01T00:00:00Z");
        for entry in TIMETABLE {
            assert!(Cron::parse(entry.cron, now).is_ok(), "{}", entry.name);
        }
    }

    #[test]
    fn missed_hours_are_caught_up_and_old_ones_left_out() {
        let hourly = Cron::parse("0 * * * *", at("2026-11-22T15:30:00Z")).unwrap();
        let day = Duration::from_hours(24);
        let ticks = hourly.due(at("2026-11-22T15:30:00Z"), at("2026-11-22T18:10:00Z"), day, 100);
        assert_eq!(ticks, [at("2026-11-22T16:00:00Z"), at("2026-11-22T17:00:00Z"), at("2026-11-22T18:00:00Z")]);
        assert!(hourly.due(at("2026-11-22T18:00:00Z"), at("2026-11-22T18:59:59Z"), day, 100).is_empty());
        assert_eq!(hourly.due(at("2026-11-01T00:00:00Z"), at("2026-11-22T18:00:00Z"), day, 100).len(), 24);
    }

    #[test]
    fn expressions_that_never_fire_are_refused() {
        let now = at("2026-11-22T15:30:00Z");
        for bad in ["", "* * *", "0 0 31 2 *", "0 0 30 2 *", "61 * * * *", "x * * * *", "0 0 0 0 0 0 0", "* * * * * * 2020"] {
            let error = Cron::parse(bad, now).unwrap_err();
            assert_eq!(error.fields.first().map(|field| field.pointer.as_str()), Some("/cron"), "{bad:?}");
        }
        assert!(Cron::parse("0 0 29 2 *", now).is_ok(), "leap days come");
        assert_eq!(Cron::parse("30 0 * * * *", now).unwrap().next(now), Some(at("2026-11-22T16:00:30Z")));
    }
}
