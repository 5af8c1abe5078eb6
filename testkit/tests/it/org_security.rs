//! What an organisation demands of who uses it: a second factor, and an address on its list.

use std::time::Duration;

use chrono::TimeDelta;
use domain::db;
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::fixture::{PASSWORD, until};
use testkit::{Browser, Client, Reply, TestApp};

use crate::factors::{CASEY, ORIGIN, add_app, app_with, casey, count, run};

/// An address that no list of these tests names.
const ELSEWHERE: &str = "198.51.100.1";

/// The proxy in front says from where requests come.
async fn app() -> TestApp {
    app_with(&[("CLIENT_URL", ORIGIN), ("TRUST_PROXY", "127.0.0.1/32")]).await
}

async fn join_as(app: &TestApp, org: &str, name: &str, role: &str) -> Client {
    app.customer(name, "0").await;
    let org_id: domain::OrgId = org.parse().unwrap();
    let sql = "insert into org_member (org_id, user_id, created_at, role) \
        select $1, id, now(), $2 from app_user where email = $3";
    let email = format!("{name}@example.com");
    db::exec(&app.ctx.db, db::sql(sql, [org_id.0.into(), role.into(), email.clone().into()])).await.unwrap();
    app.anonymous.sign_in(&email, PASSWORD).await.unwrap().for_org(org)
}

async fn key_of(app: &TestApp, maker: &Client) -> Client {
    let expires_at = app.ctx.clock.estimate() + TimeDelta::days(30);
    let body = json!({ "name": "ci", "scopes": ["vps:read", "activity:read"], "expires_at": expires_at });
    let made = maker.post("/api/keys", &body).await.unwrap().expect(201);
    maker.with_token(&text(&made, "/text"))
}

async fn from(client: &Client, ip: &str, path: &str) -> Reply {
    client.send(Method::GET, path, None, &[("x-forwarded-for", ip)]).await.unwrap()
}

fn refusal(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default().to_owned())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Waits until an address of the API answers so, as it must within five seconds.
async fn becomes(client: &Client, ip: &str, path: &str, wants: (u16, &str)) {
    let limit = Duration::from_secs(5);
    let found =
        until(limit, async || Ok((refusal(&from(client, ip, path).await) == is(wants.0, wants.1)).then_some(())));
    let came = found.await.is_ok();
    assert!(came, "{path} from {ip}: {:?}, not {wants:?}", refusal(&from(client, ip, path).await));
}

async fn demand(client: &Client, org: &str, body: &Json) -> Reply {
    client.patch(&format!("/api/orgs/{org}/security"), body).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_without_a_factor_can_only_add_one_and_their_key_waits_for_it() {
    let app = app().await;
    let mut owner = casey(&app).await;
    let org = text(&owner.get("/api/auth/me").await.expect(200), "/organisations/0/id");
    owner.org = Some(org.clone());
    let mia = join_as(&app, &org, "mia", "member").await;
    run(&app, "update app_user set email_verified_at = created_at").await;
    let key = key_of(&app, &mia).await;
    for client in [&mia, &key] {
        client.get("/api/vps").await.unwrap().expect(200);
    }
    let path = format!("/api/orgs/{org}/security");
    let require = json!({ "require_mfa": true });
    let unready = owner.send(Method::PATCH, &path, Some(&require)).await;
    assert_eq!(refusal(&unready), is(409, "own_factor_missing"));
    add_app(&app, &mut owner).await;
    assert_eq!(owner.send(Method::PATCH, &path, Some(&require)).await.expect(200)["require_mfa"], true);

    becomes(&mia, "127.0.0.1", "/api/vps", (403, "mfa_required")).await;
    becomes(&key, "127.0.0.1", "/api/vps", (403, "mfa_required")).await;
    let words = text(&mia.get("/api/wallet").await.unwrap().expect(403), "/detail");
    assert!(words.contains("Add an authenticator app or a passkey"), "it says what to do next: {words}");
    for path in ["/api/auth/me", "/api/auth/factors", "/api/auth/sessions"] {
        mia.get(path).await.unwrap().expect(200);
    }
    let me = mia.get("/api/auth/me").await.unwrap().expect(200);
    let own = me["organisations"].as_array().unwrap().iter().find(|place| place["id"] != org.as_str()).unwrap();
    mia.for_org(own["id"].as_str().unwrap()).get("/api/vps").await.unwrap().expect(200);
    let listed = owner.get(&format!("/api/orgs/{org}/members")).await.expect(200);
    let factor = |email: &str| row(&listed, "email", email)["second_factor"].clone();
    assert_eq!((factor(CASEY), factor("mia@example.com")), (json!(true), json!(false)));

    let mut browser = Browser::new(&app, ORIGIN);
    let _ = browser.log_in("mia@example.com", PASSWORD).await.expect(200);
    browser.org = Some(org.clone());
    assert_eq!(browser.get("/api/vps").await.expect(403)["code"], "mfa_required");
    add_app(&app, &mut browser).await;
    let _ = browser.get("/api/vps").await.expect(200);
    becomes(&key, "127.0.0.1", "/api/vps", (200, "")).await;
    let listed = browser.get(&format!("/api/orgs/{org}/members")).await.expect(200);
    assert_eq!(row(&listed, "email", CASEY)["second_factor"], json!(null), "for those who change members alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_elsewhere_sessions_and_keys_are_refused_until_an_administrator_lifts_the_list() {
    let app = app().await;
    let (casey, org) = app.customer("casey", "0").await;
    let org = org.to_string();
    let key = key_of(&app, &casey).await;
    let wanted = json!({ "ip_allow": ["127.0.0.1", "203.0.113.7/24"] });
    let set = demand(&casey, &org, &wanted).await.expect(200);
    assert_eq!(set["ip_allow"], json!(["127.0.0.1/32", "203.0.113.0/24"]));
    for client in [&casey, &key] {
        becomes(client, ELSEWHERE, "/api/vps", (403, "address_not_allowed")).await;
        for inside in ["127.0.0.1", "203.0.113.200"] {
            assert_eq!(from(client, inside, "/api/vps").await.status, 200, "{inside}");
        }
    }
    let words = text(&from(&casey, ELSEWHERE, "/api/vps").await.expect(403), "/detail");
    assert!(words.contains(ELSEWHERE) && words.contains("ask an owner"), "it says what to do next: {words}");
    assert_eq!(from(&casey, ELSEWHERE, "/api/auth/me").await.status, 200, "their account stays theirs");
    assert_eq!(refusal(&from(&key, ELSEWHERE, "/api/notifications/stream").await), is(403, "address_not_allowed"));

    let admin = app.admin().await;
    let shown = from(&admin, ELSEWHERE, &format!("/api/admin/customers/{org}/security")).await.expect(200);
    assert_eq!(shown["ip_allow"][1], "203.0.113.0/24");
    let lift = format!("/api/admin/customers/{org}/lift-networks");
    let blank = admin.post(&lift, &json!({ "reason": " " })).await.unwrap();
    assert_eq!(refusal(&blank), is(400, "invalid_request"));
    let mine = casey.post(&lift, &json!({ "reason": "a test" })).await.unwrap();
    assert_eq!(refusal(&mine), is(403, "forbidden"), "a customer's owner");
    for _ in 0..2 {
        let lifted = admin.post(&lift, &json!({ "reason": "their office moved" })).await.unwrap().expect(200);
        assert_eq!(lifted["ip_allow"], json!([]));
    }
    for client in [&casey, &key] {
        becomes(client, ELSEWHERE, "/api/vps", (200, "")).await;
    }
    assert_eq!(count(&app, "select count(*) from activity where event = 'org.networks_lifted'").await, 1);
    let seen = casey.get("/api/activity").await.unwrap().expect(200);
    assert_eq!(row(&seen, "event", "org.networks_lifted")["message"], "Support lifted the list of networks");
    assert!(!seen.to_string().contains("their office moved"), "the reason is the staff's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_ones_own_address_and_what_is_no_network_are_refused() {
    let app = app().await;
    let (casey, org) = app.customer("casey", "0").await;
    let org = org.to_string();
    let lists = async |nets: Json| demand(&casey, &org, &json!({ "ip_allow": nets })).await;
    let missing = lists(json!(["203.0.113.0/24"])).await;
    assert_eq!(refusal(&missing), is(409, "own_address_missing"));
    assert!(missing.text("/detail").contains("127.0.0.1"), "{}", missing.body);
    let nonsense = lists(json!(["127.0.0.1", "nonsense"])).await.expect(400);
    assert_eq!(nonsense["errors"][0]["pointer"], "/ip_allow/1");
    assert_eq!(lists(json!(vec!["127.0.0.1"; 33])).await.status, 400);
    let unknown = demand(&casey, &org, &json!({ "require_mfa": false, "vps_quota": 9 })).await;
    assert_eq!(unknown.status, 400, "no other field is read");
    assert_eq!(count(&app, "select count(*) from org where ip_allow <> '{}' or require_mfa").await, 0);
    lists(json!([])).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_owner_with_a_fresh_proof_changes_it() {
    let app = app().await;
    let (mut casey, org) = app.customer("casey", "0").await;
    let org = org.to_string();
    let body = json!({ "ip_allow": ["127.0.0.1"] });
    for (role, reads) in [("admin", 200), ("member", 403), ("billing", 403), ("readonly", 403)] {
        let other = join_as(&app, &org, role, role).await;
        assert_eq!(refusal(&demand(&other, &org, &body).await), is(403, "forbidden"), "{role}");
        let read = other.get(&format!("/api/orgs/{org}/security")).await.unwrap();
        assert_eq!(read.status, reads, "{role}");
    }
    let (stranger, _) = app.customer("stranger", "0").await;
    assert_eq!(demand(&stranger.for_org(&org), &org, &body).await.status, 404);
    let key = key_of(&app, &casey).await;
    assert_eq!(refusal(&demand(&key, &org, &body).await), is(403, "forbidden"), "a key");
    app.set_ahead(TimeDelta::minutes(11)).await;
    casey.renew().await.unwrap();
    assert_eq!(refusal(&demand(&casey, &org, &body).await), is(403, "step_up_required"));
    assert_eq!(count(&app, "select count(*) from org where ip_allow <> '{}'").await, 0);
}

#[expect(clippy::disallowed_methods, reason = "a test's client needs none of the product's settings")]
async fn stream(app: &TestApp, client: &Client, ip: &str) -> reqwest::Response {
    let request = reqwest::Client::new().get(format!("{}/api/notifications/stream", app.base));
    let request = request.bearer_auth(client.token().unwrap()).header("x-forwarded-for", ip);
    request.send().await.unwrap()
}

/// What a stream says within two seconds, or until it ends.
async fn heard(stream: &mut reqwest::Response) -> (String, bool) {
    let mut text = String::new();
    let all = async {
        while let Some(chunk) = stream.chunk().await.unwrap() {
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(2), all).await.is_ok();
    (text, ended)
}

#[tokio::test(flavor = "multi_thread")]
async fn live_events_of_the_organisation_end_for_who_is_elsewhere() {
    let app = app().await;
    let (casey, org) = app.customer("casey", "0").await;
    let org = org.to_string();
    let mut before = stream(&app, &casey, ELSEWHERE).await;
    let mut inside = stream(&app, &casey, "127.0.0.1").await;
    demand(&casey, &org, &json!({ "ip_allow": ["127.0.0.1"] })).await.expect(200);
    becomes(&casey, ELSEWHERE, "/api/vps", (403, "address_not_allowed")).await;
    assert!(heard(&mut before).await.1, "an open stream ends, so that the next one leaves the organisation out");
    let mut after = stream(&app, &casey, ELSEWHERE).await;
    assert_eq!(after.status(), 200, "what concerns the person alone is still told");
    testkit::fixture::credit(&app.admin().await, &org, "5").await.unwrap();
    assert!(heard(&mut inside).await.0.contains("billing.credit"));
    let (told, ended) = heard(&mut after).await;
    assert!(!ended && !told.contains("billing.credit"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_in_a_members_place_reaches_an_organisation_from_elsewhere() {
    let app = TestApp::start_with(AppOptions { workers: false, settings: &[("TRUST_PROXY", "127.0.0.1/32")] }).await;
    let (casey, org) = app.customer("casey", "0").await;
    demand(&casey, &org.to_string(), &json!({ "ip_allow": ["127.0.0.1"] })).await.expect(200);
    becomes(&casey, ELSEWHERE, "/api/vps", (403, "address_not_allowed")).await;
    let user = text(&casey.get("/api/auth/me").await.unwrap().expect(200), "/user/id");
    let path = format!("/api/admin/users/{user}/impersonate");
    let entered = app.admin().await.post(&path, &json!({ "reason": "they are shut out" })).await.unwrap();
    let set = entered.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
    let token = set.into_iter().find_map(|line| line.strip_prefix("sp_access=").map(str::to_owned)).unwrap();
    let guest = app.anonymous.with_token(token.split(';').next().unwrap());
    assert_eq!(from(&guest, ELSEWHERE, "/api/vps").await.status, 200);
}
