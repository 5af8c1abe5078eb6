//! Money that goes back: refunds, disputes, and what the payer's bank takes.

use domain::OrgId;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value as Json, json};
use simulators::RefundFate;
use testkit::client::text;
use testkit::fixture::{credit, fresh_key};
use testkit::{Client, Reply, TestApp};

use crate::payment::{agrees, paid, payer, ring};
use crate::person::{exec, scalar};

async fn refund(admin: &Client, id: &str, amount: &str, to: &str) -> Reply {
    let body = json!({ "amount": { "amount": amount, "currency": "USD" }, "to": to, "reason": "a test" });
    let path = format!("/api/admin/billing/payments/{id}/refunds");
    admin.send(Method::POST, &path, Some(&body), &[("idempotency-key", &fresh_key())]).await.unwrap()
}

async fn detail(admin: &Client, id: &str) -> Json {
    admin.get(&format!("/api/admin/billing/payments/{id}")).await.unwrap().expect(200)
}

/// Makes the organisation spend so many micro-units, as its servers would.
async fn spend(app: &TestApp, org: OrgId, micros: i64) {
    exec(
        app,
        "with j as (insert into journal (idem_key, kind, org_id, effective_at)
           values ('usage:test:' || gen_random_uuid(), 'usage', $1, now()) returning id),
         w as (update account set balance_micros = balance_micros - $2 where org_id = $1 and kind = 'wallet'
           returning id, balance_micros)
         insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
         select j.id, 1, w.id, $1, -$2::bigint, w.balance_micros from j, w
         union all
         select j.id, 2, a.id, $1, $2::bigint, null from j, account a where a.kind = 'revenue'",
        vec![org.0.into(), micros.into()],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_and_not_spent_goes_back_and_no_more() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "50").await;
    refund(&admin, &id, "20", "payer").await.expect(201);
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 30_000_000);
    agrees(&app, &[org]).await;
    assert!(app.cloud.mails().iter().any(|mail| mail.subject.contains("20.00 USD went back to you")));
    spend(&app, org, 25_000_000).await;
    let seen = detail(&admin, &id).await;
    assert_eq!(text(&seen, "/captures/0/refundable/amount"), "5.000000", "{seen}");
    let reply = refund(&admin, &id, "5.01", "payer").await;
    assert_eq!((reply.status.as_u16(), text(&reply.body, "/code")), (400, "refund_too_large".to_owned()));
    refund(&admin, &id, "5", "payer").await.expect(201);
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 0);
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_never_goes_to_a_payer() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "10").await;
    credit(&admin, &org.to_string(), "40").await.unwrap();
    let reply = refund(&admin, &id, "10.01", "payer").await;
    assert_eq!(text(&reply.body, "/code"), "refund_too_large", "more than was paid");
    spend(&app, org, 45_000_000).await;
    assert_eq!(text(&refund(&admin, &id, "5.01", "payer").await.body, "/code"), "refund_too_large");
    refund(&admin, &id, "5", "payer").await.expect(201);
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 0, "the credit was spent first");
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_refunds_at_once_give_back_what_there_is() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "50").await;
    let replies = join_all((0..64).map(|_| refund(&admin, &id, "10", "payer"))).await;
    let granted = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(granted, 5);
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 0);
    assert_eq!(app.cloud.paypal.truth().refunds.len(), 5);
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_fails_is_in_the_wallet_again() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "50").await;
    app.cloud.paypal.set_refunds(RefundFate::Pending);
    refund(&admin, &id, "20", "payer").await.expect(201);
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 30_000_000, "on its way");
    let theirs = app.cloud.paypal.truth().refunds[0].id.clone();
    app.cloud.paypal.end_refund(&theirs, false).unwrap();
    ring(&app, &id).await;
    assert_eq!(app.balance(org).await, 50_000_000);
    agrees(&app, &[org]).await;
    app.cloud.paypal.set_refunds(RefundFate::Completed);
    refund(&admin, &id, "50", "payer").await.expect(201);
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 0, "a failed one does not eat the rest");
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn charges_go_back_to_the_wallet_and_never_more_than_there_were() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "50").await;
    assert_eq!(text(&refund(&admin, &id, "1", "wallet").await.body, "/code"), "refund_too_large");
    spend(&app, org, 10_000_000).await;
    refund(&admin, &id, "4", "wallet").await.expect(201);
    assert_eq!(app.balance(org).await, 44_000_000);
    assert_eq!(text(&refund(&admin, &id, "6.01", "wallet").await.body, "/code"), "refund_too_large");
    assert_eq!(text(&refund(&admin, &id, "40.01", "payer").await.body, "/code"), "refund_too_large");
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_too_late_nothing_goes_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, _) = payer(&app, "casey").await;
    let (id, _) = paid(&app, &casey, "50").await;
    exec(&app, "update payment_capture set captured_at = now() - interval '181 days'", vec![]).await;
    assert_eq!(text(&refund(&admin, &id, "5", "payer").await.body, "/code"), "not_refundable");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_there_is_booked_here_once() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, capture) = paid(&app, &casey, "50").await;
    app.cloud.paypal.refund_by_hand(&capture, Some(2_000)).unwrap();
    ring(&app, &id).await;
    ring(&app, &id).await;
    assert_eq!(app.balance(org).await, 30_000_000);
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chargeback_on_an_empty_wallet_is_debt_and_the_next_payment_pays_it() {
    let app = TestApp::start().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, capture) = paid(&app, &casey, "50").await;
    spend(&app, org, 40_000_000).await;
    app.cloud.paypal.reverse(&capture, None).unwrap();
    ring(&app, &id).await;
    ring(&app, &id).await;
    let wallet = casey.get("/api/wallet").await.unwrap().expect(200);
    assert_eq!(
        (text(&wallet, "/balance/amount"), text(&wallet, "/owed/amount")),
        ("0.000000".to_owned(), "40.000000".to_owned())
    );
    agrees(&app, &[org]).await;
    exec(&app, "update payment set ended_at = ended_at - interval '8 days'", vec![]).await;
    let _ = paid(&app, &casey, "60").await;
    assert_eq!(app.balance(org).await, 20_000_000);
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_sets_aside_and_gives_back_or_is_taken_from() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, capture) = paid(&app, &casey, "50").await;
    spend(&app, org, 20_000_000).await;
    let dispute = app.cloud.paypal.open_dispute(&capture, None).unwrap();
    ring(&app, &id).await;
    wait_for(&app, "select count(*) from dispute where held_micros = 30000000", 1).await;
    assert_eq!(app.balance(org).await, 0, "what is left is set aside");
    assert_eq!(text(&refund(&admin, &id, "5", "payer").await.body, "/code"), "not_refundable");
    app.cloud.paypal.end_dispute(&dispute, true).unwrap();
    ring(&app, &id).await;
    wait_for(&app, "select count(*) from dispute where state = 'won' and held_micros = 0", 1).await;
    assert_eq!(app.balance(org).await, 30_000_000, "undone exactly");
    agrees(&app, &[org]).await;

    let second = app.cloud.paypal.open_dispute(&capture, Some(1_000)).unwrap();
    wait_for(&app, "select count(*) from dispute where held_micros = 10000000", 1).await;
    assert_eq!(app.balance(org).await, 20_000_000, "partial");
    app.cloud.paypal.end_dispute(&second, false).unwrap();
    wait_for(&app, "select count(*) from dispute where state = 'lost' and held_micros = 0", 1).await;
    app.run_jobs().await;
    assert_eq!(app.balance(org).await, 20_000_000, "taken from what was set aside");
    let disputes = admin.get("/api/admin/billing/disputes").await.unwrap().expect(200);
    assert_eq!(disputes["items"].as_array().unwrap().len(), 2, "{disputes}");
    agrees(&app, &[org]).await;
}

async fn wait_for(app: &TestApp, sql: &str, count: i64) {
    let found = testkit::fixture::until(std::time::Duration::from_secs(20), async || {
        Ok((scalar::<i64>(app, sql).await == count).then_some(()))
    });
    assert!(found.await.is_ok(), "{sql}");
}
