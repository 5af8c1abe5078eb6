//! The simulated Linode's rate limits, and what it tells of who asked how much.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use simulators::{Config, LimitClass, LimitSettings};

use crate::support::{World, order, quick};

async fn limited(limits: LimitSettings) -> World {
    World::with(Config { limits, ..quick() }).await
}

#[tokio::test]
async fn each_class_has_its_published_limit() {
    let world = limited(LimitSettings::default()).await;
    let id = world.create("sp-one").await;
    let path = format!("/linode/instances/{id}");
    for (method, path, limit) in [
        (Method::POST, "/linode/instances", 20),
        (Method::GET, "/linode/instances", 200),
        (Method::GET, "/linode/types", 200),
        (Method::GET, "/images", 20),
        (Method::GET, "/profile", 1600),
        (Method::POST, "/linode/instances/1/boot", 1600),
        (Method::GET, path.as_str(), 1600),
        (Method::DELETE, path.as_str(), 1600),
    ] {
        let answer = world.try_call(method.clone(), path, Some(&json!({}))).await.expect("answer");
        let told = |name: &str| answer.headers()[name].to_str().expect("text").parse::<i64>().expect("number");
        assert_eq!(told("X-RateLimit-Limit"), limit, "{method} {path}");
        assert!(told("X-RateLimit-Remaining") < limit && told("X-RateLimit-Reset") > 0);
    }
}

#[tokio::test]
async fn limits_shrink_while_it_runs_and_classes_do_not_share() {
    let world = limited(LimitSettings::default()).await;
    assert_eq!(world.get("/linode/instances").await.0, 200);
    let (status, limits) =
        world.control(Method::PUT, "/limits", json!({ "list_max": 1, "window_ms": 300, "retry_after": false })).await;
    assert_eq!((status, &limits["list_max"], &limits["create_max"]), (200, &json!(1), &json!(20)));
    assert_eq!(world.get("/linode/instances").await.0, 200);
    let over = world.try_call(Method::GET, "/linode/instances", None).await.expect("answer");
    assert_eq!(over.status(), 429);
    assert!(!over.headers().contains_key("Retry-After") && over.headers().contains_key("X-RateLimit-Reset"));
    assert_eq!(world.get("/profile").await.0, 200);
    assert_eq!(world.get("/images").await.0, 200);
    world.create("sp-one").await;
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(world.get("/linode/instances").await.0, 200);
}

#[tokio::test]
async fn one_token_does_not_use_up_anothers_limit() {
    let world = limited(LimitSettings { other_max: 1, ..LimitSettings::default() }).await;
    world.sim.set_token("another", true);
    assert_eq!(world.get("/profile").await.0, 200);
    assert_eq!(world.get("/profile").await.0, 429);
    assert_eq!(world.get_as("another", "/profile").await, 200);
    assert_eq!(world.get_as("another", "/profile").await, 429);
}

#[tokio::test]
async fn traffic_is_counted_by_method_route_and_class() {
    let world = limited(LimitSettings { list_max: 2, ..LimitSettings::default() }).await;
    let ids = [world.create("sp-one").await, world.create("sp-two").await];
    for id in ids {
        world.get(&format!("/linode/instances/{id}")).await;
    }
    for expected in [200, 200, 429] {
        assert_eq!(world.get("/linode/instances").await.0, expected);
    }
    world.get("/no/such/thing").await;
    world.control(Method::POST, "/faults", json!({ "fault": "slow", "times": 3, "delay_ms": 150 })).await;
    tokio::join!(world.get("/profile"), world.get("/profile"), world.get("/profile"));

    let traffic = world.sim.traffic();
    assert_eq!(traffic.requests("GET", "/linode/instances/{id}"), 2);
    assert_eq!(traffic.requests("POST", "/linode/instances"), 2);
    assert_eq!(traffic.requests("GET", "other"), 1);
    let lists = traffic.routes.iter().find(|it| it.method == "GET" && it.route == "/linode/instances").expect("lists");
    assert_eq!((lists.class, lists.requests, lists.rate_limited), (LimitClass::List, 3, 1));
    assert_eq!((traffic.rate_limited, traffic.concurrent, traffic.max_concurrent), (1, 0, 3));
    assert_eq!(traffic.connections, 3);

    let (_, told) = world.control(Method::GET, "/traffic", json!({})).await;
    assert_eq!(told, serde_json::to_value(&traffic).expect("json"));
    let (_, state) = world.control(Method::GET, "/state", json!({})).await;
    assert_eq!(state["traffic"], told);
    world.control(Method::POST, "/reset", json!({})).await;
    let (_, told) = world.control(Method::GET, "/traffic", json!({})).await;
    assert_eq!((&told["routes"], &told["max_concurrent"]), (&json!([]), &json!(0)));
    assert_eq!(world.post("/linode/instances", &order("sp-one")).await.1["status"], Value::from("provisioning"));
}
