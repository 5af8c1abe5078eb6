//! The installation that the story is played on, and the list of what was rightly destroyed.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::Console;
use testkit::client::{Client, text};
use testkit::fixture::{PASSWORD, add_plan, await_status, connect_cloud, credit, fresh_key, order, register, until};
use testkit::stack::{CLOUD_TOKEN, Stack};

use crate::checker::Checker;

const ADMIN: &str = "admin@example.com";
pub const CUSTOMER: &str = "casey@example.com";
pub const LONG: Duration = Duration::from_mins(1);

/// A customer's server, and its machine.
#[derive(Clone, Debug)]
pub struct Server {
    pub vps: String,
    pub machine: String,
    pub label: String,
}

/// Everybody who takes part.
#[derive(Debug)]
pub struct Stage {
    pub stack: Stack,
    pub checker: Checker,
    pub admin: Client,
    pub casey: Client,
    pub cloud: String,
    pub console: Console,
    pub servers: Vec<Server>,
    plan: String,
    ordered: usize,
    /// Machines that were to be destroyed: on their owner's word, an administrator's, or as what is left of an order.
    rightly: BTreeSet<String>,
}

impl Stage {
    /// Signs everybody in, and orders the servers.
    pub async fn set(stack: Stack, checker: Checker, servers: usize) -> Result<Self> {
        stack.run(&["admin", "create", "--email", ADMIN], PASSWORD).await?;
        let anonymous = stack.anonymous();
        let admin = anonymous.sign_in(ADMIN, PASSWORD).await?;
        let cloud = connect_cloud(&admin, &stack.cloud_url, CLOUD_TOKEN).await?;
        let plan = add_plan(&admin, &cloud, "g6-nanode-1", "Nano", "1").await?;
        let (casey, org) = register(&anonymous, CUSTOMER).await?;
        credit(&admin, &org, "100").await?;
        let room = "update org set vps_quota = 1000, vcpu_quota = 100000, memory_quota_mib = 100000000,
            storage_quota_gib = 100000000";
        checker.change(room).await?;
        let console = Console::new(&stack.cloud_url, CLOUD_TOKEN);
        let (servers_wanted, servers, rightly) = (servers, Vec::new(), BTreeSet::new());
        let mut stage = Self { stack, checker, admin, casey, cloud, console, servers, plan, ordered: 0, rightly };
        for _ in 0..servers_wanted {
            let server = stage.order().await?;
            stage.servers.push(server);
        }
        stage.compare().await?;
        Ok(stage)
    }

    /// The customer orders a server, and it runs.
    pub async fn order(&mut self) -> Result<Server> {
        self.ordered += 1;
        let label = format!("web-{}", self.ordered);
        let server = ordered(&self.casey, &self.checker, &self.plan, &label).await?;
        Ok(server)
    }

    /// The same at another installation that has the same customer and plan.
    pub async fn order_at(&self, casey: &Client, checker: &Checker) -> Result<Server> {
        ordered(casey, checker, &self.plan, "elsewhere").await
    }

    /// One comparison of the machines with the servers, to its end.
    pub async fn compare(&self) -> Result<()> {
        compare(&self.admin, &self.checker).await
    }

    /// What waits for an administrator, by the reasons.
    pub async fn held(&self) -> Result<Vec<Json>> {
        held(&self.admin, &self.cloud).await
    }

    /// An administrator allows what was shown.
    pub async fn release(&self, findings: &[Json], trust: bool) -> Result<()> {
        let findings: Vec<String> = findings.iter().map(|row| text(row, "/id")).collect();
        let body = json!({ "findings": findings, "trust": trust, "reason": "seen at the provider" });
        let path = format!("/api/admin/clouds/{}/release", self.cloud);
        let reply = self.admin.post(&path, &body).await?;
        ensure!(reply.status == 200, "releasing: {} {}", reply.status, reply.body);
        rest(&self.checker).await
    }

    /// A machine is to be destroyed from now on.
    pub fn rightly(&mut self, machine: &str) {
        self.rightly.insert(machine.to_owned());
    }

    /// Makes sure that every machine still stands that should, and that those are destroyed that should be.
    pub async fn check(&self) -> Result<()> {
        let deleted = until(LONG, async || {
            let deleted = self.deleted().await?;
            Ok(self.rightly.is_subset(&deleted).then_some(deleted))
        })
        .await
        .with_context(|| format!("these should be destroyed: {:?}", self.rightly))?;
        let wrongly: Vec<_> = deleted.difference(&self.rightly).collect();
        ensure!(wrongly.is_empty(), "destroyed, and should not be: {wrongly:?}");
        Ok(())
    }

    async fn deleted(&self) -> Result<BTreeSet<String>> {
        let truth = self.checker.truth().await?;
        let all = truth["instances"].as_array().context("the truth has instances")?;
        let gone = |one: &&Json| one["deleted"] == true || one["status"] == "deleting";
        Ok(all.iter().filter(gone).map(|one| one["id"].to_string()).collect())
    }

    /// A customer's server is in a status.
    pub async fn is(&self, server: &Server, status: &str) -> Result<()> {
        let shown = self.casey.get(&format!("/api/vps/{}", server.vps)).await?;
        ensure!(shown.body["status"] == status, "{} should be {status}: {}", server.label, shown.body);
        Ok(())
    }

    /// A machine that no row ever named, with our tag, made so many seconds ago.
    pub async fn stray(&self, label: Option<&str>, age_s: u32) -> Result<String> {
        let install = "select replace(install_id::text, '-', '') from platform";
        let install: String = self.checker.figure(install).await?;
        let body = json!({ "label": label, "tags": ["skypanel", format!("env:{install}")], "age_s": age_s });
        let made = self.checker.ask(Method::POST, "/instances", &body).await?;
        Ok(made["id"].to_string())
    }

    /// What was and was not destroyed, in words.
    pub async fn verdict(&self) -> Result<String> {
        self.check().await?;
        let truth = self.checker.truth().await?;
        let made = truth["instances"].as_array().map_or(0, Vec::len);
        let destroyed = self.rightly.len();
        Ok(format!(
            "{made} machines were made; {destroyed} were destroyed, each on its owner's or an administrator's word or \
             as what was left of an order\n0 were destroyed otherwise; {} stand",
            made - destroyed
        ))
    }
}

async fn ordered(casey: &Client, checker: &Checker, plan: &str, label: &str) -> Result<Server> {
    let reply = casey.post_once("/api/vps", &order(plan, label), &fresh_key()).await?;
    ensure!(reply.status == 202, "ordering {label}: {} {}", reply.status, reply.body);
    let vps = reply.text("/vps/id");
    await_status(casey, &vps, "running", LONG).await?;
    let id: domain::VpsId = vps.parse().map_err(|error| anyhow::anyhow!("{vps}: {error}"))?;
    let machine: String = checker.figure(&format!("select provider_ref from vps where id = '{}'", id.0)).await?;
    Ok(Server { vps, machine, label: label.to_owned() })
}

/// Signs an administrator in at an installation.
pub async fn admin_of(stack: &Stack) -> Result<Client> {
    stack.anonymous().sign_in(ADMIN, PASSWORD).await
}

/// One comparison at an installation, to its end.
pub async fn compare(admin: &Client, checker: &Checker) -> Result<()> {
    let ended = "select count(*) from job where kind = 'cloud.reconcile' and params->>'cloud' is not null \
                 and state = 'succeeded'";
    let before: i64 = checker.figure(ended).await?;
    let why = json!({ "reason": "a story" });
    until(LONG, async || {
        let reply = admin.post("/api/admin/schedules/cloud.reconcile/run", &why).await?;
        Ok(reply.status.is_success().then_some(()))
    })
    .await?;
    until(LONG, async || Ok((checker.figure::<i64>(ended).await? > before).then_some(()))).await?;
    rest(checker).await
}

/// What waits for an administrator at an installation.
pub async fn held(admin: &Client, cloud: &str) -> Result<Vec<Json>> {
    let brakes = admin.get(&format!("/api/admin/clouds/{cloud}/brakes")).await?;
    ensure!(brakes.status == 200, "{} {}", brakes.status, brakes.body);
    Ok(brakes.body["held"].as_array().cloned().unwrap_or_default())
}

/// Waits until no job is open.
async fn rest(checker: &Checker) -> Result<()> {
    let open = "select count(*) from job where state in ('queued', 'running', 'waiting', 'retry')";
    until(LONG, async || Ok((checker.figure::<i64>(open).await? == 0).then_some(()))).await
}
