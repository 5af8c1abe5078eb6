//! API keys at the door: what they may, when they end, and who finds out.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{OrgId, db};
use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{PASSWORD, fresh_key, order, plan_called, until};
use testkit::seed::PLAN;
use testkit::{Client, Reply, TestApp};

async fn quiet_app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

fn in_days(app: &TestApp, days: i64) -> DateTime<Utc> {
    app.ctx.clock.estimate() + TimeDelta::days(days)
}

fn wanted(app: &TestApp, scopes: &[&str]) -> Json {
    json!({ "name": "ci", "scopes": scopes, "expires_at": in_days(app, 30) })
}

/// A key with these scopes: its id, and a client that shows it.
async fn key(app: &TestApp, maker: &Client, scopes: &[&str]) -> (String, Client) {
    let made = maker.post("/api/keys", &wanted(app, scopes)).await.unwrap().expect(201);
    (text(&made, "/api_key/id"), maker.with_token(&text(&made, "/text")))
}

async fn sql(app: &TestApp, query: &str) {
    db::exec(&app.ctx.db, db::sql(query, [])).await.unwrap();
}

async fn count(app: &TestApp, query: &str) -> i64 {
    db::scalar(&app.ctx.db, db::sql(query, [])).await.unwrap().unwrap()
}

/// Waits until a request is answered so: after a change that nothing tells of, by the next reading.
async fn becomes(client: &Client, path: &str, status: u16) {
    let answered = until(Duration::from_secs(8), async || {
        Ok((client.get(path).await?.status == StatusCode::from_u16(status)?).then_some(()))
    });
    assert!(answered.await.is_ok(), "{path} is not {status} in time");
}

fn refusal(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default().to_owned())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Another user, with this role in the organisation too.
async fn colleague(app: &TestApp, name: &str, org: OrgId, role: &str) -> Client {
    app.customer(name, "0").await;
    let join = "insert into org_member (org_id, user_id, created_at, role)
                select $1, id, now(), $2 from app_user where email = $3";
    let email = format!("{name}@example.com");
    db::exec(&app.ctx.db, db::sql(join, [org.0.into(), role.into(), email.clone().into()])).await.unwrap();
    app.anonymous.sign_in(&email, PASSWORD).await.unwrap().for_org(&org.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_what_it_was_made_for_and_no_more() {
    let app = quiet_app().await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, org) = app.customer("casey", "10").await;
    let (id, reader) = key(&app, &casey, &["vps:read", "wallet:read"]).await;
    let (_, buyer) = key(&app, &casey, &["vps:read", "vps:create", "vps:delete"]).await;
    for path in ["/api/vps", "/api/wallet"] {
        reader.get(path).await.unwrap().expect(200);
    }
    assert_eq!(refusal(&reader.get("/api/wallet/statement").await.unwrap()), is(403, "forbidden"));
    let plan = plan_called(&casey, PLAN).await.unwrap();
    let refused = reader.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap();
    assert_eq!(refusal(&refused), is(403, "forbidden"));
    let ordered = buyer.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let by = count(
        &app,
        "select count(*) from job j join app_user u on u.id = j.actor_id
         where j.kind = 'vps.provision' and u.email = 'casey@example.com'",
    );
    assert_eq!(by.await, 1, "the job {} is on record as its maker's", text(&ordered, "/job/id"));

    // Its one organisation: named, or not; another does not exist.
    reader.for_org(&org.to_string()).get("/api/vps").await.unwrap().expect(200);
    let (stranger, theirs) = app.customer("stranger", "0").await;
    assert_eq!(refusal(&reader.for_org(&theirs.to_string()).get("/api/vps").await.unwrap()), is(404, "not_found"));

    // It says whose it is, and touches nothing of theirs.
    let me = reader.get("/api/auth/me").await.unwrap().expect(200);
    assert_eq!((text(&me, "/key/id"), &me["session"]), (id.clone(), &Json::Null));
    assert_eq!(me["organisations"][0]["may"], json!(["vps:read", "wallet:read"]));
    let key_makes_key = buyer.post("/api/keys", &wanted(&app, &["vps:read"])).await.unwrap();
    assert_eq!(refusal(&key_makes_key), is(403, "forbidden"));
    for reply in [
        buyer.get("/api/keys").await.unwrap(),
        buyer.delete(&format!("/api/keys/{id}"), None).await.unwrap(),
        buyer.post(&format!("/api/keys/{id}/rotate"), &json!({ "overlap_h": 0 })).await.unwrap(),
        buyer.get("/api/admin/jobs").await.unwrap(),
    ] {
        assert_eq!(refusal(&reply), is(403, "forbidden"));
    }

    // Another's key is not found, and what is listed has no text.
    let theirs = stranger.delete(&format!("/api/keys/{id}"), None).await.unwrap();
    assert_eq!(refusal(&theirs), is(404, "not_found"));
    let listed = casey.get("/api/keys").await.unwrap().expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(&reader.token().unwrap()[12..]), "{listed}");
    let stored = "select count(*) from api_key where hash = sha256(convert_to($1, 'UTF8'))";
    let token = reader.token().unwrap().to_owned();
    let found: Option<i64> = db::scalar(&app.ctx.db, db::sql(stored, [token.into()])).await.unwrap();
    assert_eq!(found, Some(1), "at rest there is its hash");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_key_what_they_lack() {
    let app = quiet_app().await;
    let (owner, org) = app.customer("casey", "0").await;
    let reader = colleague(&app, "riley", org, "readonly").await;
    reader.post("/api/keys", &wanted(&app, &["vps:read", "statement:read"])).await.unwrap().expect(201);
    let wider = reader.post("/api/keys", &wanted(&app, &["vps:read", "vps:create"])).await.unwrap();
    assert_eq!(refusal(&wider), is(403, "forbidden"));
    assert!(wider.body["detail"].as_str().unwrap().contains("order servers"), "{}", wider.body);
    for (scopes, days, name) in [
        (vec!["keys:make"], 30, "ci"),
        (vec![], 30, "ci"),
        (vec!["vps:read"], 400, "ci"),
        (vec!["vps:read"], -1, "ci"),
        (vec!["vps:read"], 30, " "),
    ] {
        let body = json!({ "name": name, "scopes": scopes, "expires_at": in_days(&app, days) });
        let reply = owner.post("/api/keys", &body).await.unwrap();
        assert_eq!(refusal(&reply), is(400, "invalid_request"), "{body}");
    }
    // A proof of long ago is none.
    sql(&app, "update session set verified_at = now() - interval '11 minutes'").await;
    let stale = owner.post("/api/keys", &wanted(&app, &["vps:read"])).await.unwrap();
    assert_eq!(refusal(&stale), is(403, "step_up_required"));
    assert_eq!(count(&app, "select count(*) from api_key").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_never_more_than_its_maker_is_now() {
    let app = quiet_app().await;
    let (owner, org) = app.customer("casey", "0").await;
    let maker = colleague(&app, "morgan", org, "admin").await;
    let (id, key) = key(&app, &maker, &["vps:read", "statement:read"]).await;
    key.get("/api/wallet/statement").await.unwrap().expect(200);
    // Demoted: what the new role lacks, the key lacks.
    sql(&app, "update org_member set role = 'member' where role = 'admin'").await;
    becomes(&key, "/api/wallet/statement", 403).await;
    key.get("/api/vps").await.unwrap().expect(200);
    let shown = owner.get("/api/keys?all=true").await.unwrap().expect(200);
    assert_eq!(shown["items"][0]["may"], json!(["vps:read"]));
    // Disabled, then enabled again.
    sql(&app, "update app_user set disabled_at = now() where email = 'morgan@example.com'").await;
    becomes(&key, "/api/vps", 401).await;
    sql(&app, "update app_user set disabled_at = null where email = 'morgan@example.com'").await;
    becomes(&key, "/api/vps", 200).await;
    // Removed, and back: the key stays dead.
    sql(&app, "delete from org_member where role = 'member'").await;
    becomes(&key, "/api/vps", 401).await;
    let join = "insert into org_member (org_id, user_id, created_at, role)
                select $1, id, now(), 'owner' from app_user where email = 'morgan@example.com'";
    db::exec(&app.ctx.db, db::sql(join, [org.0.into()])).await.unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(key.get("/api/vps").await.unwrap().status, 401);
    assert_eq!(count(&app, "select count(*) from api_key where revoked_at is not null").await, 1, "{id}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_refused_by_every_process_within_five_seconds() {
    let mut app = quiet_app().await;
    let other = app.another_api(&[]).await;
    let (casey, _) = app.customer("casey", "0").await;
    let (id, key) = key(&app, &casey, &["vps:read"]).await;
    let elsewhere = other.with_token(key.token().unwrap());
    for client in [&key, &elsewhere] {
        client.get("/api/vps").await.unwrap().expect(200);
    }
    casey.delete(&format!("/api/keys/{id}"), None).await.unwrap().expect(204);
    casey.delete(&format!("/api/keys/{id}"), None).await.unwrap().expect(204);
    let began = std::time::Instant::now();
    becomes(&key, "/api/vps", 401).await;
    becomes(&elsewhere, "/api/vps", 401).await;
    let took = began.elapsed();
    println!("refused by both after {took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    // Without a word, by the reading of every few seconds.
    let (_, silent) = self::key(&app, &casey, &["vps:read"]).await;
    let elsewhere = other.with_token(silent.token().unwrap());
    elsewhere.get("/api/vps").await.unwrap().expect(200);
    sql(&app, "update api_key set revoked_at = now() where revoked_at is null").await;
    until(Duration::from_secs(6), async || Ok((elsewhere.get("/api/vps").await?.status == 401).then_some(())))
        .await
        .expect("refused without a notice too");
    let events = count(&app, "select count(*) from activity where event = 'key.revoke'").await;
    assert_eq!(events, 1, "a key that has ended stays as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_works_from_its_networks_and_its_maker_is_within() {
    let app = quiet_app().await;
    let (casey, _) = app.customer("casey", "0").await;
    let make = async |nets: Json| {
        let mut body = wanted(&app, &["vps:read"]);
        body["ip_allow"] = nets;
        casey.post("/api/keys", &body).await.unwrap()
    };
    assert_eq!(refusal(&make(json!(["203.0.113.0/24"])).await), is(409, "own_address_missing"));
    assert_eq!(refusal(&make(json!(["nonsense"])).await), is(400, "invalid_request"));
    let bound = make(json!(["127.0.0.1", "203.0.113.7/24"])).await.expect(201);
    assert_eq!(bound["api_key"]["ip_allow"], json!(["127.0.0.1/32", "203.0.113.0/24"]));
    let key = casey.with_token(&text(&bound, "/text"));
    key.get("/api/vps").await.unwrap().expect(200);
    sql(&app, "update api_key set ip_allow = '{203.0.113.0/24}'").await;
    becomes(&key, "/api/vps", 403).await;
    assert_eq!(refusal(&key.get("/api/vps").await.unwrap()), is(403, "address_not_allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_ends_at_its_time_and_says_when_it_was_used() {
    let app = quiet_app().await;
    let (mut casey, _) = app.customer("casey", "0").await;
    let (_, key) = key(&app, &casey, &["vps:read"]).await;
    key.get("/api/vps").await.unwrap().expect(200);
    until(Duration::from_secs(12), async || {
        let listed = casey.get("/api/keys").await?.expect(200);
        Ok(listed["items"][0]["last_ip"].as_str().filter(|ip| *ip == "127.0.0.1").map(|_| ()))
    })
    .await
    .expect("its last use is written soon");
    let written = "select count(*) from api_key where last_used_at is not null";
    assert_eq!(count(&app, written).await, 1);
    app.set_ahead(TimeDelta::days(6)).await;
    casey.renew().await.unwrap();
    app.set_ahead(TimeDelta::days(31)).await;
    becomes(&key, "/api/vps", 401).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_has_no_gap_and_the_old_key_dies() {
    let app = quiet_app().await;
    let (casey, _) = app.customer("casey", "0").await;
    let (id, old) = key(&app, &casey, &["vps:read"]).await;
    let path = format!("/api/keys/{id}/rotate");
    let too_long = casey.post(&path, &json!({ "overlap_h": 169 })).await.unwrap();
    assert_eq!(refusal(&too_long), is(400, "invalid_request"));
    let overlap = json!({ "overlap_h": 2 });
    let tries = join_all((0..4).map(|_| casey.post(&path, &overlap))).await;
    let (made, refused): (Vec<_>, Vec<_>) =
        tries.into_iter().map(Result::unwrap).partition(|reply| reply.status == 201);
    assert_eq!((made.len(), refused.len()), (1, 3));
    assert!(refused.iter().all(|reply| refusal(reply) == is(409, "key_rotated")), "one successor");
    let new = casey.with_token(&made[0].text("/text"));
    for client in [&old, &new] {
        client.get("/api/vps").await.unwrap().expect(200);
    }
    app.set_ahead(TimeDelta::minutes(121)).await;
    becomes(&old, "/api/vps", 401).await;
    new.get("/api/vps").await.unwrap().expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_finds_a_key_ends_it_and_its_maker_hears_of_it() {
    let app = quiet_app().await;
    let (casey, _) = app.customer("casey", "0").await;
    let (_, key) = key(&app, &casey, &["vps:read"]).await;
    let leaked = key.token().unwrap().to_owned();
    let report = async |text: &str| app.anonymous.post("/api/keys/report", &json!({ "key": text })).await.unwrap();
    // Another text with the same beginning proves nothing, and is answered alike.
    let forged = domain::key::KeyText::new(&app.ctx.chance);
    let unknown: String = secrecy::ExposeSecret::expose_secret(&forged.secret()).to_owned();
    report(&unknown).await.expect(204);
    assert_eq!(refusal(&report(&leaked[..48]).await), is(400, "invalid_request"));
    key.get("/api/vps").await.unwrap().expect(200);
    report(&leaked).await.expect(204);
    report(&leaked).await.expect(204);
    becomes(&key, "/api/vps", 401).await;
    let mails = async |kind: &str| {
        let query = "select count(*) from job where kind = 'mail.send' and params->>'mail' = $1";
        let found: Option<i64> = db::scalar(&app.ctx.db, db::sql(query, [kind.to_owned().into()])).await.unwrap();
        found.unwrap()
    };
    assert_eq!((mails("key_created").await, mails("key_reported").await), (1, 1), "once each");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_has_so_many_keys_however_many_ask_at_once() {
    let app = quiet_app().await;
    let (casey, _) = app.customer("casey", "0").await;
    let body = wanted(&app, &["vps:read"]);
    for _ in 0..4 {
        join_all((0..12).map(|_| casey.post("/api/keys", &body))).await.into_iter().for_each(|reply| {
            reply.unwrap().expect(201);
        });
    }
    let rest = join_all((0..6).map(|_| casey.post("/api/keys", &body))).await;
    let made = rest.iter().filter(|reply| reply.as_ref().unwrap().status == 201).count();
    assert_eq!(made, 2, "48 and 2 are 50");
    let full = casey.post("/api/keys", &body).await.unwrap();
    assert_eq!(refusal(&full), is(409, "too_many_keys"));
}

#[tokio::test(flavor = "multi_thread")]
async fn makers_are_told_once_that_a_key_ends_soon() {
    let app = quiet_app().await;
    let (casey, _) = app.customer("casey", "0").await;
    key(&app, &casey, &["vps:read"]).await;
    let short = json!({ "name": "short", "scopes": ["vps:read"], "expires_at": in_days(&app, 7) });
    casey.post("/api/keys", &short).await.unwrap().expect(201);
    let warned = "select count(*) from job where kind = 'mail.send' and params->>'mail' = 'key_expiring'";
    let tidied = async |days: i64| {
        app.set_ahead(TimeDelta::days(days)).await;
        let tx = app.ctx.begin().await.unwrap();
        domain::key::warn_of_expiry(&app.ctx, &tx).await.unwrap();
        tx.commit().await.unwrap();
        count(&app, warned).await
    };
    assert_eq!(tidied(15).await, 0);
    assert_eq!(tidied(17).await, 1, "14 days before its end");
    assert_eq!(tidied(18).await, 1, "and once");
}
