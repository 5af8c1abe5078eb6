//! What an administrator sees first: alerts, the past, the set-up list.

use std::time::Duration;

use domain::{Actor, SampleCloud, db};
use secrecy::SecretString;
use serde_json::{Value as Json, json};
use testkit::app::{AppOptions, CLOUD_TOKEN};
use testkit::client::text;
use testkit::fixture::until;
use testkit::{Client, TestApp};

async fn quiet() -> (TestApp, Client) {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let admin = app.admin().await;
    (app, admin)
}

async fn run(app: &TestApp, sql: &str) {
    db::exec(&app.ctx.db, db::sql(sql, [])).await.unwrap();
}

async fn overview(admin: &Client) -> Json {
    admin.get("/api/admin/overview").await.unwrap().expect(200)
}

/// The alerts by kind and object.
async fn alerts(admin: &Client) -> Vec<String> {
    let found = overview(admin).await;
    let word = |alert: &Json| format!("{} {}", text(alert, "/kind"), alert["object"].as_str().unwrap_or("-"));
    found["alerts"].as_array().unwrap().iter().map(word).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_trouble_has_an_alert_and_none_when_it_is_over() {
    let (app, admin) = quiet().await;
    assert_eq!(alerts(&admin).await, ["no_worker mail"], "the administrator's welcome mail waits");
    run(&app, "update job set state = 'cancelled', finished_at = now()").await;
    assert_eq!(alerts(&admin).await, [""; 0]);
    testkit::seed::running_servers(&app.ctx, 1, 2).await.unwrap();
    assert_eq!(alerts(&admin).await, [""; 0]);
    let cloud: uuid::Uuid = db::scalar(&app.ctx.db, db::sql("select id from cloud", [])).await.unwrap().unwrap();
    let plan: uuid::Uuid = db::scalar(&app.ctx.db, db::sql("select id from plan", [])).await.unwrap().unwrap();
    let (cloud, plan) = (domain::CloudId(cloud), domain::PlanId(plan));
    for (trouble, alert, over) in [
        ("update cloud set status = 'invalid'", format!("cloud_refused {cloud}"), "update cloud set status = 'valid'"),
        (
            "update cloud set account_seen = 'other'",
            format!("cloud_undecided {cloud}"),
            "update cloud set account_seen = null",
        ),
        (
            "update plan set markup_month_micros = 100",
            format!("plan_low_margin {plan}"),
            "update plan set markup_month_micros = 1000000",
        ),
        (
            "update plan set known_cost_micros = 1",
            format!("plan_cost {plan}"),
            "update plan set known_cost_micros = null",
        ),
        (
            "update vps set month_micros = 4000000",
            "servers_below_cost -".to_owned(),
            "update vps set month_micros = 6000000",
        ),
        (
            "insert into schedule (name, cron, catch_up, last_tick, next_tick, job_kind)
             values ('x', '* * * * *', '1 h', now(), now() - interval '1 h', 'platform.tidy')",
            "scheduler_silent -".to_owned(),
            "update schedule set next_tick = now() + interval '1 h'",
        ),
    ] {
        run(&app, trouble).await;
        assert_eq!(alerts(&admin).await, [alert], "{trouble}");
        run(&app, over).await;
        assert_eq!(alerts(&admin).await, [""; 0], "{over}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gravest_alert_is_first() {
    let (app, admin) = quiet().await;
    app.customer("casey", "0").await;
    let reason = json!({ "reason": "the mail server moves" });
    let _ = admin.post("/api/admin/queues/mail/pause", &reason).await.unwrap().expect(200);
    assert_eq!(alerts(&admin).await, ["no_worker mail", "queue_paused mail"]);
    let found = overview(&admin).await;
    assert!(text(&found, "/alerts/1/detail").contains("“the mail server moves”"), "{found}");
    run(&app, "update job set state = 'retry', attempts = 3, run_at = now() + interval '1 h' where kind = 'mail.send'")
        .await;
    assert_eq!(alerts(&admin).await, ["queue_paused mail", "mail_failing -"]);
    run(&app, "update job set state = 'stuck' where kind = 'mail.send'").await;
    assert_eq!(alerts(&admin).await, ["jobs_attention -", "queue_paused mail", "mail_failing -"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_of_servers_is_exact() {
    let (app, admin) = quiet().await;
    testkit::seed::running_servers(&app.ctx, 2, 5).await.unwrap();
    run(
        &app,
        "update vps set started_at = now() - (right(label, 1)::int * 50 || ' h')::interval,
           deleted_at = case when label = 'server-3' then now() - interval '30 h' end,
           status = case when label = 'server-3' then 'deleted' else status end",
    )
    .await;
    run(&app, "update vps set started_at = null where label = 'server-1'").await;
    for (window, points) in [("7d", 169), ("30d", 31)] {
        let path = format!("/api/admin/overview/servers?window={window}");
        let found = admin.get(&path).await.unwrap().expect(200);
        let found = found["items"].as_array().unwrap();
        assert!((points..=points + 1).contains(&found.len()), "{window}: {} points", found.len());
        for point in found {
            let sql = "select count(*) from vps where started_at <= $1::timestamptz
                       and (deleted_at is null or deleted_at > $1::timestamptz)";
            let at: chrono::DateTime<chrono::Utc> = text(point, "/at").parse().unwrap();
            let exact: i64 = db::scalar(&app.ctx.db, db::sql(sql, [at.into()])).await.unwrap().unwrap();
            assert_eq!(point["count"], json!(exact), "{window} at {at}");
        }
    }
    let today = overview(&admin).await["today"].clone();
    let wallets: i64 = db::scalar(&app.ctx.db, db::sql("select count(*) from org", [])).await.unwrap().unwrap();
    assert_eq!((&today["customers"], &today["credit"]["amount"]), (&json!(wallets), &json!("200.000000")), "{today}");
    assert_eq!(admin.get("/api/admin/overview/servers?window=1y").await.unwrap().status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_list_follows_what_is_there() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let setup = async || admin.get("/api/admin/setup").await.unwrap().expect(200);
    let done = |setup: &Json| {
        let steps = ["cloud", "plans", "customer", "mail", "backups", "hidden"];
        steps.into_iter().filter(|step| setup[step] == true).collect::<Vec<_>>().join(" ")
    };
    let before = done(&setup().await);
    assert!(["", "mail"].contains(&before.as_str()), "a welcome mail may have been sent: {before}");
    let sent = admin.post("/api/admin/setup/mail", &json!({})).await.unwrap().expect(202);
    assert_eq!(text(&sent, "/job/kind"), "mail.send");
    app.run_jobs().await;
    assert_eq!(done(&setup().await), "mail");
    app.customer("casey", "0").await;
    app.plan().await;
    assert_eq!(done(&setup().await), "cloud plans customer mail");
    let ticked =
        admin.patch("/api/admin/setup", &json!({ "backups": true, "hidden": true })).await.unwrap().expect(200);
    assert_eq!(done(&ticked), "cloud plans customer mail backups hidden");
    let back = admin.patch("/api/admin/setup", &json!({ "hidden": false })).await.unwrap().expect(200);
    assert_eq!(done(&back), "cloud plans customer mail backups", "what is left out stays");
    assert_eq!(admin.patch("/api/admin/setup", &json!({ "cloud": true })).await.unwrap().status, 400);
    let refused = admin.post("/api/admin/setup/sample", &json!({})).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (409, "no_sample"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_is_set_up_once_and_never_in_production() {
    let app = TestApp::start().await;
    let mut ctx = app.ctx.clone();
    ctx.sample =
        Some(SampleCloud { endpoint: format!("{}/", app.cloud.linode_url), token: SecretString::from(CLOUD_TOKEN) });
    let production = domain::Ctx { production: true, ..ctx.clone() };
    assert_eq!(domain::setup::sample(&production, &Actor::Operator).await.unwrap_err().code, "no_sample");
    let ready = until(Duration::from_secs(30), async || {
        let setup = domain::setup::sample(&ctx, &Actor::Operator).await?;
        Ok(setup.plans.then_some(setup))
    });
    assert!(ready.await.unwrap().cloud);
    domain::setup::sample(&ctx, &Actor::Operator).await.unwrap();
    let admin = app.admin().await;
    let plans = admin.get("/api/plans").await.unwrap().expect(200);
    let clouds = admin.get("/api/admin/clouds").await.unwrap().expect(200);
    let count = |list: &Json| list["items"].as_array().map_or(0, Vec::len);
    assert_eq!((count(&clouds), count(&plans)), (1, 4), "twice does no more");
}
