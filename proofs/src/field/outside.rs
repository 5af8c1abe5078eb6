//! What people do at the provider, and what the provider does.

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::json;
use testkit::client::text;
use testkit::fixture::{await_status, until};
use testkit::stack::CLOUD_TOKEN;

use super::stage::{LONG, Stage};
use crate::story::Story;

const FOREIGN_TOKEN: &str = "a-token-of-another-account";
/// Servers that vanish at once: more than three.
const MASS: usize = 4;

pub async fn play(story: &mut Story, stage: &mut Stage) -> Result<()> {
    story.step("a machine is renamed at the provider: it is kept", renamed(stage)).await?;
    story.step("another loses our tag: it is kept and gets it back", untagged(stage)).await?;
    story.step("another is shut down there: its page says so, and it boots", switched(stage)).await?;
    story.step("a machine of nobody's and what is left of an order are deleted", rightful(stage)).await?;
    story.step("a customer deletes a server that was renamed: it is deleted", deleted(stage)).await?;
    story.step("a token of another account: refused, and nothing is lost", foreign(stage)).await?;
    story.step("four vanish at once: charged on until an administrator says so", vanished(stage)).await?;
    story.step("they are found again: charged on, each hour once", found(stage)).await
}

async fn renamed(stage: &Stage) -> Result<()> {
    let server = &stage.servers[0];
    stage.console.rename(&server.machine, "alice-shop").await?;
    stage.compare().await?;
    stage.compare().await?;
    stage.is(server, "running").await?;
    stage.check().await
}

async fn untagged(stage: &Stage) -> Result<()> {
    let server = &stage.servers[1];
    stage.console.set_tags(&server.machine, &["other"]).await?;
    stage.compare().await?;
    stage.compare().await?;
    stage.is(server, "running").await?;
    let shown = stage.console.machine(&server.machine).await?;
    ensure!(shown["tags"].to_string().contains("\"env:"), "our tag is not back: {}", shown["tags"]);
    stage.check().await
}

async fn switched(stage: &Stage) -> Result<()> {
    let server = &stage.servers[2];
    stage.console.switch(&server.machine, "shutdown").await?;
    until(LONG, async || {
        let shown = stage.console.machine(&server.machine).await?;
        Ok((text(&shown, "/status") == "offline").then_some(()))
    })
    .await?;
    stage.compare().await?;
    stage.is(server, "stopped").await?;
    let path = format!("/api/vps/{}/action", server.vps);
    let booted = stage.casey.post(&path, &json!({ "action": "boot" })).await?;
    ensure!(booted.status == 202, "{} {}", booted.status, booted.body);
    await_status(&stage.casey, &server.vps, "running", LONG).await?;
    Ok(())
}

async fn rightful(stage: &mut Stage) -> Result<()> {
    let stray = stage.stray(None, 3_600).await?;
    stage.rightly(&stray);
    let newer = stage.stray(None, 0).await?;
    stage.compare().await?;
    stage.check().await?;
    let held = stage.held().await?;
    ensure!(held.len() == 1 && held[0]["held"] == "newer", "one is newer than every server: {held:?}");
    stage.release(&held, false).await?;
    stage.rightly(&newer);
    // The order was cancelled before it began, and its request arrives all the same.
    let label = "sp-late-creation";
    stage
        .checker
        .change(&format!(
            "insert into vps (id, org_id, cloud_id, provider_label, label, status, desired, plan_id, plan_name, type_id,
                 vcpus, memory_mib, disk_gib, transfer_gb, month_micros, cost_month_micros, region_id, image_id,
                 created_at)
             select gen_random_uuid(), org_id, cloud_id, '{label}', 'late', 'failed', 'running', plan_id, plan_name,
                 type_id, vcpus, memory_mib, disk_gib, transfer_gb, month_micros, cost_month_micros, region_id,
                 image_id, created_at
             from vps
             limit 1"
        ))
        .await?;
    let leftover = stage.stray(Some(label), 0).await?;
    stage.rightly(&leftover);
    stage.compare().await?;
    stage.check().await
}

async fn deleted(stage: &mut Stage) -> Result<()> {
    let server = stage.servers.remove(0);
    let body = json!({ "label": server.label });
    let reply = stage.casey.delete(&format!("/api/vps/{}", server.vps), Some(&body)).await?;
    ensure!(reply.status == 202, "{} {}", reply.status, reply.body);
    stage.rightly(&server.machine);
    await_status(&stage.casey, &server.vps, "deleted", LONG).await?;
    let another = stage.order().await?;
    stage.servers.push(another);
    stage.check().await
}

async fn foreign(stage: &Stage) -> Result<()> {
    let other = json!({ "token": FOREIGN_TOKEN, "valid": true, "account": "0DDBA11D-0000-4000-A000000000000000" });
    stage.checker.steer(Method::PUT, "/token", &other).await?;
    let path = format!("/api/admin/clouds/{}", stage.cloud);
    let given = async |token: &str, status: &str| {
        let reply = stage.admin.patch(&path, &json!({ "token": token })).await?;
        ensure!(reply.status.is_success(), "{} {}", reply.status, reply.body);
        until(LONG, async || Ok((stage.admin.get(&path).await?.body["status"] == status).then_some(()))).await
    };
    given(FOREIGN_TOKEN, "invalid").await?;
    for server in &stage.servers {
        stage.is(server, "running").await?;
    }
    given(CLOUD_TOKEN, "valid").await?;
    stage.compare().await?;
    for server in &stage.servers {
        stage.is(server, "running").await?;
    }
    stage.check().await
}

async fn hide(stage: &Stage, hidden: bool) -> Result<()> {
    for server in &stage.servers[..MASS] {
        let path = format!("/instances/{}", server.machine);
        stage.checker.steer(Method::PUT, &path, &json!({ "hidden": hidden })).await?;
    }
    Ok(())
}

const CHARGED: &str = "select count(*) from usage_segment where ended_at is null";

async fn vanished(stage: &Stage) -> Result<()> {
    let charged: i64 = stage.checker.figure(CHARGED).await?;
    hide(stage, true).await?;
    for _ in 0..3 {
        stage.compare().await?;
    }
    for server in &stage.servers {
        stage.is(server, "running").await?;
    }
    ensure!(stage.checker.figure::<i64>(CHARGED).await? == charged, "charging continues meanwhile");
    let held = stage.held().await?;
    ensure!(held.len() == MASS && held.iter().all(|row| row["held"] == "too_many"), "{held:?}");
    stage.release(&held, false).await?;
    for server in &stage.servers[..MASS] {
        stage.is(server, "lost").await?;
    }
    ensure!(stage.checker.figure::<i64>(CHARGED).await? == charged - i64::try_from(MASS)?, "lost ones are charged");
    stage.check().await
}

async fn found(stage: &Stage) -> Result<()> {
    let charged: i64 = stage.checker.figure(CHARGED).await?;
    let lines: i64 = stage.checker.figure("select count(*) from usage_line").await?;
    hide(stage, false).await?;
    stage.compare().await?;
    for server in &stage.servers {
        stage.is(server, "running").await?;
    }
    ensure!(stage.checker.figure::<i64>(CHARGED).await? == charged + i64::try_from(MASS)?, "they are charged again");
    ensure!(stage.checker.hours().await? == lines, "an hour was charged twice");
    stage.checker.books().await?;
    stage.check().await
}
