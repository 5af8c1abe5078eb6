//! All our machines of a cloud: watched, and compared with the rows.

use std::time::Duration;

use domain::work::Job;
use domain::{JobId, JobState};
use simulators::Stray;

use crate::story::Story;
use crate::world::World;

pub struct Watch;

impl Story for Watch {
    /// The label of a server that it will see.
    type Before = String;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, String) {
        world.exec("delete from cloud_sight", vec![]).await;
        let (vps, order) = world.order().await;
        // The order waits for its machine, and so its cloud is watched; then it finds out by itself.
        let open =
            "select array_agg(id) from job where kind = 'cloud.watch' and state in ('queued', 'waiting', 'retry')";
        let watches = loop {
            world.run_once(order).await;
            let watches: Option<Vec<uuid::Uuid>> = world.scalar(open, vec![]).await;
            if let Some(watches) = watches {
                break watches;
            }
        };
        assert_eq!(watches.len(), 1, "one watch a cloud");
        assert_eq!(world.run_to_end(order).await, JobState::Succeeded);
        (JobId(watches[0]), format!("sp-{}", vps.trim_start_matches("vps_")))
    }

    async fn assert_done(world: &World, _: JobId, before: &String) {
        let seen = "select count(*) from cloud_sight where label = $1 and state = 'running'";
        assert_eq!(world.scalar::<i64>(seen, vec![before.as_str().into()]).await, 1);
    }

    async fn assert_undone(world: &World, job: JobId, _: &String) {
        assert!(!world.words(job).await.trim().is_empty(), "it says why it failed");
    }
}

pub struct Reconcile;

impl Story for Reconcile {
    /// A machine that belongs to nobody.
    type Before = Option<u64>;

    async fn ask(world: &World, _: &str, step: &str) -> (JobId, Option<u64>) {
        if step == "fan_out" {
            return (world.enqueue(Job::ReconcileCloud { cloud: None }).await, None);
        }
        // Only a machine that is older than our newest server is nobody's for sure.
        if world.scalar::<i64>("select count(*) from vps where status = 'running'", vec![]).await == 0 {
            world.server().await;
        }
        let install = domain::health::install_id(&world.app.ctx).await.unwrap();
        let tags = vec!["skypanel".to_owned(), format!("env:{}", install.simple())];
        let stray = world.app.cloud.add_stray(Stray { tags, age_s: 3_600, ..Stray::default() }).unwrap();
        (world.enqueue(Job::ReconcileCloud { cloud: Some(world.cloud) }).await, Some(stray))
    }

    async fn assert_done(world: &World, _: JobId, before: &Option<u64>) {
        if let Some(stray) = before {
            // The provider takes a moment to delete it.
            let gone = testkit::fixture::until(Duration::from_secs(5), || async {
                Ok((!stands(world, *stray)).then_some(()))
            });
            gone.await.expect("a machine that nobody owns is deleted");
            return;
        }
        let asked = "select count(*) from job where kind = 'cloud.reconcile' and target_id = $1";
        assert!(world.scalar::<i64>(asked, vec![world.cloud.into()]).await > 0);
    }

    async fn assert_undone(world: &World, job: JobId, before: &Option<u64>) {
        assert!(!world.words(job).await.trim().is_empty(), "it says why it failed");
        if let Some(stray) = before {
            // Nobody is to find it in the next case.
            let _ = world.app.cloud.vanish(*stray);
        }
    }
}

fn stands(world: &World, machine: u64) -> bool {
    world.app.cloud.truth().instances.iter().any(|instance| instance.id == machine && !instance.deleted)
}
