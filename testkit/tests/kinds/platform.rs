//! The platform's own.

use domain::jobs::{Job, JobFilter, bulk_start};
use domain::{Actor, BulkAction, JobId, JobState};

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
        let sql = "
            update session
            set expires_at = business_now() - interval '2 days'
            where id in (select id from session order by created_at desc limit 1)";
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
        (world.enqueue(Job::Probe { sleep_ms: None }).await, ())
    }

    async fn assert_done(world: &World, job: JobId, (): &()) {
        let rows = "select count(*) from job_step where job_id = $1 and phase = 'done'";
        assert_eq!(world.scalar::<i64>(rows, vec![job.into()]).await, 0, "it writes nothing but that it is done");
    }

    async fn assert_undone(world: &World, job: JobId, (): &()) {
        assert!(!world.words(job).await.trim().is_empty(), "it says why it failed");
    }
}

pub struct Bulk;

/// Failed jobs, and those of them that were taken up, and how often in all.
const TAKEN_UP: &str = "
select count(*)
from job f
where f.kind = 'platform.probe' and f.id = any($1) and exists (select from job r where r.retry_of = f.id)";

impl Story for Bulk {
    /// The failed jobs that it is about.
    type Before = Vec<uuid::Uuid>;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, Vec<uuid::Uuid>) {
        world.exec("update job set discarded_at = now() where state = 'failed'", vec![]).await;
        let failed = "
            with made as (
                insert into job (id, kind, queue, max_attempts, deadline_at, state, finished_at, error_code)
                select gen_random_uuid(), 'platform.probe', 'mail', 3, now() + interval '5 min', 'failed', now(),
                       'story' || $1
                from generate_series(1, 3)
                returning id)
            select array_agg(id) from made";
        let story: i64 = world.scalar("select count(*) from job_bulk", vec![]).await;
        let before = world.scalar(failed, vec![story.to_string().into()]).await;
        let filter =
            JobFilter { state: Some(JobState::Failed), error: Some(format!("story{story}")), ..JobFilter::default() };
        let ctx = &world.app.ctx;
        let started = bulk_start(ctx, &Actor::operator(), BulkAction::Retry, &filter, "a story", Some(3)).await;
        (started.unwrap(), before)
    }

    async fn assert_done(world: &World, job: JobId, before: &Vec<uuid::Uuid>) {
        assert_eq!(world.scalar::<i64>(TAKEN_UP, vec![before.clone().into()]).await, 3);
        let counted = "select done + refused from job_bulk order by created_at desc limit 1";
        assert_eq!(world.scalar::<i32>(counted, vec![]).await, 3, "{job} counted each once");
    }

    async fn assert_undone(world: &World, job: JobId, before: &Vec<uuid::Uuid>) {
        let taken_up: i64 = world.scalar(TAKEN_UP, vec![before.clone().into()]).await;
        assert!((0..=3).contains(&taken_up), "each at most once, which an index sees to");
        assert!(!world.words(job).await.trim().is_empty(), "it says why it failed");
    }
}

pub struct Archive;

/// How often a job stands at hand, and in the archive.
async fn places(world: &World, job: uuid::Uuid) -> (i64, i64) {
    let count = |table: &str| format!("select count(*) from {table} where id = $1");
    let at_hand = world.scalar(&count("job"), vec![job.into()]).await;
    (at_hand, world.scalar(&count("job_archive"), vec![job.into()]).await)
}

impl Story for Archive {
    /// A job that is to go.
    type Before = uuid::Uuid;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, uuid::Uuid) {
        let old = "
            with made as (
                insert into job (id, kind, queue, max_attempts, deadline_at, state, finished_at)
                values (gen_random_uuid(), 'platform.probe', 'mail', 3, now(), 'succeeded',
                        now() - interval '40 days')
                returning id),
            told as (
                insert into job_step (job_id, step, lease_token, phase, name)
                select id, 0, 1, 'done', 'probe' from made)
            select id from made";
        let before = world.scalar(old, vec![]).await;
        let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
        (world.enqueue(Job::Archive { tick }).await, before)
    }

    async fn assert_done(world: &World, _: JobId, before: &uuid::Uuid) {
        assert_eq!(places(world, *before).await, (0, 1));
        let steps = "select count(*) from job_step_archive where job_id = $1";
        assert_eq!(world.scalar::<i64>(steps, vec![(*before).into()]).await, 1);
        let shown = domain::jobs::admin_get(&world.app.ctx, &Actor::operator(), JobId(*before)).await.unwrap();
        assert!(shown.archived, "an operator still finds it");
        assert_eq!(shown.timeline.len(), 1, "with its timeline");
    }

    async fn assert_undone(world: &World, _: JobId, before: &uuid::Uuid) {
        let (at_hand, archived) = places(world, *before).await;
        assert_eq!(at_hand + archived, 1, "it is in one place");
    }
}
