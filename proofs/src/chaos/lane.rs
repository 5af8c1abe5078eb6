//! One installation that seeds are played on, and what starts its processes again.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt as _;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::caller::Caller;
use super::skew;
use super::tally::Tally;
use crate::checker::Checker;
use testkit::fixture::{PASSWORD, add_plan, connect_cloud, until};
use testkit::proxy::Proxy;
use testkit::stack::{CLOUD_TOKEN, Signal, Stack};

const ADMIN: &str = "admin@example.com";
/// SIGTERM's number.
const TERMINATED: i32 = 15;
/// How long the database may be away.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often dead processes are looked for.
const WATCH: Duration = Duration::from_millis(20);
/// The age of a machine that nobody ordered.
const WEEKS_S: u32 = 30 * 24 * 3600;
/// A machine boots for so long: time enough to catch it on its way.
const BOOT_MS: u32 = 1_200;

/// How an installation keeps time.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// A claim's length.
    pub lease: Duration,
    /// How long everything may take to come to rest after the last fault.
    pub rest: Duration,
    /// How long Redis is away, where the plan does not say.
    pub redis_off: Option<Duration>,
    settings: &'static [(&'static str, &'static str)],
}

impl Pace {
    /// Short leases, so that a crash is over in seconds.
    pub const FAST: Self = Self {
        lease: Duration::from_secs(2),
        rest: Duration::from_secs(90),
        redis_off: None,
        settings: &[
            ("LEASE_MS", "2000"),
            ("BEAT_MS", "500"),
            ("SWEEP_MS", "500"),
            ("RERING_MS", "1000"),
            ("POLL_FIRST_MS", "150"),
            ("POLL_MAX_MS", "500"),
            ("WATCH_MS", "250"),
            ("UNWATCHED_MS", "2000"),
            ("ORPHAN_LEFTOVER_MS", "0"),
            ("ORPHAN_UNKNOWN_MS", "0"),
            ("DRAIN_MS", "3000"),
        ],
    };
    /// What production runs with.
    pub const REAL: Self = Self {
        lease: Duration::from_secs(30),
        rest: Duration::from_mins(10),
        redis_off: Some(Duration::from_mins(5)),
        // One sweep is to remove what a patient one would remove later.
        settings: &[("ORPHAN_LEFTOVER_MS", "0"), ("ORPHAN_UNKNOWN_MS", "0")],
    };
}

/// The roles of an installation, by the names of their processes.
const ROLES: [(&str, &str); 5] = [
    ("api", "api"),
    ("worker-0", "worker"),
    ("worker-1", "worker"),
    ("scheduler-0", "scheduler"),
    ("scheduler-1", "scheduler"),
];

/// An installation, ready for a seed.
pub struct Lane {
    /// Its processes and servers.
    pub stack: Arc<Mutex<Stack>>,
    /// What lies between workers and cloud.
    pub proxy: Proxy,
    /// The second way to the truth.
    pub checker: Checker,
    /// An administrator.
    pub admin: Caller,
    /// A plan on sale.
    pub plan: String,
    /// The cloud.
    pub cloud: String,
    /// How it keeps time.
    pub pace: Pace,
    tally: Arc<std::sync::Mutex<Tally>>,
    own: Arc<Own>,
    watch: JoinHandle<()>,
}

/// What is known of each process alone.
#[derive(Default)]
struct Own {
    /// Settings that no other has.
    settings: BTreeMap<&'static str, Vec<(String, String)>>,
    /// Where in its log its present life begins.
    began: std::sync::Mutex<BTreeMap<String, usize>>,
    /// The failpoint at which it is to kill itself, until it did.
    armed: std::sync::Mutex<BTreeMap<String, String>>,
    /// Processes that were asked to end.
    rolling: std::sync::Mutex<BTreeSet<String>>,
}

impl Lane {
    /// A fresh installation with an administrator, a cloud and a plan.
    ///
    /// # Errors
    /// When something does not come up.
    pub async fn start(pace: Pace) -> Result<Self> {
        let mut stack = Stack::servers(true, BOOT_MS, pace.settings).await?;
        let own = Arc::new(Own { settings: skew::clocks(&stack.folder).await, ..Own::default() });
        for (name, role) in ROLES {
            start(&mut stack, &own, name, role)?;
        }
        stack.await_ready().await?;
        stack.run(&["admin", "create", "--email", ADMIN], PASSWORD).await?;
        let upstream = stack.cloud_url.trim_start_matches("http://").trim_end_matches("/v4").parse()?;
        let proxy = Proxy::start(upstream).await?;
        let anonymous = stack.anonymous();
        let signed_in = anonymous.sign_in(ADMIN, PASSWORD).await?;
        let cloud = connect_cloud(&signed_in, &format!("http://{}/v4", proxy.addr()), CLOUD_TOKEN).await?;
        let plan = add_plan(&signed_in, &cloud, "g6-nanode-1", "Nano", "1").await?;
        let checker = Checker::of(&stack).await?;
        let tally = Arc::new(std::sync::Mutex::new(Tally::default()));
        let stack = Arc::new(Mutex::new(stack));
        let watch = tokio::spawn(watch(stack.clone(), own.clone(), tally.clone()));
        let admin = Caller::new(anonymous, ADMIN, signed_in);
        Ok(Self { stack, proxy, checker, admin, plan, cloud, pace, tally, own, watch })
    }

    /// Fills the account's budget again: a day's seeds on one account within minutes would wait
    /// for the next minute's calls, and that is no finding.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn refill(&self) -> Result<()> {
        self.checker
            .change("update cloud_budget set tokens = capacity, filled_at = clock_timestamp(), blocked_until = null")
            .await
    }

    /// Starts both workers again, each told to kill itself once at a failpoint.
    ///
    /// # Errors
    /// When one can't be started.
    pub async fn arm(&self, failpoint: &str) -> Result<()> {
        let mut stack = self.stack.lock().await;
        for name in ["worker-0", "worker-1"] {
            if stack.pid(name).is_some() {
                stack.kill(name).await?;
            }
            locked(&self.own.armed).insert(name.to_owned(), failpoint.to_owned());
            start(&mut stack, &self.own, name, "worker")?;
        }
        Ok(())
    }

    /// Sends a signal to a process; one that is not there at the moment is spared.
    pub async fn signal(&self, name: &str, signal: Signal) {
        // It died by itself a moment ago, and is started again.
        let _ = self.stack.lock().await.signal(name, signal).await;
    }

    /// The worker whose process a lease names.
    pub async fn process_of(&self, owner: &str) -> Option<String> {
        let stack = self.stack.lock().await;
        let numbers: Vec<u32> = owner.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
        let found =
            ["worker-0", "worker-1"].into_iter().find(|name| stack.pid(name).is_some_and(|pid| numbers.contains(&pid)));
        found.map(ToOwned::to_owned)
    }

    /// Asks a worker to end in order, and waits until it is there again; the watch starts it.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn roll(&self, name: &str) -> Result<()> {
        let Some(pid) = self.stack.lock().await.pid(name) else { return Ok(()) };
        locked(&self.own.rolling).insert(name.to_owned());
        self.signal(name, Signal::Terminate).await;
        // It may be stopped just now, and drains once it continues.
        let again = until(PATIENCE + self.pace.lease * 4, || async {
            let now = self.stack.lock().await.pid(name);
            Ok(now.is_some_and(|now| now != pid).then_some(()))
        });
        again.await.with_context(|| format!("{name} was asked to end"))
    }

    /// What was counted on it so far.
    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        locked(&self.tally)
    }

    /// Lets hours pass for the business.
    ///
    /// # Errors
    /// When the database does not take it within a minute.
    pub async fn hours_pass(&self, hours: u32) -> Result<()> {
        let sql = format!(
            "insert into clock_offset (ahead) values (make_interval(hours => {hours})) \
             on conflict (one) do update set ahead = clock_offset.ahead + excluded.ahead"
        );
        until(PATIENCE, || async { Ok(self.checker.change(&sql).await.ok()) }).await
    }

    /// Makes a machine at the cloud that carries our installation's tags, and that nobody ordered: weeks ago, since one
    /// that is newer than every server is not deleted.
    ///
    /// # Errors
    /// When the cloud or the database do not answer within a minute.
    pub async fn stray(&self, label: &str) -> Result<()> {
        let install = "select replace(install_id::text, '-', '') from platform";
        let install: String = until(PATIENCE, || async { Ok(self.checker.figure(install).await.ok()) }).await?;
        let tags = ["skypanel".to_owned(), format!("env:{install}")];
        self.checker.steer(Method::POST, "/instances", &json!({ "label": label, "tags": tags, "age_s": WEEKS_S })).await
    }

    /// An administrator looks at what comparisons hold back, and allows it. Returns how many machines that were.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn release(&self) -> Result<usize> {
        let path = format!("/api/admin/clouds/{}", self.cloud);
        let brakes = self.admin.insist(Method::GET, &format!("{path}/brakes"), None, None).await?;
        let held: Vec<_> = brakes.body["held"].as_array().into_iter().flatten().map(|row| &row["id"]).collect();
        let body = json!({ "findings": held, "trust": true, "reason": "chaos" });
        let reply = self.admin.insist(Method::POST, &format!("{path}/release"), Some(&body), None).await?;
        if !reply.status.is_success() {
            bail!("releasing: {} {}", reply.status, reply.body);
        }
        Ok(held.len())
    }

    /// Makes a schedule tick now; where that is not possible, a day passes.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn run_schedule(&self, name: &str) -> Result<()> {
        let (path, why) = (format!("/api/admin/schedules/{name}/run"), json!({ "reason": "chaos" }));
        let reply = self.admin.insist(Method::POST, &path, Some(&why), None).await?;
        match reply.status.as_u16() {
            200..300 | 409 => Ok(()),
            404 | 405 => self.hours_pass(24).await,
            _ => bail!("running {name}: {} {}", reply.status, reply.body),
        }
    }

    /// The ends of the logs, for a failure's report.
    pub async fn log_tails(&self, lines: usize) -> String {
        let stack = self.stack.lock().await;
        ROLES.iter().fold(String::new(), |tails, (name, _)| {
            format!("{tails}\n--- last lines of {name} ---\n{}\n", stack.log_tail(name, lines))
        })
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

impl std::fmt::Debug for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lane({})", self.cloud)
    }
}

fn start(stack: &mut Stack, own: &Own, name: &str, role: &str) -> Result<()> {
    let armed = locked(&own.armed).get(name).map(|name| ("FAILPOINTS".to_owned(), format!("{name}=1*return(kill)")));
    let began = log_of(stack, name).len();
    locked(&own.began).insert(name.to_owned(), began);
    let settings: Vec<_> = own.settings.get(name).into_iter().flatten().cloned().chain(armed).collect();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    stack.start_role_with(name, &[role], &settings)
}

fn log_of(stack: &Stack, name: &str) -> String {
    std::fs::read(stack.log(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Starts every process again that ended, whatever ended it; a worker without its failpoint once it fell to that.
async fn watch(stack: Arc<Mutex<Stack>>, own: Arc<Own>, tally: Arc<std::sync::Mutex<Tally>>) {
    loop {
        tokio::time::sleep(WATCH).await;
        let mut stack = stack.lock().await;
        for (name, status) in stack.ended() {
            let Some((_, role)) = ROLES.iter().find(|(known, _)| *known == name) else {
                locked(&tally).ended_by_themselves.push(format!("{name} ({status})"));
                continue;
            };
            let began = locked(&own.began).get(&name).copied();
            let log = log_of(&stack, &name);
            let said = log.get(began.unwrap_or(0)..).unwrap_or_default();
            // One that has not come up yet knows no order to end in; it holds nothing either.
            let asked = locked(&own.rolling).remove(&name) && (status.success() || status.signal() == Some(TERMINATED));
            if !asked && locked(&tally).process_ended(&name, status, said) {
                locked(&own.armed).remove(&name);
            }
            if let Err(error) = start(&mut stack, &own, &name, role).context("starting it again") {
                locked(&tally).ended_by_themselves.push(format!("{name}: {error:#}"));
            }
        }
    }
}

fn locked<T>(mutex: &std::sync::Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
