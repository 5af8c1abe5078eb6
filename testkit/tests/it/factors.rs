//! Authenticator apps and recovery codes at the door: what signs in, once, and what does not.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::db;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::PASSWORD;
use testkit::totp::code;
use testkit::{Browser, Reply, TestApp};

pub const ORIGIN: &str = "http://localhost:3001";
pub const CASEY: &str = "casey@example.com";

/// An app whose address allows passkeys.
pub async fn app() -> TestApp {
    app_with(&[("CLIENT_URL", ORIGIN)]).await
}

pub async fn app_with(settings: &'static [(&'static str, &'static str)]) -> TestApp {
    TestApp::start_with(AppOptions { workers: false, settings }).await
}

pub async fn run(app: &TestApp, sql: &str) {
    db::exec(&app.ctx.db, db::sql(sql, [])).await.unwrap();
}

pub async fn count(app: &TestApp, sql: &str) -> i64 {
    db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}

/// A customer whose address is confirmed, signed in.
pub async fn casey(app: &TestApp) -> Browser {
    app.customer("casey", "0").await;
    run(app, "update app_user set email_verified_at = created_at").await;
    signed_in(app).await
}

/// The same by a sign-in with the password alone.
pub async fn signed_in(app: &TestApp) -> Browser {
    let mut browser = Browser::new(app, ORIGIN);
    let me = browser.log_in(CASEY, PASSWORD).await.expect(200);
    assert!(me.get("user").is_some(), "a session at once: {me}");
    browser
}

pub async fn now(app: &TestApp) -> DateTime<Utc> {
    app.ctx.clock.now(&app.ctx.db).await.unwrap()
}

/// Waits until a browser's session is refused, as it must be within five seconds.
pub async fn ends(browser: &mut Browser) {
    for _ in 0..100 {
        if browser.get("/api/auth/me").await.status == 401 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the session does not end");
}

/// The code that an app shows so many seconds from now.
async fn code_in(app: &TestApp, secret: &str, seconds: i64) -> String {
    code(secret, now(app).await + TimeDelta::seconds(seconds))
}

/// Adds an authenticator app. Returns its secret.
pub async fn add_app(app: &TestApp, browser: &mut Browser) -> String {
    let setup = browser.ask("/api/auth/totp").await.expect(200);
    let secret = text(&setup, "/secret");
    let shown = code_in(app, &secret, 0).await;
    let body = json!({ "id": setup["id"], "code": shown });
    let _ = browser.post("/api/auth/totp/confirm", &body).await.expect(204);
    secret
}

/// Types the password in another browser. Returns it with the challenge.
async fn challenged(app: &TestApp) -> (Browser, Json) {
    let mut browser = Browser::new(app, ORIGIN);
    let answer = browser.log_in(CASEY, PASSWORD).await.expect(200);
    assert!(!browser.signed_in(), "no cookie before the second factor");
    let challenge = answer.get("challenge").cloned();
    (browser, challenge.unwrap_or_else(|| panic!("no challenge in {answer}")))
}

async fn answer(browser: &mut Browser, challenge: &Json, code: &str) -> Reply {
    browser.post("/api/auth/mfa", &json!({ "challenge": challenge["id"], "code": code })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_signs_in_once_and_the_one_of_the_setup_never() {
    let app = app().await;
    let mut first = casey(&app).await;
    let mut other = signed_in(&app).await;
    let secret = add_app(&app, &mut first).await;
    ends(&mut other).await;
    let factors = first.get("/api/auth/factors").await.expect(200);
    assert_eq!(
        (&factors["step_up"], factors["app"].is_object()),
        (&json!(["totp"]), true),
        "the one that added it stays"
    );

    let (mut second, challenge) = challenged(&app).await;
    assert_eq!(challenge["kinds"], json!(["totp"]));
    assert_eq!(second.get("/api/auth/me").await.status, 401, "a challenge opens nothing");
    let setup = code_in(&app, &secret, 0).await;
    assert_eq!(answer(&mut second, &challenge, &setup).await.expect(401)["code"], "code_used");
    app.set_ahead(TimeDelta::seconds(30)).await;
    let fresh = code_in(&app, &secret, 0).await;
    let spaced = format!("{} {}", &fresh[..3], &fresh[3..]);
    let me = answer(&mut second, &challenge, &spaced).await.expect(200);
    assert_eq!(me["user"]["email"], CASEY);
    assert!(second.get("/api/auth/me").await.expect(200)["session"]["verified_until"].is_string());
    let amr = "select count(*) from session where amr = '{pwd,otp,mfa}' and verified_at is not null";
    assert_eq!(count(&app, amr).await, 1);
    assert_eq!(answer(&mut second, &challenge, &fresh).await.expect(409)["code"], "challenge_over");
    let (mut third, challenge) = challenged(&app).await;
    assert_eq!(answer(&mut third, &challenge, &fresh).await.expect(401)["code"], "code_used");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_at_once_with_the_same_code_one_signs_in() {
    let app = app().await;
    let secret = add_app(&app, &mut casey(&app).await).await;
    app.set_ahead(TimeDelta::seconds(30)).await;
    let challenges = join_all((0..16).map(|_| challenged(&app))).await;
    let shown = code_in(&app, &secret, 0).await;
    let tries = challenges.iter().flat_map(|one| std::iter::repeat_n(one, 4)).map(|(browser, challenge)| {
        let (mut browser, shown) = (browser.clone(), shown.clone());
        async move { answer(&mut browser, challenge, &shown).await.status.as_u16() }
    });
    let statuses = join_all(tries).await;
    assert_eq!(statuses.len(), 64);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    // 503: who waited too long for the app's row was not judged at all.
    assert!(statuses.iter().all(|status| [200, 401, 409, 429, 503].contains(status)), "{statuses:?}");
    assert_eq!(count(&app, "select count(*) from session where 'mfa' = any(amr) and revoked_at is null").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_end_a_challenge_and_twenty_end_the_day_but_not_for_a_recovery_code() {
    let app = app().await;
    let mut owner = casey(&app).await;
    let secret = add_app(&app, &mut owner).await;
    let codes = owner.ask("/api/auth/recovery-codes").await.expect(201);
    app.set_ahead(TimeDelta::seconds(60)).await;
    for round in 0..4 {
        let (mut stranger, challenge) = challenged(&app).await;
        for n in 1..=5 {
            let refused = answer(&mut stranger, &challenge, "000000").await.expect(401);
            assert_eq!(refused["code"], "wrong_code", "round {round}, try {n}");
            let left = if n == 5 { "No tries are left" } else { "left" };
            assert!(text(&refused, "/detail").contains(left), "{refused}");
        }
        let right = code_in(&app, &secret, 0).await;
        assert_eq!(answer(&mut stranger, &challenge, &right).await.expect(409)["code"], "challenge_over");
    }
    let (mut browser, challenge) = challenged(&app).await;
    let right = code_in(&app, &secret, 0).await;
    let refused = answer(&mut browser, &challenge, &right).await;
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.expect(429)["code"], "too_many_codes");
    let recovery = json!({ "challenge": challenge["id"], "recovery_code": codes["codes"][0] });
    let _ = browser.post("/api/auth/mfa", &recovery).await.expect(200);
    app.set_ahead(TimeDelta::hours(25)).await;
    let (mut browser, challenge) = challenged(&app).await;
    let right = code_in(&app, &secret, 0).await;
    let _ = answer(&mut browser, &challenge, &right).await.expect(200);
    let events = "select coalesce(sum(count), 0)::bigint from security_event \
        where kind = 'code_refused' and user_id is not null";
    assert_eq!(count(&app, events).await, 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_is_told_and_its_code_opens_nothing_when_its_time_comes() {
    let app = app().await;
    let secret = add_app(&app, &mut casey(&app).await).await;
    app.set_ahead(TimeDelta::minutes(10)).await;
    let (mut browser, challenge) = challenged(&app).await;
    for (seconds, words) in [(-60, "60 seconds behind"), (60, "60 seconds ahead"), (240, "4 minutes ahead")] {
        let off = code_in(&app, &secret, seconds).await;
        let refused = answer(&mut browser, &challenge, &off).await.expect(401);
        assert_eq!(refused["code"], "clock_off", "{seconds}");
        assert!(text(&refused, "/detail").contains(words), "{refused}");
    }
    let early = code_in(&app, &secret, 60).await;
    app.set_ahead(TimeDelta::seconds(660)).await;
    assert_eq!(answer(&mut browser, &challenge, &early).await.expect(401)["code"], "code_used");
    app.set_ahead(TimeDelta::seconds(690)).await;
    let right = code_in(&app, &secret, 0).await;
    let _ = answer(&mut browser, &challenge, &right).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_is_taken_as_it_is_typed_once_and_its_use_is_mailed() {
    let app = app().await;
    let mut owner = casey(&app).await;
    assert_eq!(owner.ask("/api/auth/recovery-codes").await.expect(409)["code"], "no_factor");
    add_app(&app, &mut owner).await;
    let old = owner.ask("/api/auth/recovery-codes").await.expect(201);
    let codes = owner.ask("/api/auth/recovery-codes").await.expect(201);
    assert_eq!(codes["codes"].as_array().unwrap().len(), 10);
    let stored = "select count(*) from recovery_code where encode(hash, 'escape') like '%' || $1 || '%'";
    let plain = text(&codes, "/codes/0");
    let leaked: i64 = db::scalar(&app.ctx.db, db::sql(stored, [plain.clone().into()])).await.unwrap().unwrap();
    assert_eq!(leaked, 0);

    let (mut browser, challenge) = challenged(&app).await;
    assert_eq!(challenge["kinds"], json!(["totp", "recovery_code"]));
    let body = |code: &str| json!({ "challenge": challenge["id"], "recovery_code": code });
    let void = browser.post("/api/auth/mfa", &body(&text(&old, "/codes/0"))).await.expect(401);
    assert_eq!(void["code"], "wrong_code", "those before are void");
    let typed = format!(" {} ", plain.to_lowercase().replace('-', " "));
    let _ = browser.post("/api/auth/mfa", &body(&typed)).await.expect(200);
    let (mut again, challenge) = challenged(&app).await;
    let body = json!({ "challenge": challenge["id"], "recovery_code": plain });
    assert_eq!(again.post("/api/auth/mfa", &body).await.expect(401)["code"], "code_used");
    let mails = "select count(*) from job where kind = 'mail.send' and params->>'mail' = 'recovery_code_used'";
    assert_eq!(count(&app, mails).await, 1);
    assert_eq!(browser.get("/api/auth/factors").await.expect(200)["recovery_codes"], 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_confirmed_address_nothing_is_added() {
    let app = app().await;
    app.customer("casey", "0").await;
    let mut browser = signed_in(&app).await;
    for path in ["/api/auth/totp", "/api/auth/passkeys/start"] {
        assert_eq!(browser.ask(path).await.expect(403)["code"], "email_unverified", "{path}");
    }
    assert_eq!(count(&app, "select count(*) from challenge").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_added_only_by_the_session_that_began_it_and_a_wrong_code_adds_nothing() {
    let app = app().await;
    let (mut one, mut two) = (casey(&app).await, signed_in(&app).await);
    let setup = one.ask("/api/auth/totp").await.expect(200);
    assert!(text(&setup, "/uri").starts_with("otpauth://totp/SkyPanel:casey%40example.com?secret="));
    let right = code_in(&app, &text(&setup, "/secret"), 0).await;
    let body = |code: &str| json!({ "id": setup["id"], "code": code });
    assert_eq!(two.post("/api/auth/totp/confirm", &body(&right)).await.expect(409)["code"], "challenge_over");
    for _ in 0..5 {
        assert_eq!(one.post("/api/auth/totp/confirm", &body("000000")).await.expect(400)["code"], "wrong_code");
    }
    assert_eq!(one.post("/api/auth/totp/confirm", &body(&right)).await.expect(409)["code"], "challenge_over");
    assert_eq!(count(&app, "select count(*) from totp").await, 0);
    signed_in(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_last_factor_an_account_is_open_to_its_password_alone_again() {
    let app = app().await;
    let mut owner = casey(&app).await;
    add_app(&app, &mut owner).await;
    let _ = owner.ask("/api/auth/recovery-codes").await.expect(201);
    let _ = owner.delete("/api/auth/totp", None).await.expect(204);
    assert_eq!(owner.delete("/api/auth/totp", None).await.expect(404)["code"], "not_found");
    assert_eq!(count(&app, "select count(*) from recovery_code").await, 0);
    signed_in(&app).await;
    let mails = "select count(*) from job where kind = 'mail.send' and params->>'mail' like 'factor_%'";
    assert_eq!(count(&app, mails).await, 2, "added and removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_gives_a_program_no_tokens_past_a_second_factor() {
    let app = app().await;
    add_app(&app, &mut casey(&app).await).await;
    let body = json!({ "grant_type": "password", "email": CASEY, "password": PASSWORD });
    let refused = app.anonymous.post("/api/auth/token", &body).await.unwrap().expect(403);
    assert_eq!(refused["code"], "second_factor_required");
    assert!(text(&refused, "/detail").contains("API key"), "{refused}");
    assert_eq!(count(&app, "select count(*) from session where amr = '{pwd}' and revoked_at is null").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_with_both_or_neither_are_refused_and_cost_no_try() {
    let app = app().await;
    add_app(&app, &mut casey(&app).await).await;
    let (mut browser, challenge) = challenged(&app).await;
    for more in [json!({}), json!({ "code": "1", "recovery_code": "2" })] {
        let mut body = json!({ "challenge": challenge["id"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(browser.post("/api/auth/mfa", &body).await.expect(400)["code"], "invalid_request", "{body}");
    }
    let unknown = json!({ "challenge": challenge["id"], "code": "1", "user_id": "user_00000000000000000000000001" });
    let _ = browser.send(Method::POST, "/api/auth/mfa", Some(&unknown)).await.expect(400);
    assert_eq!(count(&app, "select sum(tries)::bigint from challenge").await, 0);
}
