//! Whatever is sent: a problem that points at the field, never a 500, and no row changes.

use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{PASSWORD, ROOT_PASSWORD, fresh_key, order, plan_called};
use testkit::seed::PLAN as SEEDED_PLAN;
use testkit::{Client, Reply, TestApp};

struct World {
    app: TestApp,
    casey: Client,
    admin: Client,
    plan: String,
    vps: String,
    org: String,
}

async fn world() -> World {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, org) = app.customer("casey", "10").await;
    let admin = app.admin().await;
    let plan = plan_called(&casey, SEEDED_PLAN).await.unwrap();
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    World { vps: text(&ordered, "/vps/id"), org: org.to_string(), app, casey, admin, plan }
}

/// Tables that a request could change, sign-ins left out.
const TABLES: [&str; 10] =
    ["app_user", "org", "vps", "job", "journal", "posting", "plan", "cloud", "vps_secret", "idempotency_key"];

/// How many rows each of them has.
async fn rows(app: &TestApp) -> Vec<(&'static str, i64)> {
    let mut rows = Vec::new();
    for table in TABLES {
        let count = domain::db::sql(format!("select count(*) from {table}"), []);
        rows.push((table, domain::db::scalar(&app.ctx.db, count).await.unwrap().unwrap()));
    }
    rows
}

/// Values that no field takes gladly.
fn nasty() -> Vec<Json> {
    vec![
        json!(null),
        json!(12_345),
        json!(-1),
        json!(1.5),
        json!(true),
        json!([]),
        json!({}),
        json!(["x"]),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("x".repeat(10_000)),
        json!("-1"),
        json!("NaN"),
        json!("1e308"),
        json!("9".repeat(10_000)),
        json!("../../etc/passwd"),
        json!("{{7*7}}"),
        json!("' or 1=1 --"),
        json!("\u{202e}evil"),
        json!("\r\nBcc: x@example.com"),
        json!("plan_00000000000000000000000001"),
    ]
}

fn check(what: &str, reply: &Reply) {
    assert!(!reply.status.is_server_error(), "{what}: {} {}", reply.status, reply.body);
    if reply.status.is_client_error() {
        assert_eq!(reply.headers["content-type"], "application/problem+json", "{what}");
        for member in ["detail", "code", "request_id"] {
            assert!(reply.body[member].is_string(), "{what}: no {member}: {}", reply.body);
        }
    }
}

type Request<'a> = (Method, String, &'a Client, Json);

/// Requests of customers that would be accepted, or refused for one thing only.
fn of_customers(world: &World) -> Vec<Request<'_>> {
    let post = |path: &str, body: Json| (Method::POST, path.to_owned(), &world.casey, body);
    let vps = format!("/api/vps/{}", world.vps);
    let wrong = "wrong password 1";
    vec![
        post(
            "/api/auth/register",
            json!({ "email": "new@example.com", "password": PASSWORD, "name": "New", "organisation": "New" }),
        ),
        post("/api/auth/login", json!({ "email": "casey@example.com", "password": wrong })),
        post("/api/auth/token", json!({ "grant_type": "password", "email": "casey@example.com", "password": wrong })),
        post("/api/vps", order(&world.plan, "web-2")),
        (Method::PATCH, vps.clone(), &world.casey, json!({ "label": "web-1" })),
        (Method::DELETE, vps.clone(), &world.casey, json!({ "label": "not its name" })),
        post(&format!("{vps}/action"), json!({ "action": "reboot" })),
    ]
}

/// The same of administrators.
fn of_admins(world: &World) -> Vec<Request<'_>> {
    let post = |path: &str, body: Json| (Method::POST, path.to_owned(), &world.admin, body);
    let cloud = json!({
        "provider": "linode",
        "name": "Cloud",
        "token": "0123456789abcdef",
        "endpoint": "https://example.com",
    });
    let plan = json!({
        "cloud_id": "cloud_00000000000000000000000001",
        "type_id": "g6-nanode-1",
        "name": "Other",
        "markup_monthly": { "amount": "1", "currency": "USD" },
    });
    vec![
        post("/api/admin/clouds", cloud),
        post("/api/admin/plans", plan),
        (
            Method::PATCH,
            format!("/api/admin/plans/{}", world.plan),
            &world.admin,
            json!({ "name": "Seed", "markup_monthly": { "amount": "1", "currency": "USD" }, "active": true }),
        ),
        post(
            &format!("/api/admin/customers/{}/credit", world.org),
            json!({ "amount": { "amount": "1", "currency": "USD" }, "reason": "a test" }),
        ),
    ]
}

/// Sends the request with each nasty value in each field, and without it. Returns how many were refused.
async fn with_each_field_spoiled((method, path, client, valid): &Request<'_>) -> u32 {
    let mut refused = 0;
    for field in valid.as_object().unwrap().keys() {
        for value in nasty().into_iter().map(Some).chain([None]) {
            let mut body = valid.clone();
            match &value {
                Some(value) => body[field] = value.clone(),
                None => drop(body.as_object_mut().unwrap().remove(field)),
            }
            let reply =
                client.send(method.clone(), path, Some(&body), &[("idempotency-key", &fresh_key())]).await.unwrap();
            let said = value.map_or("nothing".to_owned(), |value| value.to_string().chars().take(60).collect());
            let what = format!("{method} {path} with {field} = {said}");
            check(&what, &reply);
            if reply.status.is_client_error() {
                refused += 1;
                if reply.body["code"] == "invalid_request" {
                    assert!(reply.body["errors"].is_array(), "{what}: {}", reply.body);
                }
            }
        }
    }
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_every_request() {
    let world = world().await;
    let before = rows(&world.app).await;
    let mut refused = 0;
    for request in of_customers(&world).iter().chain(&of_admins(&world)) {
        refused += with_each_field_spoiled(request).await;
    }
    assert!(refused > 500, "{refused} were refused");
    let after = rows(&world.app).await;
    // Some nasty values are fine for some fields: a plan may be called 12345's name, an optional field may be null.
    let grown: i64 = after.iter().zip(&before).map(|((_, after), (_, before))| after - before).sum();
    assert!(grown < 150, "{before:?} became {after:?}: refused requests must leave nothing");
    world.app.check_books().await;
}

fn pointers(reply: &Reply) -> Vec<String> {
    reply.body["errors"].as_array().unwrap().iter().map(|error| text(error, "/pointer")).collect()
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_point_at_the_field() {
    let world = world().await;
    let before = rows(&world.app).await;
    let with = |field: &str, value: Json| {
        let mut body = order(&world.plan, "web-2");
        body[field] = value;
        body
    };
    for (body, status, pointer) in [
        (with("label", json!("a")), 400, "/label"),
        (with("label", json!("web-1")), 409, "/label"),
        (with("label", json!("we\u{0}b")), 400, "/label"),
        (with("region", json!("mars-1")), 400, "/region"),
        (with("image", json!("windows95")), 400, "/image"),
        (with("root_password", json!("short")), 400, "/root_password"),
        (with("plan_id", json!("plan_00000000000000000000000001")), 400, "/plan_id"),
        (with("plan_id", json!("not an id")), 400, "/plan_id"),
        (with("ssh_public_key", json!("ssh-rsa nonsense")), 400, "/ssh_public_key"),
    ] {
        let reply = world.casey.post_once("/api/vps", &body, &fresh_key()).await.unwrap();
        assert_eq!(
            (reply.status.as_u16(), reply.body.pointer("/errors/0/pointer").and_then(Json::as_str)),
            (status, Some(pointer)),
            "{}",
            reply.body
        );
    }
    let no_key = world.casey.post("/api/vps", &order(&world.plan, "web-2")).await.unwrap();
    assert_eq!(no_key.status, 400, "an order needs a key: {}", no_key.body);
    for amount in ["0", "-1", "1e9", "1,00", "0.0000001", "100001", "999999999999999999999"] {
        let body = json!({ "amount": { "amount": amount, "currency": "USD" }, "reason": "a test" });
        let reply = world
            .admin
            .post_once(&format!("/api/admin/customers/{}/credit", world.org), &body, &fresh_key())
            .await
            .unwrap();
        assert_eq!(reply.status, 400, "{amount}: {}", reply.body);
        assert!(reply.text("/errors/0/pointer").starts_with("/amount"), "{}", reply.body);
    }
    let float = json!({ "amount": { "amount": 1.0, "currency": "EUR" }, "reason": "a test" });
    let credit = format!("/api/admin/customers/{}/credit", world.org);
    let reply = world.admin.post_once(&credit, &float, &fresh_key()).await.unwrap();
    assert_eq!((reply.status.as_u16(), pointers(&reply)), (400, strings(&["/amount/amount", "/amount/currency"])));
    let bulk =
        json!({ "action": "explode", "filter": { "state": "happy", "cloud": "cloud_x", "what": 1 }, "dry_run": 1 });
    let reply = world.admin.post("/api/admin/jobs/bulk", &bulk).await.unwrap();
    assert_eq!(
        (reply.status.as_u16(), pointers(&reply)),
        (400, strings(&["/action", "/dry_run", "/filter/cloud", "/filter/state", "/filter/what"])),
        "all faults at once, nested ones too"
    );
    assert_eq!(rows(&world.app).await, before, "no row changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_not_what_they_should_be() {
    let world = world().await;
    let json_type = "application/json";
    for (content_type, body, status) in [
        (json_type, b"{".to_vec(), 400),
        (json_type, b"[]".to_vec(), 400),
        (json_type, Vec::new(), 400),
        (json_type, b"\xff\xfe".to_vec(), 400),
        (json_type, br#"{"label":"web-2"} {}"#.to_vec(), 400),
        (json_type, br#"{"label":"web-2","label":"web-3"}"#.to_vec(), 400),
        (json_type, format!("{}{}", "[".repeat(50_000), "]".repeat(10)).into_bytes(), 400),
        (json_type, vec![b' '; 10 * 1024 * 1024], 413),
        ("text/plain", br#"{"label":"web-2"}"#.to_vec(), 415),
        ("application/x-www-form-urlencoded", b"label=web-2".to_vec(), 415),
    ] {
        let size = body.len();
        match world.casey.send_raw(Method::PATCH, &format!("/api/vps/{}", world.vps), content_type, body).await {
            Ok(reply) => {
                check(&format!("{size} bytes of {content_type}"), &reply);
                assert_eq!(reply.status.as_u16(), status, "{size} bytes of {content_type}: {}", reply.body);
            }
            // A refusal before the whole body was sent may reach the client as a reset.
            Err(error) => assert_eq!(status, 413, "{error}"),
        }
    }
    for path in [
        "/api/nothing",
        "/api/vps/vps_00000000000000000000000001",
        "/api/vps/nonsense",
        "/api/vps/org_00000000000000000000000001",
        "/api/vps/%00",
        "/api/vps?cursor=nonsense",
        "/api/vps?limit=0",
        "/api/vps?limit=100000",
        "/api/vps?status=exploded",
    ] {
        let reply = world.casey.get(path).await.unwrap();
        check(path, &reply);
        assert!(reply.status == 404 || reply.status == 400, "{path}: {}", reply.status);
    }
    assert_eq!(world.casey.send(Method::PUT, "/api/vps", None, &[]).await.unwrap().status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_plan_and_an_unknown_field_are_refused() {
    let world = world().await;
    let mut body = order(&world.plan, "web-2");
    body["price"] = json!("0.01");
    assert_eq!(
        world.casey.post_once("/api/vps", &body, &fresh_key()).await.unwrap().status,
        400,
        "nobody sends a price"
    );
    let mut register = json!({ "email": "eve@example.com", "password": PASSWORD, "name": "Eve" });
    register["role"] = json!("admin");
    assert_eq!(
        world.app.anonymous.post("/api/auth/register", &register).await.unwrap().status,
        400,
        "nobody chooses a role"
    );
    let _ = world
        .admin
        .patch(&format!("/api/admin/plans/{}", world.plan), &json!({ "active": false }))
        .await
        .unwrap()
        .expect(200);
    let reply = world.casey.post_once("/api/vps", &order(&world.plan, "web-2"), &fresh_key()).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.text("/errors/0/pointer").as_str()), (400, "/plan_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_leave_no_trace() {
    let world = world().await;
    let tables = ["job", "job_step", "activity", "idempotency_key", "vps", "app_user", "vps_secret"];
    let rows = tables.map(|table| format!("select r::text as t from {table} r")).join(" union all ");
    let dump = format!("select coalesce(string_agg(t, ' '), '') from ({rows}) x");
    let text: String = domain::db::scalar(&world.app.ctx.db, domain::db::sql(dump, [])).await.unwrap().unwrap();
    assert!(text.contains("web-1"), "the dump holds what there is");
    for secret in [ROOT_PASSWORD, PASSWORD, world.casey.token().unwrap()] {
        assert!(!text.contains(secret), "a secret stands in a table");
    }
}
