//! What customers and admins ask of an installation under a seed, and what they were promised.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::lane::Lane;
use super::plan::{Course, Deed, Life, Plan, Sending, Timed};
use testkit::client::Reply;
use testkit::fixture::order;
use testkit::stack::CLOUD_TOKEN;

/// How long a customer waits for a server before they continue with what they had in mind.
const WAIT: Duration = Duration::from_secs(45);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(80);

/// What was answered with success: none of it may be lost.
#[derive(Debug, Default)]
pub struct Promises {
    /// Whose servers these are.
    pub org: String,
    /// When the seed began, by the database's clock, as a literal of its own.
    pub since: String,
    /// Jobs, by their public ids.
    pub jobs: Mutex<Vec<String>>,
    /// The server that each order was answered with, by the order's key.
    pub servers: Mutex<Vec<(String, String)>>,
}

impl Promises {
    fn keep(&self, reply: &Reply) {
        if let Some(job) = reply.body.pointer("/job/id").and_then(Json::as_str) {
            self.jobs.lock().unwrap_or_else(PoisonError::into_inner).push(job.to_owned());
        }
    }
}

/// One seed's work on a lane.
#[derive(Debug)]
pub struct Workload<'a> {
    lane: &'a Lane,
    plan: &'a Plan,
    began: Instant,
    customer: Caller,
    promises: Promises,
}

impl<'a> Workload<'a> {
    /// A customer with credit, who is new.
    ///
    /// # Errors
    /// When that does not succeed within a minute.
    pub async fn begin(lane: &'a Lane, plan: &'a Plan, began: Instant) -> Result<Self> {
        let since = lane.checker.figure("select now()::text").await?;
        lane.checker.steer(Method::DELETE, "/mail", &json!({})).await?;
        let anonymous = lane.stack.lock().await.anonymous();
        let email = format!("seed-{}@example.com", plan.seed);
        let (customer, org) = Caller::register(&anonymous, &email).await?;
        let body = json!({ "amount": { "amount": "10", "currency": "USD" }, "reason": "a seed's credit" });
        let (path, key) = (format!("/api/admin/customers/{org}/credit"), format!("credit-of-seed-{}", plan.seed));
        let credit = lane.admin.insist(Method::POST, &path, Some(&body), Some(&key)).await?;
        ensure!(credit.status.is_success(), "credit: {} {}", credit.status, credit.body);
        Ok(Self { lane, plan, began, customer, promises: Promises { org, since, ..Promises::default() } })
    }

    /// Does everything that the plan has in mind, each at its moment.
    ///
    /// # Errors
    /// When an answer is none that the rules allow.
    pub async fn play(&self) -> Result<()> {
        let lives = self.plan.lives.iter().enumerate().map(|(number, life)| self.live(number, life));
        let deeds = self.plan.deeds.iter().map(|deed| self.deed(deed));
        let (lives, deeds) = join(join_all(lives), join_all(deeds)).await;
        lives.into_iter().chain(deeds).collect()
    }

    /// What was promised.
    #[must_use]
    pub fn into_promises(self) -> Promises {
        self.promises
    }

    async fn at(&self, moment: Duration) {
        tokio::time::sleep_until((self.began + moment).into()).await;
    }

    async fn live(&self, number: usize, life: &Timed<Life>) -> Result<()> {
        self.at(life.at).await;
        let label = format!("server-{number}");
        let vps = self.order(number, &label, life.what.sending).await?;
        match &life.what.course {
            Course::Kept(powers) => self.switch(&vps, powers).await,
            Course::Deleted(powers) => {
                self.switch(&vps, powers).await?;
                self.delete(&vps, &label).await
            }
            Course::DeletedEarly(after) => {
                tokio::time::sleep(*after).await;
                self.delete(&vps, &label).await
            }
            Course::DeletedTwice(after, action) => {
                tokio::time::sleep(*after).await;
                let ((one, other), third) =
                    join(join(self.delete(&vps, &label), self.delete(&vps, &label)), self.act(&vps, action)).await;
                one.and(other).and(third)
            }
            Course::Cancelled(after, retried) => {
                tokio::time::sleep(*after).await;
                self.cancel(&vps, *retried).await
            }
        }
    }

    /// Orders a server. Returns its public id.
    async fn order(&self, number: usize, label: &str, sending: Sending) -> Result<String> {
        let body = order(&self.lane.plan, label);
        let key = format!("order-{number}-of-seed-{}", self.plan.seed);
        let send = || self.send_order(&body, &key);
        let replies = match sending {
            Sending::Once => vec![send().await?],
            Sending::HangUp(after) => {
                let first = self.customer.ask(Method::POST, "/api/vps", Some(&body), Some(&key));
                let _ = tokio::time::timeout(after, first).await;
                vec![send().await?]
            }
            Sending::Twice => {
                let (one, other) = join(send(), send()).await;
                vec![one?, other?]
            }
        };
        let mut servers = self.promises.servers.lock().unwrap_or_else(PoisonError::into_inner);
        for reply in &replies {
            ensure!(reply.status == 202, "ordering {label}: {} {}", reply.status, reply.body);
            self.promises.keep(reply);
            servers.push((key.clone(), reply.text("/vps/id")));
        }
        servers.last().map(|(_, vps)| vps.clone()).context("an order has an answer")
    }

    /// Time enough for both workers to vanish one after the other, and for a third run.
    fn patience(&self) -> Duration {
        WAIT.max(4 * self.lane.pace.lease)
    }

    /// While the cloud is being validated again, its plans are not on sale; a moment later they are.
    async fn send_order(&self, body: &Json, key: &str) -> Result<Reply> {
        let began = Instant::now();
        let validated = self.plan.deeds.iter().any(|deed| deed.what == Deed::Validate);
        loop {
            let reply = self.customer.insist(Method::POST, "/api/vps", Some(body), Some(key)).await?;
            if !(validated && reply.status == 400 && began.elapsed() < self.patience()) {
                return Ok(reply);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn switch(&self, vps: &str, powers: &[&str]) -> Result<()> {
        self.settled(vps).await?;
        for action in powers {
            self.act(vps, action).await?;
            self.settled(vps).await?;
        }
        Ok(())
    }

    /// Waits until no job of a server is in progress, for a while.
    async fn settled(&self, vps: &str) -> Result<()> {
        let began = Instant::now();
        loop {
            let reply = self.customer.insist(Method::GET, &format!("/api/vps/{vps}"), None, None).await?;
            ensure!(reply.status == 200, "an accepted server can't be read: {} {}", reply.status, reply.body);
            if reply.body["job"].is_null() || began.elapsed() > self.patience() {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn act(&self, vps: &str, action: &str) -> Result<()> {
        let body = json!({ "action": action });
        let reply = self.customer.insist(Method::POST, &format!("/api/vps/{vps}/action"), Some(&body), None).await?;
        self.accepted(&reply, action)
    }

    async fn delete(&self, vps: &str, label: &str) -> Result<()> {
        let body = json!({ "label": label });
        let reply = self.customer.insist(Method::DELETE, &format!("/api/vps/{vps}"), Some(&body), None).await?;
        self.accepted(&reply, "delete")
    }

    /// Success is a promise; a conflict is an honest answer where several want something at once, or where an
    /// earlier request took effect though its answer was lost.
    fn accepted(&self, reply: &Reply, what: &str) -> Result<()> {
        match reply.status.as_u16() {
            200 | 202 => self.promises.keep(reply),
            404 | 409 => {}
            _ => bail!("{what}: {} {}", reply.status, reply.body),
        }
        Ok(())
    }

    async fn cancel(&self, vps: &str, retried: bool) -> Result<()> {
        let jobs = self.customer.insist(Method::GET, &format!("/api/vps/{vps}/jobs"), None, None).await?;
        let Some(job) = jobs.body.pointer("/items/0/id").and_then(Json::as_str).map(ToOwned::to_owned) else {
            bail!("an accepted order has no job: {} {}", jobs.status, jobs.body);
        };
        let why = json!({ "reason": "chaos" });
        let path = |verb: &str| format!("/api/admin/jobs/{job}/{verb}");
        let reply = self.lane.admin.insist(Method::POST, &path("cancel"), Some(&why), None).await?;
        self.accepted(&reply, "cancel")?;
        if retried {
            self.settled(vps).await?;
            let reply = self.lane.admin.insist(Method::POST, &path("retry"), Some(&why), None).await?;
            self.accepted(&reply, "retry")?;
        }
        Ok(())
    }

    async fn deed(&self, deed: &Timed<Deed>) -> Result<()> {
        self.at(deed.at).await;
        let cloud = format!("/api/admin/clouds/{}", self.lane.cloud);
        let reply = match deed.what {
            Deed::Hours(hours) => return self.lane.hours_pass(hours).await,
            Deed::Probe => {
                // What it says of the installation is another story: here it brings a job.
                let doctor = self.lane.stack.lock().await.command(&["doctor"])?.output();
                return doctor.await.map(|_| ()).map_err(Into::into);
            }
            Deed::Validate => {
                self.lane.admin.insist(Method::PATCH, &cloud, Some(&json!({ "token": CLOUD_TOKEN })), None).await?
            }
            Deed::Sync => self.lane.admin.insist(Method::POST, &format!("{cloud}/sync"), None, None).await?,
            Deed::Stray => return self.lane.stray(&format!("sp-stray-{}", self.plan.seed)).await,
            Deed::Tidy => return self.lane.run_schedule("platform.tidy").await,
            Deed::Reconcile => return self.lane.run_schedule("cloud.reconcile").await,
            Deed::Bulk => {
                let filter = json!({ "state": "cancelled" });
                let body = json!({ "action": "discard", "filter": filter, "reason": "chaos", "dry_run": false });
                let reply = self.lane.admin.insist(Method::POST, "/api/admin/jobs/bulk", Some(&body), None).await?;
                return self.accepted(&reply, "bulk");
            }
        };
        self.accepted(&reply, "a cloud")
    }
}
