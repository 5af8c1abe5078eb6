//! Sessions as people have them: several tabs, lost answers, other devices, another person at the same browser.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use domain::db;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{PASSWORD, until};
use testkit::{Client, Reply, TestApp};

const OWN_PAGE: (&str, &str) = ("origin", "http://127.0.0.1:3001");

async fn quiet_app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

async fn tokens(app: &TestApp) -> Json {
    let login = json!({ "grant_type": "password", "email": "casey@example.com", "password": PASSWORD });
    app.anonymous.post("/api/auth/token", &login).await.unwrap().expect(200)
}

async fn renew(app: &TestApp, refresh_token: &str) -> Reply {
    let body = json!({ "grant_type": "refresh_token", "refresh_token": refresh_token });
    app.anonymous.post("/api/auth/token", &body).await.unwrap()
}

/// What a browser keeps of an answer, as its next request sends it.
fn jar(reply: &Reply) -> String {
    let pairs = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    pairs.map(|cookie| cookie.split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}

async fn login(app: &TestApp, name: &str, jar: Option<&str>) -> Reply {
    let body = json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
    let cookies = jar.map(|jar| ("cookie", jar));
    let headers: Vec<_> = cookies.into_iter().chain([OWN_PAGE]).collect();
    app.anonymous.send(Method::POST, "/api/auth/login", Some(&body), &headers).await.unwrap()
}

async fn by_cookie(app: &TestApp, method: Method, path: &str, jar: &str, more: &[(&str, &str)]) -> Reply {
    let headers: Vec<_> = [("cookie", jar), OWN_PAGE].into_iter().chain(more.iter().copied()).collect();
    app.anonymous.send(method, path, None, &headers).await.unwrap()
}

async fn count(app: &TestApp, query: &str) -> i64 {
    db::scalar(&app.ctx.db, db::sql(query, [])).await.unwrap().unwrap()
}

/// Waits until the token is refused, as it must be within five seconds.
async fn is_refused(client: &Client) {
    let refused = until(Duration::from_secs(5), async || {
        let reply = client.get("/api/auth/me").await?;
        Ok((reply.status == 401).then_some(()))
    });
    refused.await.expect("an access token ends with its session");
}

#[tokio::test(flavor = "multi_thread")]
async fn renewals_at_the_same_time_all_get_the_one_successor() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    let mut token = text(&tokens(&app).await, "/refresh_token");
    for round in 0..5 {
        let replies = join_all((0..20).map(|_| renew(&app, &token))).await;
        let next: BTreeSet<_> = replies.into_iter().map(|reply| text(&reply.expect(200), "/refresh_token")).collect();
        assert_eq!(next.len(), 1, "round {round}: {} successors", next.len());
        token = next.into_iter().next().unwrap();
    }
    // `customer` signed in too, so there are other sessions; each has one living token.
    let forks = "select count(*) from (select session_id from refresh_token where used_at is null \
        group by session_id having count(*) > 1) forked";
    assert_eq!(count(&app, forks).await, 0);
    let second = "insert into refresh_token (hash, session_id, created_at) select 'x'::bytea, session_id, now() \
        from refresh_token where used_at is null limit 1";
    let refused = db::exec(&app.ctx.db, db::sql(second, [])).await.unwrap_err();
    assert!(refused.to_string().contains("refresh_token_one_unused"), "the database holds it too: {refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_token_gets_the_same_successor_for_thirty_seconds_and_ends_the_session_later() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    let first = text(&tokens(&app).await, "/refresh_token");
    let second = renew(&app, &first).await.expect(200);
    let second_token = text(&second, "/refresh_token");
    app.set_ahead(TimeDelta::seconds(28)).await;
    // That answer was lost, or another tab asks: both hold what lives.
    assert_eq!(text(&renew(&app, &first).await.expect(200), "/refresh_token"), second_token);
    let third = text(&renew(&app, &second_token).await.expect(200), "/refresh_token");
    assert_eq!(text(&renew(&app, &second_token).await.expect(200), "/refresh_token"), third);
    app.set_ahead(TimeDelta::seconds(32)).await;
    let me = app.anonymous.with_token(&text(&second, "/access_token"));
    assert_eq!(me.get("/api/auth/me").await.unwrap().status, 200);
    let reused = renew(&app, &first).await;
    assert_eq!((reused.status.as_u16(), reused.text("/code").as_str()), (401, "token_reused"));
    for token in [&first, &second_token, &third] {
        assert_eq!(renew(&app, token).await.status, 401, "the family ended");
    }
    is_refused(&me).await;
    let mut other = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap();
    other.renew().await.expect("other sessions continue");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_token_is_erased_after_its_thirty_seconds() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    let first = text(&tokens(&app).await, "/refresh_token");
    let second = text(&renew(&app, &first).await.expect(200), "/refresh_token");
    let sealed = "select count(*) from session where successor_sealed is not null";
    assert_eq!(count(&app, sealed).await, 1);
    let plain = format!("select count(*) from session s where s::text like '%{second}%'");
    assert_eq!(count(&app, &plain).await, 0);
    app.set_ahead(TimeDelta::seconds(31)).await;
    until(Duration::from_secs(10), async || Ok((count(&app, sealed).await == 0).then_some(())))
        .await
        .expect("nothing that is sealed stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_seven_days_from_its_last_renewal_and_thirty_in_all() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    let idle = text(&tokens(&app).await, "/refresh_token");
    let mut token = text(&tokens(&app).await, "/refresh_token");
    let mut browser = jar(&login(&app, "casey", None).await);
    for day in [6, 12, 18, 24, 29] {
        app.set_ahead(TimeDelta::days(day)).await;
        if day > 7 {
            assert_eq!(renew(&app, &idle).await.status, 401, "a token that is not used for seven days is over");
        }
        let renewed = renew(&app, &token).await.expect(200);
        assert_eq!(renewed["expires_in_s"], 600);
        token = text(&renewed, "/refresh_token");
        let reply = by_cookie(&app, Method::POST, "/api/auth/refresh", &browser, &[]).await;
        assert_eq!(reply.status, 200, "day {day}");
        browser = jar(&reply);
        let set = reply.headers.get_all("set-cookie").iter();
        let ages: Vec<i64> = set.map(|value| age_s(value.to_str().unwrap())).collect();
        let left = (30 - day).min(7) * 86_400;
        assert!(ages[0] == 600 && (left - 60..=left).contains(&ages[1]), "day {day}: {ages:?}");
    }
    app.set_ahead(TimeDelta::days(30) - TimeDelta::minutes(5)).await;
    let last = renew(&app, &token).await.expect(200);
    let left = last["expires_in_s"].as_i64().unwrap();
    assert!((1..=300).contains(&left), "no access token outlives its session: {left}");
    app.set_ahead(TimeDelta::days(30) + TimeDelta::minutes(1)).await;
    assert_eq!(renew(&app, &text(&last, "/refresh_token")).await.status, 401);
    let me = app.anonymous.with_token(&text(&last, "/access_token"));
    assert_eq!(me.get("/api/auth/me").await.unwrap().status, 401);
}

fn age_s(cookie: &str) -> i64 {
    cookie.split("Max-Age=").nth(1).and_then(|rest| rest.split(';').next()).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_with_a_bearer_token_ends_that_session_alone() {
    let app = quiet_app().await;
    let (mut casey, _) = app.customer("casey", "0").await;
    let other = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap();
    assert_eq!(casey.post("/api/auth/logout", &json!({})).await.unwrap().status, 204);
    is_refused(&casey).await;
    assert!(casey.renew().await.is_err(), "its refresh token is void too");
    assert_eq!(other.get("/api/auth/me").await.unwrap().status, 200, "other devices notice nothing");
    let again = casey.post("/api/auth/logout", &json!({})).await.unwrap();
    assert_eq!(again.status, 401, "nothing ends, and it says so");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_ends_the_session_that_came_with_it() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    app.customer("robin", "0").await;
    let first = jar(&login(&app, "casey", None).await);
    let second = login(&app, "robin", Some(&first)).await;
    assert_eq!(second.text("/user/email"), "robin@example.com");
    assert_eq!(by_cookie(&app, Method::POST, "/api/auth/refresh", &first, &[]).await.status, 401);
    let second = jar(&second);
    let wrong = json!({ "email": "casey@example.com", "password": "not the password 1" });
    let headers = [("cookie", second.as_str()), OWN_PAGE];
    let refused = app.anonymous.send(Method::POST, "/api/auth/login", Some(&wrong), &headers).await.unwrap();
    assert_eq!(refused.status, 401);
    let renewed = by_cookie(&app, Method::POST, "/api/auth/refresh", &second, &[]).await;
    assert_eq!(renewed.status, 200, "a sign-in that fails ends nothing");
    let new = json!({ "email": "new@example.com", "password": PASSWORD, "name": "New" });
    let second = jar(&renewed);
    let headers = [("cookie", second.as_str()), OWN_PAGE];
    let registered = app.anonymous.send(Method::POST, "/api/auth/register", Some(&new), &headers).await.unwrap();
    assert_eq!(registered.status, 201);
    assert_eq!(by_cookie(&app, Method::POST, "/api/auth/refresh", &second, &[]).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_another_user_than_the_one_signed_in_does_nothing() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    app.customer("robin", "0").await;
    let signed_in = login(&app, "robin", None).await;
    let (robin, browser) = (signed_in.text("/user/id"), jar(&signed_in));
    let casey = login(&app, "casey", None).await.text("/user/id");
    // The page shows Casey, and another tab has signed in as Robin: the cookies are Robin's.
    for (method, path) in [
        (Method::GET, "/api/auth/me"),
        (Method::GET, "/api/notifications/stream"),
        (Method::POST, "/api/vps"),
        (Method::POST, "/api/auth/refresh"),
        (Method::POST, "/api/auth/logout"),
    ] {
        let reply = by_cookie(&app, method.clone(), path, &browser, &[("x-skypanel-for", &casey)]).await;
        assert_eq!((reply.status.as_u16(), reply.text("/code").as_str()), (409, "other_user"), "{method} {path}");
        assert!(!reply.headers.contains_key("set-cookie"), "{method} {path}");
    }
    // An access cookie that is over leaves the refresh cookie alone to say whose the browser is.
    let refresh = browser.split("; ").find(|pair| pair.starts_with("sp_refresh=")).unwrap();
    for path in ["/api/auth/refresh", "/api/auth/logout"] {
        let reply = by_cookie(&app, Method::POST, path, refresh, &[("x-skypanel-for", &casey)]).await;
        assert_eq!((reply.status.as_u16(), reply.text("/code").as_str()), (409, "other_user"), "{path}");
    }
    let used = "select count(*) from refresh_token where used_at is not null";
    assert_eq!(count(&app, used).await, 0, "nothing was renewed");
    let renewed = by_cookie(&app, Method::POST, "/api/auth/refresh", &browser, &[("x-skypanel-for", &robin)]).await;
    assert_eq!(renewed.text("/user/id"), robin);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_was_taken_away_ends_within_seconds() {
    let app = quiet_app().await;
    let mut admin = app.admin().await;
    let left = domain::identity::demote(&app.ctx, " Admin@Example.com").await.unwrap();
    assert_eq!((left.changed, left.admins), (true, 0));
    is_refused(&admin).await;
    admin.renew().await.expect("the session continues");
    assert_eq!(admin.get("/api/admin/overview").await.unwrap().status, 403);
    assert_eq!(admin.get("/api/wallet").await.unwrap().status, 200, "with the user's own organisation");
    assert!(!domain::identity::demote(&app.ctx, "admin@example.com").await.unwrap().changed);
    assert!(domain::identity::promote(&app.ctx, "admin@example.com").await.unwrap().changed);
    is_refused(&admin).await;
    admin.renew().await.unwrap();
    assert_eq!(admin.get("/api/admin/overview").await.unwrap().status, 200);
    assert_eq!(domain::identity::demote(&app.ctx, "nobody@example.com").await.unwrap_err().code, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_changed_meanwhile_opens_nothing() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    let body = json!({ "email": "casey@example.com", "password": PASSWORD });
    let sign_ins = join_all((0..6).map(|_| app.anonymous.post("/api/auth/login", &body)));
    let new = secrecy::SecretString::from("another battery of horses 8");
    let (replies, set) = tokio::join!(sign_ins, domain::identity::set_password(&app.ctx, "casey@example.com", &new));
    set.unwrap();
    assert!(replies.iter().all(|reply| [200, 401].contains(&reply.as_ref().unwrap().status.as_u16())));
    assert_eq!(count(&app, "select count(*) from session where revoked_at is null").await, 0);
}
