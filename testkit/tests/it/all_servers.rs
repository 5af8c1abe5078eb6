//! Servers and customers of the whole panel, as administrators list, search and annotate them.

use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::{Client, TestApp};

const SEEDED: i64 = 3;
const EACH: i64 = 4;

async fn seeded() -> (TestApp, Client) {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    testkit::seed::running_servers(&app.ctx, SEEDED, EACH).await.unwrap();
    for sql in [
        "update vps set month_micros = month_micros + right(label, 1)::int * 1000000,
           ipv4 = '10.0.0.' || right(label, 1)",
        "update vps set status = 'stopped' where label = 'server-2'",
        "update account set balance_micros = -1500000
         where kind = 'receivable' and org_id = (select id from org where name = 'seed 2')",
    ] {
        domain::db::exec(&app.ctx.db, domain::db::sql(sql, [])).await.unwrap();
    }
    let admin = app.admin().await;
    (app, admin)
}

/// All items of a list, page by page.
async fn walk(admin: &Client, path: &str) -> Vec<Json> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for _ in 0..50 {
        let joint = if path.contains('?') { '&' } else { '?' };
        let page = admin.get(&format!("{path}{joint}limit=3{cursor}")).await.unwrap().expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
    }
    panic!("{path} has no end");
}

fn ids(items: &[Json], pointer: &str) -> Vec<String> {
    items.iter().map(|item| text(item, pointer)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_servers_shows_each_once() {
    let (_app, admin) = seeded().await;
    let mut all = ids(&walk(&admin, "/api/admin/vps").await, "/id");
    all.sort();
    assert_eq!(i64::try_from(all.len()).unwrap(), SEEDED * EACH);
    for sort in ["created", "price", "customer", "status"] {
        let rising = ids(&walk(&admin, &format!("/api/admin/vps?sort={sort}&order=asc")).await, "/id");
        let mut falling = ids(&walk(&admin, &format!("/api/admin/vps?sort={sort}&order=desc")).await, "/id");
        falling.reverse();
        assert_eq!(rising, falling, "{sort}");
        let mut sorted = rising.clone();
        sorted.sort();
        assert_eq!(sorted, all, "{sort} shows each server once");
    }
    let prices = walk(&admin, "/api/admin/vps?sort=price&order=asc").await;
    let monthly: Vec<i64> = prices.iter().map(|vps| testkit::client::micros(vps, "/price/monthly")).collect();
    assert!(monthly.is_sorted(), "{monthly:?}");
    let names = ids(&walk(&admin, "/api/admin/vps?sort=customer&order=desc").await, "/organisation/name");
    assert!(names.is_sorted_by(|a, b| a >= b), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_are_narrowed_by_each_filter() {
    let (app, admin) = seeded().await;
    let all = walk(&admin, "/api/admin/vps").await;
    let one = &all[0];
    let count = async |filter: &str| walk(&admin, &format!("/api/admin/vps?{filter}")).await.len();
    assert_eq!(count("status=stopped").await, 3);
    assert_eq!(count("status=deleted").await, 0);
    assert_eq!(count(&format!("org={}", text(one, "/organisation/id"))).await, 4);
    assert_eq!(count(&format!("cloud={}", text(one, "/cloud/id"))).await, 12);
    assert_eq!(count(&format!("plan={}", text(one, "/plan/id"))).await, 12);
    assert_eq!((count("region=us-east").await, count("region=mars").await), (12, 0));
    assert_eq!((count("q=10.0.0.3").await, count("q=0.0.3").await), (3, 0), "an address by its start");
    assert_eq!((count("q=ERVER-4").await, count("q=_erver").await), (3, 0), "a part of a name, as it is written");
    assert_eq!(count(&format!("q={}", text(one, "/id"))).await, 1);
    assert_eq!(count(&format!("q={}", text(one, "/provider_ref"))).await, 1);
    let owing = row(&json!({ "items": all }), "label", "server-1").clone();
    assert!(all.iter().any(|vps| vps["owed"]["amount"] == "1.500000"), "{owing}");
    domain::db::exec(
        &app.ctx.db,
        domain::db::sql("update vps set status = 'deleted', deleted_at = now() where label = 'server-1'", []),
    )
    .await
    .unwrap();
    assert_eq!((count("limit=3").await, count("status=deleted").await), (9, 3), "deleted ones are asked for");
    let read = admin.get(&format!("/api/admin/vps/{}", text(one, "/id"))).await.unwrap().expect(200);
    assert_eq!(read["id"], one["id"]);
    for wrong in ["sort=size", "order=up", "cursor=AAAA", "status=odd", "org=casey", "limit=101"] {
        assert_eq!(admin.get(&format!("/api/admin/vps?{wrong}")).await.unwrap().status, 400, "{wrong}");
    }
    let nobody = admin.get("/api/admin/vps/vps_00000000000000000000000001").await.unwrap();
    assert_eq!((nobody.status.as_u16(), nobody.text("/code").as_str()), (404, "not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_customers_shows_each_once() {
    let (_app, admin) = seeded().await;
    let mut all = ids(&walk(&admin, "/api/admin/customers").await, "/org_id");
    all.sort();
    for sort in ["created", "name", "balance", "owed", "servers", "rate", "quota", "active"] {
        let rising = ids(&walk(&admin, &format!("/api/admin/customers?sort={sort}&order=asc")).await, "/org_id");
        let mut falling = ids(&walk(&admin, &format!("/api/admin/customers?sort={sort}")).await, "/org_id");
        falling.reverse();
        assert_eq!(rising, falling, "{sort}");
        let mut sorted = rising;
        sorted.sort();
        assert_eq!(sorted, all, "{sort} shows each customer once");
    }
    let owing = admin.get("/api/admin/customers?sort=owed&limit=1").await.unwrap().expect(200);
    assert_eq!(text(&owing, "/items/0/name"), "seed 2");
    let empty = admin.get("/api/admin/customers?sort=servers&order=asc&limit=1").await.unwrap().expect(200);
    assert_eq!(empty["items"][0]["servers"], json!(0), "the administrator's own organisation has none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_customers_says_their_state_how_full_they_are_and_when_they_were_active() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let admin = app.admin().await;
    for name in ["casey", "dana", "erin", "finn"] {
        app.customer(name, "0").await;
    }
    let run = async |sql: &str| {
        domain::db::exec(&app.ctx.db, domain::db::sql(sql, [])).await.unwrap();
    };
    let list = async |query: &str| admin.get(&format!("/api/admin/customers{query}")).await.unwrap().expect(200);
    let of = |name: &str| format!("Org of {name}@example.com");
    run("update org set member_quota = 4, key_quota = 0 where name like '%casey%'").await;
    run("update app_user set disabled_at = now() where email like 'dana%'").await;
    run("update session set seen_at = now() - interval '40 days' where user_id =
         (select id from app_user where email like 'dana%')")
    .await;
    run("insert into ladder (id, org_id, began_at, delete_at)
         select gen_random_uuid(), id, now(), now() + interval '3 days' from org where name like '%erin%'")
    .await;
    run("update org set deleted_at = now() where name like '%finn%'").await;
    let all = list("").await;
    let states: Vec<_> = ["casey", "dana", "erin"].map(|name| text(row(&all, "name", &of(name)), "/state")).to_vec();
    assert_eq!(states, ["active", "locked", "stopped"]);
    assert_eq!(row(&all, "name", &of("casey"))["quota_percent"], json!(25), "one member of four");
    assert!(all["items"].as_array().unwrap().iter().all(|one| one["active_at"].is_string()), "{all}");
    for (state, name) in [("locked", "dana"), ("stopped", "erin"), ("closed", "finn")] {
        let found = list(&format!("?state={state}")).await;
        assert_eq!((found["items"].as_array().unwrap().len(), text(&found, "/items/0/name")), (1, of(name)), "{state}");
    }
    assert_eq!(text(&list("?sort=quota&limit=1").await, "/items/0/name"), of("casey"));
    assert_eq!(text(&list("?sort=active&order=asc&limit=1").await, "/items/0/name"), of("dana"));
    assert_eq!(admin.get("/api/admin/customers?state=odd").await.unwrap().status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_administrators_own() {
    let (app, admin) = seeded().await;
    let (casey, org) = app.customer("casey", "0").await;
    let path = format!("/api/admin/customers/{org}/notes");
    for (body, pointer) in
        [(json!({ "body": " \n " }), "/body"), (json!({ "body": "x\u{0}" }), "/body"), (json!({}), "/body")]
    {
        let refused = admin.post(&path, &body).await.unwrap();
        assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer").as_str()), (400, pointer), "{body}");
    }
    assert_eq!(admin.post(&path, &json!({ "body": "x".repeat(4_001) })).await.unwrap().status, 400);
    let note = admin.post(&path, &json!({ "body": "  Pays late.\nAsk Ada first. " })).await.unwrap().expect(201);
    assert_eq!(text(&note, "/body"), "Pays late.\nAsk Ada first.");
    let listed = admin.get(&path).await.unwrap().expect(200);
    assert_eq!(ids(listed["items"].as_array().unwrap(), "/id"), [text(&note, "/id")]);
    let seen = casey.get("/api/activity").await.unwrap().expect(200).to_string();
    assert!(!seen.contains("Ask Ada"), "no customer reads it: {seen}");
    let one = format!("{path}/{}", text(&note, "/id"));
    let password = secrecy::SecretString::from(testkit::fixture::PASSWORD);
    domain::identity::create_admin(&app.ctx, "blake@example.com", "Blake", password).await.unwrap();
    let other = admin.anonymous().sign_in("blake@example.com", testkit::fixture::PASSWORD).await.unwrap();
    assert_eq!(other.delete(&one, None).await.unwrap().status, 404, "another's note is not theirs to delete");
    assert_eq!(admin.delete(&one, None).await.unwrap().status, 204);
    assert_eq!(admin.get(&path).await.unwrap().expect(200)["items"], json!([]));
    assert_eq!(admin.delete(&one, None).await.unwrap().status, 404);
    let nobody = "/api/admin/customers/org_00000000000000000000000001/notes";
    assert_eq!(admin.post(nobody, &json!({ "body": "x" })).await.unwrap().status, 404);
    let members = admin.get(&format!("/api/admin/customers/{org}/members")).await.unwrap().expect(200);
    assert_eq!(text(&members, "/items/0/user/email"), "casey@example.com");
    assert_eq!(
        (text(&members, "/items/0/role").as_str(), members["items"][0]["signed_in_at"].is_string()),
        ("owner", true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_palette_finds_things_of_anybody() {
    let (app, admin) = seeded().await;
    let (_, org) = app.customer("casey", "0").await;
    let find = async |q: &str| {
        let found = admin.get(&format!("/api/admin/search?q={q}")).await.unwrap().expect(200);
        let items = found["items"].as_array().unwrap().clone();
        items.iter().map(|item| format!("{} {}", text(item, "/type"), text(item, "/label"))).collect::<Vec<_>>()
    };
    assert_eq!(find("casey@exam").await, ["org Org of casey@example.com", "user Casey Customer"]);
    assert_eq!(find(&org.to_string()).await, ["org Org of casey@example.com"]);
    assert_eq!(find("10.0.0.4").await, ["vps server-4"; 3]);
    assert_eq!(find("server").await.len(), 5, "at most five of each");
    let (none, wild): (Vec<String>, Vec<String>) = (find("s").await, find("%25%25").await);
    assert!(none.is_empty() && wild.is_empty(), "{none:?} {wild:?}");
    let seed = find("seed").await;
    assert!(seed.contains(&"cloud seed".to_owned()) && seed.contains(&"plan Seed".to_owned()), "{seed:?}");
    let job: uuid::Uuid =
        domain::db::scalar(&app.ctx.db, domain::db::sql("select id from job limit 1", [])).await.unwrap().unwrap();
    assert_eq!(find(&domain::JobId(job).to_string()).await, ["job mail.send"], "the welcome mail");
    assert_eq!(admin.get("/api/admin/search").await.unwrap().status, 400);
}
