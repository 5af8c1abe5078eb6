//! Input as people, mail scanners and attackers really send it, each with what must become of it.

use std::time::Duration;

use domain::db;
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{PASSWORD, until};
use testkit::{Client, Reply, TestApp};

const ORIGIN: &str = "http://127.0.0.1:3001";

async fn quiet_app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

async fn run(app: &TestApp, sql: &str) {
    db::exec(&app.ctx.db, db::sql(sql, [])).await.unwrap();
}

async fn count(app: &TestApp, sql: &str) -> i64 {
    db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}

async fn confirmed(app: &TestApp, name: &str) -> (Client, String) {
    let (client, org) = app.customer(name, "0").await;
    run(app, "update app_user set email_verified_at = created_at").await;
    (client, org.to_string())
}

async fn invite(client: &Client, org: &str, email: &str) -> Reply {
    let body = json!({ "email": email, "role": "member" });
    client.post(&format!("/api/orgs/{org}/invitations"), &body).await.unwrap()
}

/// The address behind a link of the newest mail to this address, once it arrived.
async fn link(app: &TestApp, to: &str, page: &str) -> String {
    let found = until(Duration::from_secs(20), async || {
        let mails = app.cloud.mails().into_iter().filter(|mail| mail.to.iter().any(|known| known == to));
        let with = format!("https://panel.example.com{page}#");
        let texts: Vec<_> =
            mails.filter_map(|mail| mail.text.split_once(&with).map(|(_, rest)| rest.to_owned())).collect();
        Ok(texts.last().and_then(|rest| rest.split_whitespace().next()).map(str::to_owned))
    });
    found.await.unwrap_or_else(|_| panic!("a mail to {to} with a link to {page}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_in_another_spelling_of_an_address_is_that_addresss_and_a_plus_is_kept() {
    let app = TestApp::start().await;
    let (casey, org) = confirmed(&app, "casey").await;
    for (typed, kept) in [
        (" Mia@Example.COM ", "mia@example.com"),
        ("mia+invoices@example.com", "mia+invoices@example.com"),
        ("jo@BÜCHER.example", "jo@xn--bcher-kva.example"),
    ] {
        let invited = invite(&casey, &org, typed).await.expect(201);
        assert_eq!(text(&invited, "/email"), kept, "{typed}");
        let token = link(&app, kept, "/invitation").await;
        let new = json!({ "email": typed.trim(), "password": PASSWORD, "name": "New", "invitation": token });
        let joined = app.anonymous.post("/api/auth/register", &new).await.unwrap().expect(201);
        assert_eq!(
            (text(&joined, "/user/email"), text(&joined, "/organisations/0/id")),
            (kept.to_owned(), org.clone())
        );
    }
    let open = "select count(*) from invitation where state = 'pending'";
    assert_eq!(count(&app, open).await, 0, "each was accepted");
    let twice = invite(&casey, &org, "JO@xn--bcher-kva.example").await;
    assert_eq!(
        (twice.status.as_u16(), twice.text("/code").as_str()),
        (409, "already_member"),
        "one address in each spelling"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_called_a_hundred_emoji_and_not_a_hundred_and_one() {
    let app = quiet_app().await;
    let (casey, org) = app.customer("casey", "0").await;
    let path = format!("/api/orgs/{org}");
    let name = "🚀".repeat(100);
    let renamed = casey.patch(&path, &json!({ "name": name })).await.unwrap().expect(200);
    assert_eq!(renamed["name"], name.as_str());
    let me = casey.get("/api/auth/me").await.unwrap().expect(200);
    assert_eq!(me["organisations"][0]["name"], name.as_str());
    let long = casey.patch(&path, &json!({ "name": "🚀".repeat(101) })).await.unwrap().expect(400);
    assert_eq!(long["errors"][0]["pointer"], "/name");
    let deleted = casey.delete(&path, Some(&json!({ "name": name }))).await.unwrap();
    assert_eq!(deleted.status, 204, "its name confirms it: {}", deleted.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_opens_every_link_of_a_mail_spends_none() {
    let app = TestApp::start().await;
    let (casey, org) = confirmed(&app, "casey").await;
    app.anonymous.post("/api/auth/reset", &json!({ "email": "casey@example.com" })).await.unwrap().expect(202);
    let reset = link(&app, "casey@example.com", "/reset").await;
    casey.post("/api/auth/email", &json!({ "email": "new@example.com" })).await.unwrap().expect(202);
    let verify = link(&app, "new@example.com", "/verify").await;
    invite(&casey, &org, "mia@example.com").await.expect(201);
    let invitation = link(&app, "mia@example.com", "/invitation").await;
    for (page, token) in [("/reset", &reset), ("/verify", &verify), ("/invitation", &invitation)] {
        for method in [Method::GET, Method::HEAD] {
            // Scanners drop what follows the hash; some send it as part of the address.
            for path in [page.to_owned(), format!("{page}%23{token}"), format!("{page}?token={token}")] {
                let opened = app.anonymous.send(method.clone(), &path, None, &[]).await.unwrap();
                assert!(opened.status.is_success(), "{method} {path}: {}", opened.status);
            }
        }
    }
    for path in ["/api/auth/reset/confirm", "/api/auth/email/verify", "/api/invitations/accept"] {
        let opened = app.anonymous.send(Method::GET, path, None, &[]).await.unwrap();
        assert!(matches!(opened.status.as_u16(), 404 | 405), "{path}: {}", opened.status);
    }
    assert_eq!(count(&app, "select count(*) from mail_token where used_at is not null").await, 0);
    casey.post("/api/auth/email/verify", &json!({ "token": verify })).await.unwrap().expect(200);
    let look = json!({ "token": invitation });
    app.anonymous.post("/api/invitations/look", &look).await.unwrap().expect(200);
}

fn cookies(reply: &Reply) -> Vec<String> {
    let set = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    set.map(|line| line.split(';').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_that_were_planted_before_a_sign_in_are_never_the_session() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    app.customer("mallory", "0").await;
    let body = |name: &str| json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
    let login = async |name: &str, jar: &str| {
        let headers = [("origin", ORIGIN), ("cookie", jar)];
        app.anonymous.send(Method::POST, "/api/auth/login", Some(&body(name)), &headers).await.unwrap()
    };
    let mallorys = cookies(&login("mallory", "").await).join("; ");
    for planted in ["sp_access=planted; sp_refresh=planted", &mallorys] {
        let reply = login("casey", planted).await;
        let me = reply.clone().expect(200);
        assert_eq!(me["user"]["email"], "casey@example.com");
        for cookie in cookies(&reply) {
            assert!(!planted.contains(&cookie), "a new session has new values: {cookie}");
        }
        let headers = [("origin", ORIGIN), ("cookie", planted)];
        for (method, path) in [(Method::GET, "/api/auth/me"), (Method::POST, "/api/auth/refresh")] {
            let used = app.anonymous.send(method, path, None, &headers).await.unwrap();
            assert!(used.status == 401 || used.body["user"]["email"] == "mallory@example.com", "{path}: {}", used.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_says_what_is_not_its_to_say_is_refused_as_an_unknown_field() {
    let app = quiet_app().await;
    let (casey, org) = confirmed(&app, "casey").await;
    let before = rows(&app).await;
    let extras = [
        ("role", json!("admin")),
        ("org_id", json!("org_00000000000000000000000001")),
        ("email_verified_at", json!("2026-01-01T00:00:00Z")),
        ("user_id", json!("user_00000000000000000000000001")),
        ("disabled_at", json!(null)),
    ];
    let requests = [
        (
            Method::POST,
            "/api/auth/register",
            json!({ "email": "new@example.com", "password": PASSWORD, "name": "New" }),
        ),
        (Method::POST, "/api/auth/login", json!({ "email": "casey@example.com", "password": PASSWORD })),
        (Method::PATCH, "/api/account", json!({ "name": "Casey" })),
        (Method::POST, "/api/auth/email", json!({ "email": "other@example.com" })),
        (Method::POST, "/api/orgs", json!({ "name": "Second" })),
        (Method::PATCH, &format!("/api/orgs/{org}"), json!({ "name": "Renamed" })),
        (Method::PATCH, &format!("/api/orgs/{org}/security"), json!({ "require_mfa": false })),
    ];
    for (method, path, body) in requests {
        for (name, value) in &extras {
            let mut more = body.clone();
            more[*name] = value.clone();
            let reply = casey.send(method.clone(), path, Some(&more), &[]).await.unwrap();
            assert_eq!(
                (reply.status.as_u16(), reply.text("/code").as_str()),
                (400, "invalid_request"),
                "{path} {name}"
            );
        }
    }
    let invitation = json!({ "email": "mia@example.com", "role": "member", "org_id": org, "accepted": true });
    assert_eq!(casey.post(&format!("/api/orgs/{org}/invitations"), &invitation).await.unwrap().status, 400);
    assert_eq!(rows(&app).await, before, "nothing was changed");
}

/// What the refused requests could have changed.
async fn rows(app: &TestApp) -> Json {
    let sql = "select jsonb_build_object(
        'users', (select jsonb_agg(jsonb_build_array(email, name, role, email_verified_at) order by id) from app_user),
        'orgs', (select jsonb_agg(jsonb_build_array(name, require_mfa) order by id) from org),
        'invitations', (select count(*) from invitation))";
    db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}
