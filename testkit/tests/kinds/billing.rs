//! Hours are charged once, and wallets are looked after once.

use chrono::{DateTime, TimeDelta, Utc};
use domain::work::Job;
use domain::{JobId, JobState};

use crate::story::Story;
use crate::world::World;

pub struct Charge;
pub struct Chunk;
pub struct Watch;

/// How things stood, and the tick that is charged.
pub struct Before {
    balance: i64,
    hours: i64,
    tick: DateTime<Utc>,
}

async fn hours(world: &World) -> i64 {
    world.scalar("select count(*) from usage_line", vec![]).await
}

/// An hour later than the last time, with a server that is charged.
async fn an_hour_later(world: &World) -> Before {
    let running: i64 = world.scalar("select count(*) from usage_segment where ended_at is null", vec![]).await;
    if running == 0 {
        world.server().await;
    }
    let ticks: i64 = world.scalar("select count(*) from job where kind = 'billing.charge'", vec![]).await;
    world.app.set_ahead(TimeDelta::hours(ticks + 1)).await;
    let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
    Before { balance: world.app.balance(world.org).await, hours: hours(world).await, tick }
}

/// The jobs of the chunks into which the tick was divided.
async fn run_chunks(world: &World) {
    let chunks = "select coalesce(array_agg(id), '{}') from job
                  where kind = 'billing.charge_chunk' and state in ('queued', 'waiting', 'retry')";
    for id in world.scalar::<Vec<uuid::Uuid>>(chunks, vec![]).await {
        assert_eq!(world.run_to_end(JobId(id)).await, JobState::Succeeded);
    }
}

async fn assert_charged(world: &World, before: &Before) {
    assert_eq!(hours(world).await, before.hours + 1, "one hour more is charged");
    let paid = before.balance - world.app.balance(world.org).await;
    assert!((8_219..=8_220).contains(&paid), "an hour of $6 a month, not {paid}");
    let journals = "select count(*) from journal where idem_key like $1";
    let key = format!("usage:{}:%", before.tick.timestamp());
    assert_eq!(world.scalar::<i64>(journals, vec![key.into()]).await, 1);
}

async fn assert_not_charged_twice(world: &World, before: &Before) {
    let (charged, paid) = (hours(world).await - before.hours, before.balance - world.app.balance(world.org).await);
    assert!((charged == 0 && paid == 0) || (charged == 1 && paid > 0), "{charged} hours for {paid}");
}

impl Story for Charge {
    type Before = Before;

    const FAILS_AS: JobState = JobState::Stuck;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, Before) {
        let before = an_hour_later(world).await;
        (world.enqueue(Job::ChargeUsage { tick: before.tick }).await, before)
    }

    async fn assert_done(world: &World, job: JobId, before: &Before) {
        let runs = "select count(*) from charge_run where id = $1";
        assert_eq!(world.scalar::<i64>(runs, vec![job.into()]).await, 1, "divided once");
        run_chunks(world).await;
        assert_charged(world, before).await;
    }

    async fn assert_undone(world: &World, _: JobId, before: &Before) {
        assert_not_charged_twice(world, before).await;
    }
}

impl Story for Chunk {
    type Before = Before;

    const FAILS_AS: JobState = JobState::Stuck;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, Before) {
        let before = an_hour_later(world).await;
        let run = world.enqueue(Job::ChargeUsage { tick: before.tick }).await;
        assert_eq!(world.run_to_end(run).await, JobState::Succeeded);
        let chunk = "select job_id from charge_chunk where run_id = $1";
        (JobId(world.scalar::<uuid::Uuid>(chunk, vec![run.into()]).await), before)
    }

    async fn assert_done(world: &World, job: JobId, before: &Before) {
        assert_charged(world, before).await;
        let reported = "select coalesce(sum(lines), 0)::bigint from charge_chunk where job_id = $1";
        assert_eq!(world.scalar::<i64>(reported, vec![job.into()]).await, 1, "the report has the hour");
    }

    async fn assert_undone(world: &World, _: JobId, before: &Before) {
        assert_not_charged_twice(world, before).await;
    }
}

impl Story for Watch {
    type Before = i64;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, i64) {
        // Everything that a notice is about is set straight into the tables: an episode of its own each time.
        world
            .exec(
                "update wallet_forecast set zero_at = business_now() + interval '5 hours', computed = moved,
                   episode = episode + 1 where org_id = $1",
                vec![world.org.into()],
            )
            .await;
        let told = world.scalar::<i64>("select count(*) from wallet_notice", vec![]).await;
        (world.enqueue(Job::WatchWallets { org: None }).await, told)
    }

    async fn assert_done(world: &World, _: JobId, told: &i64) {
        let notices = "select count(*) from wallet_notice";
        assert_eq!(world.scalar::<i64>(notices, vec![]).await, told + 1, "one notice");
        let kinds = "select string_agg(distinct kind, ',') from wallet_notice";
        assert_eq!(world.scalar::<String>(kinds, vec![]).await, "runway_24");
        let mails = "select count(*) from job where kind = 'mail.send' and params->>'mail' = 'low_balance'";
        assert_eq!(world.scalar::<i64>(mails, vec![]).await, told + 1, "and its mail");
    }

    async fn assert_undone(world: &World, _: JobId, told: &i64) {
        let left = world.scalar::<i64>("select count(*) from wallet_notice", vec![]).await;
        assert!((*told..=told + 1).contains(&left), "a notice is written once or not at all");
    }
}
