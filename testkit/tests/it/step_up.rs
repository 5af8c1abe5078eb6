//! Step-up: acts that want to know afresh who is there, a second factor that is required, and its reset.

use chrono::TimeDelta;
use domain::{Actor, TypedId as _, UserId, db, factor};
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::authenticator::Authenticator;
use testkit::client::text;
use testkit::fixture::PASSWORD;
use testkit::totp::code;
use testkit::{Browser, TestApp};

use crate::factors::{CASEY, ORIGIN, add_app, app, app_with, casey, count, now, run, signed_in};

/// Eleven minutes pass, and the browser renews its session.
async fn later(app: &TestApp, browser: &mut Browser, minutes: i64) {
    app.set_ahead(TimeDelta::minutes(minutes)).await;
    let _ = browser.ask("/api/auth/refresh").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_factor_shows_their_password_and_who_has_one_shows_that() {
    let app = app().await;
    let mut owner = casey(&app).await;
    later(&app, &mut owner, 11).await;
    assert_eq!(owner.ask("/api/auth/totp").await.expect(403)["code"], "step_up_required");
    let wrong = owner.post("/api/auth/verify", &json!({ "password": "not the password" })).await.expect(400);
    assert_eq!((&wrong["code"], &wrong["errors"][0]["pointer"]), (&json!("wrong_password"), &json!("/password")));
    let me = owner.post("/api/auth/verify", &json!({ "password": PASSWORD })).await.expect(200);
    assert!(me["session"]["verified_until"].is_string());
    let secret = add_app(&app, &mut owner).await;

    later(&app, &mut owner, 22).await;
    assert_eq!(owner.delete("/api/auth/totp", None).await.expect(403)["code"], "step_up_required");
    let weak = owner.post("/api/auth/verify", &json!({ "password": PASSWORD })).await.expect(409);
    assert_eq!(weak["code"], "factor_needed");
    let wrong = owner.post("/api/auth/verify", &json!({ "code": "000000" })).await.expect(400);
    assert_eq!((&wrong["code"], &wrong["errors"][0]["pointer"]), (&json!("wrong_code"), &json!("/code")));
    let shown = code(&secret, now(&app).await);
    let _ = owner.post("/api/auth/verify", &json!({ "code": shown })).await.expect(200);
    assert_eq!(owner.post("/api/auth/verify", &json!({ "code": shown })).await.expect(400)["code"], "code_used");
    let _ = owner.delete("/api/auth/totp", None).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_shows_who_is_there_in_its_own_session_alone() {
    let app = app().await;
    let mut owner = casey(&app).await;
    let mut device = Authenticator::at(ORIGIN);
    let asked = owner.ask("/api/auth/passkeys/start").await.expect(200);
    let body = json!({ "id": asked["id"], "credential": device.make(&asked["options"]), "name": "Laptop" });
    let _ = owner.post("/api/auth/passkeys", &body).await.expect(201);
    later(&app, &mut owner, 11).await;
    let mut other = Browser::new(&app, ORIGIN);
    let asked = other.post("/api/auth/passkey/start", &json!({})).await.expect(200);
    let credential = device.answer(&asked["options"]);
    let _ = other
        .post("/api/auth/passkey/finish", &json!({ "id": asked["id"], "credential": credential }))
        .await
        .expect(200);

    let asked = owner.ask("/api/auth/verify/start").await.expect(200);
    let proof = json!({ "passkey": { "id": asked["id"], "credential": device.answer(&asked["options"]) } });
    assert_eq!(other.post("/api/auth/verify", &proof).await.expect(409)["code"], "challenge_over");
    let me = owner.post("/api/auth/verify", &proof).await.expect(200);
    assert!(me["session"]["verified_until"].is_string());
    assert_eq!(owner.post("/api/auth/verify", &proof).await.expect(409)["code"], "challenge_over");
    let sign_in = owner.post("/api/auth/passkey/start", &json!({})).await.expect(200);
    let wrong_kind = json!({ "passkey": { "id": sign_in["id"], "credential": device.answer(&sign_in["options"]) } });
    assert_eq!(owner.post("/api/auth/verify", &wrong_kind).await.expect(409)["code"], "challenge_over");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_count_against_the_day_too() {
    let app = app().await;
    let mut owner = casey(&app).await;
    run(&app, "insert into factor_guess select id, business_now(), 19 from app_user").await;
    let wrong = json!({ "password": "not the password" });
    let _ = owner.post("/api/auth/verify", &wrong).await.expect(400);
    let right = json!({ "password": PASSWORD });
    assert_eq!(owner.post("/api/auth/verify", &right).await.expect(429)["code"], "too_many_codes");
}

async fn admin(app: &TestApp) -> Browser {
    app.admin().await;
    run(app, "update app_user set email_verified_at = created_at").await;
    let mut browser = Browser::new(app, ORIGIN);
    let _ = browser.log_in("admin@example.com", PASSWORD).await.expect(200);
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_without_a_second_factor_can_only_add_one() {
    let app = app_with(&[("CLIENT_URL", ORIGIN), ("REQUIRE_ADMIN_MFA", "on")]).await;
    let mut admin = admin(&app).await;
    assert_eq!(admin.get("/api/admin/overview").await.expect(403)["code"], "mfa_required");
    let _ = admin.get("/api/auth/factors").await.expect(200);
    add_app(&app, &mut admin).await;
    let _ = admin.get("/api/admin/overview").await.expect(200);
    let _ = admin.delete("/api/auth/totp", None).await.expect(204);
    app.set_ahead(TimeDelta::minutes(1)).await;
    let mut again = Browser::new(&app, ORIGIN);
    let _ = again.log_in("admin@example.com", PASSWORD).await.expect(200);
    assert_eq!(again.get("/api/admin/overview").await.expect(403)["code"], "mfa_required");
}

async fn user_id(app: &TestApp) -> UserId {
    let sql = format!("select id from app_user where email = '{CASEY}'");
    let id: uuid::Uuid = db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap();
    UserId::from(id)
}

async fn due(app: &TestApp) {
    let tick = now(app).await;
    let job = domain::work::Job::ResetFactors { tick };
    domain::work::enqueue(&app.ctx, &app.ctx.db, domain::work::NewJob::new(job)).await.unwrap();
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_waits_a_day_and_the_owner_stops_it_by_signing_in() {
    let app = TestApp::start_with(AppOptions { workers: true, settings: &[("CLIENT_URL", ORIGIN)] }).await;
    let secret = add_app(&app, &mut casey(&app).await).await;
    let mut admin = admin(&app).await;
    let path = format!("/api/admin/users/{}/factors/reset", user_id(&app).await);
    let reason = json!({ "reason": "lost the phone" });
    let asked = admin.post(&path, &reason).await.expect(200);
    assert_eq!(admin.post(&path, &json!({ "reason": "again" })).await.expect(200), asked, "the first time counts");
    assert_eq!(count(&app, "select count(*) from job where params->>'mail' = 'factor_reset_requested'").await, 1);
    due(&app).await;
    assert_eq!(count(&app, "select count(*) from totp").await, 1, "not before its time");

    app.set_ahead(TimeDelta::minutes(5)).await;
    let mut owner = Browser::new(&app, ORIGIN);
    let challenge = owner.log_in(CASEY, PASSWORD).await.expect(200)["challenge"].take();
    let answer = json!({ "challenge": challenge["id"], "code": code(&secret, now(&app).await) });
    let _ = owner.post("/api/auth/mfa", &answer).await.expect(200);
    assert_eq!(count(&app, "select count(*) from factor_reset").await, 0, "stopped");

    let _ = admin.post(&path, &reason).await.expect(200);
    app.set_ahead(TimeDelta::hours(24) + TimeDelta::minutes(6)).await;
    due(&app).await;
    assert_eq!(count(&app, "select count(*) from totp").await, 0);
    let open = format!(
        "select count(*) from session s join app_user u on u.id = s.user_id
         where u.email = '{CASEY}' and s.revoked_at is null"
    );
    assert_eq!(count(&app, &open).await, 0, "and the sessions end");
    signed_in(&app).await;
    assert_eq!(count(&app, "select count(*) from activity where metadata::text like '%lost the phone%'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_administrator_who_was_verified_lately_asks_for_a_reset_and_only_the_operator_does_it_at_once() {
    let app = app().await;
    let mut owner = casey(&app).await;
    let user = user_id(&app).await;
    let path = format!("/api/admin/users/{user}/factors/reset");
    let reason = json!({ "reason": "lost the phone" });
    assert_eq!(owner.post(&path, &reason).await.expect(403)["code"], "forbidden");
    let mut admin = admin(&app).await;
    assert_eq!(admin.post(&path, &reason).await.expect(409)["code"], "no_factor");
    add_app(&app, &mut owner).await;
    let unknown = format!("/api/admin/users/{}/factors/reset", UserId::from(uuid::Uuid::nil()));
    assert_eq!(admin.post(&unknown, &reason).await.expect(404)["code"], "not_found");
    later(&app, &mut admin, 11).await;
    assert_eq!(admin.post(&path, &reason).await.expect(403)["code"], "step_up_required");
    assert_eq!(count(&app, "select count(*) from factor_reset").await, 0);
    assert!(factor::reset_now(&app.ctx, &Actor::OnBehalf(user), user).await.is_err());
    factor::reset_now(&app.ctx, &Actor::Operator, user).await.unwrap();
    assert_eq!(count(&app, "select count(*) from totp").await, 0);
    assert!(user.to_string().starts_with(UserId::PREFIX));
}

/// The operations that want a fresh proof, as the document says.
fn stepped_up() -> Vec<(String, String)> {
    let document: Json = serde_json::from_str(&api::spec_json()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods
            .iter()
            .filter(|(_, operation)| operation["x-step-up"] == true)
            .map(|(method, _)| (path.clone(), method.clone()))
    });
    all.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_that_steps_up_refuses_a_session_that_did_not() {
    let app = app().await;
    let mut owner = casey(&app).await;
    let mut admin = admin(&app).await;
    let me = owner.get("/api/auth/me").await.expect(200);
    let owner_org = text(&me, "/organisations/0/id");
    owner.org = Some(owner_org.clone());
    later(&app, &mut owner, 11).await;
    later(&app, &mut admin, 11).await;
    let operations = stepped_up();
    assert!(operations.len() >= 6, "{operations:?}");
    for (path, method) in operations {
        let browser = if path.starts_with("/api/admin") { &mut admin } else { &mut owner };
        let path_of_mine = path.replace("{org}", owner_org.as_str());
        let address = path_of_mine.split('/').map(|part| if part.starts_with('{') { "nobody" } else { part });
        let address = address.collect::<Vec<_>>().join("/");
        let method = method.to_uppercase().parse().unwrap();
        let refused = browser.send(method, &address, Some(&json!({ "nonsense": true }))).await;
        assert_eq!(refused.expect(403)["code"], "step_up_required", "{path}");
    }
}
