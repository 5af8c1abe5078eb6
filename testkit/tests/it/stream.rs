//! Live events: they arrive, they are replayed, and they are nobody else's.

use std::time::Duration;

use domain::db;
use domain::vault::Counter;
use serde_json::json;
use testkit::TestApp;
use testkit::app::AppOptions;
use testkit::fixture::until;

/// Reads a stream until it holds the text, and returns what came.
async fn read_until(response: &mut reqwest::Response, wanted: &str) -> String {
    let mut text = String::new();
    let reading = async {
        while !text.contains(wanted) {
            let chunk = response.chunk().await.expect("the stream is read").expect("the stream continues");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), reading).await.is_ok(), "no {wanted} in {text}");
    text
}

#[expect(clippy::disallowed_methods, reason = "a test's client needs none of the product's settings")]
async fn open(app: &TestApp, token: &str, last_event: Option<&str>) -> reqwest::Response {
    let mut request = reqwest::Client::new().get(format!("{}/api/notifications/stream", app.base)).bearer_auth(token);
    if let Some(id) = last_event {
        request = request.header("last-event-id", id);
    }
    let response = request.send().await.expect("the stream opens");
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/event-stream")));
    response
}

/// Waits until the process hears what the database announces.
async fn listening(app: &TestApp) {
    let sql = "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen %'";
    until(Duration::from_secs(10), async || {
        let listeners: Option<i64> = db::scalar(&app.ctx.db, db::sql(sql, [])).await?;
        Ok(listeners.filter(|count| *count > 0))
    })
    .await
    .expect("the API listens");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_live_and_are_replayed_to_their_owner_alone() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, org) = app.customer("casey", "0").await;
    let (robin, _) = app.customer("robin", "0").await;
    let admin = app.admin().await;
    let mut caseys = open(&app, casey.token().unwrap(), None).await;
    let mut robins = open(&app, robin.token().unwrap(), None).await;
    let mut admins = open(&app, admin.token().unwrap(), None).await;
    listening(&app).await;
    testkit::fixture::credit(&admin, &org.to_string(), "5").await.unwrap();

    let text = read_until(&mut caseys, "billing.credit").await;
    let id = text.lines().rev().find_map(|line| line.strip_prefix("id:")).unwrap().trim().to_owned();
    read_until(&mut admins, "billing.credit").await;

    // A client that was away is told what it missed.
    let told = casey.get("/api/activity").await.unwrap().expect(200);
    assert_eq!(
        testkit::client::row(&told, "event", "billing.credit")["id"],
        id,
        "the list and the stream say the same"
    );
    let before = testkit::client::text(testkit::client::row(&told, "event", "auth.register"), "/id");
    let mut again = open(&app, casey.token().unwrap(), Some(&before)).await;
    read_until(&mut again, "billing.credit").await;

    let body = json!({ "email": "robin@example.com", "password": "correct horse battery 7" });
    assert_eq!(app.anonymous.post("/api/auth/login", &body).await.unwrap().status, 200);
    let theirs = read_until(&mut robins, "auth.login").await;
    assert!(!theirs.contains("billing.credit"), "another's event was told: {theirs}");
}

/// Reads until the server ends the stream.
async fn ends(response: &mut reqwest::Response, within: Duration) -> bool {
    let reading = async { while let Ok(Some(_)) = response.chunk().await {} };
    tokio::time::timeout(within, reading).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session_and_others_continue() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, org) = app.customer("casey", "0").await;
    let other = app.anonymous.sign_in("casey@example.com", testkit::fixture::PASSWORD).await.unwrap();
    let admin = app.admin().await;
    listening(&app).await;
    let mut ended = open(&app, casey.token().unwrap(), None).await;
    let mut kept = open(&app, other.token().unwrap(), None).await;
    assert_eq!(casey.post("/api/auth/logout", &json!({})).await.unwrap().status, 204);
    assert!(ends(&mut ended, Duration::from_secs(5)).await, "within five seconds");
    testkit::fixture::credit(&admin, &org.to_string(), "5").await.unwrap();
    read_until(&mut kept, "billing.credit").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_access_token() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, _) = app.customer("casey", "0").await;
    let mut stream = open(&app, casey.token().unwrap(), None).await;
    app.set_ahead(chrono::TimeDelta::seconds(590)).await;
    assert!(!ends(&mut stream, Duration::from_secs(4)).await, "the token is still valid");
    app.set_ahead(chrono::TimeDelta::seconds(601)).await;
    assert!(ends(&mut stream, Duration::from_secs(5)).await, "within five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_replayed_is_a_reset() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, _) = app.customer("casey", "0").await;
    for seen in ["-9223372036854775808", "-1", "9223372036854775807", "9223372036854775808", "99999", "seven", "7.0"] {
        let mut stream = open(&app, casey.token().unwrap(), Some(seen)).await;
        let text = read_until(&mut stream, "reset").await;
        assert!(!text.contains("activity"), "{seen}: {text}");
    }
    let beginning = app.ctx.vault.veil(Counter::Event, 0);
    let mut stream = open(&app, casey.token().unwrap(), Some(&beginning.to_string())).await;
    read_until(&mut stream, "auth.register").await;
}
