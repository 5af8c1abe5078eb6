//! One filter for the list of jobs, its counts, its charts and what is done to many.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::work::{Job, NewJob, enqueue_many};
use domain::{JobId, OrgId, db};
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::{Client, TestApp};

async fn without_workers() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

async fn exec(app: &TestApp, sql: &str) {
    db::exec(&app.ctx.db, db::sql(sql.to_owned(), [])).await.unwrap();
}

async fn probes(app: &TestApp, count: usize, org: Option<OrgId>, change: &str) -> Vec<JobId> {
    let tx = app.ctx.begin().await.unwrap();
    let new: Vec<_> = (0..count).map(|_| NewJob::new(Job::Probe { sleep_ms: None }).org(org)).collect();
    let ids = enqueue_many(&app.ctx, &tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let sql = format!("update job set {change} where id = any($1)");
    db::exec(&app.ctx.db, db::sql(sql, [db::uuids(&ids)])).await.unwrap();
    ids
}

const FAILED: &str = "state = 'failed', finished_at = now(), error = '{\"admin\": \"it broke\"}', error_code = ";

async fn get(admin: &Client, path: &str, query: &str) -> Json {
    admin.get(&format!("/api/admin/jobs{path}?{query}")).await.unwrap().expect(200)
}

async fn listed(admin: &Client, query: &str) -> usize {
    get(admin, "", &format!("limit=100&{query}")).await["items"].as_array().unwrap().len()
}

fn at(ago: TimeDelta) -> String {
    let now: DateTime<Utc> = domain::clock::system_now();
    (now - ago).to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_and_charts_are_of_what_the_list_shows() {
    let app = without_workers().await;
    let admin = app.admin().await;
    let (_, org) = app.customer("casey", "1").await;
    exec(&app, "update job set state = 'succeeded', finished_at = now(), created_at = now() - interval '3 days'").await;
    probes(&app, 3, Some(org), &format!("{FAILED} 'odd'")).await;
    probes(&app, 2, None, &format!("{FAILED} 'even'")).await;
    probes(&app, 4, Some(org), "state = 'waiting', run_at = now() + interval '1 hour'").await;
    probes(&app, 1, Some(org), "state = 'waiting'").await;
    for (query, failed, waiting, attention, matches) in [
        ("kind=platform.probe", 5, 5, 5, 10),
        ("kind=platform.probe&state=waiting", 5, 5, 5, 5),
        ("error=odd", 3, 0, 3, 3),
        ("error=odd&state=waiting", 3, 0, 3, 0),
        ("error=even&attention=true", 2, 0, 2, 2),
        (&format!("org={org}&attention=true&state=failed"), 3, 5, 3, 3),
        ("q=it%20broke", 5, 0, 5, 5),
        ("queue=power", 0, 0, 0, 0),
    ] {
        let counts = get(&admin, "/counts", query).await;
        assert_eq!(
            (&counts["by_state"]["failed"], &counts["by_state"]["waiting"], &counts["attention"], &counts["matches"]),
            (&json!(failed), &json!(waiting), &json!(attention), &json!({ "count": matches, "complete": true })),
            "{query}"
        );
        assert_eq!(listed(&admin, query).await, matches, "{query}");
    }
    let charts = get(&admin, "/statistics", &format!("org={org}&error=odd")).await;
    assert_eq!((&charts["of_jobs"], &charts["total"]["failed"]), (&json!(true), &json!(3)), "{charts}");
    let series = charts["series"].as_array().unwrap();
    let failed: i64 = series.iter().map(|point| point["failed"].as_i64().unwrap()).sum();
    assert_eq!((series.len(), failed), (60, 3), "{charts}");
    assert_eq!(text(&charts, "/by_kind/0/kind"), "platform.probe");
    let sums = get(&admin, "/statistics", "kind=platform.probe").await;
    assert_eq!((&sums["of_jobs"], &sums["total"]["failed"]), (&json!(false), &json!(0)), "no worker counted a run");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_means_the_same_in_a_queue_and_in_the_list() {
    let app = without_workers().await;
    let admin = app.admin().await;
    for (count, change) in [
        (1, "state = 'queued'"),
        (2, "state = 'queued', run_at = now() + interval '1 hour'"),
        (3, "state = 'waiting'"),
        (4, "state = 'waiting', run_at = now() + interval '1 hour'"),
        (5, "state = 'retry', queue = 'power', run_at = now() + interval '1 hour'"),
        (6, "state = 'waiting', queue = 'power'"),
    ] {
        probes(&app, count, None, change).await;
    }
    let counts = get(&admin, "/counts", "").await;
    for (figure, state) in [("queued", "queued"), ("waiting", "waiting"), ("retrying", "retry"), ("running", "running")]
    {
        let queues = counts["by_queue"].as_array().unwrap();
        let summed: i64 = queues.iter().map(|queue| queue[figure].as_i64().unwrap()).sum();
        assert_eq!(json!(summed), counts["by_state"][state], "{figure}: {counts}");
    }
    assert_eq!((&counts["by_state"]["waiting"], &counts["by_state"]["retry"]), (&json!(13), &json!(5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_is_of_when_jobs_were_created_whatever_business_time_says() {
    let app = without_workers().await;
    let probe = |query: String| format!("kind=platform.probe&{query}");
    probes(&app, 2, None, "created_at = now() - interval '2 days'").await;
    app.set_ahead(TimeDelta::days(40)).await;
    let admin = app.admin().await;
    probes(&app, 3, None, "created_at = now()").await;
    let (hour, day, month) = (at(TimeDelta::hours(1)), at(TimeDelta::days(1)), at(TimeDelta::days(30)));
    for (query, found) in [
        (format!("since={hour}"), 3),
        (format!("since={day}&until={hour}"), 0),
        (format!("until={day}"), 2),
        (format!("since={month}&until={day}"), 2),
        (format!("since={month}"), 5),
    ] {
        let query = probe(query);
        assert_eq!(listed(&admin, &query).await, found, "{query}");
        let counts = get(&admin, "/counts", &query).await;
        assert_eq!(counts["matches"], json!({ "count": found, "complete": true }), "{query}");
    }
    for path in ["", "/counts", "/statistics"] {
        let wrong = admin.get(&format!("/api/admin/jobs{path}?since={hour}&until={day}")).await.unwrap();
        assert_eq!((wrong.status.as_u16(), wrong.text("/code").as_str()), (400, "invalid_request"), "{path}");
        let wrong = admin.get(&format!("/api/admin/jobs{path}?since=yesterday")).await.unwrap();
        assert_eq!(wrong.text("/errors/0/pointer"), "/since", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_selected_alone_is_acted_on() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    assert_eq!(admin.post("/api/admin/queues/mail/pause", &json!({ "reason": "a test" })).await.unwrap().status, 200);
    let failed = probes(&app, 5, None, &format!("{FAILED} 'odd'")).await;
    let filter = json!({ "ids": [failed[0], failed[3]] });
    let body = json!({ "action": "discard", "filter": filter, "reason": "seen", "expected": 2 });
    let discard = |dry_run: bool| {
        let mut body = body.clone();
        body["dry_run"] = dry_run.into();
        body
    };
    let counted = admin.post("/api/admin/jobs/bulk", &discard(true)).await.unwrap().expect(200);
    assert_eq!((&counted["count"], counted["sample"].as_array().unwrap().len()), (&json!(2), 2));
    let started = admin.post("/api/admin/jobs/bulk", &discard(false)).await.unwrap().expect(202);
    let job = text(&started, "/job/id");
    testkit::fixture::until(std::time::Duration::from_secs(20), || async {
        let job = admin.get(&format!("/api/admin/jobs/{job}")).await?.body;
        Ok((job["state"] == "succeeded").then_some(()))
    })
    .await
    .unwrap();
    let counts = get(&admin, "/counts", "error=odd").await;
    assert_eq!(counts["attention"], json!(3), "{counts}");
    let many: Vec<_> = std::iter::repeat_n(failed[0], 501).collect();
    let request = json!({ "action": "discard", "filter": { "ids": many }, "reason": "seen", "dry_run": true });
    let refused = admin.post("/api/admin/jobs/bulk", &request).await.unwrap();
    assert_eq!(refused.status, 400, "{}", refused.body);
}
