//! What is refused is counted fairly, recorded, and kept where it can be erased.

use std::time::Duration;

use domain::db;
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::fixture::{PASSWORD, until};
use testkit::{Reply, TestApp};

/// Five attempts a minute, and the test is a proxy that says where a request comes from.
async fn strict_app() -> TestApp {
    let settings =
        &[("RATE_LIMIT_LOGIN_MAX", "5"), ("RATE_LIMIT_LOGIN_WINDOW_MS", "60000"), ("TRUST_PROXY", "127.0.0.1/32")];
    TestApp::start_with(AppOptions { workers: false, settings }).await
}

async fn sign_in_from(app: &TestApp, ip: &str, email: &str, password: &str) -> Reply {
    let body = json!({ "email": email, "password": password });
    let from = [("x-forwarded-for", ip)];
    app.anonymous.send(Method::POST, "/api/auth/login", Some(&body), &from).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_failures_count_against_the_limit() {
    let app = strict_app().await;
    app.customer("casey", "0").await;
    for n in 0..12 {
        let reply = sign_in_from(&app, "203.0.113.1", "casey@example.com", PASSWORD).await;
        assert_eq!(reply.status, 200, "sign-in {n}");
    }
    let all = (0..12).map(|_| sign_in_from(&app, "203.0.113.1", "casey@example.com", PASSWORD));
    let all = futures::future::join_all(all).await;
    assert!(all.iter().all(|reply| reply.status == 200), "an office signs in at nine o'clock");
    let mut statuses = Vec::new();
    for _ in 0..7 {
        let reply = sign_in_from(&app, "203.0.113.1", "casey@example.com", "a guess at random").await;
        statuses.push(reply.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    let reply = sign_in_from(&app, "203.0.113.1", "casey@example.com", PASSWORD).await;
    assert!(reply.status == 429 && reply.headers.contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_counts_in_the_form_in_which_it_is_looked_up() {
    let app = strict_app().await;
    app.customer("casey", "0").await;
    let spellings = [
        "casey@example.com",
        " Casey@Example.com ",
        "CASEY@EXAMPLE.COM",
        "ｃａｓｅｙ@example.com",
        "casey@ｅxample.com",
    ];
    for (n, email) in spellings.into_iter().enumerate() {
        let reply = sign_in_from(&app, &format!("203.0.113.{n}"), email, "a guess at random").await;
        assert_eq!(reply.status, 401, "{email}");
    }
    for (n, email) in spellings.into_iter().enumerate() {
        let reply = sign_in_from(&app, &format!("203.0.114.{n}"), email, PASSWORD).await;
        assert_eq!(reply.status, 429, "{email}");
    }
    for n in 0..40 {
        for email in
            ["c\0asey@example.com", "casey@example.com\0", "ca\u{AD}sey@example.com", "casey\u{200B}@example.com"]
        {
            let reply = sign_in_from(&app, &format!("203.0.115.{n}"), email, PASSWORD).await;
            assert!([400, 401].contains(&reply.status.as_u16()), "{email:?} is nobody's: {}", reply.status);
        }
    }
}

/// Rows as `kind, address, whether a user is known, whether an address is hashed, count`.
async fn recorded(app: &TestApp) -> Vec<String> {
    let query = "select array_agg(line order by line) from (
        select concat_ws(' ', kind, host(ip), (user_id is not null)::text, (email_mac is not null)::text, sum(count))
          as line
        from security_event group by kind, ip, user_id, email_mac) lines";
    db::scalar::<Option<Vec<String>>>(&app.ctx.db, db::sql(query, [])).await.unwrap().flatten().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_recorded_with_who_and_whence() {
    let app = strict_app().await;
    let (casey, _) = app.customer("casey", "0").await;
    for _ in 0..3 {
        let _ = sign_in_from(&app, "203.0.113.1", "Casey@example.com", "a guess at random").await.expect(401);
    }
    for n in 0..6 {
        let _ = sign_in_from(&app, "203.0.113.2", &format!("nobody{}@example.com", n % 2), "a guess at random").await;
    }
    let _ = sign_in_from(&app, "203.0.113.3", "not an address", "a guess at random").await.expect(401);
    let from = ("x-forwarded-for", "203.0.113.4");
    let _ = casey.send(Method::GET, "/api/admin/overview", None, &[from]).await.unwrap().expect(403);
    let elsewhere = [from, ("origin", "https://evil.example")];
    let _ = app.anonymous.send(Method::POST, "/api/auth/logout", None, &elsewhere).await.unwrap().expect(403);
    let wanted = [
        "limit_hit 203.0.113.2 false true 1",
        "origin_refused 203.0.113.4 false false 1",
        "role_refused 203.0.113.4 true false 1",
        "sign_in_failed 203.0.113.1 true false 3",
        "sign_in_failed 203.0.113.2 false true 2",
        "sign_in_failed 203.0.113.2 false true 3",
        "sign_in_failed 203.0.113.3 false false 1",
    ];
    let written = until(Duration::from_secs(5), async || Ok((recorded(&app).await == wanted).then_some(())));
    let written = written.await.is_ok();
    assert!(written, "{:#?}", recorded(&app).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_stand_only_where_they_can_be_erased() {
    let app = strict_app().await;
    app.customer("casey", "5").await;
    let _ = sign_in_from(&app, "203.0.113.7", "casey@example.com", "a guess at random").await.expect(401);
    let _ = sign_in_from(&app, "203.0.113.7", "casey@example.com", PASSWORD).await.expect(200);
    until(Duration::from_secs(5), async || Ok((!recorded(&app).await.is_empty()).then_some(()))).await.unwrap();
    let dump = async |table: &str| -> String {
        let query = format!("select coalesce(string_agg(r::text, ' '), '') from {table} r");
        db::scalar(&app.ctx.db, db::sql(query, [])).await.unwrap().unwrap()
    };
    for table in ["activity", "journal", "posting"] {
        let text = dump(table).await.to_lowercase();
        assert!(table == "posting" || !text.is_empty(), "{table} has rows");
        for personal in ["casey@example.com", "example.com", "casey customer", "203.0.113.7", "127.0.0.1"] {
            assert!(!text.contains(personal), "{personal} stands in {table}: {text}");
        }
    }
    assert!(!dump("security_event").await.contains("example.com"), "an address is an id or a keyed hash");
    let erased = db::exec(&app.ctx.db, db::sql("delete from security_event", [])).await.unwrap();
    assert!(erased > 0, "the program itself may erase it");
}

fn registration(email: &str, password: &str, name: &str) -> Json {
    json!({ "email": email, "password": password, "name": name })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_guessed_first_is_refused_at_the_door() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    for weak in [
        "password1234",
        "qwertyuiop123",
        "1qaz2wsx3edc4rfv",
        "iloveyou123456",
        "ada.lovelace2026",
        "gru\u{308}\u{308}\u{308}\u{308}\u{308}n",
    ] {
        let reply =
            app.anonymous.post("/api/auth/register", &registration("ada.lovelace@example.com", weak, "Ada")).await;
        let reply = reply.unwrap();
        assert_eq!((reply.status.as_u16(), reply.text("/errors/0/pointer").as_str()), (400, "/password"), "{weak}");
    }
}
