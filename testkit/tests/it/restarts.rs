//! A restart is over when the provider says so, and a wait ends when what it waits for is so.

use std::time::{Duration, Instant};

use domain::db;
use serde_json::json;
use simulators::{Fault, FaultKind, Timing};
use testkit::client::text;
use testkit::fixture::{await_status, fresh_key, order, until};

use crate::machines::{LONG, World};

async fn reboot(world: &World, vps: &str) -> String {
    let path = format!("/api/vps/{vps}/action");
    let asked = world.casey.post(&path, &json!({ "action": "reboot" })).await.unwrap().expect(202);
    text(&asked, "/job/id")
}

async fn state(world: &World, job: &str) -> String {
    text(&world.casey.get(&format!("/api/jobs/{job}")).await.unwrap().expect(200), "/state")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_has_rebooted_when_the_providers_own_event_is_over() {
    let world = World::start().await;
    let (vps, _) = world.server("web-1").await;
    // The provider accepts the request, and begins later: until then the machine looks as before.
    world.app.cloud.set_timing(Timing { power_ms: 700, lag_ms: 900, ..Timing::default() });
    let began = Instant::now();
    let job = reboot(&world, &vps).await;
    while began.elapsed() < Duration::from_millis(1_400) {
        assert_ne!(state(&world, &job).await, "succeeded", "after {:?} it had not even begun", began.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    await_status(&world.casey, &vps, "running", LONG).await.unwrap();
    assert_eq!(state(&world, &job).await, "succeeded");
    assert!(began.elapsed() >= Duration::from_millis(1_600), "done after {:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reboot_of_a_second_is_done_within_three_of_the_watchers_next_look() {
    let world = World::start().await;
    let (vps, _) = world.server("web-1").await;
    world.app.cloud.set_timing(Timing { power_ms: 1_000, ..Timing::default() });
    for _ in 0..3 {
        let began = Instant::now();
        let job = reboot(&world, &vps).await;
        await_status(&world.casey, &vps, "running", LONG).await.unwrap();
        let took = began.elapsed();
        assert_eq!(state(&world, &job).await, "succeeded");
        // A second for the machine, a look of the watcher, and as much again for a machine that is busy with tests.
        assert!(took < Duration::from_secs(4), "{took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_runs_already_is_not_waited_for() {
    let world = World::start().await;
    // The order's answer is lost, and the machine runs long before anybody looks for it.
    world.app.cloud.set_timing(Timing { boot_ms: 1, ..Timing::default() });
    world.app.cloud.fault(Fault { method: Some("POST".to_owned()), ..Fault::new(FaultKind::LostAnswer) }).unwrap();
    let began = Instant::now();
    let ordered = world.casey.post_once("/api/vps", &order(&world.plan, "web-1"), &fresh_key()).await.unwrap();
    let vps = text(&ordered.expect(202), "/vps/id");
    await_status(&world.casey, &vps, "running", LONG).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(world.app.cloud.truth().creates, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_names_what_it_waits_for() {
    let world = World::start().await;
    let (vps, _) = world.server("web-1").await;
    world.app.cloud.set_timing(Timing { power_ms: 1_500, ..Timing::default() });
    world.act(&vps, "shutdown").await;
    let awaits = "select step_data->>'awaits' from job where kind = 'vps.power' and state = 'waiting'";
    let named: String =
        until(LONG, async || Ok(db::scalar(&world.app.ctx.db, db::sql(awaits, [])).await?)).await.unwrap();
    assert_eq!(named, r#"["stopped", "gone"]"#);
    await_status(&world.casey, &vps, "stopped", LONG).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_runs_is_not_destroyed_because_its_order_is_late() {
    let world = World::start().await;
    world.app.cloud.set_timing(Timing { boot_ms: 900, ..Timing::default() });
    let ordered = world.casey.post_once("/api/vps", &order(&world.plan, "web-1"), &fresh_key()).await.unwrap();
    let vps = text(&ordered.expect(202), "/vps/id");
    let late = "update job set deadline_at = now() - interval '1 hour'
                where kind = 'vps.provision' and state = 'waiting'";
    until(LONG, async || Ok((db::exec(&world.app.ctx.db, db::sql(late, [])).await? == 1).then_some(()))).await.unwrap();
    await_status(&world.casey, &vps, "running", LONG).await.unwrap();
    assert!(world.stands(&world.machine(&vps).await));
    world.app.check_books().await;
}
