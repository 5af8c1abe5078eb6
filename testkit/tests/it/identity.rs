//! Registering, signing in and out, and sessions that can't be stolen twice.

use serde_json::json;
use testkit::TestApp;
use testkit::app::AppOptions;
use testkit::fixture::PASSWORD;

async fn quiet_app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

fn cookies(reply: &testkit::Reply) -> Vec<String> {
    reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_makes_user_organisation_and_wallet() {
    let app = quiet_app().await;
    let body = json!({ "email": "Ada@Example.com", "password": PASSWORD, "name": "Ada Lovelace" });
    let reply = app.anonymous.post("/api/auth/register", &body).await.unwrap();
    assert_eq!(reply.status, 201, "{}", reply.body);
    assert_eq!(reply.text("/user/email"), "ada@example.com");
    assert_eq!(reply.text("/organisations/0/name"), "Ada Lovelace");
    let set = cookies(&reply);
    for guard in ["HttpOnly", "SameSite=Strict"] {
        assert!(set.iter().all(|cookie| cookie.contains(guard)), "a cookie without {guard}: {set:?}");
    }
    assert!(
        set.iter().any(|cookie| cookie.starts_with("sp_access="))
            && set.iter().any(|cookie| cookie.starts_with("sp_refresh=")),
        "{set:?}"
    );
    let ada = app.anonymous.sign_in("ada@example.com", PASSWORD).await.unwrap();
    let wallet = ada.get("/api/wallet").await.unwrap().expect(200);
    assert_eq!(wallet["balance"]["amount"], "0.000000");
    let again = app.anonymous.post("/api/auth/register", &body).await.unwrap();
    assert_eq!(
        (again.status.as_u16(), again.text("/code").as_str(), again.text("/errors/0/pointer").as_str()),
        (409, "email_taken", "/email")
    );
    let users: i64 =
        domain::db::scalar(&app.ctx.db, domain::db::sql("select count(*) from org", [])).await.unwrap().unwrap();
    assert_eq!(users, 1, "the second try left nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_is_one_transaction() {
    let app = quiet_app().await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada Lovelace" });
    assert_eq!(app.anonymous.post("/api/auth/register", &body).await.unwrap().status, 201);
    let sql = "select array_agg(distinct xmin::text) from (select xmin from app_user union all select xmin from org \
        union all select xmin from org_member union all select xmin from account where org_id is not null \
        union all select xmin from job where kind = 'mail.send' union all select xmin from session \
        union all select xmin from refresh_token) written";
    let wrote: Option<Vec<String>> = domain::db::scalar(&app.ctx.db, domain::db::sql(sql, [])).await.unwrap();
    assert_eq!(
        wrote.map(|ids| ids.len()),
        Some(1),
        "one transaction wrote the user, the wallet, the mail and the session"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_and_a_wrong_password_read_alike() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    let wrong = app
        .anonymous
        .post("/api/auth/login", &json!({ "email": "casey@example.com", "password": "not the password 1" }))
        .await
        .unwrap();
    let unknown = app
        .anonymous
        .post("/api/auth/login", &json!({ "email": "nobody@example.com", "password": "not the password 1" }))
        .await
        .unwrap();
    assert_eq!((wrong.status.as_u16(), unknown.status.as_u16()), (401, 401));
    assert_eq!(wrong.body["detail"], unknown.body["detail"]);
    assert!(cookies(&wrong).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_not_ours_are_refused() {
    let app = quiet_app().await;
    let (casey, _) = app.customer("casey", "0").await;
    let good = casey.token().unwrap().to_owned();
    assert_eq!(app.anonymous.with_token(&good).get("/api/auth/me").await.unwrap().status, 200);
    let parts: Vec<_> = good.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    for forged in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], &parts[2][1..]),
        "x".to_owned(),
        "a.b.c".to_owned(),
        "9".repeat(9_000),
    ] {
        let status = app.anonymous.with_token(&forged).get("/api/auth/me").await.unwrap().status;
        assert!(status == 401 || status == 431, "{status} for {}", &forged[..forged.len().min(40)]);
    }
    app.set_ahead(chrono::TimeDelta::minutes(11)).await;
    assert_eq!(app.anonymous.with_token(&good).get("/api/auth/me").await.unwrap().status, 401, "ten minutes are over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_mutates_only_from_our_own_pages() {
    let app = quiet_app().await;
    app.customer("casey", "0").await;
    let login = app
        .anonymous
        .post("/api/auth/login", &json!({ "email": "casey@example.com", "password": PASSWORD }))
        .await
        .unwrap();
    assert!(login.body.get("access_token").is_none(), "pages never see a token");
    let jar = cookies(&login)
        .iter()
        .map(|cookie| cookie.split(';').next().unwrap().to_owned())
        .collect::<Vec<_>>()
        .join("; ");
    let send = |method: reqwest::Method, path: &'static str, headers: Vec<(&'static str, String)>| {
        let (client, jar) = (app.anonymous.clone(), jar.clone());
        async move {
            let mut all: Vec<(&str, &str)> = vec![("cookie", &jar)];
            all.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
            client.send(method, path, None, &all).await.unwrap().status.as_u16()
        }
    };
    assert_eq!(send(reqwest::Method::GET, "/api/auth/me", vec![]).await, 200);
    assert_eq!(
        send(reqwest::Method::POST, "/api/auth/logout", vec![("origin", "https://evil.example".to_owned())]).await,
        403
    );
    assert_eq!(
        send(reqwest::Method::POST, "/api/auth/logout", vec![("origin", "http://127.0.0.1:3001".to_owned())]).await,
        204
    );
    assert_eq!(
        send(reqwest::Method::POST, "/api/auth/refresh", vec![("origin", "http://127.0.0.1:3001".to_owned())]).await,
        401,
        "signed out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down() {
    let app = TestApp::start_with(AppOptions {
        workers: false,
        settings: &[("RATE_LIMIT_LOGIN_MAX", "5"), ("RATE_LIMIT_LOGIN_WINDOW_MS", "60000")],
    })
    .await;
    let guess = json!({ "email": "casey@example.com", "password": "a guess at random" });
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let reply = app.anonymous.post("/api/auth/login", &guess).await.unwrap();
        if reply.status == 429 {
            assert!(reply.headers.contains_key("retry-after"));
        }
        statuses.push(reply.status.as_u16());
    }
    assert_eq!((statuses[0], statuses[7]), (401, 429), "{statuses:?}");
}
