//! Hours are charged once.

use chrono::{DateTime, TimeDelta, Utc};
use domain::work::Job;
use domain::{JobId, JobState};

use crate::story::Story;
use crate::world::World;

pub struct Charge;

/// How things stood, and the tick that is charged.
pub struct Before {
    balance: i64,
    hours: i64,
    tick: DateTime<Utc>,
}

async fn hours(world: &World) -> i64 {
    world.scalar("select count(*) from usage_line", vec![]).await
}

impl Story for Charge {
    type Before = Before;

    const FAILS_AS: JobState = JobState::Stuck;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, Before) {
        let running: i64 = world.scalar("select count(*) from usage_segment where ended_at is null", vec![]).await;
        if running == 0 {
            world.server().await;
        }
        let ticks: i64 = world.scalar("select count(*) from job where kind = 'billing.charge'", vec![]).await;
        world.app.set_ahead(TimeDelta::hours(ticks + 1)).await;
        let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
        let before = Before { balance: world.app.balance(world.org).await, hours: hours(world).await, tick };
        (world.enqueue(Job::ChargeUsage { tick }).await, before)
    }

    async fn assert_done(world: &World, _: JobId, before: &Before) {
        assert_eq!(hours(world).await, before.hours + 1, "one hour more is charged");
        let paid = before.balance - world.app.balance(world.org).await;
        assert!((8_219..=8_220).contains(&paid), "an hour of $6 a month, not {paid}");
        let journals = "select count(*) from journal where idem_key like $1";
        let key = format!("usage:{}:%", before.tick.timestamp());
        assert_eq!(world.scalar::<i64>(journals, vec![key.into()]).await, 1);
    }

    async fn assert_undone(world: &World, _: JobId, before: &Before) {
        let (charged, paid) = (hours(world).await - before.hours, before.balance - world.app.balance(world.org).await);
        assert!((charged == 0 && paid == 0) || (charged == 1 && paid > 0), "{charged} hours for {paid}");
    }
}
