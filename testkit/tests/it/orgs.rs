//! Organisations and their members: made, shared, changed, left and ended, by those who may.

use std::time::Duration;

use domain::db;
use futures::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::fixture::{PASSWORD, fresh_key, order, plan_called, until};
use testkit::seed::PLAN as SEEDED_PLAN;
use testkit::{Client, Reply, TestApp};

async fn quiet_app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

/// Puts a user of this name in an organisation, and returns them signed in for it, with their id.
async fn member(app: &TestApp, org: &str, name: &str, role: &str) -> (Client, String) {
    app.customer(name, "0").await;
    join_as(app, org, name, role).await;
    let client = app.anonymous.sign_in(&format!("{name}@example.com"), PASSWORD).await.unwrap().for_org(org);
    let me = client.get("/api/auth/me").await.unwrap().expect(200);
    (client, text(&me, "/user/id"))
}

async fn join_as(app: &TestApp, org: &str, name: &str, role: &str) {
    let org: domain::OrgId = org.parse().unwrap();
    let sql = "insert into org_member (org_id, user_id, created_at, role) \
        select $1, id, now(), $2 from app_user where email = $3";
    let values = [org.0.into(), role.into(), format!("{name}@example.com").into()];
    db::exec(&app.ctx.db, db::sql(sql, values)).await.unwrap();
}

async fn own(app: &TestApp, name: &str) -> (Client, String, String) {
    let (client, org) = app.customer(name, "0").await;
    let me = text(&client.get("/api/auth/me").await.unwrap().expect(200), "/user/id");
    (client.for_org(&org.to_string()), org.to_string(), me)
}

fn refused(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default().to_owned())
}

fn code(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

async fn count(app: &TestApp, query: &str) -> i64 {
    db::scalar(&app.ctx.db, db::sql(query, [])).await.unwrap().unwrap()
}

async fn set_role(client: &Client, org: &str, user: &str, role: &str) -> Reply {
    client.patch(&format!("/api/orgs/{org}/members/{user}"), &json!({ "role": role })).await.unwrap()
}

/// Waits until the token is refused, as it must be within five seconds.
async fn is_out(client: &Client) {
    let refused = until(Duration::from_secs(5), async || {
        let reply = client.get("/api/auth/me").await?;
        Ok((reply.status == 401).then_some(()))
    });
    refused.await.expect("the token is void within five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_makes_organisations_with_a_wallet_each_and_twenty_at_most() {
    let app = quiet_app().await;
    let (mut casey, first, _) = own(&app, "casey").await;
    let emoji = "🦀".repeat(100);
    let made = casey.post("/api/orgs", &json!({ "name": emoji })).await.unwrap().expect(201);
    assert_eq!(text(&made, "/name"), emoji, "a name of 100 emoji is a name");
    casey.renew().await.unwrap();
    let second = text(&made, "/id");
    let wallet = casey.for_org(&second).get("/api/wallet").await.unwrap().expect(200);
    assert_eq!(text(&wallet, "/balance/amount"), "0.000000");
    let me = casey.get("/api/auth/me").await.unwrap().expect(200);
    let places: Vec<_> = me["organisations"].as_array().unwrap().iter().map(|org| text(org, "/id")).collect();
    assert_eq!(places, [first, second]);
    assert_eq!(text(&me, "/organisations/1/role"), "owner");
    for bad in ["", "   ", "a\u{202E}b", "a\nb", &"🦀".repeat(101)] {
        let reply = casey.post("/api/orgs", &json!({ "name": bad })).await.unwrap();
        assert_eq!(refused(&reply), code(400, "invalid_request"), "{bad:?}");
    }
    let taken = casey.post("/api/orgs", &json!({ "name": "x", "owner": "me" })).await.unwrap();
    assert_eq!(taken.status, 400, "an unknown field");
    let replies = join_all((0..30).map(async |_| {
        let fresh = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap();
        fresh.post("/api/orgs", &json!({ "name": "More" })).await.unwrap()
    }));
    for reply in replies.await {
        let known = [code(409, "too_many_organisations"), code(503, "unavailable"), code(401, "unauthenticated")];
        assert!(reply.status == 201 || known.contains(&refused(&reply)), "{} {}", reply.status, reply.body);
    }
    assert!(count(&app, "select count(*) from org where created_by is not null").await <= 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_organisation_says_of_itself_is_checked_and_kept_out_of_the_log() {
    let app = quiet_app().await;
    let (casey, org, _) = own(&app, "casey").await;
    let path = format!("/api/orgs/{org}");
    let change = json!({
        "name": "Nimbus Ltd", "website": "nimbus.example", "address_lines": "1 High Street\r\nFloor 2",
        "city": "Zürich", "postcode": "8001", "country": "ch",
    });
    let changed = casey.patch(&path, &change).await.unwrap().expect(200);
    assert_eq!(
        (text(&changed, "/website"), text(&changed, "/address_lines"), text(&changed, "/country")),
        ("https://nimbus.example".into(), "1 High Street\nFloor 2".into(), "CH".into())
    );
    let billing = json!({ "tax_id": "CHE-123", "billing_name": "Ada", "billing_email": "Ada+Bills@Bücher.example" });
    let billed = casey.patch(&format!("{path}/billing"), &billing).await.unwrap().expect(200);
    assert_eq!(text(&billed, "/billing_email"), "ada+bills@xn--bcher-kva.example");
    let removed = casey.patch(&path, &json!({ "website": "" })).await.unwrap().expect(200);
    assert_eq!((&removed["website"], text(&removed, "/city")), (&Json::Null, "Zürich".into()), "the rest stays");
    for (body, pointer) in [
        (json!({ "name": " " }), "/name"),
        (json!({ "website": "javascript:alert(1)" }), "/website"),
        (json!({ "country": "XX" }), "/country"),
        (json!({ "city": "a\u{202E}b" }), "/city"),
        (json!({ "address_lines": "1\n2\n3\n4" }), "/address_lines"),
    ] {
        let reply = casey.patch(&path, &body).await.unwrap();
        assert_eq!((reply.status.as_u16(), reply.text("/errors/0/pointer").as_str()), (400, pointer), "{body}");
    }
    let told = "select count(*) from activity where row_to_json(activity)::text ~* 'z.rich|nimbus|che-123|ada.bills'";
    assert_eq!(count(&app, told).await, 0, "events name it by id alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_names_the_organisation_and_a_header_that_differs_is_for_neither() {
    let app = quiet_app().await;
    let (casey, org, _) = own(&app, "casey").await;
    let (stranger, other, _) = own(&app, "stranger").await;
    let path = format!("/api/orgs/{org}");
    assert_eq!(casey.get(&path).await.unwrap().status, 200);
    let without = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap();
    assert_eq!(without.get(&path).await.unwrap().status, 200, "no header is needed");
    assert_eq!(refused(&without.for_org(&other).get(&path).await.unwrap()), code(404, "not_found"));
    assert_eq!(refused(&stranger.for_org(&org).get(&path).await.unwrap()), code(404, "not_found"));
    assert_eq!(refused(&stranger.get(&path).await.unwrap()), code(404, "not_found"));
    let renamed = stranger.send(Method::PATCH, &path, Some(&json!({ "name": "Mine" })), &[]).await.unwrap();
    assert_eq!(refused(&renamed), code(404, "not_found"));
    let left = stranger.send(Method::POST, &format!("{path}/leave"), None, &[]).await.unwrap();
    assert_eq!(refused(&left), code(404, "not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_or_takes_what_they_lack() {
    let app = quiet_app().await;
    let (owner, org, owner_id) = own(&app, "owner").await;
    let (admin, admin_id) = member(&app, &org, "adele", "admin").await;
    let (billing, billing_id) = member(&app, &org, "bill", "billing").await;
    let (reader, reader_id) = member(&app, &org, "rita", "readonly").await;
    for (client, words) in [(&billing, "billing"), (&reader, "readonly")] {
        assert_eq!(refused(&set_role(client, &org, &reader_id, "owner").await), code(403, "forbidden"), "{words}");
        let removed = client.delete(&format!("/api/orgs/{org}/members/{owner_id}"), None).await.unwrap();
        assert_eq!(refused(&removed), code(403, "forbidden"), "{words}");
    }
    assert_eq!(refused(&set_role(&admin, &org, &reader_id, "owner").await), code(403, "forbidden"));
    assert_eq!(refused(&set_role(&admin, &org, &owner_id, "readonly").await), code(403, "forbidden"));
    let removed = admin.delete(&format!("/api/orgs/{org}/members/{owner_id}"), None).await.unwrap();
    assert_eq!(refused(&removed), code(403, "forbidden"), "an admin removes no owner");
    assert_eq!(text(&set_role(&admin, &org, &reader_id, "admin").await.expect(200), "/role"), "admin");
    is_out(&reader).await;
    db::exec(&app.ctx.db, db::sql("update session set verified_at = now() - interval '1 hour'", [])).await.unwrap();
    assert_eq!(refused(&set_role(&owner, &org, &admin_id, "owner").await), code(403, "step_up_required"));
    assert_eq!(text(&set_role(&owner, &org, &billing_id, "member").await.expect(200), "/role"), "member");
    let fresh = app.anonymous.sign_in("owner@example.com", PASSWORD).await.unwrap();
    assert_eq!(text(&set_role(&fresh, &org, &admin_id, "owner").await.expect(200), "/role"), "owner");
    let unknown = set_role(&fresh, &org, "user_00000000000000000000000001", "member").await;
    assert_eq!(refused(&unknown), code(404, "not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_or_removed_member_is_out_within_five_seconds() {
    let app = quiet_app().await;
    let (owner, org, _) = own(&app, "owner").await;
    let (mia, mia_id) = member(&app, &org, "mia", "member").await;
    assert_eq!(mia.get("/api/vps").await.unwrap().status, 200);
    let listed = owner.get(&format!("/api/orgs/{org}/members")).await.unwrap().expect(200);
    let line = row(&listed, "email", "mia@example.com");
    assert_eq!((text(line, "/role").as_str(), line["seen_at"].is_string()), ("member", true));
    let removed = owner.delete(&format!("/api/orgs/{org}/members/{mia_id}"), None).await.unwrap();
    assert_eq!(removed.status, 204);
    let body = order("plan_00000000000000000000000001", "web-1");
    let at_once = mia.post_once("/api/vps", &body, &fresh_key()).await.unwrap();
    assert!([401, 404].contains(&at_once.status.as_u16()), "what moves money asks at once: {}", at_once.body);
    is_out(&mia).await;
    let again = app.anonymous.sign_in("mia@example.com", PASSWORD).await.unwrap();
    assert_eq!(refused(&again.for_org(&org).get("/api/vps").await.unwrap()), code(404, "not_found"));
    assert_eq!(again.get("/api/vps").await.unwrap().status, 200, "their own organisation stays theirs");
    let events = count(&app, "select count(*) from activity where event = 'member.remove'").await;
    assert_eq!(events, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_leave_at_once_one_stays() {
    let app = quiet_app().await;
    for round in 0..4 {
        let name = format!("first{round}");
        let (first, org, _) = own(&app, &name).await;
        let (second, _) = member(&app, &org, &format!("second{round}"), "owner").await;
        let path = format!("/api/orgs/{org}/leave");
        let leave = async |client: &Client| client.send(Method::POST, &path, None, &[]).await.unwrap();
        let (one, other) = join(leave(&first), leave(&second)).await;
        let mut answers = [refused(&one), refused(&other)];
        answers.sort();
        assert_eq!(answers, [code(204, ""), code(409, "last_owner")], "round {round}");
    }
    let ownerless = "select count(*) from org o where not exists \
        (select from org_member m where m.org_id = o.id and m.role = 'owner')";
    assert_eq!(count(&app, ownerless).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_who_can_sign_in_is_neither_demoted_nor_removed_and_cant_leave() {
    let app = quiet_app().await;
    let (owner, org, owner_id) = own(&app, "owner").await;
    let (_, other_id) = member(&app, &org, "idle", "owner").await;
    db::exec(&app.ctx.db, db::sql("update app_user set disabled_at = now() where email = 'idle@example.com'", []))
        .await
        .unwrap();
    assert_eq!(refused(&set_role(&owner, &org, &owner_id, "admin").await), code(409, "last_owner"));
    let removed = owner.delete(&format!("/api/orgs/{org}/members/{owner_id}"), None).await.unwrap();
    assert_eq!(refused(&removed), code(409, "last_owner"));
    let left = owner.send(Method::POST, &format!("/api/orgs/{org}/leave"), None, &[]).await.unwrap();
    assert_eq!(refused(&left), code(409, "last_owner"));
    let gone = owner.delete(&format!("/api/orgs/{org}/members/{other_id}"), None).await.unwrap();
    assert_eq!(gone.status, 204, "one who can't sign in does not count");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_ends_only_without_servers_and_money() {
    let app = quiet_app().await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, org) = app.customer("casey", "10").await;
    let path = format!("/api/orgs/{org}");
    let name = json!({ "name": "Org of casey@example.com" });
    let wrong = casey.delete(&path, Some(&json!({ "name": "Other" }))).await.unwrap();
    assert_eq!((wrong.status.as_u16(), wrong.text("/errors/0/pointer").as_str()), (400, "/name"));
    let money = casey.delete(&path, Some(&name)).await.unwrap();
    assert_eq!(refused(&money), code(409, "org_has_money"));
    assert_eq!(text(&money.body, "/available/amount"), "10.000000");
    let plan = plan_called(&casey, SEEDED_PLAN).await.unwrap();
    casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    assert_eq!(refused(&casey.delete(&path, Some(&name)).await.unwrap()), code(409, "org_has_servers"));
    let (empty, ended, _) = own(&app, "empty").await;
    let path = format!("/api/orgs/{ended}");
    let name = json!({ "name": "Org of empty@example.com" });
    assert_eq!(empty.delete(&path, Some(&name)).await.unwrap().status, 204);
    is_out(&empty).await;
    let again = app.anonymous.sign_in("empty@example.com", PASSWORD).await.unwrap();
    let me = again.get("/api/auth/me").await.unwrap().expect(200);
    assert_eq!(me["organisations"], json!([]), "people without an organisation sign in");
    assert_eq!(refused(&again.get(&path).await.unwrap()), code(404, "not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_order_says_which_quota_it_is_and_administrators_raise_it() {
    let app = quiet_app().await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, org) = app.customer("casey", "10").await;
    let (admin, plan) = (app.admin().await, plan_called(&casey, SEEDED_PLAN).await.unwrap());
    let path = format!("/api/admin/customers/{org}/quotas");
    let buy = async |label: &str| casey.post_once("/api/vps", &order(&plan, label), &fresh_key()).await.unwrap();
    for (quota, words) in
        [("servers", "servers"), ("vcpus", "vCPUs"), ("memory_mib", "GiB of memory"), ("storage_gib", "GiB of storage")]
    {
        let before = admin.get(&path).await.unwrap().expect(200);
        let limit = &before[quota]["limit"];
        admin.patch(&path, &json!({ quota: 0, "reason": "a test" })).await.unwrap().expect(200);
        let reply = buy("web-1").await;
        assert_eq!(refused(&reply), code(403, "quota_reached"), "{quota}");
        assert!(reply.text("/detail").contains(words) && reply.text("/detail").contains("support"), "{}", reply.body);
        admin.patch(&path, &json!({ quota: limit, "reason": "a test" })).await.unwrap().expect(200);
    }
    assert_eq!(app.balance(org).await, 10_000_000, "nothing was set aside");
    admin.patch(&path, &json!({ "servers": 1, "reason": "a test" })).await.unwrap().expect(200);
    let replies = join_all(["web-1", "web-2", "web-3", "web-4"].map(&buy)).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 202).count(), 1, "at the same time, too");
    let shown = casey.get(&format!("/api/orgs/{org}")).await.unwrap().expect(200);
    assert_eq!(shown["quotas"]["servers"], json!({ "used": 1, "limit": 1 }));
    for bad in [json!({ "reason": "a test" }), json!({ "servers": 5 }), json!({ "servers": -1, "reason": "a test" })] {
        assert_eq!(refused(&admin.patch(&path, &bad).await.unwrap()), code(400, "invalid_request"), "{bad}");
    }
    let told = "select count(*) from activity a join act_reason r on r.activity_id = a.id
         where a.event = 'org.quota' and r.reason = 'a test'";
    assert_eq!(count(&app, told).await, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_resets_quotas_to_those_of_a_new_organisation() {
    let app = quiet_app().await;
    let (_, org) = app.customer("casey", "0").await;
    let admin = app.admin().await;
    let path = format!("/api/admin/customers/{org}/quotas");
    let before = admin.get(&path).await.unwrap().expect(200);
    let change = json!({
        "servers": 1, "vcpus": 2, "memory_mib": 3, "storage_gib": 4, "members": 5, "keys": 6, "reason": "a test",
    });
    assert_ne!(admin.patch(&path, &change).await.unwrap().expect(200), before);
    let reset = admin.post(&format!("{path}/reset"), &json!({ "reason": "a test" })).await.unwrap().expect(200);
    assert_eq!(reset, before);
    let blank = admin.post(&format!("{path}/reset"), &json!({ "reason": " " })).await.unwrap();
    assert_eq!(refused(&blank), code(400, "invalid_request"), "a reason is on record");
}
