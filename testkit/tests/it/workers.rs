//! The doorbell and the ledger: what happens to jobs when workers, Redis or leases go away.

use std::time::Duration;

use domain::queue::LeaseTimes;
use domain::work::{Job, NewJob};
use domain::{Ctx, JobId, JobState, Queue, db};
use testkit::TestApp;
use testkit::app::AppOptions;
use testkit::fixture::until;
use testkit::proxy::{Proxy, Weather};

async fn probes(ctx: &Ctx, count: usize) -> Vec<JobId> {
    let tx = ctx.begin().await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(domain::work::enqueue(ctx, &tx, NewJob::new(Job::Probe { sleep_ms: None })).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids
}

/// Probes that are done.
async fn done(ctx: &Ctx) -> i64 {
    let sql = "select count(*) from job where kind = 'platform.probe' and state = 'succeeded'";
    db::scalar(&ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}

/// What the first sweep comes to that finds a lapsed lease: how many jobs run again, and how many are stuck.
async fn swept(ctx: &Ctx) -> (u64, u64) {
    let found = until(Duration::from_secs(10), async || {
        let swept = domain::queue::sweep(ctx).await?;
        Ok((swept != (0, 0)).then_some(swept))
    });
    found.await.expect("a lease lapses")
}

async fn state(ctx: &Ctx, id: JobId) -> JobState {
    domain::queue::notice(ctx, id).await.unwrap().unwrap().state
}

async fn without_workers() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_beyond_the_window_is_all_done() {
    let app = TestApp::start().await;
    probes(&app.ctx, 2_500).await;
    app.run_jobs().await;
    assert_eq!(done(&app.ctx).await, 2_500);
    let twice: i64 = db::scalar(
        &app.ctx.db,
        db::sql("select count(*) from job where kind = 'platform.probe' and lease_token <> 1", []),
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(twice, 0, "each was claimed once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_ring_finds_nothing() {
    let app = without_workers().await;
    let id = probes(&app.ctx, 1).await[0];
    let lease = Duration::from_secs(30);
    let first = domain::work::claim(&app.ctx.db, id, "a", lease).await.unwrap().unwrap().claim;
    assert!(domain::work::claim(&app.ctx.db, id, "b", lease).await.unwrap().is_none(), "held by a");
    domain::queue::succeed(&app.ctx.db, &first, None).await.unwrap();
    assert!(domain::work::claim(&app.ctx.db, id, "b", lease).await.unwrap().is_none(), "done");
    workers::execute(&app.env, &LeaseTimes::default(), "c", JobId(uuid::Uuid::from_u128(1))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zombie_writes_nothing() {
    let app = without_workers().await;
    let id = probes(&app.ctx, 1).await[0];
    let zombie = domain::work::claim(&app.ctx.db, id, "zombie", Duration::from_millis(1)).await.unwrap().unwrap().claim;
    assert_eq!(swept(&app.ctx).await, (1, 0));
    let heir = domain::work::claim(&app.ctx.db, id, "heir", Duration::from_secs(30)).await.unwrap().unwrap().claim;
    assert_eq!(heir.lease_token, zombie.lease_token + 1);
    let fenced = |error: domain::Error| error.kind == domain::ErrorKind::Fenced;
    assert!(fenced(domain::queue::succeed(&app.ctx.db, &zombie, None).await.unwrap_err()));
    assert!(fenced(domain::queue::progress(&app.ctx.db, &zombie, 50, "late").await.unwrap_err()));
    assert!(fenced(domain::queue::fence(&app.ctx.db, &zombie).await.unwrap_err()));
    assert!(fenced(
        domain::queue::record_step(&app.ctx.db, &zombie, 0, "late", domain::StepPhase::Done, "late").await.unwrap_err()
    ));
    assert_eq!(
        domain::queue::beat(&app.ctx.db, id, zombie.lease_token, Duration::from_secs(30)).await.unwrap(),
        domain::queue::Beat::Lost
    );
    assert_eq!(state(&app.ctx, id).await, JobState::Running, "the heir's claim stands");
    domain::queue::succeed(&app.ctx.db, &heir, None).await.unwrap();
}

/// A worker that reaches the database through a proxy.
async fn behind_proxy(app: &TestApp, times: LeaseTimes) -> (Proxy, workers::Runner) {
    let url = &app.database().url;
    let upstream = tokio::net::lookup_host((url.host_str().unwrap(), url.port().unwrap())).await.unwrap().next();
    let proxy = Proxy::start(upstream.unwrap()).await.unwrap();
    let mut options = testkit::app::ctx_options(app.database());
    let mut proxied = url.clone();
    proxied.set_host(Some("127.0.0.1")).unwrap();
    proxied.set_port(Some(proxy.addr().port())).unwrap();
    options.database_url = proxied.to_string().into();
    let ctx = Ctx::connect(&options, domain::chance::Chance::from_os()).await.unwrap();
    (proxy, workers::Runner::new(::jobs::Env { ctx, ..app.env.clone() }, times))
}

/// A job that sleeps is running on the worker.
async fn sleeping(app: &TestApp, worker: &workers::Runner, sleep_ms: u32) -> (JobId, tokio::task::JoinHandle<()>) {
    let tx = app.ctx.begin().await.unwrap();
    let job = NewJob::new(Job::Probe { sleep_ms: Some(sleep_ms) });
    let id = domain::work::enqueue(&app.ctx, &tx, job).await.unwrap();
    tx.commit().await.unwrap();
    let worker = worker.clone();
    let run = tokio::spawn(async move { worker.run(&"w".into(), id).await });
    until(Duration::from_secs(5), async || Ok((state(&app.ctx, id).await == JobState::Running).then_some(())))
        .await
        .unwrap();
    (id, run)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_whose_connection_is_cut_is_stored_by_the_next() {
    let app = without_workers().await;
    let (proxy, worker) = behind_proxy(&app, LeaseTimes::default()).await;
    let (id, run) = sleeping(&app, &worker, 500).await;

    // The database restarts, or fails over, while the job ends: no sweeper is here that would let it run again.
    proxy.set(Weather::CutAfterRequest);
    until(Duration::from_secs(20), async || Ok((proxy.counts().0 > 2).then_some(()))).await.unwrap();
    assert_ne!(state(&app.ctx, id).await, JobState::Queued);
    proxy.set(Weather::Clear);
    run.await.unwrap();
    assert_eq!(state(&app.ctx, id).await, JobState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_connection_to_the_database_holds_up_neither_leases_nor_claims() {
    let app = without_workers().await;
    let times = LeaseTimes { lease: Duration::from_secs(3), beat: Duration::from_millis(500), ..LeaseTimes::default() };
    let (proxy, worker) = behind_proxy(&app, times).await;
    let (_, run) = sleeping(&app, &worker, 60_000).await;

    // The connections that are open fall silent for good. The worker opens others.
    proxy.forget();
    let next = probes(&app.ctx, 1).await[0];
    // Each connection is given up after 5 s, one after the other; how many there were depends on the machine's load.
    until(Duration::from_mins(2), async || {
        // A settlement that falls silent leaves its job to the sweeper, as in any installation.
        domain::queue::sweep(&app.ctx).await?;
        worker.run(&"w".into(), next).await;
        Ok((state(&app.ctx, next).await == JobState::Succeeded).then_some(()))
    })
    .await
    .unwrap();
    assert!(proxy.counts().1 > 0, "connections fell silent");
    assert!(!run.is_finished(), "its lease was renewed all the time");

    // Nothing answers any more. The lease is over by the worker's own clock.
    proxy.set(Weather::HalfOpen);
    let silent = std::time::Instant::now();
    run.await.unwrap();
    assert!(silent.elapsed() < 2 * times.lease, "it let go after {:?}", silent.elapsed());
    assert_eq!(swept(&app.ctx).await, (1, 0), "the job is another's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_takes_down_its_workers_is_stuck() {
    let app = without_workers().await;
    let id = probes(&app.ctx, 1).await[0];
    for crash in 1..=3 {
        assert!(
            domain::work::claim(&app.ctx.db, id, "w", Duration::from_millis(1)).await.unwrap().is_some(),
            "crash {crash}"
        );
        swept(&app.ctx).await;
    }
    assert_eq!(state(&app.ctx, id).await, JobState::Stuck);
    let told: i64 = db::scalar(
        &app.ctx.db,
        db::sql("select count(*) from activity where event = 'job.stuck' and job_id = $1", [id.into()]),
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(told, 1);
    let admin = app.admin().await;
    let _ = admin.post(&format!("/api/admin/jobs/{id}/retry"), &serde_json::json!({})).await.unwrap().expect(200);
    assert_eq!(state(&app.ctx, id).await, JobState::Queued);
}

/// A row as a newer version, or a mistake, might write it.
async fn strange(app: &TestApp, kind: &str, params: &str, deadline: &str) -> JobId {
    let sql = format!(
        "insert into job (id, kind, queue, params, max_attempts, deadline_at, run_at)
         values (gen_random_uuid(), '{kind}', 'mail', '{params}', 3, now() + interval '{deadline}',
                 now() - interval '10 min')
         returning id"
    );
    JobId(db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_an_unknown_kind_is_left_for_others_and_the_rest_goes_on() {
    let app = TestApp::start().await;
    let unknown = strange(&app, "vps.explode", "{}", "1 hour").await;
    let unreadable = strange(&app, "vps.power", "{\"vps\": 7}", "1 hour").await;
    let id = probes(&app.ctx, 1).await[0];
    until(Duration::from_secs(10), || async {
        let (done, stuck) = (state(&app.ctx, id).await, state(&app.ctx, unreadable).await);
        Ok((done == JobState::Succeeded && stuck == JobState::Stuck).then_some(()))
    })
    .await
    .unwrap();
    assert_eq!(state(&app.ctx, unknown).await, JobState::Queued, "a newer worker may know it");
    let workers = domain::worker::list(&app.ctx, &domain::Actor::Operator).await.unwrap();
    let unknown: Vec<_> = workers.iter().map(|worker| worker.unknown_kinds.join(" ")).collect();
    assert_eq!(unknown, ["vps.explode"], "of the only worker");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_worker_takes_by_its_deadline_is_given_to_a_person() {
    let app = without_workers().await;
    let late = strange(&app, "vps.explode", "{}", "-6 min").await;
    let paused = strange(&app, "vps.explode", "{}", "-6 min").await;
    db::exec(&app.ctx.db, db::sql("update job set queue = 'billing' where id = $1", [paused.into()])).await.unwrap();
    db::exec(&app.ctx.db, db::sql("update queue_control set paused = true where queue = 'billing'", [])).await.unwrap();
    assert_eq!(domain::queue::give_up(&app.ctx).await.unwrap(), 1);
    assert_eq!(state(&app.ctx, late).await, JobState::Stuck);
    assert_eq!(state(&app.ctx, paused).await, JobState::Queued, "an operator means it to wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn flushing_redis_costs_seconds_and_no_job() {
    let app = TestApp::start().await;
    // This test's queues alone: the Redis is shared with other tests.
    let mut redis = redis::Client::open(std::env::var("REDIS_URL").unwrap())
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap();
    let prefix = app.database().url.path().trim_start_matches('/').to_owned();
    probes(&app.ctx, 400).await;
    for _ in 0..5 {
        let keys: Vec<String> = redis::cmd("KEYS").arg(format!("{prefix}-*")).query_async(&mut redis).await.unwrap();
        if !keys.is_empty() {
            let _: i64 = redis::cmd("DEL").arg(keys).query_async(&mut redis).await.unwrap();
        }
        let before = done(&app.ctx).await;
        probes(&app.ctx, 50).await;
        until(Duration::from_secs(20), async || Ok((done(&app.ctx).await > before).then_some(())))
            .await
            .expect("jobs are done after Redis was wiped");
    }
    app.run_jobs().await;
    assert_eq!(done(&app.ctx).await, 650);
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_done_while_redis_is_away() {
    let app = without_workers().await;
    let options = workers::Options {
        // Nobody listens there.
        redis_url: secrecy::SecretString::from("redis://127.0.0.1:1"),
        prefix: "away".to_owned(),
        queues: vec![(Queue::Mail, 4)],
        times: LeaseTimes { sweep: Duration::from_millis(200), ..LeaseTimes::default() },
        drain: Duration::from_secs(1),
    };
    let stop = tokio_util::sync::CancellationToken::new();
    let serving = tokio::spawn(workers::serve(app.env.clone(), options, stop.clone()));
    let ids = probes(&app.ctx, 12).await;
    for id in ids {
        until(Duration::from_secs(20), || async {
            Ok((state(&app.ctx, id).await == JobState::Succeeded).then_some(()))
        })
        .await
        .unwrap();
    }
    stop.cancel();
    serving.await.unwrap().unwrap();
}
