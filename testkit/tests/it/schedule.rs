//! Ticks: once each, however many schedulers and however late.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::db;
use scheduler::TIMETABLE;
use serde_json::json;
use testkit::TestApp;
use testkit::app::AppOptions;

async fn ticks(app: &TestApp) -> i64 {
    db::scalar(&app.ctx.db, db::sql("select count(*) from schedule_tick where name = 'billing.hourly'", []))
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_schedulers_tick_each_hour_once() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let entry = TIMETABLE.iter().find(|entry| entry.name == "billing.hourly").unwrap();
    assert_eq!(scheduler::advance(&app.ctx, entry).await.unwrap(), 0, "the first look only begins");
    let mut mine = 0;
    for hours in 1..=6 {
        app.set_ahead(TimeDelta::hours(hours)).await;
        let looks = futures::future::join_all((0..5).map(|_| scheduler::advance(&app.ctx, entry))).await;
        mine += looks.into_iter().map(|look| look.unwrap()).sum::<usize>();
    }
    assert_eq!((ticks(&app).await, mine), (6, 6));
    let jobs: i64 = db::scalar(&app.ctx.db, db::sql("select count(*) from job where kind = 'billing.charge'", []))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(jobs, 6, "one job a tick");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_caught_up() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let entry = TIMETABLE.iter().find(|entry| entry.name == "billing.hourly").unwrap();
    scheduler::advance(&app.ctx, entry).await.unwrap();
    app.set_ahead(TimeDelta::hours(30)).await;
    assert_eq!(scheduler::advance(&app.ctx, entry).await.unwrap(), 30);
    // A clock that was set back ticks nothing twice.
    app.set_ahead(TimeDelta::hours(20)).await;
    assert_eq!(scheduler::advance(&app.ctx, entry).await.unwrap(), 0);
    app.set_ahead(TimeDelta::hours(31)).await;
    assert_eq!(scheduler::advance(&app.ctx, entry).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scheduler_process_bills_the_hour() {
    let app = TestApp::start().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let serving = tokio::spawn(scheduler::serve(app.ctx.clone(), stop.clone()));
    let known = async || {
        let sql = "select count(*) from schedule where name = 'billing.hourly'";
        let rows: Option<i64> = db::scalar(&app.ctx.db, db::sql(sql, [])).await?;
        Ok((rows == Some(1)).then_some(()))
    };
    testkit::fixture::until(Duration::from_secs(10), known).await.expect("the scheduler begins the schedule");
    app.set_ahead(TimeDelta::hours(1)).await;
    testkit::fixture::until(Duration::from_secs(10), || async { Ok((ticks(&app).await >= 1).then_some(())) })
        .await
        .unwrap();
    stop.cancel();
    serving.await.unwrap().unwrap();
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_an_older_version_are_brought_up_to_date() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let older = "
        insert into schedule (name, cron, catch_up, last_tick)
        values ('billing.hourly', '0 0 * * * *', interval '3 days', business_now()),
               ('platform.tidy', '30 5 * * *', interval '1 day', business_now())";
    db::exec(&app.ctx.db, db::sql(older, [])).await.unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let serving = tokio::spawn(scheduler::serve(app.ctx.clone(), stop.clone()));
    let rows = "
        select array_agg(name || ': ' || cron || ', ' || job_kind order by name)
        from schedule
        where name in ('billing.hourly', 'platform.tidy')";
    let wanted = ["billing.hourly: 0 * * * *, billing.charge", "platform.tidy: 30 5 * * *, platform.tidy"];
    let known = || async {
        let found: Vec<String> = db::scalar(&app.ctx.db, db::sql(rows, [])).await?.unwrap_or_default();
        Ok((found == wanted).then_some(()))
    };
    testkit::fixture::until(Duration::from_secs(10), known)
        .await
        .expect("what an operator changed stays, the rest is as it is now");
    stop.cancel();
    serving.await.unwrap().unwrap();
}

/// Ticks of a schedule so far.
async fn ticks_of(app: &TestApp, name: &str) -> Vec<DateTime<Utc>> {
    let sql = "select coalesce(array_agg(tick_at order by tick_at), '{}') from schedule_tick where name = $1";
    db::scalar(&app.ctx.db, db::sql(sql, [name.into()])).await.unwrap().unwrap_or_default()
}

/// What the page and the command line say of a schedule.
async fn change(app: &TestApp, name: &str, mut body: serde_json::Value) -> serde_json::Value {
    body["reason"] = json!("a test");
    let path = format!("/api/admin/schedules/{name}");
    app.admin().await.patch(&path, &body).await.unwrap().expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_catch_up_window_a_schedule_ticks_on_and_leaves_out_the_backlog() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let entry = TIMETABLE.iter().find(|entry| entry.name == "billing.hourly").unwrap();
    scheduler::advance(&app.ctx, entry).await.unwrap();
    change(&app, "billing.hourly", json!({ "catch_up_s": 0 })).await;
    for hours in 1..=3 {
        app.set_ahead(TimeDelta::hours(hours)).await;
        assert_eq!(scheduler::advance(&app.ctx, entry).await.unwrap(), 1, "hour {hours}");
    }
    app.set_ahead(TimeDelta::hours(30)).await;
    assert_eq!(scheduler::advance(&app.ctx, entry).await.unwrap(), 1, "of 27 that were missed, the newest");
    assert_eq!(ticks(&app).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_expression_ticks_when_its_preview_says_and_not_before() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let entry = TIMETABLE.iter().find(|entry| entry.name == "platform.tidy").unwrap();
    scheduler::advance(&app.ctx, entry).await.unwrap();
    // Its last tick is long ago, and every minute of that time fits the new expression.
    let long_ago = "update schedule set last_tick = last_tick - interval '20 hours' where name = 'platform.tidy'";
    db::exec(&app.ctx.db, db::sql(long_ago, [])).await.unwrap();
    let admin = app.admin().await;
    let cron = json!({ "cron": "* * * * *" });
    let preview = admin.post("/api/admin/schedules/preview", &cron).await.unwrap().expect(200);
    let changed = change(&app, "platform.tidy", cron).await;
    let instant = |value: &serde_json::Value| value.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    let first = instant(&changed["next_tick"]);
    assert!(instant(&preview["next"][0]) <= first, "as the preview said: {preview} {changed}");
    scheduler::advance(&app.ctx, entry).await.unwrap();
    let early = ticks_of(&app, "platform.tidy").await.into_iter().filter(|tick| *tick < first).count();
    assert_eq!(early, 0, "nothing before {first}");
    app.set_ahead(TimeDelta::minutes(2)).await;
    assert!(scheduler::advance(&app.ctx, entry).await.unwrap() >= 1);
    assert_eq!(ticks_of(&app, "platform.tidy").await.first(), Some(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn days_of_week_are_those_of_crontab_in_the_preview() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let admin = app.admin().await;
    let next = async |cron: &str| -> Vec<String> {
        let preview = admin.post("/api/admin/schedules/preview", &json!({ "cron": cron })).await.unwrap().expect(200);
        let at = |tick: &serde_json::Value| tick.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
        preview["next"].as_array().unwrap().iter().map(|tick| at(tick).format("%a").to_string()).collect()
    };
    assert_eq!(next("0 3 * * 1").await, ["Mon"; 5]);
    for sunday in ["0 3 * * 0", "0 3 * * 7", "0 3 * * SUN", "30 0 3 * * 0"] {
        assert_eq!(next(sunday).await, ["Sun"; 5], "{sunday}");
    }
    let refused = admin.post("/api/admin/schedules/preview", &json!({ "cron": "0 3 * * 8" })).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer").as_str()), (400, "/cron"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_late_after_a_long_pause() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let entry = TIMETABLE.iter().find(|entry| entry.name == "billing.hourly").unwrap();
    scheduler::advance(&app.ctx, entry).await.unwrap();
    change(&app, "billing.hourly", json!({ "catch_up_s": 60 })).await;
    change(&app, "billing.hourly", json!({ "paused": true })).await;
    // Half past an hour.
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let ahead = TimeDelta::days(9) + TimeDelta::seconds(1_800 - now.timestamp().rem_euclid(3_600));
    app.set_ahead(ahead).await;
    let late = scheduler::lateness(&app.ctx, entry).await.unwrap();
    assert_eq!(late, TimeDelta::zero(), "while it is paused");
    change(&app, "billing.hourly", json!({ "paused": false })).await;
    assert_eq!(scheduler::lateness(&app.ctx, entry).await.unwrap(), TimeDelta::zero(), "once it is resumed");
    assert_eq!(scheduler::advance(&app.ctx, entry).await.unwrap(), 0);
    app.set_ahead(ahead + TimeDelta::hours(3)).await;
    let late = scheduler::lateness(&app.ctx, entry).await.unwrap();
    assert!(late >= TimeDelta::minutes(30), "what is due and did not happen: {late}");
    assert_eq!(scheduler::advance(&app.ctx, entry).await.unwrap(), 1);
    assert_eq!(scheduler::lateness(&app.ctx, entry).await.unwrap(), TimeDelta::zero());
}
