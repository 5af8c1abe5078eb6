//! `skypanel user export` and `skypanel user erase`, as they are typed.

use std::process::{Command, Output};

use serde_json::Value;
use testkit::TestApp;
use testkit::app::{AppOptions, TEST_SECRET};

fn skypanel(app: &TestApp, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skypanel"))
        .args(words)
        .env_clear()
        .envs([("APP_ENV", "development"), ("JWT_SECRET", TEST_SECRET), ("SSH_CRED_SECRET", TEST_SECRET)])
        .env("DATABASE_URL", app.database().url.as_str())
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_copies_and_erases_a_person() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (_, org) = app.customer("casey", "0").await;
    let copy = skypanel(&app, &["user", "export", "casey@example.com"]);
    let copy: Value = serde_json::from_slice(&copy.stdout).unwrap();
    assert_eq!(copy["tables"]["app_user"]["rows"][0]["email"], "casey@example.com");
    let wrong = skypanel(&app, &["user", "erase", "casey@example.com", "--confirm", "dana@example.com"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("nothing was changed"));
    let words = ["user", "erase", "casey@example.com", "--confirm", "casey@example.com", "--json"];
    let erased = skypanel(&app, &words);
    let erased: Value = serde_json::from_slice(&erased.stdout).unwrap();
    assert_eq!(erased["closed"], serde_json::json!([org.to_string()]));
    assert!(erased["job_id"].as_str().unwrap().starts_with("job_"));
    let again = skypanel(&app, &words);
    assert!(!again.status.success(), "nobody is found by the address any more");
}
