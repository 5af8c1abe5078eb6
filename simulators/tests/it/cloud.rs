//! The simulated Linode when nothing goes wrong.

use reqwest::Method;
use serde_json::json;
use simulators::{Config, LimitSettings};

use crate::support::{World, labels, order, quick};

#[tokio::test]
async fn a_machine_lives_and_dies() {
    let world = World::new().await;
    let (_, machine) = world.post("/linode/instances", &order("sp-one")).await;
    assert_eq!(machine["status"], "provisioning");
    assert!(machine["ipv4"][0].as_str().is_some_and(|ip| ip.starts_with("203.0.113.")));
    assert!(machine["ipv6"].as_str().is_some_and(|ip| ip.starts_with("2001:db8:") && ip.ends_with("/128")));
    let id = machine["id"].as_u64().expect("id");
    let path = format!("/linode/instances/{id}");

    let busy = world.post(&format!("{path}/reboot"), &json!({})).await;
    assert_eq!(busy, (400, json!({ "errors": [{ "reason": "Linode busy." }] })));
    world.until(id, "running").await;
    for (action, through, end) in
        [("shutdown", "shutting_down", "offline"), ("boot", "booting", "running"), ("reboot", "rebooting", "running")]
    {
        assert_eq!(world.post(&format!("{path}/{action}"), &json!({})).await, (200, json!({})));
        assert_eq!(world.get(&path).await.1["status"], through);
        world.until(id, end).await;
    }
    assert_eq!(world.call(Method::DELETE, &path, None).await, (200, json!({})));
    assert_eq!(world.get(&path).await.1["status"], "deleting");
    world.until(id, "gone").await;
    assert_eq!(world.call(Method::DELETE, &path, None).await.0, 404);

    let truth = world.sim.truth();
    assert_eq!((truth.creates, truth.deletes, truth.instances.len()), (1, 1, 1));
    assert!(truth.instances[0].deleted);
    let hash = truth.instances[0].root_pass_sha256.as_deref();
    assert_eq!(hash.map(str::len), Some(64));
    let (_, events) = world.get("/account/events").await;
    assert_eq!(events["data"][0]["action"], "linode_delete");
}

#[tokio::test]
async fn a_label_is_taken_until_its_machine_is_gone() {
    let world = World::new().await;
    let id = world.create("sp-same").await;
    let refused = json!({ "errors": [{ "reason": "Label must be unique among your linodes", "field": "label" }] });
    assert_eq!(world.post("/linode/instances", &order("sp-same")).await, (400, refused.clone()));
    let other = world.create("sp-other").await;
    let path = format!("/linode/instances/{other}");
    assert_eq!(world.call(Method::PUT, &path, Some(&json!({ "label": "sp-same" }))).await, (400, refused));
    world.call(Method::DELETE, &format!("/linode/instances/{id}"), None).await;
    world.until(id, "gone").await;
    world.create("sp-same").await;
    assert_eq!(world.sim.truth().creates, 3);
}

#[tokio::test]
async fn a_bad_order_names_every_fault() {
    let world = World::new().await;
    let bad = json!({
        "type": "g6-none", "region": "mars", "image": "linode/none", "label": "a--b", "root_pass": "short",
        "tags": ["ab"], "authorized_keys": ["ssh-ed25519 nonsense"], "booted": "yes",
    });
    let (status, answer) = world.post("/linode/instances", &bad).await;
    assert_eq!(status, 400);
    let mut fields: Vec<_> = answer["errors"].as_array().expect("errors").iter().map(|e| e["field"].as_str()).collect();
    fields.sort_unstable();
    let expected = ["authorized_keys", "booted", "image", "label", "region", "root_pass", "tags", "type"];
    assert_eq!(fields, expected.map(Some));
    let (status, answer) = world.post("/linode/instances", &json!({ "label": 5, "tags": "sp" })).await;
    assert_eq!((status, answer["errors"].as_array().map(Vec::len)), (400, Some(4)), "{answer}");
    assert_eq!(world.sim.truth().creates, 0);
}

#[tokio::test]
async fn keys_are_kept() {
    let world = World::new().await;
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9y3W6tUsq0m0GqIJTQxBl0qkPYyfY2E8vV1nq9iD0E me@here";
    let mut wanted = order("sp-key");
    wanted["authorized_keys"] = json!([key]);
    let (status, answer) = world.post("/linode/instances", &wanted).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(world.sim.truth().instances[0].authorized_keys, [key]);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let world = World::new().await;
    for number in 0..30 {
        world.create(&format!("sp-{number:02}")).await;
    }
    let (_, second) = world.get("/linode/instances?page=2&page_size=25").await;
    assert_eq!((&second["page"], &second["pages"], &second["results"]), (&json!(2), &json!(2), &json!(30)));
    assert_eq!(labels(&second).len(), 5);
    assert_eq!(world.labels("/linode/instances").await.len(), 30);
    for query in ["page=0", "page=x", "page_size=24", "page_size=501", "page_size=no"] {
        assert_eq!(world.get(&format!("/linode/instances?{query}")).await.0, 400, "{query}");
    }
    assert_eq!(world.get("/linode/instances?page=3&page_size=25").await.0, 404);
    let mut addresses: Vec<_> = world.sim.truth().instances.into_iter().map(|machine| machine.ipv4).collect();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), 30);
}

#[tokio::test]
async fn filters_choose_and_refuse() {
    let world = World::new().await;
    for label in ["sp-aa", "sp-ab", "sp-bb"] {
        world.create(label).await;
    }
    let cases = [
        (r#"{"label":"sp-ab"}"#, vec!["sp-ab"]),
        (r#"{"label":{"+contains":"-a"}}"#, vec!["sp-aa", "sp-ab"]),
        (r#"{"+or":[{"label":"sp-aa"},{"label":"sp-bb"}]}"#, vec!["sp-aa", "sp-bb"]),
        (
            r#"{"+and":[{"tags":"job:1"},{"label":{"+neq":"sp-aa"}}],"+order_by":"label","+order":"desc"}"#,
            vec!["sp-bb", "sp-ab"],
        ),
        (r#"{"tags":"other"}"#, vec![]),
    ];
    for (filter, expected) in cases {
        let (status, list) = world.get_filtered("/linode/instances", filter).await;
        assert_eq!((status, labels(&list)), (200, expected.iter().map(|l| (*l).to_owned()).collect()), "{filter}");
    }
    for filter in
        ["{", "[]", r#"{"status":"running"}"#, r#"{"+xor":[]}"#, r#"{"label":{"+like":"x"}}"#, r#"{"+or":{}}"#]
    {
        let (status, answer) = world.get_filtered("/linode/instances", filter).await;
        assert_eq!((status, &answer["errors"][0]["field"]), (400, &json!("X-Filter")), "{filter}");
    }
    let (_, types) = world.get_filtered("/linode/types", r#"{"vcpus":{"+gte":4},"class":"standard"}"#).await;
    assert_eq!(types["results"], 3);
    let (_, images) = world.get_filtered("/images", r#"{"deprecated":true}"#).await;
    assert_eq!(labels(&images), ["Debian 10"]);
}

#[tokio::test]
async fn the_catalog_is_there() {
    let world = World::new().await;
    let (_, nanode) = world.get("/linode/types/g6-nanode-1").await;
    assert_eq!(nanode["price"].to_string(), r#"{"hourly":0.0075,"monthly":5.0}"#);
    assert_eq!(world.get("/images/linode/debian12").await.1["label"], "Debian 12");
    assert_eq!(world.get("/images/linode%2Fdebian12").await.1["label"], "Debian 12");
    assert_eq!(world.get("/regions/eu-central").await.1["country"], "de");
    assert_eq!(world.get("/regions/mars").await.0, 404);
    assert!(world.get("/account").await.1["email"].is_string());
    assert!(world.get("/profile").await.1["username"].is_string());
    assert_eq!(world.get("/nothing").await, (404, json!({ "errors": [{ "reason": "Not found" }] })));
    assert_eq!(world.call(Method::DELETE, "/regions", None).await.0, 405);
}

#[tokio::test]
async fn a_token_opens_and_closes() {
    let world = World::new().await;
    world.control(Method::PUT, "/token", json!({ "token": "dev-token", "valid": false })).await;
    let refused = (401, json!({ "errors": [{ "reason": "Invalid Token" }] }));
    assert_eq!(world.get("/profile").await, refused);
    assert_eq!(world.get("/linode/types").await, refused);
    world.sim.set_token("dev-token", true);
    assert_eq!(world.get("/profile").await.0, 200);
}

#[tokio::test]
async fn rebuild_resize_and_snapshot() {
    let world = World::new().await;
    let id = world.create("sp-change").await;
    let path = format!("/linode/instances/{id}");
    world.until(id, "running").await;
    assert_eq!(world.post(&format!("{path}/resize"), &json!({ "type": "g6-standard-1" })).await.0, 200);
    world.until(id, "running").await;
    assert_eq!(world.get(&path).await.1["type"], "g6-standard-1");
    assert_eq!(world.post(&format!("{path}/resize"), &json!({ "type": "g6-nanode-1" })).await.0, 400);
    let system = json!({ "image": "linode/debian13", "root_pass": "anotherP@ssword1" });
    assert_eq!(world.post(&format!("{path}/rebuild"), &system).await.1["status"], "rebuilding");
    world.until(id, "running").await;
    assert_eq!(world.get(&path).await.1["image"], "linode/debian13");
    assert_eq!(world.post(&format!("{path}/backups"), &json!({ "label": "one" })).await.0, 400);
    world.post(&format!("{path}/backups/enable"), &json!({})).await;
    assert_eq!(world.post(&format!("{path}/backups"), &json!({ "label": "one" })).await.1["status"], "pending");
    assert_eq!(world.get(&format!("{path}/ips")).await.1["ipv4"]["public"][0]["linode_id"], id);
    assert_eq!(world.get(&format!("{path}/disks")).await.1["results"], 2);
    assert_eq!(world.get(&format!("{path}/configs")).await.1["results"], 1);
}

#[tokio::test]
async fn creations_are_limited() {
    let limits = LimitSettings { create_max: 2, create_window_ms: 400, ..LimitSettings::default() };
    let world = World::with(Config { limits, ..quick() }).await;
    world.create("sp-one").await;
    world.create("sp-two").await;
    let third = world.try_call(Method::POST, "/linode/instances", Some(&order("sp-three"))).await.expect("answer");
    assert_eq!(third.status(), 429);
    assert_eq!(third.headers()["X-RateLimit-Remaining"], "0");
    assert_eq!(third.headers()["Retry-After"], "1");
    assert_eq!(world.get("/linode/instances").await.1["results"], 2);
    tokio::time::sleep(std::time::Duration::from_millis(450)).await;
    world.create("sp-three").await;
    world.control(Method::PUT, "/limits", json!({ "enabled": false })).await;
    let answer = world.try_call(Method::GET, "/profile", None).await.expect("answer");
    assert!(!answer.headers().contains_key("X-RateLimit-Limit") && answer.headers().contains_key("X-Request-Id"));
}
