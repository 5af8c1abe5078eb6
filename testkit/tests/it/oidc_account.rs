//! Identities of an account: linked and unlinked by its owner alone, and what they prove again.

use chrono::TimeDelta;
use serde_json::json;
use simulators::{Lie, LieKind, Person};
use testkit::client::text;
use testkit::fixture::PASSWORD;
use testkit::{Browser, TestApp};

use crate::factors::{CASEY, ORIGIN, add_app, casey, count, ends, run, signed_in};
use crate::oidc::{SIGNED_IN, TRUSTED, come, ida, leads, leave, linked_casey, trusting, visit};

const LINK: &str = "/api/auth/identities";
const VERIFY: &str = "/api/auth/oidc/verify";

/// Business time, everywhere.
async fn set_ahead(app: &TestApp, ahead: TimeDelta) {
    app.set_ahead(ahead).await;
    app.cloud.set_issuer_ahead(ahead);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_linked_by_who_is_signed_in_and_proved_it_lately() {
    let app = trusting(TRUSTED).await;
    let mut browser = casey(&app).await;
    let mut other = signed_in(&app).await;
    set_ahead(&app, TimeDelta::minutes(11)).await;
    app.cloud.set_person(Some(Person::new("work-1", "boss@example.org")));
    assert_eq!(browser.post(LINK, &json!({})).await.expect(403)["code"], "step_up_required");
    let _ = browser.post("/api/auth/verify", &json!({ "password": PASSWORD })).await.expect(200);
    let callback = leave(&app, &mut browser, LINK, Some("/account/security")).await;
    let mut stranger = Browser::new(&app, ORIGIN);
    assert_eq!(leads(&stranger.arrive(&callback).await), "/sign-in?oidc=challenge_over");
    assert_eq!(leads(&browser.arrive(&callback).await), "/account/security?oidc=linked");
    ends(&mut other).await;
    let listed = browser.get(LINK).await.expect(200);
    assert_eq!(
        (&listed["items"][0]["issuer"], &listed["items"][0]["email"], &listed["items"][0]["in_use"]),
        (&json!(app.cloud.oidc_issuer), &json!("boss@example.org"), &json!(true))
    );
    assert_eq!(count(&app, "select count(*) from job where params->>'mail' = 'identity_linked'").await, 1);
    assert_eq!(count(&app, "select count(*) from activity where event = 'auth.identity_linked'").await, 1);
    let (mut elsewhere, to) = come(&app, Person::new("work-1", "new@example.org")).await;
    assert_eq!(to, SIGNED_IN);
    assert_eq!(elsewhere.get("/api/auth/me").await.expect(200)["user"]["email"], CASEY);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_belongs_to_one_account_and_an_ended_session_links_nothing() {
    let app = trusting(TRUSTED).await;
    let (mut ida_there, _) = come(&app, ida()).await;
    let mut browser = casey(&app).await;
    app.cloud.set_person(Some(ida()));
    assert_eq!(visit(&app, &mut browser, LINK).await, "/account/security?oidc=identity_taken");
    app.cloud.set_person(Some(Person::new("new-1", "n@example.org")));
    let callback = leave(&app, &mut browser, LINK, None).await;
    let _ = browser.ask("/api/auth/logout").await.expect(204);
    assert_eq!(leads(&browser.arrive(&callback).await), "/account/security?oidc=unauthenticated");
    assert_eq!(count(&app, "select count(*) from user_identity").await, 1);
    assert_eq!(ida_there.get(LINK).await.expect(200)["items"][0]["email"], "ida@example.org");
    assert_eq!(casey_list(&app).await, json!([]));
}

async fn casey_list(app: &TestApp) -> serde_json::Value {
    signed_in(app).await.get(LINK).await.expect(200)["items"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_only_the_issuer_shows_there_again_who_they_are() {
    let app = trusting(TRUSTED).await;
    let (mut browser, _) = come(&app, ida()).await;
    let factors = browser.get("/api/auth/factors").await.expect(200);
    assert_eq!((&factors["password"], &factors["at_issuer"]), (&json!(false), &json!(true)));
    set_ahead(&app, TimeDelta::minutes(11)).await;
    let stale = async |browser: &mut Browser| {
        let _ = browser.ask("/api/auth/refresh").await.expect(200);
        let refused = browser.ask("/api/auth/totp").await;
        assert_eq!(refused.expect(403)["code"], "step_up_required");
    };
    stale(&mut browser).await;

    for (lie, word) in [(LieKind::NotAgain, "oidc_not_again"), (LieKind::NoAuthTime, "oidc_not_again")] {
        app.cloud.set_lie(Some(Lie::once(lie)));
        assert_eq!(visit(&app, &mut browser, VERIFY).await, format!("/account/security?oidc={word}"), "{lie:?}");
    }
    app.cloud.set_person(Some(Person::new("other-1", "ida@example.org")));
    assert_eq!(visit(&app, &mut browser, VERIFY).await, "/account/security?oidc=oidc_other_person");
    stale(&mut browser).await;

    app.cloud.set_person(Some(ida()));
    let callback = leave(&app, &mut browser, VERIFY, Some("/account/security")).await;
    let asked = app.cloud.oidc_truth().last_question;
    assert_eq!((asked["max_age"].as_str(), asked["prompt"].as_str()), ("0", "login"));
    assert_eq!(leads(&browser.arrive(&callback).await), "/account/security?oidc=verified");
    let _ = browser.ask("/api/auth/refresh").await.expect(200);
    add_app(&app, &mut browser).await;
    assert_eq!(browser.post(VERIFY, &json!({})).await.expect(409)["code"], "factor_needed");
    assert_eq!(browser.get("/api/auth/factors").await.expect(200)["at_issuer"], false);
    let unlinked = "select count(*) from session where revoked_at is null and amr @> '{oidc,otp}'";
    assert_eq!(count(&app, unlinked).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_something_else_shows_that() {
    let app = trusting(TRUSTED).await;
    linked_casey(&app).await;
    let mut browser = signed_in(&app).await;
    assert_eq!(browser.post(VERIFY, &json!({})).await.expect(409)["code"], "password_needed");
    run(&app, "update app_user set password_hash = null").await;
    app.cloud.set_person(Some(Person::new("casey-1", CASEY)));
    let callback = leave(&app, &mut browser, VERIFY, None).await;
    // A factor that was added while the browser was away.
    add_app(&app, &mut browser).await;
    assert_eq!(leads(&browser.arrive(&callback).await), "/account/security?oidc=factor_needed");
    run(&app, "delete from totp").await;
    run(&app, "delete from user_identity").await;
    assert_eq!(browser.post(VERIFY, &json!({})).await.expect(409)["code"], "no_identity");
    let typed = json!({ "current": PASSWORD, "new": "another horse battery 9" });
    assert_eq!(browser.post("/api/auth/password", &typed).await.expect(409)["code"], "no_password");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_way_to_sign_in_stays() {
    let app = trusting(TRUSTED).await;
    let (mut browser, _) = come(&app, ida()).await;
    let first = text(&browser.get(LINK).await.expect(200), "/items/0/id");
    let path = |id: &str| format!("{LINK}/{id}");
    assert_eq!(browser.delete(&path(&first), None).await.expect(409)["code"], "last_way");
    assert_eq!(count(&app, "select count(*) from user_identity").await, 1, "nothing was changed");

    app.cloud.set_person(Some(Person::new("ida-2", "second@example.org")));
    assert_eq!(visit(&app, &mut browser, LINK).await, "/account/security?oidc=linked");
    let _ = browser.delete(&path(&first), None).await.expect(204);
    assert_eq!(browser.delete(&path(&first), None).await.expect(404)["code"], "not_found");
    assert_eq!(come(&app, ida()).await.1, "/sign-in?oidc=oidc_email_taken", "it opens this account no more");
    let second = text(&browser.get(LINK).await.expect(200), "/items/0/id");
    assert_eq!(browser.delete(&path(&second), None).await.expect(409)["code"], "last_way");
    // One at an issuer that the panel no longer trusts signs nobody in.
    run(
        &app,
        "insert into user_identity (issuer, subject, id, user_id, created_at, last_used_at)
         select 'https://former.example', 'x', gen_random_uuid(), id, now(), now() from app_user",
    )
    .await;
    assert_eq!(browser.delete(&path(&second), None).await.expect(409)["code"], "last_way");
    assert_eq!(browser.get(LINK).await.expect(200)["items"][1]["in_use"], false);

    let mut stranger = casey(&app).await;
    assert_eq!(stranger.delete(&path(&second), None).await.expect(404)["code"], "not_found");
    run(&app, "update app_user set password_hash = 'x' where email = 'ida@example.org'").await;
    let _ = browser.delete(&path(&second), None).await.expect(204);
    assert_eq!(count(&app, "select count(*) from job where params->>'mail' = 'identity_unlinked'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_so_many_identities() {
    let app = trusting(TRUSTED).await;
    linked_casey(&app).await;
    let nine = format!(
        "insert into user_identity (issuer, subject, id, user_id, created_at, last_used_at)
         select '{}', n::text, gen_random_uuid(), u.id, now(), now() from app_user u, generate_series(1, 9) n",
        app.cloud.oidc_issuer
    );
    run(&app, &nine).await;
    let mut browser = signed_in(&app).await;
    app.cloud.set_person(Some(ida()));
    assert_eq!(visit(&app, &mut browser, LINK).await, "/account/security?oidc=too_many_identities");
    assert_eq!(count(&app, "select count(*) from user_identity").await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proves_an_address_gets_no_strangers_identity_with_it() {
    let app = trusting(TRUSTED).await;
    // A stranger says at the issuer that they have the victim's address, which nobody confirmed.
    let (_, to) = come(&app, Person { email_verified: false, ..Person::new("evil-1", "victim@example.org") }).await;
    assert_eq!(to, SIGNED_IN);
    domain::identity::ask_reset(&app.ctx, "victim@example.org").await.unwrap();
    let token = reset_token(&app).await;
    let new = secrecy::SecretString::from("the victim's own horse 7");
    domain::identity::reset_password(&app.ctx, &token, &new).await.unwrap();
    assert_eq!(count(&app, "select count(*) from user_identity").await, 0);
    let (mut evil, to) = come(&app, Person::new("evil-1", "victim@example.org")).await;
    assert_eq!(to, "/sign-in?oidc=oidc_email_taken");
    assert_eq!(evil.get("/api/auth/me").await.status, 401);
}

/// The token of a reset's mail, before it was sent.
async fn reset_token(app: &TestApp) -> secrecy::SecretString {
    let sql = "select id from mail_token where kind = 'reset'";
    let id: uuid::Uuid = domain::db::scalar(&app.ctx.db, domain::db::sql(sql, [])).await.unwrap().unwrap();
    let sql = "select sealed from mail_token where kind = 'reset'";
    let sealed: Vec<u8> = domain::db::scalar(&app.ctx.db, domain::db::sql(sql, [])).await.unwrap().unwrap();
    app.ctx.vault.open(&format!("mail_token:{}:sealed", domain::MailTokenId(id)), &sealed).unwrap()
}
