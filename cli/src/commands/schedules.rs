//! `skypanel schedules`.

use api::routes::admin::jobs::AdminJob;
use api::routes::admin::schedules::{Schedule, ScheduleJob, Tick};
use api::wire::{List, Paged, json_of};
use domain::page::PageRequest;
use domain::schedule::{self, ScheduleChange, ScheduleView, TickRow};
use domain::{Actor, Ctx, work};
use runtime::settings::Source;

use super::output::{self, dash, on_record, span, time, time_or_dash};
use crate::args::operator::{Output, Rows, Schedules, Told};
use crate::wiring::{Purpose, ready_ctx};

/// Shows schedules, runs, pauses and changes them.
pub async fn run(source: &Source, output: Output, what: Option<Schedules>) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    let paused = |paused| ScheduleChange { paused: Some(paused), ..ScheduleChange::default() };
    match what.unwrap_or(Schedules::List) {
        Schedules::List => {
            let found = schedule::list(&ctx, &Actor::Operator).await?;
            if output.json {
                output::json(&json_of(&List::of(found, Schedule::from)));
            } else {
                table(&found);
            }
            Ok(())
        }
        Schedules::Run(told) => run_now(&ctx, &told, output).await,
        Schedules::Pause(told) => change(&ctx, &told.id, paused(true), &told.reason, output).await,
        Schedules::Resume(told) => change(&ctx, &told.id, paused(false), &told.reason, output).await,
        Schedules::SetCron { id, cron, reason } => {
            let to = ScheduleChange { cron: Some(cron), ..ScheduleChange::default() };
            change(&ctx, &id, to, &reason, output).await
        }
        Schedules::History { id, rows } => history(&ctx, &id, rows, output).await,
    }
}

async fn run_now(ctx: &Ctx, told: &Told, output: Output) -> anyhow::Result<()> {
    let actor = Actor::Operator;
    let id = schedule::run_now(ctx, &actor, &told.id, &on_record(&told.reason)).await?;
    if output.json {
        let job = AdminJob::whole(work::admin_get(ctx, &actor, id).await?);
        output::json(&json_of(&ScheduleJob::from(job)));
    } else {
        say!("It runs as {id}; follow it with `skypanel jobs show {id}`.");
    }
    Ok(())
}

async fn change(ctx: &Ctx, name: &str, to: ScheduleChange, reason: &str, output: Output) -> anyhow::Result<()> {
    let changed = schedule::change(ctx, &Actor::Operator, name, &to, &on_record(reason)).await?;
    if output.json {
        output::json(&json_of(&Schedule::from(changed)));
    } else {
        table(&[changed]);
    }
    Ok(())
}

async fn history(ctx: &Ctx, name: &str, rows: Rows, output: Output) -> anyhow::Result<()> {
    let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
    let page = schedule::history(ctx, &Actor::Operator, name, &request).await?;
    if output.json {
        output::json(&json_of(&Paged::of(page, Tick::from)));
        return Ok(());
    }
    let row = |tick: &TickRow| {
        [
            time(tick.tick_at),
            time(tick.made_at),
            if tick.manual { "by hand" } else { "on time" }.to_owned(),
            tick.job_id.map_or_else(dash, |id| id.to_string()),
            tick.job_state.map_or_else(dash, |state| state.to_string()),
            time_or_dash(tick.job_finished_at),
        ]
    };
    output::rows(["tick", "created", "how", "job", "state", "ended"], page.items.iter().map(row));
    output::more(page.next.as_deref());
    Ok(())
}

fn table(schedules: &[ScheduleView]) {
    let row = |schedule: &ScheduleView| {
        [
            schedule.name.clone(),
            schedule.cron.clone(),
            match &schedule.paused_reason {
                Some(reason) if schedule.paused => format!("paused: {reason}"),
                _ if schedule.paused => "paused".to_owned(),
                _ => "active".to_owned(),
            },
            schedule.last_tick.map_or_else(|| "never".to_owned(), time),
            time_or_dash(schedule.next_tick),
            span(schedule.catch_up_s),
            schedule.job_state.map_or_else(dash, |state| state.to_string()),
            schedule.job_id.map_or_else(dash, |id| id.to_string()),
        ]
    };
    output::rows(
        ["schedule", "cron", "state", "last tick", "next tick", "catch-up", "last job", ""],
        schedules.iter().map(row),
    );
}
