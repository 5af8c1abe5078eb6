//! Signing in by an issuer's word at the door: who gets in, as whom, and who does not.

use chrono::TimeDelta;
use futures::future::join_all;
use reqwest::Url;
use serde_json::{Value as Json, json};
use simulators::{Lie, LieKind, OIDC_CLIENT_SECRET, Person};
use testkit::app::{AppOptions, SIMULATED};
use testkit::client::text;
use testkit::fixture::PASSWORD;
use testkit::totp::code;
use testkit::{Browser, Client, Reply, TestApp};

use crate::factors::{CASEY, ORIGIN, add_app, count, now, run};

type Settings = &'static [(&'static str, &'static str)];

/// What an installation sets that trusts the simulated issuer.
pub const TRUSTED: Settings = &[
    ("CLIENT_URL", ORIGIN),
    ("OIDC_ISSUER", SIMULATED),
    ("OIDC_CLIENT_ID", "skypanel"),
    ("OIDC_CLIENT_SECRET", OIDC_CLIENT_SECRET),
    ("OIDC_NAME", "Demo identity"),
];
const CLOSED: Settings = &[TRUSTED[0], TRUSTED[1], TRUSTED[2], TRUSTED[3], ("REGISTRATION", "closed")];
const INVITED: Settings = &[TRUSTED[0], TRUSTED[1], TRUSTED[2], TRUSTED[3], ("REGISTRATION", "invitation")];
const LIMITED: Settings = &[TRUSTED[0], TRUSTED[1], TRUSTED[2], TRUSTED[3], ("RATE_LIMIT_REGISTRATION_MAX", "1")];

/// Where a browser is led that signed in.
pub const SIGNED_IN: &str = "/sign-in?oidc=signed_in";

pub async fn trusting(settings: Settings) -> TestApp {
    TestApp::start_with(AppOptions { workers: false, settings }).await
}

/// Where the issuer sends a browser that comes with this address: within the panel.
pub async fn at_issuer(app: &TestApp, address: &str) -> String {
    let rest = address.strip_prefix(&app.cloud.oidc_issuer).expect("the issuer's own page");
    let reply = Client::new(&app.cloud.oidc_issuer).get(rest).await.expect("an answer");
    assert_eq!(reply.status, 303, "sent back: {rest}");
    let back = Url::parse(reply.headers["location"].to_str().unwrap()).unwrap();
    assert_eq!(back.origin().ascii_serialization(), ORIGIN, "to the panel");
    format!("{}?{}", back.path(), back.query().unwrap_or_default())
}

/// Where an answer of the callback leads.
pub fn leads(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.headers["location"].to_str().unwrap().to_owned()
}

/// Leaves for the issuer. Returns the address with which the browser comes back.
pub async fn leave(app: &TestApp, browser: &mut Browser, path: &str, back: Option<&str>) -> String {
    let body = back.map_or(json!({}), |back| json!({ "back": back }));
    let away = browser.post(path, &body).await.expect(200);
    at_issuer(app, &text(&away, "/address")).await
}

/// Goes to the issuer and back. Returns where that leads.
pub async fn visit(app: &TestApp, browser: &mut Browser, path: &str) -> String {
    let callback = leave(app, browser, path, None).await;
    leads(&browser.arrive(&callback).await)
}

/// Signs in at the issuer as this person, in a browser of their own.
pub async fn come(app: &TestApp, person: Person) -> (Browser, String) {
    app.cloud.set_person(Some(person));
    let mut browser = Browser::new(app, ORIGIN);
    let to = visit(app, &mut browser, "/api/auth/oidc/start").await;
    (browser, to)
}

pub fn ida() -> Person {
    Person::new("ida-1", "ida@example.org")
}

/// A customer with a password and a confirmed address, whose account the issuer's `casey-1` is.
pub async fn linked_casey(app: &TestApp) {
    app.customer("casey", "0").await;
    run(app, "update app_user set email_verified_at = created_at").await;
    let sql = format!(
        "insert into user_identity (issuer, subject, id, user_id, created_at, last_used_at)
         select '{}', 'casey-1', gen_random_uuid(), id, now(), now() from app_user where email = '{CASEY}'",
        app.cloud.oidc_issuer
    );
    run(app, &sql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_person_registers_and_is_known_from_then_on_by_nothing_but_the_issuers_name_for_them() {
    let app = trusting(TRUSTED).await;
    assert_eq!(app.anonymous.get("/api/config").await.unwrap().expect(200)["sign_in_with"], "Demo identity");
    app.cloud.set_person(Some(ida()));
    let mut first = Browser::new(&app, ORIGIN);
    let callback = leave(&app, &mut first, "/api/auth/oidc/start", Some("/account/security?a=b")).await;
    assert!(callback.contains("code=") && callback.contains("state="), "{callback}");
    assert_eq!(leads(&first.arrive(&callback).await), "/sign-in?oidc=signed_in&next=%2Faccount%2Fsecurity%3Fa%3Db");
    let me = first.get("/api/auth/me").await.expect(200);
    assert_eq!(
        (&me["user"]["email"], &me["user"]["name"], &me["user"]["email_verified"]),
        (&json!("ida@example.org"), &json!("Ida Issued"), &json!(true))
    );
    assert_eq!(me["organisations"][0]["role"], "owner");
    assert_eq!(count(&app, "select count(*) from app_user where password_hash is null").await, 1);
    assert_eq!(count(&app, "select count(*) from mail_token").await, 0, "the issuer's word is enough");
    assert_eq!(count(&app, "select count(*) from session where amr = '{oidc}' and verified_at is not null").await, 1);
    assert_eq!(first.log_in("ida@example.org", PASSWORD).await.expect(401)["code"], "bad_credentials");

    let (mut second, to) = come(&app, Person { name: None, ..Person::new("ida-1", "other@example.org") }).await;
    assert_eq!(to, SIGNED_IN);
    let again = second.get("/api/auth/me").await.expect(200);
    assert_eq!((&again["user"]["id"], &again["user"]["email"]), (&me["user"]["id"], &me["user"]["email"]));
    assert_eq!(count(&app, "select count(*) from app_user").await, 1);
    let said = "select count(*) from user_identity where email = 'other@example.org'";
    assert_eq!(count(&app, said).await, 1, "what the issuer said last is shown to the owner");
    assert_eq!(app.cloud.oidc_truth().traded, 2);
    let asked = app.cloud.oidc_truth().last_question;
    assert_eq!(
        (asked["scope"].as_str(), asked["code_challenge_method"].as_str(), asked.get("max_age")),
        ("openid email profile", "S256", None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_issuer_does_not_vouch_for_is_confirmed_by_our_mail() {
    let app = trusting(TRUSTED).await;
    let person = Person { email_verified: false, apart: true, ..ida() };
    let (mut browser, to) = come(&app, person).await;
    assert_eq!(to, SIGNED_IN);
    let me = browser.get("/api/auth/me").await.expect(200);
    assert_eq!((&me["user"]["email"], &me["user"]["email_verified"]), (&json!("ida@example.org"), &json!(false)));
    assert_eq!(count(&app, "select count(*) from mail_token where kind = 'verify'").await, 1);
    assert!(app.cloud.oidc_truth().requests.contains(&"GET /userinfo".to_owned()), "it told them apart");

    let (mut nameless, to) = come(&app, Person { email: None, ..Person::new("nobody-1", "x") }).await;
    assert_eq!(to, "/sign-in?oidc=oidc_no_email");
    assert_eq!(nameless.get("/api/auth/me").await.status, 401);
    assert_eq!(count(&app, "select count(*) from app_user").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_leads_to_an_account() {
    let app = trusting(TRUSTED).await;
    app.customer("casey", "0").await;
    for (subject, email) in [("one", CASEY), ("two", "Casey@Example.com"), ("three", " casey@EXAMPLE.com ")] {
        let (mut browser, to) = come(&app, Person::new(subject, email)).await;
        assert_eq!(to, "/sign-in?oidc=oidc_email_taken", "{email}");
        assert_eq!(browser.get("/api/auth/me").await.status, 401, "{email}");
    }
    assert_eq!(count(&app, "select count(*) from user_identity").await, 0);
    assert_eq!(count(&app, "select count(*) from app_user").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_name_at_another_issuer_is_another_person() {
    let app = trusting(TRUSTED).await;
    linked_casey(&app).await;
    run(&app, "update user_identity set issuer = 'https://other.example'").await;
    let (mut browser, to) = come(&app, Person::new("casey-1", "someone@example.org")).await;
    assert_eq!(to, SIGNED_IN);
    assert_eq!(browser.get("/api/auth/me").await.expect(200)["user"]["email"], "someone@example.org");
    assert_eq!(count(&app, "select count(*) from app_user").await, 2);
    let (_, to) = come(&app, Person::new("casey-2", CASEY)).await;
    assert_eq!(to, "/sign-in?oidc=oidc_email_taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_person_signs_in_and_their_second_factor_is_asked_for_all_the_same() {
    let app = trusting(TRUSTED).await;
    linked_casey(&app).await;
    let casey_1 = || Person::new("casey-1", "another@example.org");
    let (mut browser, to) = come(&app, casey_1()).await;
    assert_eq!(to, SIGNED_IN);
    assert_eq!(browser.get("/api/auth/me").await.expect(200)["user"]["email"], CASEY);
    let secret = add_app(&app, &mut browser).await;
    app.set_ahead(TimeDelta::seconds(30)).await;
    app.cloud.set_issuer_ahead(TimeDelta::seconds(30));

    app.cloud.set_person(Some(casey_1()));
    let mut second = Browser::new(&app, ORIGIN);
    let callback = leave(&app, &mut second, "/api/auth/oidc/start", Some("/o/x")).await;
    assert_eq!(leads(&second.arrive(&callback).await), "/sign-in?oidc=second_factor&next=%2Fo%2Fx");
    assert_eq!(second.get("/api/auth/me").await.status, 401, "the issuer's word opens nothing");
    let asked = second.get("/api/auth/oidc/pending").await.expect(200)["challenge"].take();
    assert_eq!(asked["kinds"], json!(["totp"]));
    let body = json!({ "challenge": asked["id"], "code": code(&secret, now(&app).await) });
    assert_eq!(second.post("/api/auth/mfa", &body).await.expect(200)["user"]["email"], CASEY);
    assert_eq!(count(&app, "select count(*) from session where amr = '{oidc,otp,mfa}'").await, 1);
    assert_eq!(second.get("/api/auth/oidc/pending").await.expect(409)["code"], "challenge_over");
    let mut stranger = Browser::new(&app, ORIGIN);
    assert_eq!(stranger.get("/api/auth/oidc/pending").await.expect(409)["code"], "challenge_over");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_taken_once_and_from_the_browser_that_left() {
    let app = trusting(TRUSTED).await;
    app.cloud.set_person(Some(ida()));
    let mut browser = Browser::new(&app, ORIGIN);
    let mut other = Browser::new(&app, ORIGIN);
    let callback = leave(&app, &mut browser, "/api/auth/oidc/start", None).await;
    let over = "/sign-in?oidc=challenge_over";
    assert_eq!(leads(&other.arrive(&callback).await), over, "without a cookie");
    let _ = leave(&app, &mut other, "/api/auth/oidc/start", None).await;
    assert_eq!(leads(&other.clone().arrive(&callback).await), over, "with another's");
    assert_eq!(leads(&browser.clone().arrive("/api/auth/oidc/callback?code=x&state=unknown").await), over);
    assert_eq!(leads(&browser.clone().arrive("/api/auth/oidc/callback").await), over);
    assert_eq!(app.cloud.oidc_truth().traded, 0, "nothing was traded for them");

    let at_once = (0..16).map(|_| {
        let (mut browser, callback) = (browser.clone(), callback.clone());
        async move { leads(&browser.arrive(&callback).await) }
    });
    let led = join_all(at_once).await;
    assert_eq!(led.iter().filter(|to| *to == SIGNED_IN).count(), 1, "{led:?}");
    assert_eq!(led.iter().filter(|to| *to == over).count(), 15, "{led:?}");
    assert_eq!(count(&app, "select count(*) from session").await, 1);
    assert_eq!(app.cloud.oidc_truth().traded, 1);

    let late = leave(&app, &mut browser, "/api/auth/oidc/start", None).await;
    app.set_ahead(TimeDelta::minutes(11)).await;
    assert_eq!(leads(&browser.arrive(&late).await), over);
    let stored = "select count(*) from challenge where state_hash is not null
        and (state is null or state::text like '%code%' or length(secret_sealed) < 60)";
    assert_eq!(count(&app, stored).await, 0, "what must fit is sealed");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declines_or_meets_a_silent_issuer_hears_so() {
    let app = trusting(TRUSTED).await;
    app.cloud.set_lie(Some(Lie::once(LieKind::Down)));
    let mut browser = Browser::new(&app, ORIGIN);
    let start = async |browser: &mut Browser| browser.post("/api/auth/oidc/start", &json!({})).await;
    assert_eq!(start(&mut browser).await.expect(503)["code"], "oidc_unavailable");
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    let address = text(&start(&mut browser).await.expect(200), "/address");
    let callback = at_issuer(&app, &format!("{address}&refuse=yes")).await;
    assert!(callback.contains("error=access_denied"), "{callback}");
    assert_eq!(leads(&browser.arrive(&callback).await), "/sign-in?oidc=oidc_declined");
    assert_eq!(leads(&browser.arrive(&callback).await), "/sign-in?oidc=challenge_over", "spent all the same");

    app.cloud.set_person(Some(ida()));
    let callback = leave(&app, &mut browser, "/api/auth/oidc/start", None).await;
    app.cloud.set_lie(Some(Lie::once(LieKind::Down)));
    assert_eq!(leads(&browser.arrive(&callback).await), "/sign-in?oidc=oidc_refused", "no token, no person");
    for back in ["//evil.example", "https://evil.example", "/\\evil.example", "evil"] {
        let refused = browser.post("/api/auth/oidc/start", &json!({ "back": back })).await.expect(400);
        assert_eq!(refused["errors"][0]["pointer"], "/back", "{back}");
    }
    assert_eq!(count(&app, "select count(*) from app_user").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_registration_is_not_open_only_the_known_come_in() {
    for (settings, word) in [(CLOSED, "registration_closed"), (INVITED, "registration_by_invitation")] {
        let app = trusting(settings).await;
        let (mut browser, to) = come(&app, ida()).await;
        assert_eq!(to, format!("/sign-in?oidc={word}"));
        assert_eq!(browser.get("/api/auth/me").await.status, 401);
        assert_eq!(count(&app, "select count(*) from app_user").await, 0);
        let email = "ida@example.org";
        domain::identity::create_admin(&app.ctx, email, "Ida", secrecy::SecretString::from(PASSWORD)).await.unwrap();
        let sql = format!(
            "insert into user_identity (issuer, subject, id, user_id, created_at, last_used_at)
             select '{}', 'ida-1', gen_random_uuid(), id, now(), now() from app_user",
            app.cloud.oidc_issuer
        );
        run(&app, &sql).await;
        assert_eq!(come(&app, ida()).await.1, SIGNED_IN, "{word}");
    }
    let app = trusting(LIMITED).await;
    assert_eq!(come(&app, ida()).await.1, SIGNED_IN);
    assert_eq!(come(&app, Person::new("two", "two@example.org")).await.1, "/sign-in?oidc=rate_limited");
    assert_eq!(come(&app, ida()).await.1, SIGNED_IN, "who is known registers no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_disabled_stay_out() {
    let app = trusting(TRUSTED).await;
    linked_casey(&app).await;
    run(&app, "update app_user set disabled_at = now()").await;
    let (mut browser, to) = come(&app, Person::new("casey-1", CASEY)).await;
    assert_eq!(to, "/sign-in?oidc=account_disabled");
    assert_eq!(browser.get("/api/auth/me").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_elsewhere_ends_the_session_that_the_browser_had() {
    let app = trusting(TRUSTED).await;
    app.customer("casey", "0").await;
    app.cloud.set_person(Some(ida()));
    let mut browser = Browser::new(&app, ORIGIN);
    let open = format!(
        "select count(*) from session s join app_user u on u.id = s.user_id
         where u.email = '{CASEY}' and s.revoked_at is null"
    );
    let before = count(&app, &open).await;
    let _ = browser.log_in(CASEY, PASSWORD).await.expect(200);
    assert_eq!(count(&app, &open).await, before + 1);
    assert_eq!(visit(&app, &mut browser, "/api/auth/oidc/start").await, SIGNED_IN);
    assert_eq!(browser.get("/api/auth/me").await.expect(200)["user"]["email"], "ida@example.org");
    assert_eq!(count(&app, &open).await, before, "that of the browser has ended, and no other");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_issuer_nothing_of_it_is_there() {
    let app = TestApp::start_with(AppOptions { workers: false, settings: &[] }).await;
    assert_eq!(app.anonymous.get("/api/config").await.unwrap().expect(200)["sign_in_with"], Json::Null);
    let mut browser = Browser::new(&app, "http://127.0.0.1:3001");
    assert_eq!(browser.post("/api/auth/oidc/start", &json!({})).await.expect(409)["code"], "oidc_not_offered");
    assert_eq!(leads(&browser.arrive("/api/auth/oidc/callback?code=x&state=y").await), "/sign-in?oidc=challenge_over");
    assert_eq!(browser.post("/api/auth/oidc/verify", &json!({})).await.status, 401);
}
