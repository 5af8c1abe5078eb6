//! Payments whose messages come in every order, twice, late or never, between forged ones: what is credited equals what
//! PayPal took less what it gave back.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use domain::work::Job;
use domain::{OrgId, PaymentId, db};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;
use simulators::{Choice, Forgery, Posting};
use testkit::client::text;
use testkit::fixture::{fresh_key, until};
use testkit::{Client, TestApp};

use super::{at_rest, enqueue, figure, verified};
use crate::story::Story;

const LONG: Duration = Duration::from_mins(1);
/// Payments of one customer: as many as may be open at once.
const EACH: usize = 3;
/// What none of whose messages may be taken.
const FORGERIES: [Forgery; 6] = [
    Forgery::WrongAuthority,
    Forgery::SelfSigned,
    Forgery::Expired,
    Forgery::OtherName,
    Forgery::OtherApp,
    Forgery::Simulator,
];

/// A payment that a payer decided on.
struct Paid {
    org: OrgId,
    id: PaymentId,
    order: String,
}

pub(super) async fn play(story: &mut Story, count: usize) -> Result<()> {
    let app = TestApp::start().await;
    let mut rng = StdRng::seed_from_u64(7);
    let name = format!("{count} payments are paid, declined or left, and nobody comes back to the page");
    let paid = story.step(&name, Box::pin(paid(&app, &mut rng, count))).await?;
    let told = story
        .step("messages in reverse and twice, refunds between them, and forged ones", Box::pin(told(&app, &mut rng)))
        .await?;
    Story::figure(&told);
    story.step("messages that never came are found by PayPal's list", found(&app, &paid)).await?;
    let (captured, refunded) =
        story.step("credit is captures less refunds, for each organisation", agrees(&app, &paid)).await?;
    Story::figure(&format!("captured {captured} cents, refunded {refunded} cents; our clearing is PayPal's balance"));
    story.step("the ledger verifies", Box::pin(verified(&app))).await?;
    Ok(())
}

async fn paid(app: &TestApp, rng: &mut StdRng, count: usize) -> Result<Vec<Paid>> {
    app.cloud.paypal.set_posting(Posting::Held);
    let mut paid = Vec::new();
    for customer in 0..count.div_ceil(EACH) {
        let (client, org) = app.customer(&format!("payer-{customer}"), "0").await;
        db::exec(&app.ctx.db, db::sql("update app_user set email_verified_at = now()", [])).await?;
        for _ in 0..EACH {
            let amount = rng.random_range(500..=3_300);
            let (id, order) = opened(app, &client, &format!("{}.{:02}", amount / 100, amount % 100)).await?;
            let choices = [Choice::Pay, Choice::Pay, Choice::Pay, Choice::Review, Choice::Decline, Choice::Cancel];
            let choice = *choices.choose(rng).context("a choice")?;
            app.cloud.paypal.choose(&order, choice)?;
            paid.push(Paid { org, id, order });
        }
    }
    Ok(paid)
}

async fn opened(app: &TestApp, client: &Client, amount: &str) -> Result<(PaymentId, String)> {
    let body = json!({ "amount": { "amount": amount, "currency": "USD" } });
    let begun = client.post_once("/api/payments", &body, &fresh_key()).await?.expect(202);
    let id: PaymentId = text(&begun, "/payment/id").parse()?;
    let order = until(LONG, async || {
        let sql = "select order_id from payment where id = $1 and state = 'open'";
        Ok(db::scalar::<String>(&app.ctx.db, db::sql(sql, [id.0.into()])).await?)
    });
    Ok((id, order.await?))
}

/// Our id of a payment, as PayPal was told it.
fn custom_id(id: PaymentId) -> String {
    id.to_string()
}

/// Everything that PayPal says comes late, the last first, and twice; between it what it never said.
async fn told(app: &TestApp, rng: &mut StdRng) -> Result<String> {
    // What the payers approved is captured when it is asked for: the messages that they approved are let out first.
    let mut sent = app.cloud.paypal.release(true, 2);
    settled(app).await?;
    let captures = app.cloud.paypal.truth().captures;
    let (mut forged, mut taken) = (0, 0);
    for capture in &captures {
        if capture.status == "COMPLETED" && rng.random_bool(0.4) {
            let all = rng.random_bool(0.3);
            app.cloud.paypal.refund_by_hand(&capture.id, (!all).then(|| rng.random_range(1..400)))?;
        }
        if capture.status == "PENDING" {
            app.cloud.paypal.end_review(&capture.id, rng.random_bool(0.7))?;
        }
        let forgery = *FORGERIES.choose(rng).context("a forgery")?;
        let resource = json!({ "id": capture.id, "custom_id": capture.custom_id, "amount": { "value": "9999.00",
            "currency_code": "USD" }, "status": "COMPLETED" });
        let id = format!("WH-FORGED-{forged}");
        let body = json!({ "id": id, "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": resource });
        forged += 1;
        taken += usize::from(delivered(app, body.to_string().as_bytes(), forgery).await?);
    }
    // Half of what is left is let out; of the other half no message ever comes.
    app.cloud.paypal.set_posting(Posting::Lost);
    sent += app.cloud.paypal.release(true, 2);
    settled(app).await?;
    let stored: i64 =
        figure(app, "select count(*) from payment_event where event_id like 'WH-FORGED-%' and state = 'done'").await?;
    ensure!(stored == 0, "{stored} forged messages were believed");
    Ok(format!(
        "{sent} messages let out twice, {forged} forged: 0 believed ({taken} kept until their certificate was judged)"
    ))
}

/// Sends a message as a forger would. Whether it was kept, to be judged once its certificate is known.
async fn delivered(app: &TestApp, body: &[u8], forgery: Forgery) -> Result<bool> {
    let message = app.cloud.paypal.signed(body, forgery);
    let mut request = crate::checker::http().post(format!("{}/api/payments/webhook", app.base));
    for (name, value) in message.headers() {
        request = request.header(name, value);
    }
    let answer = request.header("content-type", "application/json").body(message.body).send().await?;
    Ok(answer.status().is_success())
}

/// Waits until deliveries and the jobs that they rang are done.
async fn settled(app: &TestApp) -> Result<()> {
    let mut before = usize::MAX;
    loop {
        at_rest(app).await?;
        let now = app.cloud.paypal.truth().deliveries.len();
        if now == before {
            return Ok(());
        }
        before = now;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Refunds by hand of which no message comes, found by the list of events.
async fn found(app: &TestApp, paid: &[Paid]) -> Result<()> {
    let truth = app.cloud.paypal.truth();
    let whole = paid.iter().filter_map(|paid| {
        let capture = truth
            .captures
            .iter()
            .find(|capture| capture.custom_id == Some(custom_id(paid.id)) && capture.status == "COMPLETED")?;
        Some(capture.id.clone())
    });
    let mut found = 0;
    for capture in whole {
        // Of one that went back whole nothing is left.
        found += usize::from(found < 3 && app.cloud.paypal.refund_by_hand(&capture, Some(100)).is_ok());
    }
    ensure!(found > 0, "something went back without a word");
    // PayPal's times are whole seconds: a list up to now may lack what happened in this one.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let tick = app.ctx.clock.now(&app.ctx.db).await?;
    enqueue(app, Job::PaymentEvents { list: Some(tick) }).await?;
    settled(app).await
}

/// Returns what was captured and refunded, in cents.
async fn agrees(app: &TestApp, paid: &[Paid]) -> Result<(i64, i64)> {
    let truth = app.cloud.paypal.truth();
    let (mut captured, mut refunded) = (0, 0);
    let mut orgs: Vec<_> = paid.iter().map(|paid| paid.org).collect();
    orgs.dedup();
    for org in orgs {
        let of: Vec<_> = paid.iter().filter(|paid| paid.org == org).collect();
        let mut wanted = 0;
        for capture in &truth.captures {
            if !of.iter().any(|paid| capture.of.as_deref() == Some(&paid.order)) {
                continue;
            }
            let done = ["COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"].contains(&capture.status);
            let taken = if done { capture.amount.minor } else { 0 };
            let back: i64 = truth
                .refunds
                .iter()
                .filter(|refund| refund.of.as_deref() == Some(&capture.id) && refund.status == "COMPLETED")
                .map(|refund| refund.amount.minor)
                .sum();
            (captured, refunded, wanted) = (captured + taken, refunded + back, wanted + taken - back);
        }
        let sql = "select coalesce(sum(balance_micros), 0)::bigint from account
                   where org_id = $1 and kind in ('wallet', 'hold', 'receivable')";
        let has: i64 = db::scalar(&app.ctx.db, db::sql(sql, [org.into()])).await?.context("a balance")?;
        ensure!(has == wanted * 10_000, "{org} has {has} micro-units, not {wanted} cents");
    }
    let clearing: i64 = figure(
        app,
        "select -coalesce(sum(p.amount_micros), 0)::bigint from posting p join account a on a.id = p.account_id
         where a.kind = 'paypal_clearing' and a.currency = 'USD'",
    )
    .await?;
    let theirs = truth.balances.get("USD").copied().unwrap_or(0);
    ensure!(clearing == theirs * 10_000, "our clearing is {clearing} micro-units, PayPal's balance {theirs} cents");
    ensure!(captured > 0 && refunded > 0, "something was captured and something given back");
    Ok((captured, refunded))
}
