//! Wallets that run dry under a clock that is moved: under the ladder no hour is unfunded, and a forecast comes true.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use domain::ledger::Forecast;
use domain::work::Job;
use domain::{OrgId, db};
use serde_json::json;
use testkit::client::text;
use testkit::fixture::{PASSWORD, await_status, fresh_key, order};
use testkit::{Client, TestApp};

use super::{at_rest, enqueue, figure, verified};
use crate::story::Story;

const LONG: Duration = Duration::from_mins(1);
/// After so many hours every wallet of the play must have run dry.
const HOURS: i64 = 240;
/// Hours from the stop of servers to their deletion.
const LADDER_HOURS: i64 = 24;

/// An organisation with a server and little money.
struct Poor {
    org: OrgId,
    email: String,
    ladder: bool,
}

pub(super) async fn play(story: &mut Story, count: usize) -> Result<()> {
    let app = TestApp::start().await;
    let poor = story
        .step(&format!("{count} customers with little money, half a server's rate as their limit"), begun(&app, count))
        .await?;
    let name = "hour by hour until nothing is left: the ladder's servers are stopped and deleted in time";
    let lived = story.step(name, Box::pin(lived(&app, &poor))).await?;
    Story::figure(&lived);
    story.step("the ledger verifies", Box::pin(verified(&app))).await?;
    Ok(())
}

async fn signed_in(app: &TestApp, email: &str) -> Result<Client> {
    app.anonymous.sign_in(email, PASSWORD).await
}

async fn begun(app: &TestApp, count: usize) -> Result<Vec<Poor>> {
    let plan = app.plan().await;
    let admin = app.admin().await;
    let mut poor = Vec::new();
    // One more has no ladder: its servers run on, and its debt is what the forecast said.
    for number in 0..=count {
        let (name, ladder) = (format!("poor-{number}"), number < count);
        let credit = 0.3 + 0.02 * f64::from(u32::try_from(number)?);
        let (client, org) = app.customer(&name, &format!("{credit:.2}")).await;
        if ladder {
            let policy = json!({ "funds_end": "ladder", "ladder_hours": LADDER_HOURS, "reason": "a proof" });
            let _ = admin.put(&format!("/api/admin/customers/{org}/funds"), &policy).await?.expect(200);
        }
        let limits = json!({ "hour_cap": { "amount": "0.010000", "currency": "USD" } });
        let _ = client.put("/api/wallet/limits", &limits).await?.expect(200);
        let ordered = client.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await?.expect(202);
        await_status(&client, &text(&ordered, "/vps/id"), "running", LONG).await?;
        let refused = client.post_once("/api/vps", &order(&plan, "web-2"), &fresh_key()).await?;
        ensure!(refused.body["code"] == "spend_cap_reached", "a second server passes the limit: {}", refused.body);
        poor.push(Poor { org, email: format!("{name}@example.com"), ladder });
    }
    at_rest(app).await?;
    Ok(poor)
}

async fn owed(app: &TestApp, org: OrgId) -> Result<i64> {
    let sql = "select -balance_micros from account where kind = 'receivable' and org_id = $1";
    db::scalar(&app.ctx.db, db::sql(sql, [org.into()])).await?.context("a debt")
}

/// Moves business time to an instant, charges, and looks after the wallets, as the timetable would.
async fn live_until(app: &TestApp, at: DateTime<Utc>) -> Result<()> {
    let now = app.ctx.clock.now(&app.ctx.db).await?;
    let sql = "select coalesce(extract(epoch from max(ahead)) * 1000000, 0)::bigint from clock_offset";
    let ahead: i64 = figure(app, sql).await?;
    app.set_ahead(TimeDelta::microseconds(ahead) + (at - now)).await;
    enqueue(app, Job::ChargeUsage { tick: at }).await?;
    enqueue(app, Job::WatchWallets { org: None }).await?;
    at_rest(app).await
}

async fn lived(app: &TestApp, poor: &[Poor]) -> Result<String> {
    let start: DateTime<Utc> = figure(app, "select max(started_at) from usage_segment").await?;
    let free = poor.iter().find(|poor| !poor.ladder).context("one without a ladder")?;
    let said = Forecast::of(&app.ctx, free.org).await?.zero_at().context("its funds end")?;
    let (mut hours, mut fell, mut unfunded) = (0, None, 0);
    while hours < HOURS {
        hours += 1;
        let at = start + TimeDelta::hours(hours) + TimeDelta::minutes(1);
        live_until(app, at).await?;
        for poor in poor.iter().filter(|poor| poor.ladder) {
            unfunded += i64::from(owed(app, poor.org).await? > 0);
        }
        if fell.is_none() && owed(app, free.org).await? > 0 {
            fell = Some(at);
        }
        let left: i64 = figure(app, "select count(*) from vps where deleted_at is null").await?;
        if left == 1 && fell.is_some() {
            break;
        }
    }
    ensure!(unfunded == 0, "{unfunded} hours were unfunded under the ladder");
    let left: i64 = figure(app, "select count(*) from vps where deleted_at is null").await?;
    ensure!(left == 1, "{left} servers are left after {hours} hours, not the one without a ladder");
    let fell = fell.context("the one without a ladder owes nothing")?;
    let apart = (fell - said).num_minutes();
    ensure!((0..=61).contains(&apart), "funds ended {apart} minutes after the forecast");
    let early: i64 =
        figure(app, "select count(*) from ladder where outcome = 'deleted' and deleting_at < delete_at").await?;
    ensure!(early == 0, "{early} servers were deleted before the day that was told");
    let told: i64 = figure(app, "select count(*) from wallet_notice").await?;
    let client = signed_in(app, &free.email).await?;
    let wallet = client.get("/api/wallet").await?.expect(200);
    ensure!(text(&wallet, "/live_balance/amount").starts_with('-'), "the page shows the debt: {wallet}");
    Ok(format!(
        "{hours} hours, {} ladders, 0 unfunded hours, 0 deleted early, {told} notices; the forecast held to the hour",
        poor.len() - 1
    ))
}
