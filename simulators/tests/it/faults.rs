//! The simulated Linode when things go wrong.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use simulators::{Fault, FaultKind};

use crate::support::{World, order};

const CREATE: &str = "/linode/instances$";

#[tokio::test]
async fn a_lost_answer_leaves_the_machine() {
    let world = World::new().await;
    world.sim.fault(Fault::new(FaultKind::LostAnswer).on("POST", CREATE)).expect("armed");
    assert_eq!(world.post("/linode/instances", &json!({})).await.0, 400, "a refusal is not lost");
    let lost = world.try_call(Method::POST, "/linode/instances", Some(&order("sp-lost"))).await;
    assert!(lost.is_err_and(|error| !error.is_timeout()));
    assert_eq!(world.labels("/linode/instances").await, ["sp-lost"]);
    assert_eq!(world.post("/linode/instances", &order("sp-lost")).await.0, 400);
    let truth = world.sim.truth();
    assert_eq!(truth.creates, 1);
    let answers: Vec<_> = truth.requests.iter().map(|request| (request.status, request.lost)).collect();
    assert_eq!(answers, [(400, false), (200, true), (200, false), (400, false)]);
}

#[tokio::test]
async fn refusals_on_demand_have_no_effect() {
    let world = World::new().await;
    let path = "/faults";
    world.control(Method::POST, path, json!({ "fault": "rate_limited", "path": CREATE, "retry_after_s": 7 })).await;
    let limited = world.try_call(Method::POST, "/linode/instances", Some(&order("sp-one"))).await.expect("answer");
    assert_eq!(limited.status(), 429);
    assert_eq!(limited.headers()["Retry-After"], "7");
    for status in [500, 502, 503] {
        let fault = json!({ "fault": "server_error", "method": "POST", "status": status });
        assert_eq!(world.control(Method::POST, path, fault).await.0, 200);
        let broken = world.try_call(Method::POST, "/linode/instances", Some(&order("sp-one"))).await.expect("answer");
        assert_eq!(broken.status(), status);
        let html = broken.headers()["Content-Type"] == "text/html";
        assert_eq!(html, status == 502);
    }
    assert_eq!(world.sim.truth().creates, 0);
    let after = Fault { status: Some(503), after_effect: true, ..Fault::new(FaultKind::ServerError) };
    world.sim.fault(after).expect("armed");
    assert_eq!(world.post("/linode/instances", &order("sp-one")).await.0, 503);
    assert_eq!(world.sim.truth().creates, 1);
}

#[tokio::test]
async fn a_lagging_list_hides_a_new_machine() {
    let world = World::new().await;
    let lag = Fault { lag_ms: Some(150), ..Fault::new(FaultKind::ListLag) };
    world.sim.fault(lag).expect("armed");
    let id = world.create("sp-late").await;
    assert!(world.labels("/linode/instances").await.is_empty());
    assert_eq!(world.get(&format!("/linode/instances/{id}")).await.0, 200);
    assert_eq!(world.post("/linode/instances", &order("sp-late")).await.0, 400);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.labels("/linode/instances").await, ["sp-late"]);
}

#[tokio::test]
async fn a_failing_boot_ends_offline() {
    let world = World::new().await;
    world.sim.fault(Fault::new(FaultKind::BootFails)).expect("armed");
    let id = world.create("sp-broken").await;
    world.until(id, "offline").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(world.get(&format!("/linode/instances/{id}")).await.1["status"], "offline");
    assert_eq!(world.get("/account/events").await.1["data"][0]["status"], "failed");
    let healthy = world.create("sp-healthy").await;
    world.until(healthy, "running").await;
}

#[tokio::test]
async fn a_slow_answer_is_late_but_its_effect_is_not() {
    let world = World::new().await;
    let slow = Fault { delay_ms: Some(300), ..Fault::new(FaultKind::Slow) };
    world.sim.fault(slow).expect("armed");
    let begun = Instant::now();
    let (answer, effect) = tokio::join!(world.create("sp-slow"), async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        world.sim.truth().creates
    });
    assert!(answer > 0 && effect == 1);
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn down_closes_every_connection() {
    let world = World::new().await;
    assert_eq!(world.get("/profile").await.0, 200);
    world.control(Method::PUT, "/down", json!({ "down": true })).await;
    for _ in 0..2 {
        assert!(world.try_call(Method::GET, "/profile", None).await.is_err());
    }
    world.control(Method::PUT, "/down", json!({ "down": false })).await;
    assert_eq!(world.get("/profile").await.0, 200);
}

#[tokio::test]
async fn faults_are_listed_counted_and_checked() {
    let world = World::new().await;
    let fault = Fault::new(FaultKind::RateLimited).on("GET", "^/profile$").times(2);
    world.sim.fault(fault).expect("armed");
    assert_eq!(world.get("/account").await.0, 200);
    assert_eq!(world.get("/profile").await.0, 429);
    let (_, left) = world.control(Method::GET, "/faults", json!({})).await;
    assert_eq!(left["items"][0]["times"], 1);
    assert_eq!(world.get("/profile").await.0, 429);
    assert_eq!(world.get("/profile").await.0, 200);
    for bad in [
        json!({ "fault": "nonsense" }),
        json!({ "fault": "slow", "path": "(" }),
        json!({ "fault": "slow", "times": 0 }),
        json!({ "fault": "slow", "probability": 0.0 }),
        json!({ "fault": "slow", "probability": 1.1 }),
    ] {
        assert_eq!(world.control(Method::POST, "/faults", bad).await.0, 400);
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_world() {
    let (one, other) = (World::new().await, World::new().await);
    let first = one.post("/linode/instances", &order("sp-one")).await.1;
    let second = other.post("/linode/instances", &order("sp-one")).await.1;
    for member in ["id", "ipv4", "ipv6", "host_uuid"] {
        assert_eq!(first[member], second[member]);
    }
    other.control(Method::POST, "/reset", json!({ "seed": 77 })).await;
    assert!(other.sim.truth().instances.is_empty());
    let third = other.post("/linode/instances", &order("sp-one")).await.1;
    assert_ne!(first["ipv4"], third["ipv4"]);
}

#[tokio::test]
async fn timing_changes_and_state_tells() {
    let world = World::new().await;
    let (_, timing) = world.control(Method::PUT, "/timing", json!({ "boot_ms": 60_000 })).await;
    assert_eq!(timing, json!({ "boot_ms": 60_000, "power_ms": 30, "delete_ms": 30, "lag_ms": 0 }));
    world.create("sp-slow").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (_, state) = world.control(Method::GET, "/state", json!({})).await;
    assert_eq!(state["instances"][0]["status"], "provisioning");
    assert_eq!(state["instances"][0]["type"], "g6-nanode-1");
    assert_eq!((&state["creates"], &state["requests"][0]["method"]), (&json!(1), &json!("POST")));
}

#[tokio::test]
async fn a_lost_request_has_no_effect_and_no_answer() {
    let world = World::new().await;
    world.sim.fault(Fault::new(FaultKind::LostRequest).on("POST", CREATE)).expect("armed");
    let lost = world.try_call(Method::POST, "/linode/instances", Some(&order("sp-lost"))).await;
    assert!(lost.is_err_and(|error| !error.is_timeout()));
    let truth = world.sim.truth();
    assert_eq!((truth.creates, truth.requests[0].status, truth.requests[0].lost), (0, 0, true));
    world.create("sp-lost").await;
}

#[tokio::test]
async fn a_hanging_request_is_never_answered() {
    let world = World::new().await;
    for (after_effect, creates) in [(false, 0), (true, 1)] {
        let hang = Fault { after_effect, ..Fault::new(FaultKind::Hang).on("POST", CREATE) };
        world.sim.fault(hang).expect("armed");
        let body = order("sp-hang");
        let call = world.try_call(Method::POST, "/linode/instances", Some(&body));
        assert!(tokio::time::timeout(Duration::from_millis(200), call).await.is_err());
        assert_eq!(world.sim.truth().creates, creates);
    }
    assert_eq!(world.labels("/linode/instances").await, ["sp-hang"]);
}

#[tokio::test]
async fn a_late_effect_comes_although_the_caller_gave_up() {
    let world = World::new().await;
    let late = Fault { delay_ms: Some(250), ..Fault::new(FaultKind::LateEffect).on("POST", CREATE) };
    world.sim.fault(late).expect("armed");
    let body = order("sp-late");
    let call = world.try_call(Method::POST, "/linode/instances", Some(&body));
    assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    assert!(world.labels("/linode/instances").await.is_empty());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(world.labels("/linode/instances").await, ["sp-late"]);
}

#[tokio::test]
async fn a_chance_of_a_fault_is_replayable() {
    const ASKED: usize = 60;
    let strikes = async |seed| {
        let world = World::new().await;
        world.sim.fault(Fault::new(FaultKind::RateLimited).times(1000).likely(0.5, seed)).expect("armed");
        let mut seen = Vec::new();
        for _ in 0..ASKED {
            seen.push(world.get("/profile").await.0 == 429);
        }
        seen
    };
    let (one, same, other) = (strikes(7).await, strikes(7).await, strikes(8).await);
    assert_eq!(one, same);
    assert_ne!(one, other);
    let hits = one.iter().filter(|hit| **hit).count();
    assert!((10..50).contains(&hits), "{hits}");
}
