//! The script of an order's statements beside what an order through the API sends.

use std::collections::BTreeMap;

use bench::order::{BEGINS, NOW, is_of_live_events};
use bench::pgbench::{Length, Run, pgbench};
use bench::statements::{Counts, Statements};
use domain::{PlanId, db};
use serde_json::json;
use testkit::TestApp;
use testkit::app::AppOptions;
use testkit::client::Client;

/// A public key that belongs to no user.
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKk3nVd9CQwGkRrvYq7Xg0lYJw5tV1dW0Zb3JzLx2QhH bench";

/// How often each statement was sent, by its text.
type Sent = BTreeMap<String, u32>;

fn sent(counts: &Counts) -> Sent {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few calls")]
    let calls = |calls: f64| calls as u32;
    let of_orders = counts.sent().into_iter().filter(|(query, _)| !is_of_live_events(query));
    of_orders.map(|(query, counted)| (query.to_owned(), calls(counted.calls))).collect()
}

async fn place(client: &Client, plan: PlanId, label: &str) {
    let body = json!({
        "plan_id": plan.to_string(), "region": "us-east", "image": "debian12", "label": label, "ssh_public_key": KEY,
    });
    let key = testkit::fixture::fresh_key();
    let _ = client.post_once("/api/vps", &body, &key).await.unwrap().expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_yardstick_sends_what_an_order_sends() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    testkit::seed::organisations(&app.ctx, 1).await.unwrap();
    let (casey, _) = app.customer("casey", "10").await;
    let plan: uuid::Uuid = db::scalar(&app.ctx.db, db::sql("select id from plan", [])).await.unwrap().unwrap();
    let statements = Statements::open(app.database()).await.unwrap();
    let statements = statements.expect("this PostgreSQL counts statements: install its contrib package");
    // The first order of a process reads what later ones remember.
    place(&casey, PlanId(plan), "web-0").await;

    let before = statements.read().await.unwrap();
    place(&casey, PlanId(plan), "web-1").await;
    let ordered = statements.read().await.unwrap();

    let (_, order) = NOW.split_once(BEGINS).expect("the script says where the order begins");
    assert!(order.to_lowercase().contains("commit"), "an order is a transaction");
    let run = Run { script: NOW, variables: &[("orgs", "1".to_owned())], clients: 1, length: Length::Times(1) };
    pgbench(&app.database().url, &run).await.unwrap();
    let measured = statements.read().await.unwrap().since(&ordered);

    let (sent, mut measured) = (sent(&ordered.since(&before)), sent(&measured));
    measured.retain(|query, _| !query.starts_with("select o.id as org, p.id as plan"));
    let missing: Vec<_> = sent.iter().filter(|one| measured.get(one.0) != Some(one.1)).collect();
    let extra: Vec<_> = measured.iter().filter(|one| sent.get(one.0) != Some(one.1)).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "an order sends other statements than bench/yardsticks/order-now.pgbench; write it again with \
         ./dev bench order --write-statements bench/yardsticks/order-now.pgbench\n\
         sent by an order alone: {missing:#?}\nby the script alone: {extra:#?}"
    );
}
