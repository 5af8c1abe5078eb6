//! What administrators see of request limits, and limits that single users have.

use chrono::{DateTime, TimeDelta, Utc};
use domain::db;
use domain::work::{Job, NewJob, enqueue};
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::{Reply, TestApp};

async fn limited() -> TestApp {
    let settings = &[
        ("RATE_LIMIT_AUTHENTICATED_MAX", "500"),
        ("RATE_LIMIT_ADMIN_MAX", "1000"),
        ("RATE_LIMIT_ANONYMOUS_MAX", "200"),
        ("TRUST_PROXY", "127.0.0.1/32"),
    ];
    TestApp::start_with(AppOptions { settings, ..AppOptions::default() }).await
}

fn policy(reply: &Reply) -> &str {
    reply.headers["ratelimit-policy"].to_str().unwrap()
}

async fn now(app: &TestApp) -> DateTime<Utc> {
    app.ctx.clock.now(&app.ctx.db).await.unwrap()
}

fn change(max: i64, window_s: i64, reason: &str, expires_at: DateTime<Utc>) -> Json {
    json!({ "max": max, "window_s": window_s, "reason": reason, "expires_at": expires_at })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_may_have_a_limit_of_their_own_until_it_expires() {
    let app = limited().await;
    let (casey, _) = app.customer("casey", "0").await;
    let admin = app.admin().await;
    let me = casey.get("/api/auth/me").await.unwrap();
    assert_eq!(policy(&me), "\"user\";q=500;w=900");
    let path = format!("/api/admin/rate-overrides/{}", me.text("/user/id"));
    let put = async |body: &Json| admin.send(reqwest::Method::PUT, &path, Some(body), &[]).await.unwrap();
    let tomorrow = now(&app).await + TimeDelta::days(1);

    for (body, pointer) in [
        (change(0, 60, "a test", tomorrow), "/max"),
        (change(1_000_001, 60, "a test", tomorrow), "/max"),
        (change(5, 0, "a test", tomorrow), "/window_s"),
        (change(5, 86_401, "a test", tomorrow), "/window_s"),
        (change(5, 60, "  ", tomorrow), "/reason"),
        (change(5, 60, "a test", now(&app).await - TimeDelta::seconds(1)), "/expires_at"),
        (change(5, 60, "a test", now(&app).await + TimeDelta::days(367)), "/expires_at"),
    ] {
        let reply = put(&body).await;
        assert_eq!((reply.status.as_u16(), reply.text("/errors/0/pointer").as_str()), (400, pointer), "{body}");
    }
    let written = put(&change(2_000, 600, "imports servers", tomorrow)).await.expect(200);
    assert_eq!(
        (text(&written, "/user/email").as_str(), text(&written, "/set_by/name").as_str()),
        ("casey@example.com", "Avery Admin")
    );
    assert_eq!(policy(&casey.get("/api/auth/me").await.unwrap()), "\"user\";q=2000;w=600");
    let again = put(&change(3, 600, "calls without end", tomorrow)).await.expect(200);
    assert_eq!(again["max"], 3);
    let statuses: Vec<_> = futures::future::join_all((0..6).map(|_| casey.get("/api/plans"))).await;
    let passed = statuses.into_iter().filter(|reply| reply.as_ref().unwrap().status == 200).count();
    assert_eq!(passed, 3, "a lower limit holds at once");

    let listed = admin.get("/api/admin/rate-overrides").await.unwrap().expect(200);
    assert_eq!(
        (listed["items"].as_array().unwrap().len(), &listed["items"][0]["reason"]),
        (1, &json!("calls without end"))
    );
    let lift = async |reason: &str| {
        admin.send(reqwest::Method::DELETE, &path, Some(&json!({ "reason": reason })), &[]).await.unwrap()
    };
    assert_eq!(lift("").await.status, 400);
    let _ = lift("settled").await.expect(204);
    assert_eq!(lift("settled").await.status, 404);
    assert_eq!(policy(&casey.get("/api/auth/me").await.unwrap()), "\"user\";q=500;w=900");
    let acts = admin.get("/api/admin/activity?event=rate").await.unwrap().expect(200);
    let seen: Vec<_> = acts["items"].as_array().unwrap().iter().map(|act| text(act, "/event")).collect();
    assert_eq!(seen, ["rate.lift", "rate.override", "rate.override"]);

    let _ = put(&change(9, 60, "for a day", tomorrow)).await.expect(200);
    app.set_ahead(TimeDelta::hours(25)).await;
    assert!(domain::rate::standing(&app.ctx).await.unwrap().is_empty(), "it ended by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_a_limit_who_is_nobody() {
    let app = limited().await;
    let admin = app.admin().await;
    let body = change(5, 60, "a test", now(&app).await + TimeDelta::days(1));
    let path = "/api/admin/rate-overrides/user_00000000000000000000000001";
    assert_eq!(admin.send(reqwest::Method::PUT, path, Some(&body), &[]).await.unwrap().status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_let_through_and_refused_is_shown_by_minute_and_by_sender() {
    let app = limited().await;
    let (casey, _) = app.customer("casey", "0").await;
    let admin = app.admin().await;
    let me = casey.get("/api/auth/me").await.unwrap();
    for n in 0..203 {
        let from = [("x-forwarded-for", "203.0.113.9")];
        let reply = app.anonymous.send(reqwest::Method::GET, "/api/config", None, &from).await.unwrap();
        assert!(n < 200 || reply.status == 429 || reply.status == 200);
    }
    let figures = admin.get("/api/admin/limits").await.unwrap().expect(200);
    let tier = |name: &str| {
        let all = figures["tiers"].as_array().unwrap();
        let found = all.iter().find(|tier| tier["tier"] == name).unwrap();
        (found["max"].as_i64(), found["window_s"].as_f64())
    };
    assert_eq!(tier("user"), (Some(500), Some(900.0)));
    assert_eq!(tier("mail"), (None, None), "turned off here");
    let sum = |name: &str, count: &str| -> i64 {
        let minutes = figures["minutes"].as_array().unwrap().iter().filter(|minute| minute["tier"] == name);
        minutes.map(|minute| minute[count].as_i64().unwrap()).sum()
    };
    assert!(sum("anonymous", "allowed") >= 200 && sum("anonymous", "refused") >= 1, "{figures}");
    assert!(sum("user", "allowed") >= 1 && sum("login", "allowed") >= 1);
    let keys = figures["keys"].as_array().unwrap();
    let worst = &keys[0];
    assert_eq!((&worst["tier"], &worst["key"]), (&json!("anonymous"), &json!("203.0.113.9")), "{figures}");
    assert!(keys.iter().any(|key| key["user"]["id"] == me.text("/user/id") && key["tier"] == "user"), "{figures}");

    // The next reading adds to the minute and loses nothing; after a week all of it is removed.
    let again = admin.get("/api/admin/limits").await.unwrap().expect(200);
    assert!(again["minutes"].to_string().len() >= figures["minutes"].to_string().len());
    let rows = async || -> i64 {
        db::scalar(&app.ctx.db, db::sql("select count(*) from rate_minute", [])).await.unwrap().unwrap()
    };
    assert!(rows().await > 0);
    app.set_ahead(TimeDelta::days(8)).await;
    let tick = now(&app).await;
    let tx = app.ctx.begin().await.unwrap();
    enqueue(&app.ctx, &tx, NewJob::new(Job::Tidy { tick })).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
    assert_eq!(rows().await, 0, "counts are personal data and kept for a week");
}
