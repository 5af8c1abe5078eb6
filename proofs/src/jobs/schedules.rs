//! Schedules: exact with any number of schedulers, and steered from the page.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use super::Stage;
use testkit::fixture::until;

const LONG: Duration = Duration::from_mins(1);
const TICKS: &str = "select count(*) from schedule_tick where name = 'billing.hourly' and not manual";

/// Plays the part.
///
/// # Errors
/// When a tick is missing or twice, or a lever does nothing.
pub async fn play(stage: &mut Stage) -> Result<()> {
    for n in 2..=5 {
        stage.stack.start_role(&format!("scheduler-{n}"), &["scheduler"])?;
    }
    let before: i64 = stage.checker.figure(TICKS).await?;
    for hours in 1..=12 {
        stage.checker.change(&format!("insert into clock_offset (ahead) values (interval '{hours} hours') on conflict (one) do update set ahead = excluded.ahead")).await?;
        until(LONG, || async { Ok((stage.checker.figure::<i64>(TICKS).await? >= before + hours).then_some(())) })
            .await?;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let ticks: i64 = stage.checker.figure::<i64>(TICKS).await? - before;
    // The archive takes ended jobs at once here.
    let jobs: i64 = stage
        .checker
        .figure("select (select count(*) from job where kind = 'billing.charge') + (select count(*) from job_archive where kind = 'billing.charge')")
        .await?;
    ensure!(ticks == 12 && jobs == before + 12, "{ticks} ticks and {jobs} jobs in 12 hours");
    for n in 2..=5 {
        stage.stack.kill(&format!("scheduler-{n}")).await?;
    }
    // The sessions of the story's people ran out with the hours.
    stage.admin.renew().await?;
    levers(stage).await
}

async fn levers(stage: &mut Stage) -> Result<()> {
    let path = "/api/admin/schedules/billing.hourly";
    for never in ["0 0 30 2 *", "61 * * * *", "nonsense"] {
        let refused = stage.admin.patch(path, &json!({ "cron": never, "reason": "a mistake" })).await?;
        ensure!(
            refused.status == 400 && refused.text("/errors/0/pointer") == "/cron",
            "{never}: {} {}",
            refused.status,
            refused.body
        );
    }
    let paused = stage.admin.patch(path, &json!({ "paused": true, "reason": "closing the books" })).await?;
    ensure!(paused.status == 200 && paused.body["paused"] == true, "{} {}", paused.status, paused.body);
    let before: i64 = stage.checker.figure(TICKS).await?;
    stage.checker.change("update clock_offset set ahead = interval '14 hours'").await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    ensure!(stage.checker.figure::<i64>(TICKS).await? == before, "a paused schedule ticked");
    stage.admin.renew().await?;
    let run = stage.admin.post(&format!("{path}/run"), &json!({ "reason": "at once" })).await?;
    ensure!(run.status.is_success(), "{} {}", run.status, run.body);
    let resumed = stage.admin.patch(path, &json!({ "paused": false, "reason": "closed" })).await?;
    ensure!(resumed.status == 200, "{} {}", resumed.status, resumed.body);
    // What was missed is caught up: two hours, each once.
    until(LONG, || async { Ok((stage.checker.figure::<i64>(TICKS).await? == before + 2).then_some(())) }).await?;
    let history = stage.admin.get(&format!("{path}/ticks?limit=50")).await?;
    let manual =
        history.body["items"].as_array().map_or(0, |items| items.iter().filter(|tick| tick["manual"] == true).count());
    ensure!(history.status == 200 && manual == 1, "{}", history.body);
    Ok(())
}
