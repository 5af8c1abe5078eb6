//! One installation without workers of its own: the tests run each job by hand, and end runs where they like.

use std::time::{Duration, Instant};

use domain::queue::LeaseTimes;
use domain::work::{Outcome, Settlement};
use domain::{CloudId, JobId, JobState, OrgId, db};
use fail::FailScenario;
use sea_orm::Value;
use serde_json::json;
use testkit::client::Client;
use testkit::fixture::{fresh_key, order};
use testkit::{TestApp, app::AppOptions};

/// The longest that anything here takes.
const LONG: Duration = Duration::from_secs(20);
/// The watcher of a cloud waits only between two looks.
const DUE: &str = "
select coalesce(array_agg(id order by created_at, id), '{}')
from job
where state in ('queued', 'waiting', 'retry') and (run_at <= now() or kind = 'cloud.watch')";

/// The installation, a customer with credit, and a plan to order.
pub struct World {
    pub app: TestApp,
    pub casey: Client,
    pub org: OrgId,
    pub cloud: CloudId,
    plan: String,
    armed: Vec<String>,
    // Failpoints are the process's: where tests share one, they take turns.
    _scenario: FailScenario<'static>,
}

impl World {
    pub async fn start() -> Self {
        let scenario = FailScenario::setup();
        // What an earlier test of this process left.
        drop(jobs::fired());
        let app = Box::pin(TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() })).await;
        let plan = Box::pin(meanwhile(&app, app.plan())).await;
        let (casey, org) = Box::pin(app.customer("casey", "1000")).await;
        let cloud = scalar::<uuid::Uuid>(&app, "select id from cloud", vec![]).await;
        db::exec(
            &app.ctx.db,
            db::sql(
                "update org set vps_quota = 10000, vcpu_quota = 1000000, memory_quota_mib = 1000000000,
                storage_quota_gib = 1000000000 where id = $1",
                [org.into()],
            ),
        )
        .await
        .unwrap();
        let cloud = CloudId(cloud);
        let world = Self { app, casey, org, cloud, plan, armed: Vec::new(), _scenario: scenario };
        world.drain().await;
        world
    }

    /// A value of the database.
    pub async fn scalar<T: sea_orm::TryGetable>(&self, sql: &str, values: Vec<Value>) -> T {
        scalar(&self.app, sql, values).await
    }

    pub async fn exec(&self, sql: &str, values: Vec<Value>) {
        db::exec(&self.app.ctx.db, db::sql(sql, values)).await.unwrap();
    }

    pub fn arm(&mut self, name: &str, action: &str) {
        jobs::arm(&format!("{name}={action}")).unwrap();
        self.armed.push(name.to_owned());
    }

    /// Ends the failpoints, each of which must have fired: one that nothing reaches proves nothing.
    pub fn disarm(&mut self, names: &[&str]) {
        let fired = jobs::fired();
        for name in names {
            fail::remove(name);
            let known = self.armed.iter().position(|armed| armed == name);
            if let Some(place) = known {
                self.armed.remove(place);
                assert!(fired.iter().any(|one| one == name), "{name} was never reached");
            }
        }
    }

    /// One run of the job, past its pause.
    pub async fn run_once(&self, job: JobId) {
        self.exec("update job set run_at = now() where id = $1 and run_at > now()", vec![job.into()]).await;
        self.execute(job).await;
    }

    /// One claim of the job, as a worker runs it.
    async fn execute(&self, job: JobId) {
        execute(&self.app, job).await;
    }

    /// Runs the job until it ended or needs attention, past its pauses.
    pub async fn run_to_end(&self, job: JobId) -> JobState {
        let began = Instant::now();
        loop {
            let state = self.state(job).await;
            match state {
                JobState::Queued | JobState::Retry => {
                    self.exec("update job set run_at = now() where id = $1 and run_at > now()", vec![job.into()]).await;
                    self.execute(job).await;
                }
                JobState::Waiting => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    self.run_once(job).await;
                }
                JobState::Running => self.lapse().await,
                _ => return state,
            }
            assert!(began.elapsed() < LONG, "{job} is still {state}: {}", self.words(job).await);
        }
    }

    /// Runs the job until the failpoint has fired.
    pub async fn run_until_fired(&mut self, job: JobId, name: &str) {
        let began = Instant::now();
        while !self.has_fired(name) {
            let state = self.state(job).await;
            assert!(
                matches!(state, JobState::Queued | JobState::Retry | JobState::Waiting),
                "{name} was never reached: {state}"
            );
            self.run_once(job).await;
            assert!(began.elapsed() < LONG, "{name} was not reached in time");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs the job until it hangs at the failpoint, and ends the run there as a crash would.
    pub async fn run_until_hung(&mut self, job: JobId, name: &str) {
        let began = Instant::now();
        loop {
            let run = execute(&self.app, job);
            tokio::pin!(run);
            let ended = loop {
                tokio::select! {
                    () = &mut run => break true,
                    () = tokio::time::sleep(Duration::from_millis(2)) => {
                        if has_fired(&mut self.armed, name) {
                            break false;
                        }
                    }
                }
            };
            if !ended {
                break;
            }
            let state = self.state(job).await;
            assert!(
                matches!(state, JobState::Queued | JobState::Retry | JobState::Waiting),
                "{name} was never reached: {state}"
            );
            self.exec("update job set run_at = now() where id = $1 and run_at > now()", vec![job.into()]).await;
            assert!(began.elapsed() < LONG, "{name} was not reached in time");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.lapse().await;
    }

    fn has_fired(&mut self, name: &str) -> bool {
        has_fired(&mut self.armed, name)
    }

    /// A run whose outcome nobody wrote down: the worker died with it.
    pub async fn run_unsettled(&self, job: JobId) -> Settlement {
        let began = Instant::now();
        let outcome = loop {
            let claimed = domain::work::claim(&self.app.ctx.db, job, "unsettled", LONG).await.unwrap();
            let Some(claimed) = claimed else {
                assert!(began.elapsed() < LONG, "{job} can't be claimed");
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            };
            let running = jobs::Running::new(self.app.env.clone(), claimed.clone(), std::sync::Arc::default());
            match jobs::run(running).await {
                // Not there yet: this much was written down.
                Settlement { outcome: Outcome::Wait { pause, step_data }, .. } => {
                    domain::queue::wait(&self.app.ctx.db, &claimed.claim, pause, &step_data).await.unwrap();
                }
                outcome => break outcome,
            }
        };
        self.lapse().await;
        outcome
    }

    /// The worker that held a job vanished, and that is noticed.
    async fn lapse(&self) {
        self.exec("update job set lease_until = now() - interval '1 ms' where state = 'running'", vec![]).await;
        domain::queue::sweep(&self.app.ctx).await.unwrap();
    }

    /// The job's deadline is over, and it may run.
    pub async fn make_late(&self, job: JobId) {
        self.exec(
            "update job set deadline_at = now() - interval '1 s', run_at = least(run_at, now()) where id = $1",
            vec![job.into()],
        )
        .await;
    }

    /// An administrator lets a stuck job continue.
    pub async fn retry(&self, job: JobId) {
        let admin = self.app.admin().await;
        let _ = admin
            .post(&format!("/api/admin/jobs/{job}/retry"), &json!({ "reason": "mended" }))
            .await
            .unwrap()
            .expect(200);
    }

    pub async fn state(&self, job: JobId) -> JobState {
        domain::queue::notice(&self.app.ctx, job).await.unwrap().unwrap().state
    }

    /// What is known of why the job is where it is.
    pub async fn words(&self, job: JobId) -> String {
        self.scalar(
            "select coalesce(error_code, '') || ' ' || coalesce(error->>'admin', '') from job where id = $1",
            vec![job.into()],
        )
        .await
    }

    pub async fn error_code(&self, job: JobId) -> String {
        self.scalar("select coalesce(error_code, '') from job where id = $1", vec![job.into()]).await
    }

    /// Runs whatever else is due: mails, the catalog after a validation.
    pub async fn drain(&self) {
        drain(&self.app).await;
    }

    /// The end of a case: the rest is done, the books are right, nothing is open, nothing armed.
    pub async fn finish(&self) {
        self.drain().await;
        self.app.check_books().await;
        let open = self.app.open_jobs().await;
        assert!(open.is_empty(), "{open:?}");
        assert!(self.armed.is_empty(), "{:?}", self.armed);
        self.app.cloud.clear_faults();
    }

    /// Enqueues a job of the platform.
    pub async fn enqueue(&self, job: domain::work::Job) -> JobId {
        let tx = self.app.ctx.begin().await.unwrap();
        let id = domain::work::enqueue(&self.app.ctx, &tx, domain::work::NewJob::new(job)).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Orders a server; returns its id and its job's, in words.
    pub async fn order(&self) -> (String, JobId) {
        let count: i64 = self.scalar("select count(*) from vps", vec![]).await;
        let body = order(&self.plan, &format!("server-{count}"));
        let ordered = self.casey.post_once("/api/vps", &body, &fresh_key()).await.unwrap().expect(202);
        (testkit::client::text(&ordered, "/vps/id"), testkit::client::text(&ordered, "/job/id").parse().unwrap())
    }

    /// A server that runs.
    pub async fn server(&self) -> String {
        let (vps, job) = self.order().await;
        assert_eq!(self.run_to_end(job).await, JobState::Succeeded);
        vps
    }
}

fn has_fired(armed: &mut Vec<String>, name: &str) -> bool {
    let fired = jobs::fired();
    // Seen: `disarm` need not look for them again.
    armed.retain(|one| !fired.contains(one));
    fired.iter().any(|one| one == name)
}

async fn scalar<T: sea_orm::TryGetable>(app: &TestApp, sql: &str, values: Vec<Value>) -> T {
    db::scalar(&app.ctx.db, db::sql(sql, values)).await.unwrap().unwrap()
}

/// A test asks in seconds what a provider allows in minutes.
const REFILL: &str = "update cloud_budget set tokens = capacity, filled_at = clock_timestamp(), blocked_until = null";

async fn execute(app: &TestApp, job: JobId) {
    db::exec(&app.ctx.db, db::sql(REFILL, [])).await.unwrap();
    workers::execute(&app.env, &LeaseTimes::default(), "a worker", job).await;
}

async fn drain(app: &TestApp) {
    loop {
        let due: Vec<uuid::Uuid> = scalar(app, DUE, vec![]).await;
        if due.is_empty() {
            return;
        }
        for job in due {
            db::exec(
                &app.ctx.db,
                db::sql("update job set run_at = now() where id = $1 and run_at > now()", [job.into()]),
            )
            .await
            .unwrap();
            execute(app, JobId(job)).await;
        }
    }
}

/// Runs what is due until something else is done.
async fn meanwhile<T>(app: &TestApp, other: impl Future<Output = T>) -> T {
    let working = async {
        loop {
            drain(app).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        done = other => done,
        () = working => unreachable!("it works forever"),
    }
}
