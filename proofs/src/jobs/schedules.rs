//! Schedules: exact with any number of schedulers, and steered from the page.

use anyhow::{Result, ensure};
use serde_json::json;
use testkit::fixture::until;

use super::{LONG, Stage};

const TICKS: &str = "select count(*) from schedule_tick where name = 'billing.hourly' and not manual";
/// The archive takes ended jobs at once here.
const JOBS: &str = "
select (select count(*) from job where kind = 'billing.charge')
     + (select count(*) from job_archive where kind = 'billing.charge')";
/// Whether another schedule has ticked in the present hour.
const OTHERS_TICKED: &str = "
select count(*) from schedule where name = 'cloud.reconcile' and last_tick >= date_trunc('hour', business_now())";

/// Plays the part.
///
/// # Errors
/// When a tick is missing or twice, or a lever does nothing.
pub async fn play(stage: &mut Stage) -> Result<()> {
    let (schedulers, hours) = (stage.sizes.schedulers, stage.sizes.hours);
    for n in 2..=schedulers {
        stage.stack.start_role(&format!("scheduler-{n}"), &["scheduler"])?;
    }
    let before: i64 = stage.checker.figure(TICKS).await?;
    for hour in 1..=hours {
        ahead(stage, hour).await?;
        stage.until_count(TICKS, before + hour).await?;
    }
    // Another hour, so that each has looked again, and then all have ended: nothing comes any more.
    ahead(stage, hours + 1).await?;
    stage.until_count(TICKS, before + hours + 1).await?;
    for n in 2..=schedulers {
        stage.stack.kill(&format!("scheduler-{n}")).await?;
    }
    stage.stack.kill("scheduler").await?;
    let ticks: i64 = stage.checker.figure::<i64>(TICKS).await? - before;
    ensure!(ticks == hours + 1, "{ticks} ticks in {} hours", hours + 1);
    let jobs: i64 = stage.checker.figure(JOBS).await?;
    ensure!(jobs == before + hours + 1, "{jobs} jobs for {} ticks", before + hours + 1);
    stage.stack.start_role("scheduler", &["scheduler"])?;
    // The sessions of the story's people ran out with the hours.
    stage.admin.renew().await?;
    levers(stage, hours + 1).await
}

/// Business time is so many hours ahead, in all.
async fn ahead(stage: &Stage, hours: i64) -> Result<()> {
    let set = format!(
        "insert into clock_offset (ahead) values (interval '{hours} hours')
         on conflict (one) do update set ahead = excluded.ahead"
    );
    stage.checker.change(&set).await
}

async fn levers(stage: &mut Stage, hours: i64) -> Result<()> {
    let path = "/api/admin/schedules/billing.hourly";
    for never in ["0 0 30 2 *", "61 * * * *", "nonsense"] {
        let refused = stage.admin.patch(path, &json!({ "cron": never, "reason": "a mistake" })).await?;
        ensure!(refused.status == 400, "{never}: {} {}", refused.status, refused.body);
        ensure!(refused.text("/errors/0/pointer") == "/cron", "{never} is told of elsewhere: {}", refused.body);
    }
    let paused = stage.admin.patch(path, &json!({ "paused": true, "reason": "closing the books" })).await?;
    ensure!(paused.status == 200 && paused.body["paused"] == true, "{} {}", paused.status, paused.body);
    let before: i64 = stage.checker.figure(TICKS).await?;
    // All are looked at in turn: where the other has ticked in the second hour, this one was passed over in the first.
    for missed in 1..=2 {
        ahead(stage, hours + missed).await?;
        stage.until_count(OTHERS_TICKED, 1).await?;
    }
    ensure!(stage.checker.figure::<i64>(TICKS).await? == before, "a paused schedule ticked");
    stage.admin.renew().await?;
    let run = stage.admin.post(&format!("{path}/run"), &json!({ "reason": "at once" })).await?;
    ensure!(run.status.is_success(), "{} {}", run.status, run.body);
    let resumed = stage.admin.patch(path, &json!({ "paused": false, "reason": "closed" })).await?;
    ensure!(resumed.status == 200, "{} {}", resumed.status, resumed.body);
    // What was missed is caught up: two hours, each once.
    until(LONG, || async { Ok((stage.checker.figure::<i64>(TICKS).await? == before + 2).then_some(())) }).await?;
    let history = stage.admin.get(&format!("{path}/ticks?limit=50")).await?;
    ensure!(history.status == 200, "{} {}", history.status, history.body);
    let ticks = history.body["items"].as_array().cloned().unwrap_or_default();
    let manual = ticks.iter().filter(|tick| tick["manual"] == true).count();
    ensure!(manual == 1, "{manual} ticks by hand: {}", history.body);
    Ok(())
}
