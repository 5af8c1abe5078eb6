//! Young money buys few servers.

use testkit::TestApp;
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{fresh_key, order};

use crate::payment::{paid, payer};
use crate::person::exec;

#[tokio::test(flavor = "multi_thread")]
async fn until_the_first_payment_is_old_enough_servers_are_few() {
    let settings = &[("NEW_FUNDS_DAYS", "7"), ("NEW_FUNDS_SERVERS", "1")];
    let app = TestApp::start_with(AppOptions { settings, ..AppOptions::default() }).await;
    let plan = app.plan().await;
    let (casey, _) = payer(&app, "casey").await;
    paid(&app, &casey, "50").await;
    casey.post_once("/api/vps", &order(&plan, "one"), &fresh_key()).await.unwrap().expect(202);
    let reply = casey.post_once("/api/vps", &order(&plan, "two"), &fresh_key()).await.unwrap();
    assert_eq!((reply.status.as_u16(), text(&reply.body, "/code")), (403, "new_funds_limit".to_owned()));
    exec(&app, "update payment_capture set captured_at = captured_at - interval '8 days'", vec![]).await;
    casey.post_once("/api/vps", &order(&plan, "two"), &fresh_key()).await.unwrap().expect(202);
    app.run_jobs().await;
    // Credit of an administrator is no young money.
    let (dana, _) = app.customer("dana", "50").await;
    for label in ["one", "two"] {
        dana.post_once("/api/vps", &order(&plan, label), &fresh_key()).await.unwrap().expect(202);
    }
    app.run_jobs().await;
}
