//! Servers: made, switched, deleted.

use std::time::Duration;

use domain::{JobId, JobState, VpsId};
use providers::InstanceState;
use serde_json::json;
use simulators::{Fault, FaultKind, TruthInstance};
use testkit::fixture::until;

use crate::story::{Story, Undo};
use crate::world::World;

/// The first hour of $6 a month: floor(6 000 000 / 730), in micro-units.
const HOUR: i64 = 8_219;

/// How things stood.
pub struct Before {
    vps: String,
    balance: i64,
    creates: u64,
    /// The provider's id of the last request; only the newest thousand are kept.
    last: Option<String>,
    /// What is asked for at the provider's door, where it is one call.
    call: String,
}

impl Before {
    async fn now(world: &World, vps: String, call: &str) -> Self {
        let truth = world.app.cloud.truth();
        let (balance, call) = (world.app.balance(world.org).await, call.to_owned());
        let last = truth.requests.last().map(|one| one.request_id.clone());
        Self { vps, balance, creates: truth.creates, last, call }
    }

    fn id(&self) -> VpsId {
        self.vps.parse().unwrap()
    }

    /// The machines that ever stood for the server.
    async fn machines(&self, world: &World) -> Vec<TruthInstance> {
        let label: String = world.scalar("select provider_label from vps where id = $1", vec![self.id().into()]).await;
        world.app.cloud.truth().instances.into_iter().filter(|one| one.label == label).collect()
    }

    async fn status(&self, world: &World) -> String {
        world.scalar("select status from vps where id = $1", vec![self.id().into()]).await
    }

    /// How often the provider took the call since then.
    fn taken(&self, world: &World) -> usize {
        let truth = world.app.cloud.truth();
        let new = truth.requests.iter().rev().take_while(|one| Some(&one.request_id) != self.last.as_ref());
        new.filter(|one| one.status == 200 && one.method != "GET" && one.path.ends_with(&self.call)).count()
    }
}

async fn journals(world: &World, cause: &str, job: JobId) -> i64 {
    world.scalar("select count(*) from journal where idem_key = $1", vec![format!("{cause}:{job}").into()]).await
}

async fn held(world: &World) -> i64 {
    world.scalar("select balance_micros from account where kind = 'hold' and org_id = $1", vec![world.org.into()]).await
}

pub struct Provision;

impl Story for Provision {
    type Before = Before;

    const UNDO: Undo = Undo {
        steps: &["take_back"],
        causes: &[
            // Nothing was made; something may have been; it was, and we have no id; it runs.
            "vps.provision.create.before_intent",
            "vps.provision.create.after_intent",
            "vps.provision.create.after_call",
            "vps.provision.start.after_call",
        ],
    };

    async fn ask(world: &World, _: &str, step: &str) -> (JobId, Before) {
        if step == "start_again" {
            world.app.cloud.fault(Fault::new(FaultKind::BootFails)).unwrap();
        }
        let before = Before::now(world, String::new(), "/linode/instances").await;
        let (vps, job) = world.order().await;
        (job, Before { vps, ..before })
    }

    async fn assert_done(world: &World, job: JobId, before: &Before) {
        let truth = world.app.cloud.truth();
        assert_eq!(truth.creates, before.creates + 1, "one machine was made");
        let machines = before.machines(world).await;
        assert_eq!(machines.iter().map(|one| one.status.as_str()).collect::<Vec<_>>(), ["running"]);
        assert_eq!(before.status(world).await, "running");
        assert_eq!(world.app.balance(world.org).await, before.balance - HOUR, "the first hour is paid, once");
        let count = [journals(world, "capture", job).await, journals(world, "release", job).await, held(world).await];
        assert_eq!(count, [1, 0, 0], "captured once, nothing released, nothing held");
        let segments = "select count(*) from usage_segment where vps_id = $1";
        assert_eq!(world.scalar::<i64>(segments, vec![before.id().into()]).await, 1);
    }

    async fn assert_undone(world: &World, job: JobId, before: &Before) {
        assert!(before.machines(world).await.iter().all(|one| one.deleted), "nothing is left at the provider");
        assert_eq!(before.status(world).await, "failed");
        assert_eq!(world.app.balance(world.org).await, before.balance, "the money is back");
        let count = [journals(world, "capture", job).await, journals(world, "release", job).await, held(world).await];
        assert_eq!(count, [0, 1, 0], "nothing captured, released once, nothing held");
        let mails = "select count(*) from job where kind = 'mail.send' and params->>'vps' = $1";
        assert_eq!(world.scalar::<i64>(mails, vec![before.vps.clone().into()]).await, 1, "the customer is told once");
    }
}

pub struct Power;

impl Power {
    /// A server that is as the choice wants it, in truth and in our rows.
    async fn server(world: &World, on: bool) -> String {
        let sql = "select id from vps where status in ('running', 'stopped') limit 1";
        let known: Option<uuid::Uuid> = domain::db::scalar(&world.app.ctx.db, domain::db::sql(sql, [])).await.unwrap();
        let vps = match known {
            Some(id) => VpsId(id).to_string(),
            None => world.server().await,
        };
        let id: VpsId = vps.parse().unwrap();
        let reference: String = world.scalar("select provider_ref from vps where id = $1", vec![id.into()]).await;
        let cloud = world.app.env.cloud(world.cloud, |_| None).await.unwrap();
        let wanted = if on { InstanceState::Running } else { InstanceState::Stopped };
        until(Duration::from_secs(20), async || {
            let state = cloud.get(&reference).await.unwrap().value.unwrap().state;
            match state {
                _ if state == wanted => return Ok(Some(())),
                InstanceState::Running => drop(cloud.shutdown(&reference).await),
                InstanceState::Stopped => drop(cloud.boot(&reference).await),
                _ => {}
            }
            Ok(None)
        })
        .await
        .expect("the machine is switched");
        let status = if on { "running" } else { "stopped" };
        world.exec("update vps set status = $2 where id = $1", vec![id.into(), status.into()]).await;
        vps
    }
}

impl Story for Power {
    type Before = Before;

    const CHOICES: &'static [&'static str] = &["reboot", "shutdown", "boot"];

    async fn ask(world: &World, choice: &str, _: &str) -> (JobId, Before) {
        let vps = Self::server(world, choice != "boot").await;
        let before = Before::now(world, vps, &format!("/{choice}")).await;
        let path = format!("/api/vps/{}/action", before.vps);
        let acted = world.casey.post(&path, &json!({ "action": choice })).await.unwrap().expect(202);
        (testkit::client::text(&acted, "/job/id").parse().unwrap(), before)
    }

    async fn assert_done(world: &World, _: JobId, before: &Before) {
        assert_eq!(before.taken(world), 1, "the provider was told once: {}", before.call);
        let status = if before.call == "/shutdown" { ("stopped", "offline") } else { ("running", "running") };
        let machines = before.machines(world).await;
        assert_eq!((before.status(world).await.as_str(), machines[0].status.as_str()), status);
    }

    async fn assert_undone(world: &World, _: JobId, before: &Before) {
        assert!(before.taken(world) <= 1, "the provider was told at most once");
        assert!(before.machines(world).await.iter().all(|one| !one.deleted), "the server still stands");
        assert_eq!(before.status(world).await, "running", "nobody says that it is off");
        assert_eq!(world.app.balance(world.org).await, before.balance);
    }
}

pub struct Delete;

impl Story for Delete {
    type Before = Before;

    const FAILS_AS: JobState = JobState::Stuck;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, Before) {
        let vps = world.server().await;
        let id: VpsId = vps.parse().unwrap();
        let label: String = world.scalar("select label from vps where id = $1", vec![id.into()]).await;
        let before = Before::now(world, vps, "").await;
        let path = format!("/api/vps/{}", before.vps);
        let deleted = world.casey.delete(&path, Some(&json!({ "label": label }))).await.unwrap().expect(202);
        (testkit::client::text(&deleted, "/job/id").parse().unwrap(), before)
    }

    async fn assert_done(world: &World, _: JobId, before: &Before) {
        assert!(before.machines(world).await.iter().all(|one| one.deleted), "the provider has deleted it");
        assert_eq!(before.taken(world), 1, "the deletion was taken once");
        assert_eq!(before.status(world).await, "deleted");
        assert_eq!(world.app.balance(world.org).await, before.balance, "the started hour was paid before");
        assert_eq!(held(world).await, 0);
        let open = "select count(*) from usage_segment where vps_id = $1 and ended_at is null";
        assert_eq!(world.scalar::<i64>(open, vec![before.id().into()]).await, 0, "nothing is charged any more");
        let told = "select count(*) from activity where event = 'vps.deleted' and entity_id = $1";
        assert_eq!(world.scalar::<i64>(told, vec![before.id().into()]).await, 1);
    }

    async fn assert_undone(world: &World, _: JobId, before: &Before) {
        assert_eq!(before.status(world).await, "deleting", "a person sees to it");
        assert_eq!((world.app.balance(world.org).await, held(world).await), (before.balance, 0));
    }
}
