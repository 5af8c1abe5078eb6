//! What operators see and steer: queues, figures, workers, schedules and clouds.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use domain::work::{Job, NewJob, enqueue};
use domain::worker::{self, Pool, WorkerReport};
use domain::{JobId, JobState, Queue, WorkerState, db};
use scheduler::TIMETABLE;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::fixture::until;
use testkit::{Client, Reply, TestApp};

const SOON: Duration = Duration::from_secs(20);

/// The problem's code and the first field that is to blame.
fn blamed(reply: &Reply) -> (u16, String, Option<String>) {
    let pointer = reply.body["errors"][0]["pointer"].as_str().map(str::to_owned);
    (reply.status.as_u16(), reply.text("/code"), pointer)
}

fn wrong(pointer: &str) -> (u16, String, Option<String>) {
    (400, "invalid_request".to_owned(), Some(pointer.to_owned()))
}

async fn probe(app: &TestApp) -> JobId {
    let tx = app.ctx.begin().await.unwrap();
    let id = enqueue(&app.ctx, &tx, NewJob::new(Job::Probe { sleep_ms: None })).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// The job could have begun two seconds ago.
async fn backdate(app: &TestApp, job: JobId) {
    let sql = "update job set run_at = run_at - interval '2 s' where id = $1";
    db::exec(&app.ctx.db, db::sql(sql, [job.into()])).await.unwrap();
}

/// Waits until a job of a queue is done that is enqueued now: the relay has looked since.
async fn one_round(app: &TestApp, queue: Queue) {
    let tx = app.ctx.begin().await.unwrap();
    let job = enqueue(&app.ctx, &tx, NewJob::new(Job::Probe { sleep_ms: None })).await.unwrap();
    let sql = "update job set queue = $2 where id = $1";
    db::exec(&tx, db::sql(sql, [job.into(), queue.as_str().into()])).await.unwrap();
    tx.commit().await.unwrap();
    let done = async || {
        let state = domain::queue::notice(&app.ctx, job).await?.map(|notice| notice.state);
        Ok((state == Some(JobState::Succeeded)).then_some(()))
    };
    until(SOON, done).await.expect("a job of another queue is done");
}

/// Waits until every worker has reported twice more: it has beaten and looked since.
async fn reported_again(app: &TestApp) {
    for _ in 0..2 {
        let now: DateTime<Utc> =
            db::scalar(&app.ctx.db, db::sql("select clock_timestamp()", [])).await.unwrap().unwrap();
        let sql = "select bool_and(seen_at > $1) from worker";
        let later = async || {
            let all: Option<Option<bool>> = db::scalar(&app.ctx.db, db::sql(sql, [now.into()])).await?;
            Ok((all.flatten() == Some(true)).then_some(()))
        };
        until(SOON, later).await.expect("the workers report");
    }
}

async fn state(admin: &Client, job: impl std::fmt::Display) -> String {
    text(&admin.get(&format!("/api/admin/jobs/{job}")).await.unwrap().expect(200), "/state")
}

async fn item(admin: &Client, path: &str, key: &str, value: &str) -> Result<Option<Json>> {
    let reply = admin.get(path).await?;
    let items = reply.body["items"].as_array().cloned().unwrap_or_default();
    Ok(items.into_iter().find(|item| item[key] == value))
}

/// How often this was recorded with an actor and a reason.
async fn recorded(app: &TestApp, event: &str, reason: &str) -> i64 {
    let sql = "select count(*) from activity a join act_reason r on r.activity_id = a.id
               where a.event = $1 and r.reason = $2 and a.actor_id is not null";
    db::scalar(&app.ctx.db, db::sql(sql, [event.into(), reason.into()])).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_queue_begins_nothing_until_it_goes_on() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let pause = "/api/admin/queues/mail/pause";
    assert_eq!(blamed(&admin.post(pause, &json!({ "reason": "  " })).await.unwrap()), wrong("/reason"));
    assert_eq!(blamed(&admin.post(pause, &json!({})).await.unwrap()), wrong("/reason"));
    let unknown = admin.post("/api/admin/queues/fax/pause", &json!({ "reason": "x" })).await.unwrap();
    assert_eq!(unknown.status, 404);
    for _ in 0..2 {
        let paused = admin.post(pause, &json!({ "reason": "the mail server moves" })).await.unwrap().expect(200);
        assert_eq!(
            (&paused["paused"], text(&paused, "/paused_reason").as_str()),
            (&json!(true), "the mail server moves")
        );
    }
    assert_eq!(recorded(&app, "queue.pause", "the mail server moves").await, 1, "the second pause changed nothing");
    let job = probe(&app).await;
    backdate(&app, job).await;
    one_round(&app, Queue::Power).await;
    assert_eq!(state(&admin, job).await, "queued");
    let counts = admin.get("/api/admin/jobs/counts").await.unwrap().expect(200);
    let mail = counts["by_queue"].as_array().unwrap().iter().find(|queue| queue["queue"] == "mail").unwrap();
    assert_eq!((&mail["due"], &mail["paused"], &counts["attention"]), (&json!(1), &json!(true), &json!(0)), "{counts}");
    assert!(mail["oldest_due_s"].as_f64().unwrap() >= 1.0, "{mail}");
    let open = admin.post("/api/admin/queues/mail/resume", &json!({ "reason": "" })).await.unwrap().expect(200);
    assert_eq!((&open["paused"], &open["paused_reason"]), (&json!(false), &Json::Null));
    app.run_jobs().await;
    assert_eq!(state(&admin, job).await, "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_is_tuned_within_its_bounds() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path = "/api/admin/queues/power";
    for (body, pointer) in [
        (json!({ "window": 0, "reason": "x" }), "/window"),
        (json!({ "window": 2_001, "reason": "x" }), "/window"),
        (json!({ "org_running": -1, "reason": "x" }), "/org_running"),
        (json!({ "cloud_running": "many", "reason": "x" }), "/cloud_running"),
        (json!({ "per_org": 3, "reason": "x" }), "/per_org"),
        (json!({ "window": 5 }), "/reason"),
    ] {
        assert_eq!(blamed(&admin.patch(path, &body).await.unwrap()), wrong(pointer), "{body}");
    }
    let body = json!({ "window": 321, "org_running": 7, "reason": "a quiet night" });
    let tuned = admin.patch(path, &body).await.unwrap().expect(200);
    let slots = until(SOON, || async {
        let power = item(&admin, "/api/admin/queues", "queue", "power").await?;
        Ok(power.filter(|power| power["slots"] != 0))
    })
    .await
    .unwrap();
    for queue in [&tuned, &slots] {
        assert_eq!((&queue["window"], &queue["org_running"]), (&json!(321), &json!(7)), "{queue}");
    }
    assert_eq!((&slots["slots"], &tuned["cloud_running"]), (&json!(4), &slots["cloud_running"]), "left out stays");
    assert_eq!(recorded(&app, "queue.tune", "a quiet night").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_say_what_ran() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let before = admin.get("/api/admin/jobs/statistics").await.unwrap().expect(200);
    assert_eq!((&before["total"]["done"], &before["total"]["failure_rate"]), (&json!(0), &json!(0.0)));
    assert_eq!((before["series"].as_array().unwrap().len(), &before["total"]["run_p95_s"]), (60, &Json::Null));
    app.plan().await;
    app.customer("casey", "1").await;
    app.run_jobs().await;
    let window = "/api/admin/jobs/statistics?window=24h";
    until(SOON, || async {
        let found = admin.get(window).await?.body;
        let kinds: Vec<_> = found["by_kind"].as_array().into_iter().flatten().map(|row| row["kind"].clone()).collect();
        let all = ["cloud.sync", "mail.send", "cloud.validate"].iter().all(|kind| kinds.contains(&json!(kind)));
        Ok(all.then_some(()))
    })
    .await
    .unwrap();
    // The parts of an answer are read one after the other, and the workers may have written in between.
    let found = admin.get(window).await.unwrap().expect(200);
    assert_eq!(
        (&found["window_s"], &found["bucket_s"], found["series"].as_array().unwrap().len()),
        (&json!(86_400), &json!(900), 96)
    );
    assert!(found["total"]["run_p50_s"].as_f64().is_some_and(|seconds| seconds > 0.0), "{}", found["total"]);
    let summed: i64 = found["series"].as_array().unwrap().iter().map(|point| point["done"].as_i64().unwrap()).sum();
    assert_eq!(json!(summed), found["total"]["done"]);
    let clouds: Vec<_> = found["by_cloud"].as_array().unwrap().iter().map(|row| text(row, "/cloud/name")).collect();
    assert_eq!(clouds, ["Test cloud"]);
    let mails = admin.get("/api/admin/jobs/statistics?kind=mail.send&window=7d").await.unwrap().expect(200);
    let kinds: Vec<_> = mails["by_kind"].as_array().unwrap().iter().map(|row| text(row, "/kind")).collect();
    assert_eq!((kinds, &mails["bucket_s"]), (vec!["mail.send".to_owned()], &json!(7_200)));
    for (query, pointer) in [("window=2h", "/window"), ("queue=fax", "/queue"), ("cloud=vps_1", "/cloud")] {
        let reply = admin.get(&format!("/api/admin/jobs/statistics?{query}")).await.unwrap();
        assert_eq!(blamed(&reply), wrong(pointer));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_worker_takes_nothing_until_it_is_woken() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let list = "/api/admin/workers";
    let worker = until(SOON, || async { item(&admin, list, "state", "running").await }).await.unwrap();
    let id = text(&worker, "/id");
    assert_eq!(worker["pid"], json!(std::process::id()));
    assert_eq!(worker["queues"].as_array().unwrap().len(), 5, "{worker}");
    assert!(worker["memory_bytes"].as_i64().unwrap() > 1 << 20, "{worker}");
    assert_eq!(worker["unknown_kinds"], json!([]), "{worker}");
    let tell = async |what: &str, body: Json| admin.post(&format!("{list}/{id}/{what}"), &body).await.unwrap();
    assert_eq!(blamed(&tell("quiet", json!({ "reason": "" })).await), wrong("/reason"));
    assert_eq!(admin.post(&format!("{list}/nobody/quiet"), &json!({ "reason": "x" })).await.unwrap().status, 404);
    assert_eq!(tell("quiet", json!({ "reason": "a look inside" })).await.expect(200)["wanted"], "quiet");
    until(SOON, || async { item(&admin, list, "state", "quiet").await }).await.unwrap();
    let job = probe(&app).await;
    reported_again(&app).await;
    assert_eq!(state(&admin, job).await, "queued");
    assert_eq!(tell("wake", json!({ "reason": "all is well" })).await.expect(200)["wanted"], "running");
    app.run_jobs().await;
    assert_eq!(state(&admin, job).await, "succeeded");
    assert_eq!(recorded(&app, "worker.quiet", "a look inside").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_worker_is_told_from_one_that_stops() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let admin = app.admin().await;
    let pools = [Pool { queue: Queue::Mail, slots: 3, busy: 1 }];
    let report = WorkerReport {
        id: "ghost:1",
        host: "ghost",
        pid: 1,
        version: "0.0.1",
        pools: &pools,
        memory_bytes: 1,
        state: WorkerState::Running,
    };
    worker::report(&app.ctx, &report).await.unwrap();
    let told =
        admin.post("/api/admin/workers/ghost:1/stop", &json!({ "reason": "it is old" })).await.unwrap().expect(200);
    assert_eq!((&told["state"], &told["wanted"]), (&json!("running"), &json!("stopping")));
    assert_eq!(worker::report(&app.ctx, &report).await.unwrap(), WorkerState::Stopping, "it hears so when it reports");
    db::exec(&app.ctx.db, db::sql("update worker set seen_at = now() - interval '2 min', kinds = '{mail.send}'", []))
        .await
        .unwrap();
    probe(&app).await;
    let lost = item(&admin, "/api/admin/workers", "id", "ghost:1").await.unwrap().unwrap();
    assert_eq!((&lost["state"], &lost["unknown_kinds"]), (&json!("lost"), &json!(["platform.probe"])), "{lost}");
    let mail = item(&admin, "/api/admin/queues", "queue", "mail").await.unwrap().unwrap();
    assert_eq!(mail["slots"], 0, "a lost worker has no slots");
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_are_changed_and_never_to_what_never_comes() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    for entry in TIMETABLE {
        scheduler::advance(&app.ctx, entry).await.unwrap();
    }
    let admin = app.admin().await;
    let listed = admin.get("/api/admin/schedules").await.unwrap().expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), TIMETABLE.len());
    let path = "/api/admin/schedules/platform.tidy";
    for (body, pointer) in [
        (json!({ "cron": "0 0 31 2 *", "reason": "x" }), "/cron"),
        (json!({ "cron": "whenever", "reason": "x" }), "/cron"),
        (json!({ "cron": "", "reason": "x" }), "/cron"),
        (json!({ "catch_up_s": 2_678_401, "reason": "x" }), "/catch_up_s"),
        (json!({ "catch_up_s": -1, "reason": "x" }), "/catch_up_s"),
        (json!({ "paused": "yes", "reason": "x" }), "/paused"),
        (json!({ "paused": true }), "/reason"),
        (json!({ "paused": true, "reason": " " }), "/reason"),
    ] {
        assert_eq!(blamed(&admin.patch(path, &body).await.unwrap()), wrong(pointer), "{body}");
    }
    let unknown = admin.patch("/api/admin/schedules/nothing", &json!({ "paused": true, "reason": "x" })).await.unwrap();
    assert_eq!(unknown.status, 404);
    let body = json!({ "cron": " */10  * * * * ", "catch_up_s": 600, "reason": "more often" });
    let changed = admin.patch(path, &body).await.unwrap().expect(200);
    assert_eq!((text(&changed, "/cron").as_str(), &changed["catch_up_s"]), ("*/10 * * * *", &json!(600)));
    assert!(text(&changed, "/next_tick").contains("0:00."), "{changed}");
    let paused = admin.patch(path, &json!({ "paused": true, "reason": "a rest" })).await.unwrap().expect(200);
    assert_eq!((&paused["next_tick"], text(&paused, "/paused_reason").as_str()), (&Json::Null, "a rest"));
    let on = admin.patch(path, &json!({ "paused": false, "reason": "go" })).await.unwrap().expect(200);
    assert_eq!((&on["paused"], &on["paused_reason"], &on["cron"]), (&json!(false), &Json::Null, &changed["cron"]));
    assert_eq!(recorded(&app, "schedule.pause", "a rest").await, 1);
    let preview = "/api/admin/schedules/preview";
    let next = admin.post(preview, &json!({ "cron": "0 * * * *" })).await.unwrap().expect(200);
    assert_eq!(next["next"].as_array().unwrap().len(), 5);
    assert_eq!(blamed(&admin.post(preview, &json!({ "cron": "0 0 30 2 *" })).await.unwrap()), wrong("/cron"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_runs_by_hand_and_tells_so() {
    let app = TestApp::start().await;
    for entry in TIMETABLE {
        scheduler::advance(&app.ctx, entry).await.unwrap();
    }
    let admin = app.admin().await;
    let path = "/api/admin/schedules/platform.tidy";
    assert_eq!(blamed(&admin.post(&format!("{path}/run"), &json!({})).await.unwrap()), wrong("/reason"));
    assert_eq!(admin.post("/api/admin/schedules/nothing/run", &json!({ "reason": "x" })).await.unwrap().status, 404);
    let run = admin.post(&format!("{path}/run"), &json!({ "reason": "a test" })).await.unwrap();
    let location = run.headers["location"].to_str().unwrap().to_owned();
    let job = text(&run.expect(202), "/job/id");
    assert_eq!(location, format!("/api/admin/jobs/{job}"));
    app.run_jobs().await;
    let ticks = admin.get(&format!("{path}/ticks?limit=5")).await.unwrap().expect(200);
    let tick = ticks["items"].as_array().unwrap().iter().find(|tick| tick["job"]["id"] == job);
    let tick = tick.unwrap_or_else(|| panic!("no tick with {job} in {ticks}"));
    assert_eq!((&tick["manual"], text(tick, "/job/state").as_str()), (&json!(true), "succeeded"));
    assert!(!tick["job"]["finished_at"].is_null(), "{tick}");
    let done = admin.get(&location).await.unwrap().expect(200);
    assert_eq!(done["steps"], json!([{ "index": 0, "name": "tidy", "done": true }]));
    let shown = item(&admin, "/api/admin/schedules", "name", "platform.tidy").await.unwrap().unwrap();
    assert_eq!(text(&shown, "/last_job/id"), job);
    assert_eq!(admin.get("/api/admin/schedules/nothing/ticks").await.unwrap().status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_cloud_is_asked_nothing() {
    let app = TestApp::start().await;
    app.plan().await;
    let admin = app.admin().await;
    let clouds = admin.get("/api/admin/clouds").await.unwrap().expect(200);
    let cloud = text(row(&clouds, "name", "Test cloud"), "/id");
    let path = format!("/api/admin/clouds/{cloud}");
    assert_eq!(
        blamed(&admin.post(&format!("{path}/pause"), &json!({ "reason": "" })).await.unwrap()),
        wrong("/reason")
    );
    let paused =
        admin.post(&format!("{path}/pause"), &json!({ "reason": "the provider is down" })).await.unwrap().expect(200);
    assert_eq!((&paused["paused"], text(&paused, "/paused_reason").as_str()), (&json!(true), "the provider is down"));
    let sync = admin.post(&format!("{path}/sync"), &json!({})).await.unwrap().expect(202);
    let job = text(&sync, "/job/id");
    one_round(&app, Queue::Upkeep).await;
    assert_eq!(state(&admin, &job).await, "queued");
    let open = admin.post(&format!("{path}/resume"), &json!({ "reason": "it is back" })).await.unwrap().expect(200);
    assert_eq!(open["paused"], false);
    app.run_jobs().await;
    let done = until(SOON, || async {
        let job = admin.get(&format!("/api/admin/jobs/{job}")).await?.body;
        Ok(Some(job).filter(|job| !job["calls"].as_array().is_none_or(Vec::is_empty)))
    })
    .await
    .unwrap();
    assert_eq!((text(&done, "/state").as_str(), text(&done, "/cloud/id")), ("succeeded", cloud.clone()));
    assert_eq!((text(&done, "/calls/0/method").as_str(), &done["calls"][0]["status"]), ("GET", &json!(200)));
    assert_eq!(text(&done, "/arguments/cloud"), cloud);
    let rate = admin.get(&path).await.unwrap().expect(200)["rate"].clone();
    let class =
        rate.as_array().and_then(|classes| classes.first()).unwrap_or_else(|| panic!("no class was asked for: {rate}"));
    for figure in ["limit", "per_s"] {
        assert!(class[figure].as_f64() > Some(0.0), "{figure}: {class}");
    }
    assert!(class["remaining"].as_f64() <= class["limit"].as_f64(), "more remains than there is: {class}");
    assert!(class["blocked_until"].is_null(), "it is blocked: {class}");
    let nobody = "/api/admin/clouds/cloud_00000000000000000000000001/pause";
    assert_eq!(admin.post(nobody, &json!({ "reason": "x" })).await.unwrap().status, 404);
    assert_eq!(recorded(&app, "cloud.pause", "the provider is down").await, 1);
}
