//! Passkeys at the door: a device in software signs in with them, and does all that it must not.

use chrono::TimeDelta;
use domain::db;
use serde_json::{Value as Json, json};
use testkit::authenticator::Authenticator;
use testkit::client::text;
use testkit::fixture::PASSWORD;
use testkit::{Browser, TestApp};

use crate::factors::{CASEY, ORIGIN, add_app, app, app_with, casey, count, ends, run, signed_in};

/// Adds a passkey of this device. Returns it as the list shows it.
async fn add(browser: &mut Browser, device: &mut Authenticator, name: &str) -> Json {
    let asked = browser.ask("/api/auth/passkeys/start").await.expect(200);
    let body = json!({ "id": asked["id"], "credential": device.make(&asked["options"]), "name": name });
    browser.post("/api/auth/passkeys", &body).await.expect(201)
}

async fn start(browser: &mut Browser) -> Json {
    browser.post("/api/auth/passkey/start", &json!({})).await.expect(200)
}

async fn finish(browser: &mut Browser, asked: &Json, credential: Json) -> testkit::Reply {
    browser.post("/api/auth/passkey/finish", &json!({ "id": asked["id"], "credential": credential })).await
}

/// Signs in by the passkey alone. Returns the status and the code of a refusal.
async fn sign_in(app: &TestApp, device: &mut Authenticator) -> (u16, String) {
    let mut browser = Browser::new(app, ORIGIN);
    let asked = start(&mut browser).await;
    let credential = device.answer(&asked["options"]);
    let reply = finish(&mut browser, &asked, credential).await;
    assert_eq!(browser.signed_in(), reply.status == 200);
    (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(code: &str) -> (u16, String) {
    (401, code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_alone_signs_in_and_is_both_factors() {
    let app = app().await;
    let mut owner = casey(&app).await;
    let mut other = signed_in(&app).await;
    let mut device = Authenticator::at(ORIGIN);
    let passkey = add(&mut owner, &mut device, "  Work laptop ").await;
    assert_eq!((&passkey["name"], &passkey["host"]), (&json!("Work laptop"), &json!("localhost")));
    ends(&mut other).await;

    let mut browser = Browser::new(&app, ORIGIN);
    let asked = start(&mut browser).await;
    assert_eq!(asked["options"]["allowCredentials"], json!([]), "the same for all who ask");
    let credential = device.answer(&asked["options"]);
    let me = finish(&mut browser, &asked, credential.clone()).await.expect(200);
    assert_eq!(me["user"]["email"], CASEY);
    assert_eq!(count(&app, "select count(*) from session where amr = '{hwk,mfa}'").await, 1);
    assert_eq!(finish(&mut browser, &asked, credential).await.expect(409)["code"], "challenge_over");
    let factors = browser.get("/api/auth/factors").await.expect(200);
    assert!(factors["passkeys"][0]["last_used_at"].is_string());
    assert_eq!(factors["step_up"], json!(["passkey"]));

    let id = text(&passkey, "/id");
    let (address, name) = (format!("/api/auth/passkeys/{id}"), json!({ "name": "Old" }));
    assert_eq!(browser.send(reqwest::Method::PATCH, &address, Some(&name)).await.expect(200)["name"], "Old");
    let _ = browser.delete(&format!("/api/auth/passkeys/{id}"), None).await.expect(204);
    assert_eq!(sign_in(&app, &mut device).await, refused("passkey_refused"));
    signed_in(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_completes_a_sign_in_by_password_and_only_its_owners() {
    let app = app().await;
    let (mut ours, mut theirs) = (Authenticator::at(ORIGIN), Authenticator::at(ORIGIN));
    add(&mut casey(&app).await, &mut ours, "Ours").await;
    app.customer("mallory", "0").await;
    run(&app, "update app_user set email_verified_at = created_at").await;
    let mut mallory = Browser::new(&app, ORIGIN);
    let _ = mallory.log_in("mallory@example.com", PASSWORD).await.expect(200);
    add(&mut mallory, &mut theirs, "Theirs").await;

    let mut browser = Browser::new(&app, ORIGIN);
    let challenge = browser.log_in(CASEY, PASSWORD).await.expect(200)["challenge"].take();
    assert_eq!(challenge["kinds"], json!(["passkey"]));
    let begin = json!({ "challenge": challenge["id"] });
    let mut asked = browser.post("/api/auth/passkey/start", &begin).await.expect(200);
    let allowed = asked["options"]["allowCredentials"].take();
    assert_eq!(allowed[0]["transports"], json!(["internal", "hybrid"]));
    let foreign = theirs.answer(&asked["options"]);
    assert_eq!(finish(&mut browser, &asked, foreign).await.expect(401)["code"], "passkey_refused");

    let asked = browser.post("/api/auth/passkey/start", &begin).await.expect(200);
    let credential = ours.answer(&asked["options"]);
    let _ = finish(&mut browser, &asked, credential).await.expect(200);
    assert_eq!(count(&app, "select count(*) from session where amr = '{pwd,hwk,mfa}'").await, 1);
    let over = browser.post("/api/auth/passkey/start", &begin).await.expect(409);
    assert_eq!(over["code"], "challenge_over");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_site_user_challenge_or_without_a_check_is_refused_and_spends_the_challenge() {
    let app = app().await;
    let mut device = Authenticator::at(ORIGIN);
    add(&mut casey(&app).await, &mut device, "Laptop").await;
    let user: uuid::Uuid = db::scalar(&app.ctx.db, db::sql("select user_id from passkey", [])).await.unwrap().unwrap();

    let mut browser = Browser::new(&app, ORIGIN);
    let first = start(&mut browser).await;
    let elsewhere = device.answer(&first["options"]);
    let second = start(&mut browser).await;
    assert_eq!(finish(&mut browser, &second, elsewhere).await.expect(401)["code"], "passkey_refused", "challenge");
    let right = device.answer(&second["options"]);
    assert_eq!(finish(&mut browser, &second, right).await.expect(409)["code"], "challenge_over");

    for origin in
        ["https://localhost:3001", "http://localhost:3002", "http://evil.example", "http://localhost.evil.example"]
    {
        device.origin = origin.to_owned();
        assert_eq!(sign_in(&app, &mut device).await, refused("passkey_refused"), "{origin}");
    }
    device.origin = ORIGIN.to_owned();
    device.host = "evil.example".to_owned();
    assert_eq!(sign_in(&app, &mut device).await, refused("passkey_refused"), "another host");
    device.host = "localhost".to_owned();
    device.verifies = false;
    assert_eq!(sign_in(&app, &mut device).await, refused("passkey_refused"), "nobody was checked");
    device.verifies = true;
    for other in [vec![], vec![7; 16], vec![1, 2, 3]] {
        device.set_user(other.clone());
        assert_eq!(sign_in(&app, &mut device).await, refused("passkey_refused"), "user {other:?}");
    }
    device.set_user(user.as_bytes().to_vec());
    assert_eq!(sign_in(&app, &mut device).await.0, 200, "and else it signs in");
    let mut browser = Browser::new(&app, ORIGIN);
    for credential in [json!({}), json!({ "id": 7 }), json!({ "rawId": "%%%", "response": {} })] {
        let asked = start(&mut browser).await;
        assert_eq!(finish(&mut browser, &asked, credential).await.expect(401)["code"], "passkey_refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_refused_noted_and_mailed_and_the_passkey_stays() {
    let app = app().await;
    let mut device = Authenticator::at(ORIGIN);
    add(&mut casey(&app).await, &mut device, "Laptop").await;
    assert_eq!(sign_in(&app, &mut device).await.0, 200);
    assert_eq!(sign_in(&app, &mut device).await.0, 200);
    device.set_counter(0);
    assert_eq!(sign_in(&app, &mut device).await, refused("passkey_copied"));
    assert_eq!(count(&app, "select count(*) from passkey").await, 1);
    let noted = "select count(*) from security_event where kind = 'passkey_copied' and user_id is not null";
    assert_eq!(count(&app, noted).await, 1);
    assert_eq!(count(&app, "select count(*) from activity where event = 'auth.passkey_copied'").await, 1);
    assert_eq!(count(&app, "select count(*) from job where params->>'mail' = 'passkey_copied'").await, 1);
    device.set_counter(2);
    assert_eq!(sign_in(&app, &mut device).await.0, 200, "the true one still works");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_is_backed_up_later_is_refused_with_words_that_help() {
    let app = app().await;
    let mut device = Authenticator::at(ORIGIN);
    add(&mut casey(&app).await, &mut device, "Phone").await;
    device.backed_up = true;
    let mut browser = Browser::new(&app, ORIGIN);
    let asked = start(&mut browser).await;
    let credential = device.answer(&asked["options"]);
    let reply = finish(&mut browser, &asked, credential).await.expect(401);
    assert_eq!(reply["code"], "passkey_changed");
    assert!(text(&reply, "/detail").contains("remove it and add it again"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_moved_and_its_passkeys_died_but_opened_nothing() {
    let app = app().await;
    let mut owner = casey(&app).await;
    let mut device = Authenticator::at(ORIGIN);
    add(&mut owner, &mut device, "Laptop").await;
    run(&app, "update passkey set rp_id = 'old.example.com'").await;
    assert_eq!(sign_in(&app, &mut device).await, refused("passkey_elsewhere"));
    let factors = owner.get("/api/auth/factors").await.expect(200);
    assert_eq!(
        (&factors["passkeys"][0]["host"], &factors["passkey_host"]),
        (&json!("old.example.com"), &json!("localhost"))
    );
    let mut browser = Browser::new(&app, ORIGIN);
    let answer = browser.log_in(CASEY, PASSWORD).await.expect(200);
    assert_eq!(answer["challenge"]["kinds"], json!([]), "the password alone is still not enough");
    assert!(!browser.signed_in());
    let begin = json!({ "challenge": answer["challenge"]["id"] });
    assert_eq!(browser.post("/api/auth/passkey/start", &begin).await.expect(409)["code"], "no_passkey");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_an_address_in_figures_no_passkeys_are_offered_with_the_reason() {
    let app = app_with(&[("CLIENT_URL", "http://127.0.0.1:3001")]).await;
    app.customer("casey", "0").await;
    run(&app, "update app_user set email_verified_at = created_at").await;
    let mut browser = Browser::new(&app, "http://127.0.0.1:3001");
    let _ = browser.log_in(CASEY, PASSWORD).await.expect(200);
    let factors = browser.get("/api/auth/factors").await.expect(200);
    assert!(text(&factors, "/no_passkeys_because").contains("figures"), "{factors}");
    let config = app.anonymous.get("/api/config").await.unwrap().expect(200);
    assert!(text(&config, "/no_passkeys_because").contains("CLIENT_URL"), "{config}");
    for path in ["/api/auth/passkey/start", "/api/auth/passkeys/start"] {
        let body = (path == "/api/auth/passkey/start").then(|| json!({}));
        let refused = browser.send(reqwest::Method::POST, path, body.as_ref()).await.expect(409);
        assert_eq!(refused["code"], "passkeys_not_offered", "{path}");
    }
    add_app(&app, &mut browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_passkey_is_of_this_site_session_and_challenge_and_known_to_nobody() {
    let app = app().await;
    let (mut one, mut two) = (casey(&app).await, signed_in(&app).await);
    let mut device = Authenticator::at(ORIGIN);
    let asked = one.ask("/api/auth/passkeys/start").await.expect(200);
    let body = |credential: Json| json!({ "id": asked["id"], "credential": credential, "name": "Laptop" });
    let made = device.make(&asked["options"]);
    assert_eq!(two.post("/api/auth/passkeys", &body(made.clone())).await.expect(409)["code"], "challenge_over");
    let _ = one.post("/api/auth/passkeys", &body(made.clone())).await.expect(201);
    assert_eq!(one.post("/api/auth/passkeys", &body(made)).await.expect(409)["code"], "challenge_over");
    for wrong in ["origin", "host", "verifies", "challenge"] {
        let mut device = Authenticator::at(ORIGIN);
        match wrong {
            "origin" => device.origin = "http://evil.example".to_owned(),
            "host" => device.host = "evil.example".to_owned(),
            "verifies" => device.verifies = false,
            _ => {}
        }
        let mut asked = one.ask("/api/auth/passkeys/start").await.expect(200);
        if wrong == "challenge" {
            asked["options"]["challenge"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        }
        let body = json!({ "id": asked["id"], "credential": device.make(&asked["options"]), "name": "Bad" });
        assert_eq!(one.post("/api/auth/passkeys", &body).await.expect(400)["code"], "passkey_refused", "{wrong}");
    }
    assert_eq!(count(&app, "select count(*) from passkey").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_answered_within_five_minutes() {
    let app = app().await;
    let mut device = Authenticator::at(ORIGIN);
    add(&mut casey(&app).await, &mut device, "Laptop").await;
    let mut browser = Browser::new(&app, ORIGIN);
    let asked = start(&mut browser).await;
    app.set_ahead(TimeDelta::seconds(301)).await;
    let credential = device.answer(&asked["options"]);
    assert_eq!(finish(&mut browser, &asked, credential).await.expect(409)["code"], "challenge_over");
}
