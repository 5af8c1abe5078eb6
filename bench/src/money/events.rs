//! Messages of the payment provider: verified, stored and answered, beside pgbench with the same inserts, and in an
//! open loop.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use domain::db;
use futures::{StreamExt as _, TryStreamExt as _};
use sea_orm::DatabaseConnection;
use serde_json::{Value as Json, json};
use testkit::Client;
use testkit::fixture::until;
use testkit::payments::WEBHOOK_PATH;
use testkit::stack::Stack;

use super::installation;
use crate::cpu::Cpu;
use crate::customers::address;
use crate::load::send;
use crate::pgbench::{Length, Run, pgbench};
use crate::rounds::{Pairs, in_turn};
use crate::tick::figure;
use crate::{CONNECTIONS, Row, Scale};

/// What must be reached of pgbench's rate.
const BAR: f64 = 0.5;
/// Between two messages of the open loop: 200 a second.
const EVERY: Duration = Duration::from_millis(5);
/// Within which 99 of 100 of them must be answered.
const P99: Duration = Duration::from_millis(50);
/// Messages that are signed at the same time, before any clock starts.
const SIGNERS: usize = 8;
/// The certificate must be known by then.
const LIMIT: Duration = Duration::from_secs(30);

/// Sends messages about a payment that is not known: what they ring is measured elsewhere.
///
/// # Errors
/// When a message is refused, or one is not stored.
pub(super) async fn measure(scale: Scale) -> Result<Vec<Row>> {
    let (stack, owner) = installation(1, 1).await?;
    let ((each, open), rounds) = (scale.money.events, scale.rounds);
    let wanted = each * rounds + open + 1;
    let mut messages = signed(&stack, wanted).await?;
    known(&stack, &owner, messages.split_off(wanted - 1)).await?;
    let (script, variables) = (script()?, variables());
    let before = Cpu::read(&stack);
    let mut rates = Pairs::default();
    for round in 0..rounds {
        let mine = messages.split_off(messages.len() - each);
        let clients = CONNECTIONS.min(u32::try_from(each)?);
        let times = u32::try_from(each)? / clients;
        let measured = in_turn(round, async { taken(&stack, mine, None).await }, async {
            let run = Run { script: &script, variables: &variables, clients, length: Length::Times(times) };
            Ok(pgbench(&stack.database.url, &run).await?.rate)
        });
        let (ours, theirs) = measured.await?;
        rates.push(ours.0, theirs);
    }
    let cpu = Cpu::read(&stack).since(&before);
    let (_, p99) = taken(&stack, messages, Some(EVERY)).await?;
    let stored: i64 = figure(&owner, "select count(*) from payment_event where event_id like 'WH-BENCH-%'", []).await?;
    ensure!(usize::try_from(stored)? == wanted, "{stored} messages were stored, not {wanted}");
    Ok(vec![
        Row {
            what: format!("messages of PayPal verified, stored and answered, {CONNECTIONS} connections"),
            measured: format!("{:.0}/s; pgbench {:.0}/s: {}", rates.ours(), rates.theirs(), rates.said()),
            bar: format!(">= {BAR} of pgbench"),
            reached: rates.ratio() >= BAR,
            cpu: cpu.to_string(),
        },
        Row {
            what: format!("the same in an open loop, {:.0} a second", 1.0 / EVERY.as_secs_f64()),
            measured: format!("p99 {:.1} ms", p99.as_secs_f64() * 1000.0),
            bar: format!("p99 < {} ms", P99.as_millis()),
            reached: p99 < P99,
            cpu: String::new(),
        },
    ])
}

/// Sends them all: how many were answered a second, and within which time 99 of 100.
async fn taken(stack: &Stack, messages: Vec<Vec<u8>>, every: Option<Duration>) -> Result<(f64, Duration)> {
    let (address, count) = (address(stack), messages.len());
    let connections = usize::try_from(CONNECTIONS)?.min(count);
    let messages = Arc::new(messages);
    let load = send(&address, connections, count, every, 200, move |number| messages[number].clone()).await?;
    ensure!(load.wrong == 0, "a message was refused: {:?}", load.first_wrong);
    Ok((load.rate, load.percentile(0.99)))
}

/// Sends the first message, and waits until the workers have fetched its certificate.
async fn known(stack: &Stack, owner: &DatabaseConnection, first: Vec<Vec<u8>>) -> Result<()> {
    taken(stack, first, None).await?;
    let fetched = until(LIMIT, async || {
        let parked = "select count(*) from payment_event where state = 'parked'";
        Ok((figure::<i64>(owner, parked, []).await? == 1).then_some(()))
    });
    fetched.await.context("the certificate was not fetched")
}

/// Requests with messages that the stack's simulated `PayPal` signed.
async fn signed(stack: &Stack, count: usize) -> Result<Vec<Vec<u8>>> {
    let (control, host) = (Client::new(&stack.control_url), address(stack));
    let one = async |number| request(&control, &host, number).await;
    futures::stream::iter(0..count).map(one).buffer_unordered(SIGNERS).try_collect().await
}

async fn request(control: &Client, host: &str, number: usize) -> Result<Vec<u8>> {
    let signed = control.post("/paypal/sign", &json!({ "body": body(number) })).await?;
    let headers = signed.body["headers"].as_object().with_context(|| format!("not signed: {}", signed.body))?;
    let body = signed.body["body"].as_str().context("a body")?;
    let mut request = format!("POST {WEBHOOK_PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n");
    for (name, value) in headers {
        write!(request, "{name}: {}\r\n", value.as_str().context("a header")?)?;
    }
    write!(request, "content-length: {}\r\n\r\n{body}", body.len())?;
    Ok(request.into_bytes())
}

/// A message as long as the real ones, about a payment that we do not know.
fn body(number: usize) -> String {
    let amount = |value: &str| json!({ "currency_code": "USD", "value": value });
    let href = "https://api-m.sandbox.paypal.com/v2/payments/captures/BENCH";
    let link = |rel: &str| json!({ "href": href, "rel": rel, "method": "GET" });
    let event: Json = json!({
        "id": format!("WH-BENCH-{number:010}"),
        "event_version": "1.0",
        "create_time": "2026-12-01T10:00:00.000Z",
        "resource_type": "capture",
        "resource_version": "2.0",
        "event_type": "PAYMENT.CAPTURE.COMPLETED",
        "summary": "Payment completed for $ 25.00 USD",
        "resource": {
            "id": format!("BENCH{number:012}"),
            "status": "COMPLETED",
            "amount": amount("25.00"),
            "final_capture": true,
            "seller_protection": { "status": "NOT_ELIGIBLE" },
            "seller_receivable_breakdown": {
                "gross_amount": amount("25.00"), "paypal_fee": amount("1.36"), "net_amount": amount("23.64"),
            },
            "supplementary_data": { "related_ids": { "order_id": format!("BENCHORDER{number:07}") } },
            "create_time": "2026-12-01T10:00:00Z",
            "update_time": "2026-12-01T10:00:00Z",
            "links": [link("self"), link("refund"), link("up")],
        },
        "links": [link("self"), link("resend")],
    });
    event.to_string()
}

/// What the script stores: as long as what the product does.
fn variables() -> [(&'static str, String); 3] {
    let headers = json!({
        "transmission_id": "69cd13f0-d67a-11e5-baa3-778b53f4ae55", "transmission_time": "2026-12-01T10:00:00Z",
        "auth_algo": "SHA256withRSA", "transmission_sig": "A".repeat(344),
    });
    let url = "https://api-m.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270";
    [("body", body(0)), ("headers", headers.to_string()), ("url", url.to_owned())]
}

/// The inserts of a message that is about nothing known, as the product registers them, in a transaction.
fn script() -> Result<String> {
    let text = |function: &str| {
        let found = db::entries().find(|entry| entry.function == function);
        found.map(|entry| entry.text).with_context(|| format!("{function} is registered"))
    };
    let id = "'WH-PGBENCH-' || :client_id || '-' || :nonce";
    let insert = filled(
        text("insert_verified")?,
        &[
            "'paypal'",
            id,
            "'PAYMENT.CAPTURE.COMPLETED'",
            ":url",
            ":headers::jsonb",
            "convert_to(:body, 'UTF8')",
            "now()",
        ],
    );
    let settle = filled(text("set_settled")?, &["'paypal'", id, "'parked'", "null::uuid", "now()", "null::text"]);
    Ok(format!("\\set nonce random(1, 9000000000000000)\nbegin;\n{insert};\n{settle};\ncommit;\n"))
}

/// A statement with its values in place of its parameters.
fn filled(text: &str, values: &[&str]) -> String {
    // The highest first: `$1` begins `$10` too. pgbench ends a statement at a semicolon alone, and knows no comments.
    let text: Vec<_> = text.lines().filter(|line| !line.starts_with("--")).collect();
    (1..=values.len())
        .rev()
        .fold(text.join("\n"), |text, number| text.replace(&format!("${number}"), &format!("({})", values[number - 1])))
}
