//! Clouds at providers: asked for their token, and for what they sell.

use domain::JobId;
use domain::work::Job;
use serde_json::json;
use testkit::app::CLOUD_TOKEN;

use crate::story::Story;
use crate::world::World;

async fn told(world: &World, event: &str, job: JobId) -> i64 {
    let sql = "select count(*) from activity where event = $1 and job_id = $2";
    world.scalar(sql, vec![event.into(), job.into()]).await
}

async fn status(world: &World) -> String {
    world.scalar("select status from cloud where id = $1", vec![world.cloud.into()]).await
}

async fn syncs(world: &World) -> i64 {
    world.scalar("select count(*) from job where kind = 'cloud.sync'", vec![]).await
}

pub struct Validate;

impl Story for Validate {
    /// Catalogs asked for so far.
    type Before = i64;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, i64) {
        let admin = world.app.admin().await;
        let path = format!("/api/admin/clouds/{}", world.cloud);
        let changed = admin.patch(&path, &json!({ "token": CLOUD_TOKEN })).await.unwrap();
        assert!(changed.status.is_success(), "{}", changed.body);
        let sql = "select id from job where kind = 'cloud.validate' and state = 'queued'";
        (JobId(world.scalar(sql, vec![]).await), syncs(world).await)
    }

    async fn assert_done(world: &World, job: JobId, before: &i64) {
        assert_eq!(status(world).await, "valid");
        assert_eq!((told(world, "cloud.valid", job).await, told(world, "cloud.invalid", job).await), (1, 0));
        assert_eq!(syncs(world).await, before + 1, "its catalog is asked for once");
    }

    async fn assert_undone(world: &World, job: JobId, before: &i64) {
        assert_eq!(status(world).await, "invalid", "a cloud is not left waiting for its verdict");
        assert_eq!((told(world, "cloud.valid", job).await, told(world, "cloud.invalid", job).await), (0, 1));
        assert_eq!(syncs(world).await, *before);
    }
}

pub struct Sync;

impl Sync {
    async fn sizes(world: &World) -> i64 {
        world.scalar("select count(*) from cloud_type where cloud_id = $1", vec![world.cloud.into()]).await
    }
}

impl Story for Sync {
    /// What the catalog lists; none where each cloud's reading is asked for.
    type Before = Option<i64>;

    async fn ask(world: &World, _: &str, step: &str) -> (JobId, Option<i64>) {
        if step == "fan_out" {
            return (world.enqueue(Job::SyncCloud { cloud: None }).await, None);
        }
        let before = Self::sizes(world).await;
        world.exec("delete from cloud_type where id = 'g6-nanode-1'", vec![]).await;
        (world.enqueue(Job::SyncCloud { cloud: Some(world.cloud) }).await, Some(before))
    }

    async fn assert_done(world: &World, job: JobId, before: &Option<i64>) {
        let Some(before) = before else {
            let asked = "select count(*) from job where kind = 'cloud.sync' and target_id = $1";
            assert!(world.scalar::<i64>(asked, vec![world.cloud.into()]).await > 0);
            return;
        };
        assert_eq!(Self::sizes(world).await, *before, "what was missing is back");
        assert_eq!(told(world, "cloud.sync", job).await, 1);
    }

    async fn assert_undone(world: &World, job: JobId, before: &Option<i64>) {
        let Some(before) = before else {
            assert!(!world.words(job).await.trim().is_empty(), "it says why it failed");
            return;
        };
        assert_eq!(Self::sizes(world).await, before - 1, "the catalog is what it was, not half of a new one");
        assert_eq!(told(world, "cloud.sync", job).await, 0);
        let again = "
            insert into cloud_type
            select cloud_id, 'g6-nanode-1', label, class, vcpus, memory_mib, disk_gib, transfer_gb, hour_micros,
                   month_micros, seen_at
            from cloud_type
            limit 1";
        world.exec(again, vec![]).await;
    }
}
