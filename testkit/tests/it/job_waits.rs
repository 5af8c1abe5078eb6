//! Why a job does not run: each reason that holds one up is named on its page.

use domain::work::{Job, NewJob, enqueue_many};
use domain::worker::{self, Pool, WorkerReport};
use domain::{JobId, OrgId, Queue, WorkerState, db};
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{order, plan_called};
use testkit::seed::PLAN as SEEDED_PLAN;
use testkit::{Client, TestApp};

async fn without_workers() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

async fn probes(app: &TestApp, count: usize, org: Option<OrgId>) -> Vec<JobId> {
    let tx = app.ctx.begin().await.unwrap();
    let new: Vec<_> = (0..count).map(|_| NewJob::new(Job::Probe { sleep_ms: None }).org(org)).collect();
    let ids = enqueue_many(&app.ctx, &tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    ids
}

/// A live worker with slots for these queues that takes nothing.
async fn idle_worker(app: &TestApp, slots: u32) {
    let pools = [Queue::Mail, Queue::Provision].map(|queue| Pool { queue, slots, busy: 0 });
    let report = WorkerReport {
        id: "idle-worker",
        host: "here",
        pid: 1,
        version: "test",
        pools: &pools,
        memory_bytes: 1,
        state: WorkerState::Running,
    };
    worker::report(&app.ctx, &report).await.unwrap();
}

async fn run(app: &TestApp, change: &str, job: JobId) {
    let sql = format!("update job set {change} where id = $1");
    db::exec(&app.ctx.db, db::sql(sql, [job.0.into()])).await.unwrap();
}

const RUNS: &str = "state = 'running', claimed_at = now(), lease_until = now() + interval '1 hour', \
                    lease_owner = 'idle-worker'";

async fn waits(admin: &Client, job: JobId) -> Vec<Json> {
    let found = admin.get(&format!("/api/admin/jobs/{job}")).await.unwrap().expect(200);
    found["waits"].as_array().unwrap_or_else(|| panic!("{found}")).clone()
}

/// The only thing that holds the job up.
async fn wait(admin: &Client, job: JobId, why: &str) -> Json {
    let found = waits(admin, job).await;
    let reasons: Vec<_> = found.iter().map(|wait| text(wait, "/why")).collect();
    assert_eq!(reasons, [why], "{found:?}");
    found.into_iter().next().unwrap()
}

async fn tune(admin: &Client, queue: &str, bound: &str, value: i32) {
    let change = json!({ bound: value, "reason": "a test" });
    assert_eq!(admin.patch(&format!("/api/admin/queues/{queue}"), &change).await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_says_whether_a_worker_could_take_it() {
    let app = without_workers().await;
    let admin = app.admin().await;
    let job = probes(&app, 1, None).await[0];
    assert!(text(&wait(&admin, job, "no_worker").await, "/words").contains("mail"));
    idle_worker(&app, 4).await;
    wait(&admin, job, "announced").await;
    run(&app, "kind = 'platform.teleport'", job).await;
    assert!(text(&wait(&admin, job, "no_worker_for_kind").await, "/words").contains("platform.teleport"));
    run(&app, RUNS, job).await;
    assert_eq!(waits(&admin, job).await, Vec::<Json>::new(), "it runs");
    run(&app, "state = 'stuck', lease_until = null", job).await;
    assert_eq!(waits(&admin, job).await, Vec::<Json>::new(), "nothing happens to it by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_says_who_paused_its_queue_and_why() {
    let app = without_workers().await;
    let admin = app.admin().await;
    idle_worker(&app, 4).await;
    let job = probes(&app, 1, None).await[0];
    for reason in ["too early", "the mail server moves"] {
        assert_eq!(admin.post("/api/admin/queues/mail/pause", &json!({ "reason": reason })).await.unwrap().status, 200);
        assert_eq!(
            admin.post("/api/admin/queues/power/pause", &json!({ "reason": "another" })).await.unwrap().status,
            200
        );
        let paused = wait(&admin, job, "queue_paused").await;
        assert_eq!(text(&paused, "/reason"), reason);
        let me = admin.get("/api/auth/me").await.unwrap().expect(200);
        assert_eq!(text(&paused, "/by"), text(&me, "/user/name"), "{me}");
        assert!(!text(&paused, "/since").is_empty());
        assert_eq!(
            admin.post("/api/admin/queues/mail/resume", &json!({ "reason": "done" })).await.unwrap().status,
            200
        );
    }
    wait(&admin, job, "announced").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_says_which_limit_is_reached() {
    let app = without_workers().await;
    let admin = app.admin().await;
    idle_worker(&app, 4).await;
    let (_, org) = app.customer("casey", "1").await;
    db::exec(&app.ctx.db, db::sql("update job set state = 'succeeded', finished_at = now()", [])).await.unwrap();
    let mut jobs = probes(&app, 3, Some(org)).await;
    jobs.sort_by_key(|job| job.0);
    let [first, second, third] = jobs[..] else { unreachable!() };
    let behind = wait(&admin, third, "backlog").await;
    assert_eq!((&behind["count"], behind["since"].is_string()), (&json!(2), true), "{behind}");
    assert!(text(&behind, "/words").contains("3 jobs due in the queue mail"), "{behind}");
    run(&app, RUNS, first).await;
    wait(&admin, second, "announced").await;
    tune(&admin, "mail", "org_running", 1).await;
    let limit = wait(&admin, second, "org_limit").await;
    assert_eq!((&limit["count"], &limit["limit"]), (&json!(1), &json!(1)), "{limit}");
    tune(&admin, "mail", "org_running", 9).await;
    idle_worker(&app, 1).await;
    let slots = wait(&admin, second, "slots").await;
    assert_eq!((&slots["count"], &slots["limit"]), (&json!(1), &json!(1)), "{slots}");
    idle_worker(&app, 4).await;
    tune(&admin, "mail", "window", 1).await;
    run(&app, "dispatched_at = now()", third).await;
    let window = wait(&admin, second, "window").await;
    assert_eq!((&window["count"], &window["limit"]), (&json!(1), &json!(1)), "{window}");
}

/// An order's job.
async fn order_job(app: &TestApp) -> JobId {
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, _) = app.customer("casey", "20").await;
    let plan = plan_called(&casey, SEEDED_PLAN).await.unwrap();
    let made = casey.post_once("/api/vps", &order(&plan, "web-1"), "waits-of-an-order").await.unwrap().expect(202);
    text(&made, "/job/id").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_says_what_it_waits_for_at_the_provider() {
    let app = without_workers().await;
    let admin = app.admin().await;
    let job = order_job(&app).await;
    idle_worker(&app, 4).await;
    wait(&admin, job, "announced").await;
    let found = admin.get(&format!("/api/admin/jobs/{job}")).await.unwrap().expect(200);
    let cloud = text(&found, "/cloud/id");

    tune(&admin, "provision", "cloud_running", 1).await;
    let other = probes(&app, 1, None).await[0];
    let same_cloud = "queue = 'provision', cloud_id = (select cloud_id from job where kind = 'vps.provision' limit 1)";
    run(&app, &format!("{same_cloud}, {RUNS}"), other).await;
    let limit = wait(&admin, job, "cloud_limit").await;
    assert_eq!((&limit["count"], &limit["limit"]), (&json!(1), &json!(1)), "{limit}");
    tune(&admin, "provision", "cloud_running", 9).await;

    let body = json!({ "reason": "they said so" });
    assert_eq!(admin.post(&format!("/api/admin/clouds/{cloud}/pause"), &body).await.unwrap().status, 200);
    let paused = wait(&admin, job, "cloud_paused").await;
    let me = admin.get("/api/auth/me").await.unwrap().expect(200);
    assert_eq!((text(&paused, "/reason"), text(&paused, "/by")), ("they said so".to_owned(), text(&me, "/user/name")));
    admin.post(&format!("/api/admin/clouds/{cloud}/resume"), &body).await.unwrap();
    db::exec(&app.ctx.db, db::sql("update cloud set paused_at = null, paused_by = null, paused_reason = null", []))
        .await
        .unwrap();

    let later = "run_at = now() + interval '1 hour'";
    run(&app, later, job).await;
    wait(&admin, job, "scheduled").await;
    run(&app, r#"state = 'waiting', step_data = '{"awaits": ["running", "gone"]}'"#, job).await;
    let provider = wait(&admin, job, "provider").await;
    assert!(text(&provider, "/words").contains("running or gone"), "{provider}");
    assert!(!text(&provider, "/until").is_empty());
    run(&app, "state = 'retry', attempts = 4, max_attempts = 8, error_code = 'UNAVAILABLE'", job).await;
    let retry = wait(&admin, job, "retry").await;
    assert_eq!((&retry["count"], &retry["limit"]), (&json!(5), &json!(8)), "{retry}");
    run(&app, "error_code = 'RATE_LIMITED'", job).await;
    let budget = wait(&admin, job, "budget").await;
    let found = admin.get(&format!("/api/admin/jobs/{job}")).await.unwrap().expect(200);
    assert_eq!(budget["until"], found["run_at"]);
    let closed = "insert into cloud_budget (cloud_id, bucket, tokens, capacity, per_s, blocked_until)
                  select id, 'read', 0, 1, 1, now() + interval '3 hours' from cloud limit 1";
    db::exec(&app.ctx.db, db::sql(closed, [])).await.unwrap();
    let blocked = wait(&admin, job, "budget").await;
    assert!(text(&blocked, "/until") > text(&found, "/run_at"), "until the provider takes calls again: {blocked}");
}
