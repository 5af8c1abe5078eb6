//! Text that people really have: names, addresses and passwords from every keyboard.

use std::time::Duration;

use domain::db;
use serde_json::json;
use testkit::app::AppOptions;
use testkit::fixture::{PASSWORD, until};
use testkit::{Reply, TestApp};

/// Argon2id of `grüne Wiese im Regen` with a decomposed ü, as it was hashed before passwords had a normal form.
const FORMER_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$A/RIHyvGfT2p9+d3eGxtTQ$JmFTyuuM76naQ9KHgCreM8LuJqvhFeU1yjFva4SZE08";
const DECOMPOSED: &str = "gru\u{308}ne Wiese im Regen";
const COMPOSED: &str = "gr\u{fc}ne Wiese im Regen";

async fn quiet_app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

async fn register(app: &TestApp, email: &str, password: &str, name: &str) -> Reply {
    let body = json!({ "email": email, "password": password, "name": name });
    app.anonymous.post("/api/auth/register", &body).await.unwrap()
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> u16 {
    let body = json!({ "email": email, "password": password });
    app.anonymous.post("/api/auth/login", &body).await.unwrap().status.as_u16()
}

async fn word(app: &TestApp, query: &str) -> String {
    db::scalar(&app.ctx.db, db::sql(query, [])).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_the_same_from_every_keyboard() {
    let app = quiet_app().await;
    assert_eq!(register(&app, "ada@example.com", DECOMPOSED, "Ada").await.status, 201);
    for typed in [COMPOSED, DECOMPOSED, "grüne\u{a0}Wiese im\u{2003}Regen"] {
        assert_eq!(sign_in(&app, "ada@example.com", typed).await, 200, "{typed:?}");
    }
    assert_eq!(sign_in(&app, "ada@example.com", "grune Wiese im Regen").await, 401);
    // The command line's door.
    let set = secrecy::SecretString::from("schöne Wiese im Regen");
    domain::identity::set_password(&app.ctx, "ada@example.com", &set).await.unwrap();
    assert_eq!(sign_in(&app, "ada@example.com", "scho\u{308}ne Wiese im Regen").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_made_before_is_tried_as_typed_and_made_again() {
    let app = quiet_app().await;
    assert_eq!(register(&app, "ada@example.com", PASSWORD, "Ada").await.status, 201);
    let former = db::sql("update app_user set password_hash = $1", [FORMER_HASH.into()]);
    db::exec(&app.ctx.db, former).await.unwrap();
    assert_eq!(sign_in(&app, "ada@example.com", COMPOSED).await, 401, "not the bytes that were hashed");
    assert_eq!(sign_in(&app, "ada@example.com", DECOMPOSED).await, 200);
    assert_ne!(word(&app, "select password_hash from app_user").await, FORMER_HASH);
    for typed in [COMPOSED, DECOMPOSED] {
        assert_eq!(sign_in(&app, "ada@example.com", typed).await, 200, "now it is one password");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_one_account_in_every_spelling_and_gets_its_mail() {
    let app = TestApp::start().await;
    let reply = register(&app, "Ada@Bücher.example", PASSWORD, "Ada").await;
    assert_eq!((reply.status.as_u16(), reply.text("/user/email").as_str()), (201, "ada@xn--bcher-kva.example"));
    for twin in ["ada@xn--bcher-kva.example", "ada@bu\u{308}cher.example", "ａda@BÜCHER.example"] {
        assert_eq!(register(&app, twin, PASSWORD, "Ada").await.status, 409, "{twin}");
        assert_eq!(sign_in(&app, twin, PASSWORD).await, 200, "{twin}");
    }
    for nobody in ["jörg@example.com", "ada@exam\u{AD}ple.com", "ada@127.0.0.1", "ada@example.42", "аda@example.com"]
    {
        let reply = register(&app, nobody, PASSWORD, "Ada").await;
        assert_eq!((reply.status.as_u16(), reply.text("/errors/0/pointer").as_str()), (400, "/email"), "{nobody:?}");
    }
    app.run_jobs().await;
    let mails = app.cloud.mails();
    assert_eq!(mails.iter().map(|mail| mail.to.join(" ")).collect::<Vec<_>>(), ["ada@xn--bcher-kva.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_stored_before_is_found_as_it_was_typed_and_gets_its_form() {
    let app = quiet_app().await;
    assert_eq!(register(&app, "ada@example.com", PASSWORD, "Ada").await.status, 201);
    db::exec(&app.ctx.db, db::sql("update app_user set email = 'ada@bücher.example'", [])).await.unwrap();
    domain::identity::promote(&app.ctx, "Ada@bücher.example").await.unwrap();
    assert_eq!(sign_in(&app, "Ada@bücher.example", PASSWORD).await, 200);
    assert_eq!(word(&app, "select email from app_user").await, "ada@xn--bcher-kva.example");
    assert_eq!(sign_in(&app, "ada@bu\u{308}cher.example", PASSWORD).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_all_scripts_are_kept_composed_and_hidden_characters_are_refused() {
    let app = quiet_app().await;
    let names = [
        ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("👨\u{200D}👩\u{200D}👧\u{200D}👦 Smith", "👨\u{200D}👩\u{200D}👧\u{200D}👦 Smith"),
        ("❤\u{FE0F} Ada", "❤\u{FE0F} Ada"),
        ("ක\u{DCA}\u{200D}ර", "ක\u{DCA}\u{200D}ර"),
        ("Jo\u{308}rg", "J\u{f6}rg"),
    ];
    for (n, (typed, stored)) in names.into_iter().enumerate() {
        let reply = register(&app, &format!("user{n}@example.com"), PASSWORD, typed).await;
        assert_eq!(reply.status, 201, "{typed:?}: {}", reply.body);
        assert_eq!((reply.text("/user/name"), reply.text("/organisations/0/name")), (stored.into(), stored.into()));
    }
    for hidden in
        ["A\u{202E}da", "Ada\u{200B}", "Ada\u{200D}", "A\u{AD}da", "Ada\u{FE0F}", "A\u{E0041}da", "A\u{2028}da"]
    {
        let reply = register(&app, "new@example.com", PASSWORD, hidden).await;
        assert_eq!((reply.status.as_u16(), reply.text("/errors/0/pointer").as_str()), (400, "/name"), "{hidden:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_an_address_that_nobody_confirmed_carries_nobodys_words() {
    let app = TestApp::start().await;
    let lure = "Win 500 USD: https://evil.example";
    assert_eq!(register(&app, "victim@example.com", PASSWORD, lure).await.status, 201);
    app.run_jobs().await;
    let mail = until(Duration::from_secs(10), async || Ok(app.cloud.mails().pop())).await.unwrap();
    assert_eq!(mail.to, ["victim@example.com"]);
    for part in [&mail.raw, &mail.text, &mail.html, &mail.subject] {
        assert!(!part.contains("Win 500") && !part.contains("evil.example"), "{part}");
    }
    assert!(mail.text.starts_with("Hello,"), "{}", mail.text);
}
