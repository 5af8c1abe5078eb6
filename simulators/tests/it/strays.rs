//! Machines that appear and vanish without the API, and that outlive the simulator.

use reqwest::Method;
use serde_json::json;
use simulators::{Config, Stray};

use crate::support::{World, quick};

#[tokio::test]
async fn a_stray_is_there_although_nobody_ordered_it() {
    let world = World::new().await;
    let wanted = json!({ "label": "sp-stray", "tags": ["skypanel", "env:test"], "age_s": 7200 });
    let (status, answer) = world.control(Method::POST, "/instances", wanted.clone()).await;
    assert_eq!(status, 200, "{answer}");
    let id = answer["id"].as_u64().expect("id");
    let (_, machine) = world.get(&format!("/linode/instances/{id}")).await;
    assert_eq!((&machine["status"], &machine["tags"]), (&json!("running"), &json!(["skypanel", "env:test"])));
    let (_, list) = world.get_filtered("/linode/instances", r#"{"tags":"env:test"}"#).await;
    assert_eq!(list["results"], 1);
    let truth = world.sim.truth();
    assert_eq!((truth.creates, truth.instances[0].stray), (0, true));
    let other = world.create("sp-ordered").await;
    assert!(machine["created"].as_str() < world.get(&format!("/linode/instances/{other}")).await.1["created"].as_str());
    world.call(Method::DELETE, &format!("/linode/instances/{id}"), None).await;
    world.until(id, "gone").await;

    for bad in [json!({ "type": "g6-none" }), json!({ "label": "sp-ordered" }), json!({ "lable": "x" })] {
        assert_eq!(world.control(Method::POST, "/instances", bad).await.0, 400);
    }
    assert!(world.sim.add_stray(Stray::default()).is_ok());
}

#[tokio::test]
async fn a_machine_vanishes_behind_our_back() {
    let world = World::new().await;
    let id = world.create("sp-gone").await;
    assert_eq!(world.control(Method::DELETE, &format!("/instances/{id}"), json!({})).await.0, 200);
    assert_eq!(world.get(&format!("/linode/instances/{id}")).await.0, 404);
    assert!(world.labels("/linode/instances").await.is_empty());
    let truth = world.sim.truth();
    assert_eq!((truth.deletes, truth.instances[0].deleted), (0, true));
    assert_eq!(world.control(Method::DELETE, &format!("/instances/{id}"), json!({})).await.0, 404);
    assert_eq!(world.control(Method::DELETE, "/instances/x", json!({})).await.0, 400);
    world.create("sp-gone").await;
}

#[tokio::test]
async fn machines_outlive_the_simulator() {
    let folder = Folder::new("outlive");
    let config = Config { state: Some(folder.0.join("cloud.json")), ..quick() };
    let world = World::with(config.clone()).await;
    let kept = world.create("sp-kept").await;
    let gone = world.create("sp-gone").await;
    world.until(kept, "running").await;
    world.call(Method::DELETE, &format!("/linode/instances/{gone}"), None).await;
    let before = world.get(&format!("/linode/instances/{kept}")).await.1;
    let first_ids: Vec<_> = world.sim.truth().requests.into_iter().map(|it| it.request_id).collect();
    // As killed: nothing is told to stop before the next one starts.
    let next = World::with(config.clone()).await;
    assert_eq!(next.get(&format!("/linode/instances/{kept}")).await.1, before);
    next.until(gone, "gone").await;
    let truth = next.sim.truth();
    assert_eq!((truth.creates, truth.deletes, truth.instances.len()), (2, 1, 2));
    assert!(truth.requests.iter().all(|it| !first_ids.contains(&it.request_id)));
    let later = next.create("sp-later").await;
    assert!(later > gone);
    assert_ne!(next.get(&format!("/linode/instances/{later}")).await.1["ipv4"], before["ipv4"]);
    assert_eq!(next.get("/linode/instances").await.1["results"], 2);
    next.control(Method::POST, "/reset", json!({})).await;
    next.sim.shutdown().await;
    assert!(World::with(config).await.sim.truth().instances.is_empty());
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_left_alone() {
    let folder = Folder::new("foreign");
    let path = folder.0.join("cloud.json");
    std::fs::write(&path, "{}").expect("write");
    let error = simulators::start(Config { state: Some(path.clone()), ..quick() }).await.err().expect("refused");
    assert!(format!("{error:#}").contains("remove it to start with none"), "{error:#}");
    assert_eq!(std::fs::read_to_string(&path).expect("read"), "{}");
}

/// A folder of one test, removed with it.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("skypanel-sim-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_machine_is_denied_and_shown_again() {
    let world = World::new().await;
    let id = world.create("sp-hidden").await;
    let path = format!("/linode/instances/{id}");
    world.control(Method::PUT, &format!("/instances/{id}"), json!({ "hidden": true })).await;
    assert_eq!(world.get(&path).await.0, 404);
    assert_eq!(world.get("/linode/instances").await.1["results"], 0);
    assert!(!world.sim.truth().instances[0].deleted, "it exists");
    world.control(Method::PUT, &format!("/instances/{id}"), json!({ "hidden": false })).await;
    assert_eq!(world.get(&path).await.0, 200);
}

#[tokio::test]
async fn another_accounts_token_sees_an_empty_account() {
    let world = World::new().await;
    let id = world.create("sp-home").await;
    let other = json!({ "token": "dev-token", "valid": true, "account": "OTHER" });
    world.control(Method::PUT, "/token", other).await;
    assert_eq!(world.get("/account").await.1["euuid"], "OTHER");
    assert_eq!(world.get("/linode/instances").await.1["results"], 0);
    assert_eq!(world.get("/account/events").await.1["results"], 0);
    assert_eq!(world.get(&format!("/linode/instances/{id}")).await.0, 404);
    assert_eq!(world.get("/linode/types").await.0, 200);
    world.sim.set_token("dev-token", true);
    assert_eq!(world.get("/linode/instances").await.1["results"], 1);
}
