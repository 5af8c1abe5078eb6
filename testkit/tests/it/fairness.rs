//! Nobody's jobs stand in the way of another's: turns, bounds and pauses.

use std::time::{Duration, Instant};

use domain::jobs::{Due, Job, NewJob, Turn, enqueue_many};
use domain::{Actor, Ctx, JobId, JobState, OrgId, Queue, db};
use testkit::TestApp;
use testkit::app::AppOptions;
use testkit::fixture::until;

async fn without_workers() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

/// Jobs in a line, by one statement.
async fn line(ctx: &Ctx, org: OrgId, count: i32) {
    let insert = "
        insert into job (id, org_id, kind, queue, max_attempts, deadline_at)
        select gen_random_uuid(), $1, 'platform.probe', 'provision', 3, now() + interval '1 hour'
        from generate_series(1, $2)";
    db::exec(&ctx.db, db::sql(insert, [org.into(), count.into()])).await.unwrap();
}

/// Waits until a job of a queue is done that is enqueued now: whoever rings has looked since.
async fn one_round(app: &TestApp, queue: Queue) {
    let insert = "
        insert into job (id, kind, queue, max_attempts, deadline_at)
        values (gen_random_uuid(), 'platform.probe', $1, 3, now() + interval '1 hour')
        returning id";
    let job: uuid::Uuid = db::scalar(&app.ctx.db, db::sql(insert, [queue.as_str().into()])).await.unwrap().unwrap();
    until(Duration::from_secs(20), async || {
        let state = domain::jobs::notice(&app.ctx, JobId(job)).await?.map(|notice| notice.state);
        Ok((state == Some(JobState::Succeeded)).then_some(()))
    })
    .await
    .expect("a job of another queue is done");
}

async fn count(ctx: &Ctx, what: &str, org: OrgId) -> i64 {
    let sql = format!("select count(*) from job where org_id = $1 and {what}");
    db::scalar(&ctx.db, db::sql(sql, [org.into()])).await.unwrap().unwrap()
}

async fn ring(ctx: &Ctx, limit: i64) -> Vec<JobId> {
    let turn = Turn::take(ctx, Queue::Provision).await.unwrap().expect("nobody else rings");
    turn.ring(limit, Duration::from_secs(15)).await.unwrap().into_iter().map(|rung| rung.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_noisy_organisation_does_not_hold_up_another() {
    let app = without_workers().await;
    let orgs = testkit::seed::running_servers(&app.ctx, 2, 0).await.unwrap();
    line(&app.ctx, orgs[0], 5_000).await;
    line(&app.ctx, orgs[1], 1).await;
    assert_eq!(
        ring(&app.ctx, 100).await.len(),
        11,
        "ten of the noisy one, as many as may be in progress, and the other's"
    );
    assert_eq!(count(&app.ctx, "dispatched_at is not null", orgs[1]).await, 1);
    assert!(ring(&app.ctx, 100).await.is_empty(), "what was rung counts until it is done");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_counts_against_the_bounds() {
    let app = without_workers().await;
    let org = testkit::seed::running_servers(&app.ctx, 1, 0).await.unwrap()[0];
    line(&app.ctx, org, 30).await;
    let first = ring(&app.ctx, 100).await;
    let wanted: Vec<_> = first.iter().map(|id| (*id, "w")).collect();
    let claims = domain::jobs::claim_many(&app.ctx.db, &wanted, Duration::from_secs(30)).await.unwrap();
    assert_eq!((claims.len(), ring(&app.ctx, 100).await.len()), (10, 0));
    let leases: Vec<_> = claims.iter().take(4).map(|claim| (claim.id, claim.lease_token)).collect();
    assert_eq!(domain::jobs::succeed_many(&app.ctx.db, &leases).await.unwrap().len(), 4);
    assert_eq!(ring(&app.ctx, 100).await.len(), 4, "as many as ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn interactive_jobs_go_before_bulk() {
    let app = without_workers().await;
    let org = testkit::seed::running_servers(&app.ctx, 1, 0).await.unwrap()[0];
    line(&app.ctx, org, 50).await;
    let insert = "
        insert into job (id, org_id, kind, queue, priority, max_attempts, deadline_at)
        values (gen_random_uuid(), $1, 'platform.probe', 'provision', 1, 3, now() + interval '1 hour')
        returning id";
    let urgent: uuid::Uuid = db::scalar(&app.ctx.db, db::sql(insert, [org.into()])).await.unwrap().unwrap();
    assert_eq!(ring(&app.ctx, 1).await, [JobId(urgent)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_queue_and_a_paused_cloud_begin_nothing() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (customer, _) = app.customer("pauses", "50").await;
    let operator = Actor::operator();
    domain::jobs::pause_queue(&app.ctx, &operator, Queue::Provision, "maintenance").await.unwrap();
    let body = testkit::fixture::order(&plan, "held-up");
    let placed = customer.post_once("/api/vps", &body, &testkit::fixture::fresh_key()).await.unwrap().expect(202);
    let vps = testkit::client::text(&placed, "/vps/id");
    one_round(&app, Queue::Power).await;
    assert_eq!(app.open_jobs().await.iter().filter(|job| job.starts_with("vps.provision queued")).count(), 1);
    let cloud: uuid::Uuid = db::scalar(&app.ctx.db, db::sql("select id from cloud", [])).await.unwrap().unwrap();
    let cloud = domain::CloudId(cloud);
    domain::cloud::pause(&app.ctx, &operator, cloud, "maintenance").await.unwrap();
    domain::jobs::resume_queue(&app.ctx, &operator, Queue::Provision, "done").await.unwrap();
    // One without a cloud, behind it in the same queue.
    one_round(&app, Queue::Provision).await;
    assert_eq!(app.open_jobs().await.iter().filter(|job| job.starts_with("vps.provision queued")).count(), 1);
    domain::cloud::resume(&app.ctx, &operator, cloud, "done").await.unwrap();
    testkit::fixture::await_status(&customer, &vps, "running", Duration::from_secs(20)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_beyond_its_bounds_goes_on_as_soon_as_jobs_end() {
    let app = TestApp::start().await;
    let org = testkit::seed::running_servers(&app.ctx, 1, 0).await.unwrap()[0];
    let began = Instant::now();
    line(&app.ctx, org, 100).await;
    until(Duration::from_secs(20), async || {
        Ok((count(&app.ctx, "state = 'succeeded'", org).await == 100).then_some(()))
    })
    .await
    .unwrap();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "ten at a time, and ten a second: {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_relay_is_told_which_queues_have_something_to_ring() {
    let app = without_workers().await;
    let org = testkit::seed::running_servers(&app.ctx, 1, 0).await.unwrap()[0];
    let ask = async || {
        let all = [Queue::Provision, Queue::Billing];
        domain::jobs::due(&app.ctx, &all, Duration::from_secs(15), Duration::from_secs(1)).await.unwrap()
    };
    assert_eq!(ask().await, Due { queues: Vec::new(), next: Duration::from_secs(1) });
    line(&app.ctx, org, 1).await;
    assert_eq!(ask().await.queues, [Queue::Provision]);
    let id = ring(&app.ctx, 10).await[0];
    assert_eq!(ask().await.queues, [], "it was rung");
    let claim = domain::jobs::claim(&app.ctx.db, id, "w", Duration::from_secs(30)).await.unwrap().unwrap();
    domain::jobs::wait(&app.ctx.db, &claim, Duration::from_millis(300), &serde_json::json!({})).await.unwrap();
    let later = ask().await;
    assert!(later.queues.is_empty(), "it waits: {later:?}");
    assert!(later.next < Duration::from_millis(300), "nobody would look in time: {later:?}");
    let due = until(later.next + Duration::from_secs(2), async || {
        let due = ask().await.queues;
        Ok((!due.is_empty()).then_some(due))
    });
    assert_eq!(due.await.expect("its wait is over"), [Queue::Provision]);
}

/// Rows of jobs that were read one after the other, and entries of their indexes.
async fn read(ctx: &Ctx) -> (i64, i64) {
    db::exec(&ctx.db, db::sql("select pg_stat_force_next_flush()", [])).await.unwrap();
    let sum = async |sql: &str| db::scalar(&ctx.db, db::sql(sql, [])).await.unwrap().unwrap();
    (
        sum("select sum(seq_tup_read)::bigint from pg_stat_user_tables where relname = 'job'").await,
        sum("select sum(idx_tup_read)::bigint from pg_stat_user_indexes where relname = 'job'").await,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_made_on_an_empty_table_stay_good_when_it_is_full() {
    let app = without_workers().await;
    let org = testkit::seed::running_servers(&app.ctx, 1, 0).await.unwrap()[0];
    let own = app.ctx.with_own_connection();
    let work = async || {
        let rung = ring(&own, 10).await;
        let wanted: Vec<_> = rung.iter().map(|id| (*id, "w")).collect();
        let claims = domain::jobs::claim_many(&own.db, &wanted, Duration::from_secs(30)).await.unwrap();
        let leases: Vec<_> = claims.iter().map(|claim| (claim.id, claim.lease_token)).collect();
        domain::jobs::beat_many(&own.db, &leases, Duration::from_secs(30)).await.unwrap();
        domain::jobs::due(&own, &[Queue::Provision], Duration::from_secs(15), Duration::from_secs(1)).await.unwrap();
        domain::jobs::succeed_many(&own.db, &leases).await.unwrap().len()
    };
    assert_eq!(work().await, 0, "the table is empty");
    line(&app.ctx, org, 20_000).await;
    let before = read(&own).await;
    assert_eq!(work().await, 10);
    let after = read(&own).await;
    let (rows, entries) = (after.0 - before.0, after.1 - before.1);
    assert_eq!(rows, 0, "rows of the table were read one after the other");
    assert!(entries < 1_000, "{entries} entries of indexes were read for ten jobs");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_are_enqueued_by_one_call() {
    let app = without_workers().await;
    let new: Vec<_> = (0..10_000).map(|_| NewJob::new(Job::Probe { sleep_ms: None })).collect();
    let tx = app.ctx.begin().await.unwrap();
    let ids = enqueue_many(&app.ctx, &tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids.len(), 10_000);
}
