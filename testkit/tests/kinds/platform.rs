//! The platform's own.

use domain::JobId;
use domain::jobs::Job;

use crate::story::Story;
use crate::world::World;

pub struct Tidy;

async fn expired(world: &World) -> i64 {
    world.scalar("select count(*) from session where expires_at < business_now() - interval '1 day'", vec![]).await
}

impl Story for Tidy {
    type Before = ();

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, ()) {
        world.app.admin().await;
        let sql = "update session set expires_at = business_now() - interval '2 days' where id in (select id from session order by created_at desc limit 1)";
        world.exec(sql, vec![]).await;
        let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
        (world.enqueue(Job::Tidy { tick }).await, ())
    }

    async fn assert_done(world: &World, _: JobId, (): &()) {
        assert_eq!(expired(world).await, 0);
    }

    async fn assert_undone(world: &World, _: JobId, (): &()) {
        assert!(expired(world).await > 0, "all of it happens or nothing");
    }
}

pub struct Probe;

impl Story for Probe {
    type Before = ();

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, ()) {
        (world.enqueue(Job::Probe {}).await, ())
    }

    async fn assert_done(world: &World, job: JobId, (): &()) {
        let rows = "select count(*) from job_step where job_id = $1 and phase = 'done'";
        assert_eq!(world.scalar::<i64>(rows, vec![job.into()]).await, 0, "it writes nothing but that it is done");
    }

    async fn assert_undone(world: &World, job: JobId, (): &()) {
        assert!(!world.words(job).await.trim().is_empty(), "it says why it failed");
    }
}
