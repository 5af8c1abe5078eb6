//! Guessing a password never keeps its owner out: what fails elsewhere does not count on their own device.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures::StreamExt as _;
use reqwest::Method;
use serde_json::json;
use testkit::app::AppOptions;
use testkit::authenticator::Authenticator;
use testkit::fixture::{PASSWORD, until};
use testkit::redis::RedisServer;
use testkit::{Browser, Reply, TestApp};

/// A name and not an address, so that passkeys are offered.
const ORIGIN: &str = "http://localhost:3001";
const EMAIL: &str = "casey@example.com";

async fn app_with(redis: &RedisServer) -> TestApp {
    let url: &'static str = Box::leak(redis.url().into_boxed_str());
    let settings = [
        ("REDIS_URL", url),
        ("TRUST_PROXY", "127.0.0.1/32"),
        ("CLIENT_URL", ORIGIN),
        ("RATE_LIMIT_LOGIN_MAX", "10"),
        ("RATE_LIMIT_LOGIN_WINDOW_MS", "60000"),
    ];
    let settings = Box::leak(Box::new(settings));
    let app = TestApp::start_with(AppOptions { workers: false, settings }).await;
    let shared = async || Ok((app.anonymous.get("/readyz").await?.body["limits"] == "shared").then_some(()));
    until(Duration::from_secs(10), shared).await.expect("Redis is found");
    app.customer("casey", "0").await;
    app
}

async fn sign_in(app: &TestApp, ip: &str, cookie: Option<&str>, email: &str, password: &str) -> Reply {
    let body = json!({ "email": email, "password": password });
    let mut headers = vec![("x-forwarded-for", ip), ("origin", ORIGIN)];
    headers.extend(cookie.map(|cookie| ("cookie", cookie)));
    app.anonymous.send(Method::POST, "/api/auth/login", Some(&body), &headers).await.unwrap()
}

/// The cookie by which the device is known from now on, and what it was set with.
fn device(reply: &Reply) -> (String, String) {
    let set = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let line = set.into_iter().find(|line| line.starts_with("sp_device=")).expect("a device is remembered");
    let (cookie, flags) = line.split_once(';').unwrap();
    (cookie.to_owned(), flags.to_owned())
}

/// A passkey of the customer's.
async fn passkey(app: &TestApp) -> Authenticator {
    let confirm = "update app_user set email_verified_at = created_at";
    domain::db::exec(&app.ctx.db, domain::db::sql(confirm, [])).await.unwrap();
    let mut browser = Browser::new(app, ORIGIN);
    let _ = browser.log_in(EMAIL, PASSWORD).await.expect(200);
    let mut device = Authenticator::at(ORIGIN);
    let asked = browser.ask("/api/auth/passkeys/start").await.expect(200);
    let body = json!({ "id": asked["id"], "credential": device.make(&asked["options"]), "name": "Laptop" });
    let _ = browser.post("/api/auth/passkeys", &body).await.expect(201);
    device
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_failures_from_a_thousand_addresses_leave_the_owner_in_by_device_and_by_passkey() {
    let redis = RedisServer::start().await.unwrap();
    let app = app_with(&redis).await;
    let (cookie, _) = device(&sign_in(&app, "203.0.113.1", None, EMAIL, PASSWORD).await);
    let mut key = passkey(&app).await;
    let (over, owner) = (AtomicBool::new(false), AtomicUsize::new(0));
    let guesses = async {
        let all = futures::stream::iter(0..10_000_u32).map(|n| {
            let app = &app;
            async move {
                let ip = format!("198.51.{}.{}", n % 1_000 / 250, n % 250);
                sign_in(app, &ip, None, EMAIL, &format!("guess number {n}")).await.status.as_u16()
            }
        });
        let statuses: Vec<u16> = all.buffer_unordered(24).collect().await;
        over.store(true, Ordering::SeqCst);
        statuses
    };
    let signs_in = async {
        while !over.load(Ordering::SeqCst) {
            let reply = sign_in(&app, "203.0.113.1", Some(&cookie), EMAIL, PASSWORD).await;
            assert_eq!(reply.status, 200, "the owner on a device that is known: {}", reply.body);
            owner.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let (statuses, ()) = tokio::join!(guesses, signs_in);
    let checked = statuses.iter().filter(|status| **status == 401).count();
    assert!(statuses.iter().all(|status| [401, 429].contains(status)), "nothing but 401 and 429");
    assert!((10..=20).contains(&checked), "{checked} guesses were checked: ten, then one a minute");
    assert!(owner.load(Ordering::SeqCst) > 3, "the owner signed in again and again");
    // Behind the same address as an attacker, too; a device that is not known is refused.
    assert_eq!(sign_in(&app, "198.51.0.1", Some(&cookie), EMAIL, PASSWORD).await.status, 200);
    assert_eq!(sign_in(&app, "203.0.113.9", None, EMAIL, PASSWORD).await.status, 429);
    // A passkey asks no account's bucket: on a device that was never seen it signs in all the same.
    let mut new = Browser::new(&app, ORIGIN);
    let asked = new.post("/api/auth/passkey/start", &json!({})).await.expect(200);
    let proof = json!({ "id": asked["id"], "credential": key.answer(&asked["options"]) });
    assert_eq!(new.post("/api/auth/passkey/finish", &proof).await.expect(200)["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_device_has_its_own_failures_and_is_one_users() {
    let redis = RedisServer::start().await.unwrap();
    let app = app_with(&redis).await;
    app.customer("robin", "0").await;
    let signed_in = sign_in(&app, "203.0.113.1", None, EMAIL, PASSWORD).await;
    let (cookie, flags) = device(&signed_in);
    assert_eq!(flags, " Path=/; Max-Age=15552000; HttpOnly; SameSite=Strict");
    // Ten failures by password on the device, then none is checked; elsewhere nothing was counted.
    let mut statuses = Vec::new();
    for n in 0..12 {
        let ip = format!("203.0.114.{n}");
        statuses.push(sign_in(&app, &ip, Some(&cookie), EMAIL, "a guess at random").await.status.as_u16());
    }
    assert_eq!((&statuses[..10], &statuses[10..]), (&[401; 10][..], &[429; 2][..]));
    let elsewhere = sign_in(&app, "203.0.113.2", None, EMAIL, PASSWORD).await;
    assert_eq!(elsewhere.status, 200);
    // Signing in on a device gives it no new attempts, and what was tampered with is no device.
    let renewed = sign_in(&app, "203.0.113.3", Some(&cookie), EMAIL, PASSWORD).await;
    assert_eq!(renewed.status, 429);
    let robins = sign_in(&app, "203.0.113.4", Some(&cookie), "robin@example.com", PASSWORD).await;
    assert_eq!(robins.status, 200, "to another user this device is any device");
    let (both, _) = device(&robins);
    assert_eq!(both.matches('~').count(), 1, "the device is known of two users: {both}");
    assert_eq!(sign_in(&app, "203.0.113.5", Some(&both), EMAIL, PASSWORD).await.status, 429, "under its old name");
    let forged = format!("{}A", &cookie[..cookie.len() - 1]);
    let forged = if forged == cookie { format!("{}B", &cookie[..cookie.len() - 1]) } else { forged };
    assert_eq!(sign_in(&app, "203.0.113.6", Some(&forged), EMAIL, PASSWORD).await.status, 200, "any device");
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_stopped_amid_stuffing_keeps_the_limit_and_lets_people_in() {
    let mut redis = RedisServer::start().await.unwrap();
    let app = app_with(&redis).await;
    let (cookie, _) = device(&sign_in(&app, "203.0.113.1", None, EMAIL, PASSWORD).await);
    let mut checked = 0;
    for n in 0..40 {
        if n == 4 {
            redis.kill().await.unwrap();
        }
        let ip = format!("198.51.100.{n}");
        let reply = sign_in(&app, &ip, None, EMAIL, "a guess at random").await;
        assert!([401, 429].contains(&reply.status.as_u16()), "{} {}", reply.status, reply.body);
        checked += usize::from(reply.status == 401);
    }
    assert!((4..=10).contains(&checked), "{checked} were checked: half of ten, those before included");
    assert_eq!(sign_in(&app, "203.0.113.1", Some(&cookie), EMAIL, PASSWORD).await.status, 200);
    let many = (0..8).map(|_| sign_in(&app, "203.0.113.7", None, "robin@example.com", "a guess at random"));
    let statuses: Vec<_> = futures::future::join_all(many).await.iter().map(|reply| reply.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5, "those in progress count: {statuses:?}");
}
