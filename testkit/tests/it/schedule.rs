//! Ticks: once each, however many schedulers and however late.

use std::time::Duration;

use chrono::TimeDelta;
use domain::db;
use scheduler::TIMETABLE;
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
